// Orders as an operator sees them: those that were given up, and those that wait; and what can be done about one.
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Effect } from '../../flows/effect.ts';
import { type FlowId, flowId, type Instant, instant, later } from '../../flows/ids.ts';
import type { Applied, Transition } from '../../flows/store.ts';
import { decodeEffect } from '../codec.ts';
import { applyIn, asOperator } from '../flow-transition.ts';
import { settle } from '../outbox.ts';
import type { Database, GivenUpRow, OutboxRow } from '../tables.ts';
import type { Transactions } from '../transactions.ts';

/** `running`: a server is carrying it out at this moment, or died over it less than a minute ago. */
export type OrderState = 'given-up' | 'waiting' | 'running';

export interface OrderEntry {
  /** `<request>/<version>/<number>`. */
  readonly key: string;
  readonly flow: FlowId;
  readonly state: OrderState;
  /** Absent: only a newer release can read it. */
  readonly effect?: Effect;
  readonly orderedAt: Instant;
  readonly tries: number;
  /** A try of it was lost: it may have been carried out. */
  readonly isInDoubt: boolean;
  /** Of one that waits: its next try. */
  readonly nextAt?: Instant;
  /** Of one that was given up. */
  readonly givenUpAt?: Instant;
  readonly failure?: string;
}

export interface OperatorWork {
  /** Those that were given up, the newest first. `after`: the last one of the page before. */
  givenUp(limit: number, after?: string): Promise<readonly OrderEntry[]>;
  /** Those that are not done yet, the oldest first. */
  waiting(limit: number, after?: string): Promise<readonly OrderEntry[]>;
  /** Everything of one request. */
  ofRequest(flow: FlowId): Promise<readonly OrderEntry[]>;
  /** The one with this key, or a few whose keys begin with it. */
  find(prefix: string): Promise<readonly OrderEntry[]>;
  /** Orders one anew that was given up. False: somebody was faster, or its request is gone. */
  orderAgain(key: string, now: Instant): Promise<boolean>;
  /** One that waits gets its turn at once. False: it is being carried out, or done. */
  hurry(key: string, now: Instant): Promise<boolean>;
  /** Forgets one that was given up. False: it is not there any more. */
  forget(key: string): Promise<boolean>;
  /** Gives up one that waits, with what its request is told. False: it is being carried out, or done. */
  giveUp(key: string, now: Instant, told: Omit<Transition, 'settles'> | undefined): Promise<boolean>;
}

const foundAtMost = 5;

export function createOperatorWork({ run, read }: Transactions): OperatorWork {
  return {
    givenUp: (limit, after) => read((db) => givenUp(db, limit, after)),
    waiting: (limit, after) => read((db) => waiting(db, limit, after)),
    ofRequest: (flow) => read((db) => matching(db, `${flow}/`, undefined)),
    find: (prefix) => read((db) => matching(db, prefix, foundAtMost)),
    orderAgain: (key, now) => run((db) => orderAgain(db, key, now)),
    hurry: (key, now) => run((db) => hurry(db, key, now)),
    forget: (key) =>
      run(async (db) => {
        const gone = await db.deleteFrom('given_up').where('key', '=', key).returning('key').executeTakeFirst();
        return gone !== undefined;
      }),
    giveUp: (key, now, told) => run((db) => giveUp(db, key, now, told)),
  };
}

async function givenUp(db: Database, limit: number, after: string | undefined): Promise<readonly OrderEntry[]> {
  const last =
    after === undefined
      ? undefined
      : await db.selectFrom('given_up').selectAll().where('key', '=', after).executeTakeFirst();
  const rows = await db
    .selectFrom('given_up')
    .selectAll()
    .$if(last !== undefined, (query) =>
      query.where(sql<boolean>`(given_up_at, key) < (${last?.given_up_at}, ${last?.key})`),
    )
    .orderBy('given_up_at', 'desc')
    .orderBy('key', 'desc')
    .limit(limit)
    .execute();
  return rows.map(givenUpEntry);
}

