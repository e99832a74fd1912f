// Migration 0002: references for writing to people, on platforms where an id is not enough.
import { type Kysely, sql } from 'kysely';

export async function createWhereaboutsTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('whereabouts')
    .addColumn('actor', 'text', (column) => column.primaryKey().notNull())
    .addColumn('platform', 'text', (column) => column.notNull())
    .addColumn('place', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  await sql`create index whereabouts_latest on whereabouts (platform, at)`.execute(db);
}
