// What an instance that is gone had in hand: leases, and flows in whose middle it was. Nobody's, once its row is away.
import { type Expression, type SqlBool, sql } from 'kysely';
import type { Instant } from '../flows/ids.ts';
import type { TakenOver, Takeover } from '../flows/store.ts';
import { decodeEach, decodeFlow } from './codec.ts';
import type { Instances } from './instances.ts';
import { isReadableFlow } from './readable.ts';
import type { Database, FlowRow } from './tables.ts';
import type { Transactions } from './transactions.ts';
import { oldestVersion } from './versions.ts';

/** The rest comes with the next look. */
const atOnce = 100;

/** Its holder is no instance any more. What nobody holds, or a release from before there were instances, has its own time. */
export const isOrphaned = (holder: 'outbox.lease_owner' | 'flows.held_by' | 'intakes.taken_by'): Expression<SqlBool> =>
  sql<SqlBool>`${sql.ref(holder)} is not null and not exists (
    select 1 from instances where instances.id = ${sql.ref(holder)}
  )`;

export function createTakeover({ run, once, read }: Transactions, instances: Instances): Takeover {
  return {
    alive: () => instances.look(),
    async takeOver(now) {
      const me = instances.current();
      const nothing: TakenOver = { freed: 0, flows: [] };
      if (me === undefined || !(await read(isAnythingLeft))) return nothing;
      await once((db) => freeVainLeases(db, now));
      const freed = await once((db) => freeLeases(db, now));
      const rows = await run((db) => adoptFlows(db, me));
      return { freed, flows: decodeEach(rows, decodeFlow) };
    },
  };
}

async function isAnythingLeft(db: Database): Promise<boolean> {
  const lease = await db.selectFrom('outbox').select('key').where(isOrphaned('outbox.lease_owner')).limit(1).execute();
  if (lease.length > 0) return true;
  const vain = await db.selectFrom('outbox').select('key').where(isLeasedInVain).limit(1).execute();
  if (vain.length > 0) return true;
  const flow = await db
    .selectFrom('flows')
    .select('id')
    .where(isOrphaned('flows.held_by'))
    .where(isReadableFlow)
    .limit(1)
    .execute();
  return flow.length > 0;
}

/** The token goes at once: a late word of the old holder settles nothing from here on. */
async function freeLeases(db: Database, now: Instant): Promise<number> {
  const freed = await db
    .updateTable('outbox')
    .set({ lease_token: null, lease_owner: null, in_doubt: 1, ready_at: now })
    .where(isOrphaned('outbox.lease_owner'))
    .returning('key')
    .execute();
  return freed.length;
}

/** A process of the first release names no owner, and leases what it cannot read: it can carry out nothing of that. */
const isLeasedInVain: Expression<SqlBool> = sql<SqlBool>`lease_token is not null and lease_owner is null and exists (
  select 1 from flows where flows.id = outbox.flow and flows.state_version > ${sql.lit(oldestVersion)}
)`;

async function freeVainLeases(db: Database, now: Instant): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ lease_token: null, ready_at: now, tries: sql`tries - 1` })
    .where(isLeasedInVain)
    .execute();
}

/** Held by this instance from now on, so that the next one finds them should this one die over them. */
async function adoptFlows(db: Database, me: string): Promise<readonly FlowRow[]> {
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
  await db.updateTable('flows').set({ held_by: me }).where('id', 'in', ids).execute();
  return rows;
}
