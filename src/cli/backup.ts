// `latchkey backup FILE`: a copy of the database, made beside running servers.
import { readForMigrating } from '../config/config.ts';
import { databaseUrl } from '../config/database-url.ts';
import { backupDatabase } from '../store/copies.ts';
import { readArguments } from './arguments.ts';
import { clock, expectWords, print } from './operator.ts';

export async function backup(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const args = readArguments(words, { flags: ['force'], values: [] });
  expectWords(args, 1, 'a file: latchkey backup FILE');
  const [file = ''] = args.words;
  const begun = performance.now();
  const url = databaseUrl(readForMigrating(env).database);
  const bytes = await backupDatabase({ url, file, force: args.has('force'), now: clock.now() });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  print(
    `Wrote ${file}: ${inUnits(bytes)}, checked, in ${seconds} s. Keep it on another machine; it is as secret as the database.`,
  );
  return 0;
}

const inUnits = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
