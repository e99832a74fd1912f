// Puts a copy in the place of a SQLite database that nobody has open. The copy is made safe before it is there, and the file that was
// there is kept beside it.

import { chmodSync, copyFileSync, existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { sleep } from '../../concurrency/sleep.ts';
import type { Instant } from '../../flows/ids.ts';
import { flush, inName } from '../copy-file.ts';
import { copyMark } from '../migrations/copy-mark.ts';
import { appliedSteps, knownSteps, refuseUnknown } from '../migrations/migrations.ts';
import { type MadeSafe, makeSafe, type Protections, readProtections } from '../restored.ts';
import type { Tables } from '../tables.ts';
import { asMigrated, expectWhole } from './copy.ts';
import { sqliteDialect } from './dialect.ts';
import { hasInstances } from './file-locks.ts';

const aServerRuns = 'a server works on this database. Stop every one of them, then run this command again';

export interface SqliteRestored extends MadeSafe {
  /** Where the database that was there is now; absent where there was none. */
  readonly kept?: string;
  readonly knewProtections: boolean;
}

export interface SqliteRestoring {
  readonly path: string;
  readonly file: string;
  readonly now: Instant;
  readonly who: string;
}

/** Throws with one sentence, with nothing changed. */
export async function restoreSqlite({ path, file, now, who }: SqliteRestoring): Promise<SqliteRestored> {
  if (hasInstances(path)) throw new Error(aServerRuns);
  const alone = takeAlone(path);
  const staged = `${path}-restoring`;
  try {
    const before = alone === undefined ? undefined : await protectionsOf(alone);
    const safe = await stage({ file, staged, now, who }, before);
    const kept = existsSync(path) ? keepAside(path, now) : undefined;
    renameSync(staged, path);
    flush(dirname(resolve(path)));
    // Whoever tried to open the old file meanwhile has given up by now: see `busyTimeoutMs` of the dialect.
    await sleep(alone === undefined ? 0 : settleMs);
    return { ...safe, knewProtections: before !== undefined, ...(kept === undefined ? {} : { kept }) };
  } finally {
    alone?.close();
    for (const rest of [staged, `${staged}-wal`, `${staged}-shm`, `${staged}-journal`]) rmSync(rest, { force: true });
  }
}

const settleMs = 600;
const busy = 5;
/** SQLite's codes for a damaged file and for one that is no database. */
const unreadable: ReadonlySet<number> = new Set([11, 26]);

/**
 * The database, locked against everybody: SQLite leaves the write-ahead log only where no other process has the file open. Undefined:
 * there is none that can be read.
 */
function takeAlone(path: string): DatabaseSync | undefined {
  if (!existsSync(path)) return undefined;
  const database = new DatabaseSync(path, { timeout: 1_000 });
  try {
    database.exec('pragma journal_mode = delete');
    database.exec('begin exclusive');
    return database;
  } catch (error) {
    database.close();
    const code = Number(Object(error).errcode) & 0xff;
    if (code === busy) throw new Error(aServerRuns);
    if (unreadable.has(code)) return undefined;
    throw error;
  }
}

/** Undefined where it is damaged: nobody knows then what it protected. */
async function protectionsOf(database: DatabaseSync): Promise<Protections | undefined> {
  try {
    expectWhole(database, 'it');
    return await readProtections(new Kysely<Tables>({ dialect: sqliteDialect(database) }));
  } catch {
    return undefined;
  }
}

async function stage(
  { file, staged, now, who }: Omit<SqliteRestoring, 'path'> & { readonly staged: string },
  before: Protections | undefined,
): Promise<MadeSafe> {
  rmSync(staged, { force: true });
  // Through SQLite, so that a copy with a write-ahead log of its own is taken with it.
  const source = new DatabaseSync(file, { readOnly: true });
  try {
    source.prepare('vacuum into ?').run(staged);
  } catch (error) {
    throw unreadable.has(Number(Object(error).errcode) & 0xff)
      ? new Error(`${file} is damaged, or no database`)
      : error;
  } finally {
    source.close();
  }
  chmodSync(staged, 0o600);
  const copy = new DatabaseSync(staged, { enableForeignKeyConstraints: true });
  const db = new Kysely<Tables>({ dialect: sqliteDialect(copy) });
  try {
    expectWhole(copy, file);
    const steps = await appliedSteps(asMigrated(db));
    if (steps.length === 0) throw new Error(`${file} is no copy of a database of Latchkey`);
    refuseUnknown(
      steps.filter((name) => name !== copyMark),
      knownSteps('sqlite'),
    );
    return await makeSafe(db, { now, who, file, before });
  } finally {
    await db.destroy();
    if (existsSync(staged)) flush(staged);
  }
}

/** Under a second name, so that there is a database at every moment: a server makes an empty one where there is none. */
function keepAside(path: string, now: Instant): string {
  const kept = `${path}-before-restore-${inName(now)}`;
  // Of a damaged database only: the log of one file must not be read into another.
  for (const end of ['-wal', '-shm']) if (existsSync(`${path}${end}`)) renameSync(`${path}${end}`, `${kept}${end}`);
  try {
    linkSync(path, kept);
  } catch {
    copyFileSync(path, kept);
  }
  return kept;
}
