// Reads flows, and writes them in the two possible ways: a new flow, and the next version of a flow.
import { sql } from 'kysely';
import type { Moved } from '../flows/decision.ts';
import type { Effect } from '../flows/effect.ts';
import { type AccountId, type ActorId, type FlowId, flowId, type Instant, instant } from '../flows/ids.ts';
import { isNotice } from '../flows/notice.ts';
import type { Flow, FlowState, Open } from '../flows/state.ts';
import type { Flows } from '../flows/store.ts';
import { decodeEach, decodeFlow, stateColumns } from './codec.ts';
import { isOpenRow } from './open-rows.ts';
import { order } from './outbox.ts';
import { inPages, nextTurn, pageSize } from './pages.ts';
import { isReadableFlow } from './readable.ts';
import type { Database, FlowRow } from './tables.ts';
import { lostRace, type Transactions } from './transactions.ts';

export function createFlowReading({ read }: Transactions): Omit<Flows, 'apply'> {
  return {
    read: (flow) => read((db) => readFlow(db, flow)),
    openFlowsOf: (actor) => read((db) => openFlowsOf(db, actor)),
    latestFlowOf: (actor) => read((db) => latestFlowOf(db, actor)),
    flowsAt: (at) => decoded(inPages((last) => read((db) => flowsAt(db, at, last)))),
    pagesUnseen: (after) => pagesUnseen(read, after),
    pagesOf: (accounts, after) => pagesOf(read, accounts, after),
    overdue: (now) => overdue(read, now),
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
    .where(isOpenRow)
    .orderBy('started_at', 'desc')
    .execute();
  return rows.map(decodeFlow);
}

async function latestFlowOf(db: Database, actor: ActorId): Promise<Flow | undefined> {
  const row = await db
    .selectFrom('flows')
    .selectAll()
    .where('actor', '=', actor)
    .where('is_notice', 'is', null)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : decodeFlow(row);
}

/** Flows that this release cannot read are left out. */
async function* decoded(pages: AsyncIterable<readonly FlowRow[]>): AsyncGenerator<readonly Flow[]> {
  for await (const rows of pages) yield decodeEach(rows, decodeFlow);
}

const flowsAt = (db: Database, at: Open['at'], last: FlowRow | undefined) =>
  db
    .selectFrom('flows')
    .selectAll()
    .where(isOpenRow)
    .where('place', '=', at)
    .$if(last !== undefined, (query) =>
      query.where(sql<boolean>`(started_at, id) > (${last?.started_at}, ${last?.id})`),
    )
    .orderBy('started_at')
    .orderBy('id')
    .limit(pageSize)
    .execute();

async function* pagesUnseen(read: Transactions['read'], after: Instant) {
  yield* decoded(inPages((last) => read((db) => pagesMarkedUnseen(db, after, last))));
  yield* decoded(inPages((last) => read((db) => pagesUnmarked(db, after, last))));
}

const pagesMarkedUnseen = (db: Database, after: Instant, last: FlowRow | undefined) =>
  db
    .selectFrom('flows')
    .selectAll()
    .where('page_unseen_at', '>', after)
    .$if(last !== undefined, (query) =>
      query.where(sql<boolean>`(page_unseen_at, id) > (${last?.page_unseen_at}, ${last?.id})`),
    )
    .orderBy('page_unseen_at')
    .orderBy('id')
    .limit(pageSize)
    .execute();

/**
 * Flows closed by a process of the first release, which sets neither column. The change may have been seen already: the reader
 * checks the state.
 */
const pagesUnmarked = (db: Database, after: Instant, last: FlowRow | undefined) =>
  db
    .selectFrom('flows')
    .selectAll()
    .where('page_closed_at', '>', after)
    .where('shown_closed_at', 'is', null)
    .where('page_unseen_at', 'is', null)
    .$if(last !== undefined, (query) =>
      query.where(sql<boolean>`(page_closed_at, id) > (${last?.page_closed_at}, ${last?.id})`),
    )
    .orderBy('page_closed_at')
    .orderBy('id')
    .limit(pageSize)
    .execute();

async function* pagesOf(read: Transactions['read'], accounts: readonly AccountId[], after: Instant) {
  for (let from = 0; from < accounts.length; from += pageSize) {
    const some = accounts.slice(from, from + pageSize);
    const open = await read((db) =>
      db
        .selectFrom('flows')
        .selectAll()
        .where(isOpenRow)
        .where('account', 'in', some)
        .where('place', 'in', ['mailing', 'changing', 'setting-password', 'confirming-password'])
        .execute(),
    );
    const closed = await read((db) =>
      db.selectFrom('flows').selectAll().where('account', 'in', some).where('page_closed_at', '>', after).execute(),
    );
    yield decodeEach([...open, ...closed], decodeFlow);
    await nextTurn();
  }
}

async function* overdue(read: Transactions['read'], now: Instant) {
  const pages = inPages<Overdue>((last) => read((db) => overduePage(db, now, last)));
  for await (const rows of pages) yield rows.map((row) => flowId(row.id));
}

type Overdue = Pick<FlowRow, 'id' | 'due_at'>;

const overduePage = (db: Database, now: Instant, last: Overdue | undefined) =>
  db
    .selectFrom('flows')
    .select(['id', 'due_at'])
    .where('due_at', '<=', now)
    .where(isReadableFlow)
    .$if(last !== undefined, (query) => query.where(sql<boolean>`(due_at, id) > (${last?.due_at}, ${last?.id})`))
    .orderBy('due_at')
    .orderBy('id')
    .limit(pageSize)
    .execute();

export async function nextDue(db: Database): Promise<Instant | undefined> {
  const row = await db
    .selectFrom('flows')
    .select('due_at')
    .where('due_at', 'is not', null)
    .where(isReadableFlow)
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst();
  return row === undefined || row.due_at === null ? undefined : instant(row.due_at);
}

const firstVersion = 1;

/** Undefined if this person already has an open flow of this kind. */
export async function insertFlow(
  db: Database,
  subject: Omit<Flow, 'state' | 'version'>,
  state: FlowState,
  effects: readonly Effect[],
  heldBy: string | null,
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
      held_by: heldBy,
      is_notice: isNotice(state) ? 1 : null,
      ...newsColumns(subject),
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

/** Writes the new state and its effects. Throws `lostRace` if somebody else wrote a version in between. */
export async function writeMove(
  db: Database,
  from: Flow,
  move: Moved,
  now: Instant,
  /** Undefined: unchanged. */
  heldBy: string | null | undefined,
): Promise<Flow> {
  const version = from.version + 1;
  const flow = { ...from, state: move.state, version, ...newsAfter(from, move, version) };
  const written = await db
    .updateTable('flows')
    .set({
      version: flow.version,
      ...stateColumns(flow.id, flow.state),
      ...approvalColumns(from.state, flow.state, now),
      ...newsColumns(flow),
      ...(heldBy === undefined ? {} : { held_by: heldBy }),
    })
    .where('id', '=', from.id)
    .where('version', '=', from.version)
    .returning('id')
    .executeTakeFirst();
  if (written === undefined) throw lostRace;
  await order(db, flow, move.effects, now);
  return flow;
}

function newsAfter({ news }: Flow, move: Moved, version: number): Pick<Flow, 'news'> {
  if (move.news === undefined) return {};
  return { news: { ...news, ...Object.fromEntries(move.news.map((viewer) => [viewer, version])) } };
}

const newsColumns = ({ news }: Pick<Flow, 'news'>) => ({
  person_news: news?.person ?? null,
  helpdesk_news: news?.helpdesk ?? null,
});

/** Set when the last approval comes, so that later people can be told how long it usually takes. */
function approvalColumns(from: FlowState, to: FlowState, now: Instant) {
  if (from.at !== 'awaiting-approval' || (to.at !== 'fulfilling' && to.at !== 'link-ready' && to.at !== 'mailing'))
    return {};
  return { approved_at: now, approval_seconds: Math.max(0, Math.round((now - from.askedAt) / 1000)) };
}
