// Migration 0007: what comes round regularly finds what is due by an index, however many flows are over.
import { type Kysely, sql } from 'kysely';
import type { DialectName } from './0001-first.ts';

/** How far back news of a changed password is told, and surfaces are kept; an hour more for the time until this is carried out. */
const newsMs = 25 * 3_600_000;
const surfacesMs = 49 * 3_600_000;

export async function boundWork(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  // Each index is one reading of the table: some seconds for millions of rows, more than a request may last.
  if (dialect === 'postgres') await sql`set local statement_timeout = 0`.execute(db);
  await addColumns(db);
  // Whoever asks for open flows says so with these very words: SQLite compares them as text.
  await sql`create index flows_open_place on flows (place, started_at, id) where is_open = 1`.execute(db);
  await sql`drop index flows_place`.execute(db);
  await sql`create index flows_shown on flows (shown_closed_at) where shown_closed_at is not null`.execute(db);
  await sql`create index flows_page_account on flows (account, page_closed_at) where page_closed_at is not null`.execute(
    db,
  );
  await sql`create index flows_page_unseen on flows (page_unseen_at, id) where page_unseen_at is not null`.execute(db);
  await sql`drop index flows_page_closed`.execute(db);
  await sql`create index accounts_idle on accounts (account) where frozen_until is null`.execute(db);
  await sql`create index accounts_frozen on accounts (frozen_until) where frozen_until is not null`.execute(db);
}

/** Filled for what is recent only: of what is older nothing is due. */
async function addColumns(db: Kysely<unknown>): Promise<void> {
  await sql`alter table flows add column shown_closed_at bigint`.execute(db);
  await sql`alter table flows add column page_unseen_at bigint`.execute(db);
  // Those that were seen as well: whoever reads them looks at the state.
  await sql`update flows set page_unseen_at = page_closed_at
    where page_closed_at > (select max(page_closed_at) from flows) - ${sql.lit(newsMs)}`.execute(db);
  await sql`update flows set shown_closed_at = closed_at
    where closed_at > (select max(closed_at) from flows) - ${sql.lit(surfacesMs)}`.execute(db);
}
