// Migration 0017: what browsers and programs do that typed a name. Of the name only a keyed hash is kept, and for the time of its
// request the name itself, sealed.
// And how many text messages went to each country.
import { type Kysely, sql } from 'kysely';

export async function createTypedSessions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('typed_sessions')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('name_hash', 'text', (column) => column.notNull())
    .addColumn('sealed_name', 'text')
    .addColumn('sealed_until', 'bigint')
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('codes', 'integer', (column) => column.notNull())
    .addColumn('code_at', 'bigint', (column) => column.notNull())
    .addColumn('tries', 'integer', (column) => column.notNull())
    .addColumn('code_tries', 'integer', (column) => column.notNull())
    .addColumn('failures', 'integer', (column) => column.notNull())
    .addColumn('passed', 'integer', (column) => column.notNull())
    .addColumn('claim', 'text')
    .addColumn('claimed_at', 'bigint')
    .addColumn('sent', 'integer', (column) => column.notNull())
    .addColumn('sent_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .execute();
  await db.schema
    .createTable('typed_texts')
    .addColumn('country', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('n', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('typed_texts_key', ['country', 'at'])
    .execute();
  await sql`create index typed_texts_at on typed_texts (at)`.execute(db);
  await sql`create index typed_sessions_codes on typed_sessions (name_hash, started_at) where codes > 0`.execute(db);
  await sql`create index typed_sessions_failures on typed_sessions (name_hash, started_at) where failures > 0`.execute(
    db,
  );
  await sql`create index typed_sessions_started on typed_sessions (started_at)`.execute(db);
  await sql`create index typed_sessions_sealed on typed_sessions (sealed_until) where sealed_until is not null`.execute(
    db,
  );
  await sql`create index typed_sessions_sent on typed_sessions (sent_at) where sent_at is not null`.execute(db);
}