async function waiting(db: Database, limit: number, after: string | undefined): Promise<readonly OrderEntry[]> {
  const last =
    after === undefined
      ? undefined
      : await db.selectFrom('outbox').selectAll().where('key', '=', after).executeTakeFirst();
  const rows = await db
    .selectFrom('outbox')
    .selectAll()
    .$if(last !== undefined, (query) =>
      query.where(sql<boolean>`(ordered_at, key) > (${last?.ordered_at}, ${last?.key})`),
    )
    .orderBy('ordered_at')
    .orderBy('key')
    .limit(limit)
    .execute();
  return rows.map(waitingEntry);
}

async function matching(db: Database, prefix: string, limit: number | undefined): Promise<readonly OrderEntry[]> {
  const begins = sql<boolean>`substr(key, 1, ${sql.lit(prefix.length)}) = ${prefix}`;
  const [given, open] = [
    await db.selectFrom('given_up').selectAll().where(begins).orderBy('ordered_at').orderBy('n').execute(),
    await db.selectFrom('outbox').selectAll().where(begins).orderBy('ordered_at').orderBy('n').execute(),
  ];
  const found = [...given.map(givenUpEntry), ...open.map(waitingEntry)];
  const exact = found.filter(({ key }) => key === prefix);
  return exact.length > 0 ? exact : found.slice(0, limit);
}

/** A try may have been carried out when the order was given up: the new row says so. */
async function orderAgain(db: Database, key: string, now: Instant): Promise<boolean> {
  const row = await db.deleteFrom('given_up').where('key', '=', key).returningAll().executeTakeFirst();
  if (row === undefined) return false;
  const { given_up_at: _at, failure: _failure, ...order } = row;
  await db
    .insertInto('outbox')
    .values({ ...order, ordered_at: now, ready_at: now, lease_token: null, lease_owner: null, tries: 0, in_doubt: 1 })
    .execute();
  return true;
}

/** Those before it in its queue too: otherwise its turn would not come. */
async function hurry(db: Database, key: string, now: Instant): Promise<boolean> {
  const row = await db
    .selectFrom('outbox')
    .selectAll()
    .where('key', '=', key)
    .where('lease_token', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return false;
  await db
    .updateTable('outbox')
    .set({ ready_at: now })
    .where('flow', '=', row.flow)
    .where('lane', '=', row.lane)
    .where('lease_token', 'is', null)
    .where('ready_at', '>', now)
    .execute();
  return true;
}

/** Long enough for one transaction. */
const leaseSeconds = 60;

/** In one transaction: otherwise a server could begin it in between. */
async function giveUp(
  db: Database,
  key: string,
  now: Instant,
  told: Omit<Transition, 'settles'> | undefined,
): Promise<boolean> {
  const token = randomBytes(16).toString('base64url');
  const taken = await db
    .updateTable('outbox')
    .set({ lease_token: token, ready_at: later(now, leaseSeconds) })
    .where('key', '=', key)
    .where('lease_token', 'is', null)
    .returning('key')
    .executeTakeFirst();
  if (taken === undefined) return false;
  if (told === undefined) return settle(db, { key, token }, now);
  const applied: Applied = await applyIn(db, { ...told, settles: { key, token } }, asOperator);
  return applied.kind !== 'unknown';
}

const shared = (row: GivenUpRow | OutboxRow) => ({
  ...{ key: row.key, flow: flowId(row.flow), orderedAt: instant(row.ordered_at), tries: row.tries },
  isInDoubt: row.in_doubt === 1,
  ...effectOf(row),
});

function effectOf({ flow, effect }: Pick<OutboxRow, 'flow' | 'effect'>): { readonly effect?: Effect } {
  try {
    return { effect: decodeEffect(flow, effect) };
  } catch {
    return {};
  }
}

const givenUpEntry = (row: GivenUpRow): OrderEntry => ({
  ...shared(row),
  ...{ state: 'given-up', givenUpAt: instant(row.given_up_at), failure: row.failure },
});

const waitingEntry = (row: OutboxRow): OrderEntry => ({
  ...shared(row),
  state: row.lease_token === null ? 'waiting' : 'running',
  nextAt: instant(row.ready_at),
});
