// Migration 0007: recurring jobs find what is due through an index, however many flows are closed.
import { type Kysely, sql } from 'kysely';
import type { DialectName } from './0001-first.ts';

/** How far back a changed password is reported, and how long surfaces are kept; plus an hour until this migration runs. */
const newsMs = 25 * 3_600_000;
const surfacesMs = 49 * 3_600_000;

export async function boundWork(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  // Creating an index reads the whole table: some seconds for millions of rows, more than a statement may normally take.
  if (dialect === 'postgres') await sql`set local statement_timeout = 0`.execute(db);
  await addColumns(db);
  // Queries for open flows must contain exactly this condition: SQLite compares it as text.
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

/** Filled only for recent flows: for older ones nothing is due. */
async function addColumns(db: Kysely<unknown>): Promise<void> {
  await sql`alter table flows add column shown_closed_at bigint`.execute(db);
  await sql`alter table flows add column page_unseen_at bigint`.execute(db);
  // Flows whose change was seen are included: the reader checks the state.
  await sql`update flows set page_unseen_at = page_closed_at
    where page_closed_at > (select max(page_closed_at) from flows) - ${sql.lit(newsMs)}`.execute(db);
  await sql`update flows set shown_closed_at = closed_at
    where closed_at > (select max(closed_at) from flows) - ${sql.lit(surfacesMs)}`.execute(db);
}
