// `latchkey restore FILE`: puts a copy in the place of the database, and makes it safe: what was open in it may be done since.
import { readForMigrating } from '../config/config.ts';
import { databaseUrl } from '../config/database-url.ts';
import { createLogger } from '../observability/logger.ts';
import { type Restored, restoreDatabase } from '../store/copies.ts';
import { readArguments } from './arguments.ts';
import { clock, confirm, expectWords, print, whoIs } from './operator.ts';

const meaning = `The copy takes the place of the database. What happened since it was made is forgotten:
requests that are open in it end, and nothing that it had ordered is carried out. Stop every server first.`;

export async function restore(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const args = readArguments(words, { flags: ['yes'], values: ['by'] });
  expectWords(args, 1, 'a file: latchkey restore FILE');
  const [file = ''] = args.words;
  const url = databaseUrl(readForMigrating(env).database);
  const who = whoIs(args.value('by'), env);
  if (!(await confirm(args, meaning))) return 1;
  const restored = await restoreDatabase({ url, file, now: clock.now(), who });
  const fields = { event: 'operator.act', who, did: 'restore', about: file, result: 'done', ended: restored.ended };
  createLogger({ level: 'info', stream: process.stderr }).warn(fields, 'an operator undid a protection');
  print(report(restored, file));
  return 0;
}

function report({ ended, orders, voided, knewProtections, kept }: Restored, file: string): string {
  const lines = [
    `Restored ${file}.`,
    `Requests that were open in it and are ended: ${ended.length}. Orders that were put aside (\`latchkey work list\`): ${orders}.`,
    ...(knewProtections
      ? ['Pauses, counts, recovery codes and the record of operators are those of the database that was replaced.']
      : [
          `The database that was replaced could not be read. Recovery codes are void, of this many accounts: ${voided}.`,
          'Pauses since the copy are lost: look in the helpdesk’s channel for "It wasn’t me" since then, and call these people.',
        ]),
    ...(kept === undefined
      ? []
      : [`The database that was there is now ${kept}. Remove it when you do not need it any more.`]),
    'Now start the server: this release, or the one that made the copy.',
  ];
  return lines.join('\n');
}
