// Migration 0008: in which version a state and an effect stand there, so that who cannot read one leaves it to who can.
// Null is version 1: rows from before, and those of a process of the first release that still works beside this one.
import { type Kysely, sql } from 'kysely';
import type { DialectName } from './0001-first.ts';

export async function addStoredVersions(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  // As in 0007: an index is one reading of its table.
  if (dialect === 'postgres') await sql`set local statement_timeout = 0`.execute(db);
  await db.schema.alterTable('flows').addColumn('state_version', 'integer').execute();
  await db.schema.alterTable('outbox').addColumn('effect_version', 'integer').execute();
  // A process of the first release knows no `page_unseen_at` and no `lease_owner`: what it closes or leases is found by these.
  await sql`create index flows_page_unmarked on flows (page_closed_at, id)
    where page_closed_at is not null and shown_closed_at is null`.execute(db);
  await sql`create index outbox_unowned on outbox (flow) where lease_token is not null and lease_owner is null`.execute(
    db,
  );
}
