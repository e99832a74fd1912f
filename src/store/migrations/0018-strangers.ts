// Migration 0018: closed requests of people who typed a name and came to no account are found apart from the others, because they are
// forgotten sooner; and with them the orders of theirs that were given up.
import { type Kysely, sql } from 'kysely';
import type { DialectName } from './0001-first.ts';

export async function indexStrangers(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  // As in 0007.
  if (dialect === 'postgres') await sql`set local statement_timeout = 0`.execute(db);
  // The sweep's query must contain exactly these conditions: SQLite compares them as text.
  await sql`create index flows_strangers on flows (closed_at, id)
    where closed_at is not null and account is null and substr(actor, 1, 4) = 'web:'`.execute(db);
  await sql`create index given_up_flow on given_up (flow)`.execute(db);
}
