// Migration 0014: when a copy of the database was made, for the operator's doctor.
import type { Kysely } from 'kysely';

export async function createBackupsTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('backups')
    .addColumn('at', 'bigint', (column) => column.primaryKey().notNull())
    .addColumn('file', 'text', (column) => column.notNull())
    .execute();
}
