// Reading flows, and the two ways in which a flow is written: begun, and moved from one version to the next.
import type { Moved } from '../flows/decision.ts';
import type { Effect } from '../flows/effect.ts';
import { type AccountId, type ActorId, type FlowId, flowId, type Instant, instant } from '../flows/ids.ts';
import type { Flow, FlowState } from '../flows/state.ts';
import type { FlowStore } from '../flows/store.ts';
import { decodeFlow, stateColumns } from './codec.ts';
import { order } from './outbox.ts';
import type { Database } from './tables.ts';
import { lostRace, type Transactions } from './transactions.ts';

type Reading = Pick<FlowStore, 'read' | 'openFlowsOf' | 'latestFlowOf' | 'flowsAt' | 'pagesClosed' | 'overdue'>;

export function createFlowReading({ read }: Transactions): Reading {
  return {
    read: (flow) => read((db) => readFlow(db, flow)),
    openFlowsOf: (actor) => read((db) => openFlowsOf(db, actor)),
    latestFlowOf: (actor) => read((db) => latestFlowOf(db, actor)),
    flowsAt: (at, limit) => read((db) => flowsAt(db, at, limit)),
    pagesClosed: (after, limit, of) => read((db) => pagesClosed(db, after, limit, of)),
    overdue: (now, limit) => read((db) => overdue(db, now, limit)),
  };
}

export async function readFlow(db: Database, flow: FlowId): Promise<Flow | undefined> {
  const row = await db.selectFrom('flows').selectAll().where('id', '=', flow).executeTakeFirst();
  return row === undefined ? undefined : decodeFlow(row);
}

async function openFlowsOf(db: Database, actor: ActorId): Promise<readonly Flow[]> {
  const rows = await db
    .selectFrom('flows')
    .selectAll()
    .where('actor', '=', actor)
    .where('is_open', '=', 1)
    .orderBy('started_at', 'desc')
    .execute();
  return rows.map(decodeFlow);
}

async function latestFlowOf(db: Database, actor: ActorId): Promise<Flow | undefined> {
  const row = await db
    .selectFrom('flows')
    .selectAll()
    .where('actor', '=', actor)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : decodeFlow(row);
}

async function flowsAt(db: Database, at: FlowState['at'], limit: number): Promise<readonly Flow[]> {
  const rows = await db
    .selectFrom('flows')
    .selectAll()
    .where('place', '=', at)
    .orderBy('started_at')
    .limit(limit)
    .execute();
  return rows.map(decodeFlow);
}

async function pagesClosed(
  db: Database,
  after: Instant,
  limit: number,
  of: readonly AccountId[] | undefined,
): Promise<readonly Flow[]> {
  if (of?.length === 0) return [];
  const rows = await db
    .selectFrom('flows')
    .selectAll()
    .where('page_closed_at', '>', after)
    .$if(of !== undefined, (query) => query.where('account', 'in', of ?? []))
    .orderBy('page_closed_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(decodeFlow);
}

async function overdue(db: Database, now: Instant, limit: number): Promise<readonly FlowId[]> {
  const rows = await db
    .selectFrom('flows')
    .select('id')
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit)
    .execute();
  return rows.map((row) => flowId(row.id));
}

export async function nextDue(db: Database): Promise<Instant | undefined> {
  const row = await db
    .selectFrom('flows')
    .select('due_at')
    .where('due_at', 'is not', null)
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst();
  return row === undefined || row.due_at === null ? undefined : instant(row.due_at);
}

const firstVersion = 1;

/** Undefined where this person has an open flow of the kind already. */
export async function insertFlow(
  db: Database,
  subject: Omit<Flow, 'state' | 'version'>,
  state: FlowState,
  effects: readonly Effect[],
): Promise<Flow | undefined> {
  const { id, kind, actor, startedAt } = subject;
  const written = await db
    .insertInto('flows')
    .values({
      id,
      kind,
      actor,
      started_at: startedAt,
      version: firstVersion,
      approved_at: null,
      approval_seconds: null,
      ...stateColumns(id, state),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (written === undefined) return undefined;
  const flow = { ...subject, state, version: firstVersion };
  await order(db, flow, effects, startedAt);
  return flow;
}

/** The state, and what it orders. Somebody else's version in between is a lost race. */
export async function writeMove(db: Database, from: Flow, move: Moved, now: Instant): Promise<Flow> {
  const flow = { ...from, state: move.state, version: from.version + 1 };
  const written = await db
    .updateTable('flows')
    .set({
      version: flow.version,
      ...stateColumns(flow.id, flow.state),
      ...approvalColumns(from.state, flow.state, now),
    })
    .where('id', '=', from.id)
    .where('version', '=', from.version)
    .returning('id')
    .executeTakeFirst();
  if (written === undefined) throw lostRace;
  await order(db, flow, move.effects, now);
  return flow;
}

/** Noted where the last approval came, so that the next person can be told how long it usually takes. */
function approvalColumns(from: FlowState, to: FlowState, now: Instant) {
  if (from.at !== 'awaiting-approval' || (to.at !== 'fulfilling' && to.at !== 'link-ready')) return {};
  return { approved_at: now, approval_seconds: Math.max(0, Math.round((now - from.askedAt) / 1000)) };
}
