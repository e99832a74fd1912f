// Migration 0004: marks flows that closed after the password page had been opened, for changes that are noticed late.
import { type Kysely, sql } from 'kysely';

export async function addPageClosed(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('flows').addColumn('page_closed_at', 'bigint').execute();
  await sql`create index flows_page_closed on flows (page_closed_at) where page_closed_at is not null`.execute(db);
}
