// Copies a SQLite database while others write to it. `vacuum into` reads one moment, holds up no writer and leaves out what was deleted;
// SQLite's backup by pages begins anew at each write of another process and never ends. Measured in docs/decisions/0060.

import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { Instant } from '../../flows/ids.ts';
import { noteBackup } from '../backups.ts';
import { copyMark, markAsCopy } from '../migrations/copy-mark.ts';
import { appliedSteps } from '../migrations/migrations.ts';
import type { Tables } from '../tables.ts';
import { sqliteDialect } from './dialect.ts';

/** A server writes for some milliseconds at a time. */
const busyTimeoutMs = 5_000;

/**
 * `to`: an empty file; `name`: what it will be called. Checks the copy, marks it as one, and returns the steps that it has seen. Throws with one
 * sentence.
 */
export async function copySqlite(from: string, to: string, name: string, now: Instant): Promise<readonly string[]> {
  const source = new DatabaseSync(from, { timeout: busyTimeoutMs });
  try {
    source.prepare('vacuum into ?').run(to);
  } finally {
    source.close();
  }
  const copy = new DatabaseSync(to, { timeout: 0 });
  const db = new Kysely<Tables>({ dialect: sqliteDialect(copy) });
  try {
    // One file, with nothing beside it.
    copy.exec('pragma journal_mode = delete');
    expectWhole(copy, 'the copy');
    const steps = await appliedSteps(asMigrated(db));
    if (steps.length === 0)
      throw new Error(`${from} is no database of Latchkey, or an empty one: there is nothing to copy`);
    if (!steps.includes(copyMark)) await markAsCopy(asMigrated(db));
    if (await hasTable(db, 'backups')) await noteBackup(db, now, name);
    return steps;
  } finally {
    await db.destroy();
  }
}

/** Every page and every index. Throws with what SQLite found. */
export function expectWhole(database: DatabaseSync, name: string): void {
  const found = database
    .prepare('pragma integrity_check(5)')
    .all()
    .map((row) => String(row['integrity_check']));
  if (found.join() !== 'ok') throw new Error(`${name} is damaged: ${found.join('; ')}`);
}

export const asMigrated = (db: Kysely<Tables>) =>
  db.withTables<{ kysely_migration: { name: string; timestamp: string } }>();

export async function hasTable(db: Kysely<Tables>, name: string): Promise<boolean> {
  const tables = await db.introspection.getTables();
  return tables.some((table) => table.name === name);
}
