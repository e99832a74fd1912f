// Migration 0006: the running instances, and what each of them holds. Older rows are held by nobody.
import { type Kysely, sql } from 'kysely';

export async function createInstances(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('instances')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('lock_key', 'bigint', (column) => column.notNull())
    .addColumn('beats', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.alterTable('outbox').addColumn('lease_owner', 'text').execute();
  await db.schema.alterTable('flows').addColumn('held_by', 'text').execute();
  await db.schema.alterTable('intakes').addColumn('taken_by', 'text').execute();
  await sql`create index outbox_owner on outbox (lease_owner) where lease_owner is not null`.execute(db);
  await sql`create index flows_held on flows (held_by) where held_by is not null`.execute(db);
}
