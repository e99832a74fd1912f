// Migrates a database to this release's tables, each step once. Refuses a database that a newer release has migrated.
import { type Kysely, type Migration, Migrator } from 'kysely';
import { connect } from '../connection.ts';
import { createFirstSchema, type DialectName } from './0001-first.ts';
import { createWhereaboutsTable } from './0002-whereabouts.ts';
import { addCountedContact } from './0003-counted-contact.ts';
import { addPageClosed } from './0004-page-closed.ts';
import { indexSurfacePlaces } from './0005-surface-place.ts';
import { createInstances } from './0006-instances.ts';
import { boundWork } from './0007-bounded-work.ts';
import { addStoredVersions } from './0008-stored-versions.ts';
import { addNews } from './0009-news.ts';
import { createBindingsTable } from './0010-bindings.ts';
import { createNudgesTable } from './0011-nudges.ts';
import { createRecoveryCodesTable } from './0012-recovery-codes.ts';
import { addOperator } from './0013-operator.ts';
import { createBackupsTable } from './0014-backups.ts';
import { createUncountedEndings } from './0015-uncounted-endings.ts';
import { createOccasions } from './0016-occasions.ts';
import { createTypedSessions } from './0017-typed-sessions.ts';
import { indexStrangers } from './0018-strangers.ts';
import { copyMark } from './copy-mark.ts';

/** Run in the order of their names. A released step is never changed or removed. */
const migrationsFor = (dialect: DialectName): Record<string, Migration> => ({
  '0001-first': { up: (db) => createFirstSchema(db, dialect) },
  '0002-whereabouts': { up: createWhereaboutsTable },
  '0003-counted-contact': { up: addCountedContact },
  '0004-page-closed': { up: addPageClosed },
  '0005-surface-place': { up: indexSurfacePlaces },
  '0006-instances': { up: createInstances },
  '0007-bounded-work': { up: (db) => boundWork(db, dialect) },
  '0008-stored-versions': { up: (db) => addStoredVersions(db, dialect) },
  '0009-news': { up: addNews },
  '0010-bindings': { up: createBindingsTable },
  '0011-nudges': { up: createNudgesTable },
  '0012-recovery-codes': { up: createRecoveryCodesTable },
  '0013-operator': { up: (db) => addOperator(db, dialect) },
  '0014-backups': { up: createBackupsTable },
  '0015-uncounted-endings': { up: createUncountedEndings },
  '0016-occasions': { up: createOccasions },
  '0017-typed-sessions': { up: createTypedSessions },
  '0018-strangers': { up: (db) => indexStrangers(db, dialect) },
});

/** The names of all steps of this release, in their order. */
export const knownSteps = (dialect: DialectName): readonly string[] => Object.keys(migrationsFor(dialect));

/**
 * Returns the names of the steps that ran; none if the database was up to date. Several processes may call it at the same time.
 */
export async function migrate(url: string): Promise<readonly string[]> {
  const { db, dialect } = connect(url);
  try {
    return await migrateDatabase(db, dialect);
  } finally {
    await db.destroy();
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a migration sees whatever tables there are, so Kysely asks for `any` here
export async function migrateDatabase(db: Kysely<any>, dialect: DialectName): Promise<readonly string[]> {
  const migrations = migrationsFor(dialect);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  await refuseNewer(db, Object.keys(migrations));
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
  return results.map((result) => result.migrationName);
}

/** The steps that this database lacks. Changes nothing. Throws if a newer release has changed it. */
// biome-ignore lint/suspicious/noExplicitAny: it asks a database of any release, whose tables have no type
export async function missingSteps(db: Kysely<any>, dialect: DialectName): Promise<readonly string[]> {
  const known = Object.keys(migrationsFor(dialect));
  const applied = await appliedSteps(db);
  refuseUnknown(applied, known);
  return known.filter((name) => !applied.includes(name));
}

async function refuseNewer(db: Kysely<{ kysely_migration: { name: string } }>, known: readonly string[]) {
  refuseUnknown(await appliedSteps(db), known);
}

/** None where the database is empty. */
export async function appliedSteps(db: Kysely<{ kysely_migration: { name: string } }>): Promise<readonly string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return [];
  const applied = await db.selectFrom('kysely_migration').select('name').execute();
  return applied.map((row) => row.name);
}

export function refuseUnknown(applied: readonly string[], known: readonly string[]): void {
  const unknown = applied.find((name) => name === copyMark) ?? applied.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  if (unknown === copyMark)
    throw new Error(
      'This database is a copy that `latchkey backup` made, and it was put here by hand. What was open in it may be done since. ' +
        'Move it to another name, then run `latchkey restore FILE` with that name.',
    );
  throw new Error(
    `A newer Latchkey has changed this database (step "${unknown}"; this release knows up to "${known.at(-1)}"). ` +
      'Start the newer release, or go back to a copy of the database from before.',
  );
}
