// Copies of the database: made beside running servers, and put back while none is running. For either kind of database.
import { existsSync, rmSync } from 'node:fs';
import type { Instant } from '../flows/ids.ts';
import { lastBackup, noteBackup } from './backups.ts';
import { connect } from './connection.ts';
import { belongsToDatabase, inName, writeWhole } from './copy-file.ts';
import type { DialectName } from './migrations/0001-first.ts';
import { copyMark } from './migrations/copy-mark.ts';
import { appliedSteps, knownSteps, migrateDatabase, missingSteps, refuseUnknown } from './migrations/migrations.ts';
import { copyPostgres, restorePostgres, stepsInDump } from './postgres/copy.ts';
import { type MadeSafe, makeSafe, type Protections, readProtections } from './restored.ts';
import { asMigrated, copySqlite, hasTable } from './sqlite/copy.ts';
import { restoreSqlite } from './sqlite/restore.ts';
import type { Database } from './tables.ts';

const sqlitePath = (url: string): string | undefined =>
  url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : undefined;

export interface Backup {
  readonly url: string;
  readonly file: string;
  readonly force: boolean;
  readonly now: Instant;
}

/** Returns the size in bytes. Throws with one sentence, with nothing written. */
export async function backupDatabase({ url, file, force, now }: Backup): Promise<number> {
  const path = sqlitePath(url);
  if (path !== undefined) expectFile(path);
  if (path !== undefined && belongsToDatabase(file, path))
    throw new Error(`${file} is the database itself, or belongs to it. Write the copy to another place`);
  const size = await writeWhole({ file, force }, async (part) => {
    if (path === undefined) await copyPostgres(url, part);
    else await copySqlite(path, part, file, now);
  });
  await withDatabase(url, async (db) => {
    // A database that is not migrated yet has nowhere to note it.
    if (await hasTable(db, 'backups')) await noteBackup(db, now, file);
  });
  return size;
}

function expectFile(path: string): void {
  if (path === ':memory:') throw new Error('the database is in memory: there is nothing to copy');
  if (!existsSync(path))
    throw new Error(`there is no database at ${path}. Set DATABASE_URL to the one that the server uses`);
}

async function withDatabase<T>(url: string, work: (db: Database, dialect: DialectName) => Promise<T>): Promise<T> {
  const { db, dialect } = connect(url, 'command');
  try {
    return await work(db, dialect);
  } finally {
    await db.destroy();
  }
}

/** When the last copy was made that this database knows of. */
export const lastBackupOf = (url: string): Promise<Instant | undefined> =>
  withDatabase(url, async (db) => ((await hasTable(db, 'backups')) ? lastBackup(db) : undefined));

export interface Migration {
  /** The steps that the database lacks. */
  readonly steps: readonly string[];
  /** Where a copy from before will be; undefined: PostgreSQL, or there is nothing to copy. */
  readonly copy?: string;
}

/** What `migrateWithCopy` would do. Throws if a newer release has changed the database. */
export async function migrationOf(url: string, now: Instant): Promise<Migration> {
  const path = sqlitePath(url);
  if (path !== undefined && path !== ':memory:' && !existsSync(path)) return { steps: knownSteps('sqlite') };
  return withDatabase(url, async (db, dialect) => {
    const [steps, applied] = [await missingSteps(db, dialect), await appliedSteps(asMigrated(db))];
    const isCopied = path !== undefined && path !== ':memory:' && steps.length > 0 && applied.length > 0;
    return { steps, ...(isCopied ? { copy: `${path}-before-${steps[0]}-${inName(now)}` } : {}) };
  });
}

/**
 * Brings the database to this release. An SQLite file is copied before: a release does not work on what a newer one has changed. Several processes may call it at the same time.
 */
export async function migrateWithCopy(url: string, now: Instant): Promise<Migration> {
  const path = sqlitePath(url);
  if (path === ':memory:') return { steps: [] };
  const migration = await migrationOf(url, now);
  if (migration.steps.length === 0) return migration;
  const { copy } = migration;
  if (path !== undefined && copy !== undefined) await copyBefore(path, copy, { now, lacks: migration.steps });
  return { ...migration, steps: await withDatabase(url, migrateDatabase) };
}

/** No copy is kept of what another process has brought to this release meanwhile: it has one. */
async function copyBefore(
  path: string,
  copy: string,
  { now, lacks }: { readonly now: Instant; readonly lacks: readonly string[] },
): Promise<void> {
  let seen: readonly string[] = [];
  try {
    await writeWhole({ file: copy, force: false }, async (part) => {
      seen = await copySqlite(path, part, copy, now);
    });
  } catch (error) {
    // Two of them may begin in the same second.
    if (!existsSync(copy)) throw error;
    return;
  }
  if (seen.some((name) => lacks.includes(name))) rmSync(copy, { force: true });
}

export interface Restore {
  readonly url: string;
  readonly file: string;
  readonly now: Instant;
  readonly who: string;
}

export interface Restored extends MadeSafe {
  readonly kept?: string;
  /** False: the database that was replaced could not be read, so nobody knows which pauses and counts it had. */
  readonly knewProtections: boolean;
}

/** The copy keeps the tables of its own release. Throws with one sentence, with nothing changed. */
export async function restoreDatabase({ url, file, now, who }: Restore): Promise<Restored> {
  if (!existsSync(file)) throw new Error(`there is no file ${file}`);
  const path = sqlitePath(url);
  if (path === undefined) return restoreOnServer({ url, file, now, who });
  if (path === ':memory:') throw new Error('the database is in memory: nothing can be put there');
  if (belongsToDatabase(file, path)) throw new Error(`${file} is the database itself, or belongs to it`);
  return restoreSqlite({ path, file, now, who });
}

/** If this ends in the middle, the mark of the copy keeps servers off, and the same command does it again. */
async function restoreOnServer({ url, file, now, who }: Restore): Promise<Restored> {
  const known = knownSteps('postgres');
  const steps = await stepsInDump(file);
  if (steps.length === 0) throw new Error(`${file} is no copy of a database of Latchkey`);
  refuseUnknown(steps, known);
  const before = await withDatabase(url, async (db): Promise<Protections | undefined> => {
    const present = await appliedSteps(asMigrated(db));
    // Its tables are not known here, and could not be replaced.
    refuseUnknown(
      present.filter((name) => name !== copyMark),
      known,
    );
    // A restore that ended in the middle has replaced what protected accounts.
    return present.length === 0 || present.includes(copyMark) ? undefined : readProtections(db);
  });
  await restorePostgres(url, file);
  const safe = await withDatabase(url, (db) => makeSafe(db, { now, who, file, before }));
  return { ...safe, knewProtections: before !== undefined };
}
