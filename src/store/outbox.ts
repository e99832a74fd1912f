// Effects that wait to be carried out. Each is leased to one worker at a time; within a lane of a flow they run strictly in
// order.
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { type Effect, isVolatile } from '../flows/effect.ts';
import { type Instant, instant } from '../flows/ids.ts';
import type { Failure } from '../flows/outcome.ts';
import type { Flow } from '../flows/state.ts';
import type { ClaimedEffect, Lease, Outbox } from '../flows/store.ts';
import { decodeEffect, decodeFlow, encodeEffect } from './codec.ts';
import type { Instances } from './instances.ts';
import { isReadableEffect } from './readable.ts';
import type { Database, FlowRow, OutboxRow } from './tables.ts';
import type { Transactions } from './transactions.ts';

export function createOutbox({ run, once }: Transactions, instances: Pick<Instances, 'current'>): Outbox {
  return {
    async claim(now, leaseMs, limit) {
      const owner = instances.current();
      return owner === undefined ? [] : readClaimed(await run((db) => lease(db, { owner, now, leaseMs, limit })));
    },
    finish: (lease, now, givesUp) =>
      givesUp === undefined ? once((db) => settle(db, lease, now)) : run((db) => settle(db, lease, now, givesUp)),
    postpone: (lease, at, because = 'failed') => run((db) => postpone(db, lease, at, because)),
  };
}

/**
 * Lanes do not wait for each other: a slow message never holds up an act, and a helpdesk channel that takes no card never holds
 * up the person's message. Neither does a mail server that is down hold up an act, or a notice in chat.
 */
function laneOf(effect: Effect): 'act' | 'person' | 'helpdesk' | 'notice' | 'chat-notice' {
  if (effect.do === 'show') return effect.to;
  if (effect.do === 'announce-request') return 'chat-notice';
  if (effect.do === 'announce') return effect.by === 'mail' ? 'notice' : 'chat-notice';
  return 'act';
}

export async function order(db: Database, flow: Flow, effects: readonly Effect[], now: Instant): Promise<void> {
  const rows = effects.flatMap((effect, n) => (isVolatile(effect) ? [] : [newRow(flow, effect, n, now)]));
  if (rows.length > 0) await db.insertInto('outbox').values(rows).execute();
}

function newRow({ id, version }: Flow, effect: Effect, n: number, now: Instant): OutboxRow {
  const encoded = encodeEffect(id, effect);
  return {
    key: `${id}/${version}/${n}`,
    flow: id,
    lane: laneOf(effect),
    version,
    n,
    effect: encoded.text,
    effect_version: encoded.version,
    ordered_at: now,
    ready_at: now,
    lease_token: null,
    lease_owner: null,
    tries: 0,
    in_doubt: 0,
  };
}

/** No earlier effect of the same flow and lane is waiting or being carried out. */
const isFirstInLane = sql<boolean>`not exists (
  select 1 from outbox as earlier
  where earlier.flow = outbox.flow and earlier.lane = outbox.lane
    and (earlier.version < outbox.version or (earlier.version = outbox.version and earlier.n < outbox.n))
)`;

interface Leasing {
  readonly owner: string;
  readonly now: Instant;
  readonly leaseMs: number;
  readonly limit: number;
}

interface Leased {
  readonly rows: readonly OutboxRow[];
  readonly flows: readonly FlowRow[];
  readonly token: string;
}

async function lease(db: Database, { owner, now, leaseMs, limit }: Leasing): Promise<Leased> {
  const token = randomBytes(16).toString('base64url');
  const ready = await db
    .selectFrom('outbox')
    .select('key')
    .where('ready_at', '<=', now)
    .where(isFirstInLane)
    .where(isReadableEffect)
    .orderBy('ready_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  if (ready.length === 0) return { rows: [], flows: [], token };
  const rows = await db
    .updateTable('outbox')
    .set({
      // A token that is still set was neither settled nor returned: its lease has expired, and the effect may have happened.
      in_doubt: sql`case when lease_token is null then in_doubt else 1 end`,
      lease_token: token,
      lease_owner: owner,
      ready_at: now + leaseMs,
      tries: sql`tries + 1`,
    })
    .where(
      'key',
      'in',
      ready.map((row) => row.key),
    )
    .returningAll()
    .execute();
  const flows = await db
    .selectFrom('flows')
    .selectAll()
    .where('id', 'in', [...new Set(rows.map((row) => row.flow))])
    .execute();
  const position = new Map(ready.map((row, index) => [row.key, index]));
  return { rows: rows.toSorted((a, b) => (position.get(a.key) ?? 0) - (position.get(b.key) ?? 0)), flows, token };
}

/** A malformed row stays leased and does not hold up the others. Its error is thrown only if there is nothing else to do. */
function readClaimed({ rows, flows, token }: Leased): readonly ClaimedEffect[] {
  const claimed: ClaimedEffect[] = [];
  let unreadable: unknown;
  for (const row of rows) {
    const flow = flows.find((candidate) => candidate.id === row.flow);
    try {
      if (flow !== undefined) claimed.push(claimedEffect(row, decodeFlow(flow), token));
    } catch (error) {
      unreadable = error;
    }
  }
  if (claimed.length === 0 && unreadable !== undefined) throw unreadable;
  return claimed;
}

const claimedEffect = (row: OutboxRow, flow: Flow, token: string): ClaimedEffect => ({
  lease: { key: row.key, token },
  flow,
  effect: decodeEffect(row.flow, row.effect),
  earlierTries: row.tries - 1,
  isInDoubt: row.in_doubt === 1,
  orderedAt: instant(row.ordered_at),
});

/** False, with nothing changed, if another worker has claimed it since. `givesUp`: it is kept for the operator. */
export async function settle(
  db: Database,
  { key, token }: Lease,
  now: Instant,
  givesUp?: Failure['kind'],
): Promise<boolean> {
  const deleted = await db
    .deleteFrom('outbox')
    .where('key', '=', key)
    .where('lease_token', '=', token)
    .returningAll()
    .executeTakeFirst();
  if (deleted === undefined) return false;
  if (givesUp !== undefined) {
    const { ready_at: _at, lease_token: _token, lease_owner: _owner, ...order } = deleted;
    await db
      .insertInto('given_up')
      .values({ ...order, given_up_at: now, failure: givesUp })
      .execute();
  }
  return true;
}

async function postpone(
  db: Database,
  { key, token }: Lease,
  at: Instant,
  because: 'failed' | 'waiting',
): Promise<boolean> {
  const row = await db
    .updateTable('outbox')
    .set({
      lease_token: null,
      lease_owner: null,
      ready_at: at,
      ...(because === 'waiting' ? { tries: sql`tries - 1` } : {}),
    })
    .where('key', '=', key)
    .where('lease_token', '=', token)
    .returning(['flow', 'lane'])
    .executeTakeFirst();
  if (row === undefined) return false;
  // The effects behind it in its lane cannot run earlier. They are postponed too, so that after a long outage claims do not
  // search a pile of ready rows.
  await db
    .updateTable('outbox')
    .set({ ready_at: at })
    .where('flow', '=', row.flow)
    .where('lane', '=', row.lane)
    .where('ready_at', '<', at)
    .execute();
  return true;
}

export async function nextReady(db: Database): Promise<Instant | undefined> {
  const row = await db
    .selectFrom('outbox')
    .select('ready_at')
    .where(isFirstInLane)
    .where(isReadableEffect)
    .orderBy('ready_at')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : instant(row.ready_at);
}
