// `latchkey migrate`: says what brings the database to this release, and does it.
import { readForMigrating } from '../config/config.ts';
import { databaseUrl } from '../config/database-url.ts';
import { lastBackupOf, migrateWithCopy, migrationOf } from '../store/copies.ts';
import { readArguments } from './arguments.ts';
import { clock, complain, expectWords, print, time } from './operator.ts';

const hourMs = 3_600_000;

export async function migrate(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const args = readArguments(words, { flags: ['dry-run'], values: [] });
  expectWords(args, 0, 'no more words');
  const { database } = readForMigrating(env);
  const url = databaseUrl(database);
  const { steps, copy } = await migrationOf(url, clock.now());
  if (steps.length === 0) {
    print('The database is up to date.');
    return 0;
  }
  print(`Steps to this release: ${steps.join(', ')}.`);
  if (copy !== undefined && args.has('dry-run')) print(`A copy from before will be like ${copy}.`);
  if (database.kind === 'postgres') await remindOfCopy(url);
  if (args.has('dry-run')) return 0;
  const done = await migrateWithCopy(url, clock.now());
  if (done.copy !== undefined) print(`A copy from before: ${done.copy}.`);
  print(done.steps.length === 0 ? 'The database is up to date.' : `Applied: ${done.steps.join(', ')}.`);
  return 0;
}

/** A release does not work on what a newer one has changed, so the way back is a copy. */
async function remindOfCopy(url: string): Promise<void> {
  const last = await lastBackupOf(url);
  if (last !== undefined && clock.now() - last < hourMs) return;
  complain(
    `the last copy of the database is ${last === undefined ? 'not known' : `of ${time(last)}`}. The way back is a copy: \`latchkey backup FILE\``,
  );
}
