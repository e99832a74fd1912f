// Migration 0008: the version in which a state or an effect is stored, so that a release that cannot read it leaves it to one
// that can.
// Null is version 1: older rows, and rows of a process of the first release that still runs beside this one.
import { type Kysely, sql } from 'kysely';
import type { DialectName } from './0001-first.ts';

export async function addStoredVersions(db: Kysely<unknown>, dialect: DialectName): Promise<void> {
  // As in 0007: creating an index reads the whole table.
  if (dialect === 'postgres') await sql`set local statement_timeout = 0`.execute(db);
  await db.schema.alterTable('flows').addColumn('state_version', 'integer').execute();
  await db.schema.alterTable('outbox').addColumn('effect_version', 'integer').execute();
  // A process of the first release does not set `page_unseen_at` or `lease_owner`: these indexes find what it closes or leases.
  await sql`create index flows_page_unmarked on flows (page_closed_at, id)
    where page_closed_at is not null and shown_closed_at is null`.execute(db);
  await sql`create index outbox_unowned on outbox (flow) where lease_token is not null and lease_owner is null`.execute(
    db,
  );
}
