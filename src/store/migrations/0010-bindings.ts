// Migration 0010: which account a chat person was bound to at enrolment.
import type { Kysely } from 'kysely';

export async function createBindingsTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('bindings')
    .addColumn('actor', 'text', (column) => column.primaryKey())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
}
