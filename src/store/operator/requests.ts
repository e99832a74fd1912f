// Requests as an operator looks for them: by state, kind, platform and age, page by page; and one by the beginning of its id.
import { sql } from 'kysely';
import { type FlowId, flowId, type Instant, instant } from '../../flows/ids.ts';
import type { Database, FlowRow } from '../tables.ts';
import type { Transactions } from '../transactions.ts';

/** What is known of a request without reading its state, which may be of a newer release. */
export interface RequestEntry {
  readonly id: FlowId;
  readonly kind: string;
  /** Where it stands: `state.at`. */
  readonly at: string;
  readonly actor: string;
  readonly account?: string;
  readonly startedAt: Instant;
  readonly dueAt?: Instant;
  readonly closedAt?: Instant;
  /** Nobody asked for it: it tells what was done without a request. */
  readonly isNotice?: true;
}

export interface RequestFilter {
  /** `open`, `all`, or where it stands. */
  readonly state: string;
  readonly kind?: string;
  readonly platform?: string;
  readonly startedBefore?: Instant;
  /** The last request of the page before. */
  readonly after?: FlowId;
}

export interface OperatorRequests {
  /** Open ones the oldest first, closed ones the newest first. */
  list(filter: RequestFilter, limit: number): Promise<readonly RequestEntry[]>;
  /** The one with this id, or a few whose ids begin with it. */
  find(prefix: string): Promise<readonly RequestEntry[]>;
}

/** Enough to say that an id is not unique. */
const foundAtMost = 5;

export function createOperatorRequests({ read }: Transactions): OperatorRequests {
  return {
    list: (filter, limit) => read((db) => list(db, filter, limit)),
    find: (prefix) =>
      read(async (db) => {
        const whole = await db.selectFrom('flows').select(columns).where('id', '=', prefix).execute();
        if (whole.length > 0) return whole.map(entry);
        const rows = await db
          .selectFrom('flows')
          .select(columns)
          .where(sql<boolean>`substr(id, 1, ${sql.lit(prefix.length)}) = ${prefix}`)
          .orderBy('started_at', 'desc')
          .limit(foundAtMost)
          .execute();
        return rows.map(entry);
      }),
  };
}

const columns = ['id', 'kind', 'place', 'actor', 'account', 'started_at', 'due_at', 'closed_at', 'is_notice'] as const;

async function list(db: Database, filter: RequestFilter, limit: number): Promise<readonly RequestEntry[]> {
  const { state, kind, platform, startedBefore, after } = filter;
  const isNewestFirst = state === 'closed' || state === 'all';
  const last =
    after === undefined
      ? undefined
      : await db.selectFrom('flows').select(['id', 'started_at']).where('id', '=', after).executeTakeFirst();
  const follows = isNewestFirst ? sql.raw('<') : sql.raw('>');
  const rows = await db
    .selectFrom('flows')
    .select(columns)
    .$if(state !== 'all', (query) => query.where(sql<boolean>`is_open = ${sql.lit(state === 'closed' ? 0 : 1)}`))
    .$if(state !== 'all' && state !== 'open', (query) => query.where('place', '=', state))
    .$if(kind !== undefined, (query) => query.where('kind', '=', kind ?? ''))
    .$if(platform !== undefined, (query) =>
      query.where(sql<boolean>`substr(actor, 1, ${sql.lit((platform ?? '').length + 1)}) = ${`${platform}:`}`),
    )
    .$if(startedBefore !== undefined, (query) => query.where('started_at', '<=', startedBefore ?? 0))
    .$if(last !== undefined, (query) =>
      query.where(sql<boolean>`(started_at, id) ${follows} (${last?.started_at}, ${last?.id})`),
    )
    .orderBy('started_at', isNewestFirst ? 'desc' : 'asc')
    .orderBy('id', isNewestFirst ? 'desc' : 'asc')
    .limit(limit)
    .execute();
  return rows.map(entry);
}

const entry = (row: Pick<FlowRow, (typeof columns)[number]>): RequestEntry => ({
  ...{ id: flowId(row.id), kind: row.kind, at: row.place, actor: row.actor, startedAt: instant(row.started_at) },
  ...(row.account === null ? {} : { account: row.account }),
  ...(row.due_at === null ? {} : { dueAt: instant(row.due_at) }),
  ...(row.closed_at === null ? {} : { closedAt: instant(row.closed_at) }),
  ...(row.is_notice === null ? {} : { isNotice: true }),
});
