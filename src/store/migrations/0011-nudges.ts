// Migration 0011: when a person was last reminded that they have no recovery contact, and who does not want to be.
import type { Kysely } from 'kysely';

export async function createNudgesTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('nudges')
    .addColumn('actor', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('is_off', 'integer', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('nudges_by_age').on('nudges').column('at').execute();
}
