// Takes over what a dead instance held: its leases, and flows that it was working on. They are orphaned once its row is deleted.
import { type Expression, type SqlBool, sql } from 'kysely';
import type { Instant } from '../flows/ids.ts';
import type { TakenOver, Takeover } from '../flows/store.ts';
import { decodeEach, decodeFlow } from './codec.ts';
import type { Instances } from './instances.ts';
import { isReadableFlow } from './readable.ts';
import type { Database, FlowRow } from './tables.ts';
import type { Transactions } from './transactions.ts';
import { oldestVersion } from './versions.ts';

/** Flows per call; the next call takes the rest. */
const atOnce = 100;

/**
 * True if there is a holder, but no longer as an instance. A row without a holder, as releases before migration 0006 write it,
 * waits for its own deadline.
 */
export const isOrphaned = (holder: 'outbox.lease_owner' | 'flows.held_by' | 'intakes.taken_by'): Expression<SqlBool> =>
  sql<SqlBool>`${sql.ref(holder)} is not null and not exists (
    select 1 from instances where instances.id = ${sql.ref(holder)}
  )`;

export function createTakeover({ run, once, read }: Transactions, instances: Instances): Takeover {
  return {
    alive: () => instances.look(),
    async takeOver(now) {
      const instance = instances.current();
      const nothing: TakenOver = { freed: 0, returned: 0, flows: [] };
      if (instance === undefined || !(await read(isAnythingLeft))) return nothing;
      const returned = await once((db) => freeUselessLeases(db, now));
      const freed = await once((db) => freeLeases(db, now));
      const rows = await run((db) => adoptFlows(db, instance));
      return { freed, returned, flows: decodeEach(rows, decodeFlow) };
    },
  };
}

async function isAnythingLeft(db: Database): Promise<boolean> {
  const lease = await db.selectFrom('outbox').select('key').where(isOrphaned('outbox.lease_owner')).limit(1).execute();
  if (lease.length > 0) return true;
  const useless = await db.selectFrom('outbox').select('key').where(isUselessLease).limit(1).execute();
  if (useless.length > 0) return true;
  const flow = await db
    .selectFrom('flows')
    .select('id')
    .where(isOrphaned('flows.held_by'))
    .where(isReadableFlow)
    .limit(1)
    .execute();
  return flow.length > 0;
}

/** The token is cleared too: a late report of the old holder then settles nothing. */
async function freeLeases(db: Database, now: Instant): Promise<number> {
  const freed = await db
    .updateTable('outbox')
    .set({ lease_token: null, lease_owner: null, in_doubt: 1, ready_at: now })
    .where(isOrphaned('outbox.lease_owner'))
    .returning('key')
    .execute();
  return freed.length;
}

/** A process of the first release sets no owner. It leases even what it cannot read, and can never carry that out. */
const isUselessLease: Expression<SqlBool> = sql<SqlBool>`lease_token is not null and lease_owner is null and exists (
  select 1 from flows where flows.id = outbox.flow and flows.state_version > ${sql.lit(oldestVersion)}
)`;

async function freeUselessLeases(db: Database, now: Instant): Promise<number> {
  const freed = await db
    .updateTable('outbox')
    .set({ lease_token: null, ready_at: now, tries: sql`tries - 1` })
    .where(isUselessLease)
    .returning('key')
    .execute();
  return freed.length;
}

/** From now on this instance holds them: if it dies over them too, the next one finds them. */
async function adoptFlows(db: Database, instance: string): Promise<readonly FlowRow[]> {
  const rows = await db
    .selectFrom('flows')
    .selectAll()
    .where(isOrphaned('flows.held_by'))
    .where(isReadableFlow)
    .limit(atOnce)
    .forUpdate()
    .skipLocked()
    .execute();
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  await db.updateTable('flows').set({ held_by: instance }).where('id', 'in', ids).execute();
  return rows;
}
