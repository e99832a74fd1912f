// Migration 0016: what happened to an account without a request, until its people are told; which rows of `flows` are such notices; and
// a way from an account to its chat people, because every changed password of the tenant asks for it.
import { type Kysely, sql } from 'kysely';

export async function createOccasions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('occasions')
    .addColumn('key', 'text', (column) => column.primaryKey().notNull())
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('what', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('made', 'text')
    .addColumn('reported_at', 'bigint', (column) => column.notNull())
    .addColumn('ready_at', 'bigint')
    .addColumn('tries', 'integer', (column) => column.notNull())
    .execute();
  await sql`create index occasions_ready on occasions (what, ready_at) where ready_at is not null`.execute(db);
  await sql`create index occasions_account on occasions (account, at)`.execute(db);
  await sql`create index occasions_reported on occasions (reported_at)`.execute(db);
  await db.schema.alterTable('flows').addColumn('is_notice', 'integer').execute();
  await sql`create index bindings_account on bindings (account)`.execute(db);
}
