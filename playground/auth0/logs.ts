// The tenant log: entries that the other files write, and the routes that return them.
import { createHash } from 'node:crypto';
import { insufficientScope, ok } from './answer.ts';
import { integerIn, invalidQuery, type ManagementRoute, pick } from './call.ts';
import { connectionNamed } from './connections.ts';
import { matches, parseLogQuery } from './log-query.ts';
import type { LogEntry, User } from './state.ts';
import type { Tenant } from './tenant.ts';

/** With what somebody signs in, and where. */
export type Whence = {
  /** The application's name. */
  readonly application: string;
  /** As Auth0 writes it into its log. */
  readonly userAgent: string;
  readonly isMobile: boolean;
  readonly location: Readonly<Record<string, unknown>>;
};

export type LogInput = {
  readonly type: string;
  readonly description: string;
  readonly user?: User | undefined;
  /** In place of the user's. */
  readonly userId?: string;
  readonly userName?: string;
  readonly connection?: string;
  readonly ip?: string;
  /** Without it, the application is Latchkey, and of the browser nothing is known. */
  readonly from?: Whence | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
};

function logId(tenant: Tenant): string {
  const instant = new Date(tenant.now()).toISOString().replaceAll(/\D/g, '');
  return `900${instant}${String(tenant.logs.length).padStart(10, '0')}`;
}

function originIn({ application, userAgent, isMobile, location }: Whence) {
  const id = createHash('sha256').update(application).digest('base64url').slice(0, 32);
  const of = { client_id: id, client_name: application, isMobile, user_agent: userAgent };
  return { ...of, location_info: location };
}

const strategyTypes: Readonly<Record<string, string>> = {
  auth0: 'database',
  email: 'passwordless',
  sms: 'passwordless',
};

export function writeLog(tenant: Tenant, input: LogInput): LogEntry {
  const connection = input.connection === undefined ? undefined : connectionNamed(tenant, input.connection);
  const userName = input.userName ?? input.user?.email ?? input.user?.phoneNumber;
  const id = logId(tenant);
  const entry: LogEntry = {
    log_id: id,
    _id: id,
    date: new Date(tenant.now()).toISOString(),
    type: input.type,
    description: input.description,
    ...(input.from === undefined
      ? { client_id: tenant.clientId, client_name: 'Latchkey', isMobile: false }
      : originIn(input.from)),
    ip: input.ip ?? '127.0.0.1',
    ...(input.user === undefined ? {} : { user_id: input.userId ?? input.user.userId }),
    ...(userName === undefined ? {} : { user_name: userName }),
    ...(input.connection === undefined ? {} : { connection: input.connection }),
    ...(connection === undefined
      ? {}
      : {
          connection_id: connection.id,
          strategy: connection.strategy,
          strategy_type: strategyTypes[connection.strategy] ?? 'enterprise',
        }),
    ...(input.details === undefined ? {} : { details: input.details }),
  };
  tenant.logs.push(entry);
  for (const listener of tenant.logListeners) listener(entry);
  return entry;
}

const scopes = ['read:logs', 'read:logs_users'];

function visible(tenant: Tenant): readonly LogEntry[] {
  const until = new Date(tenant.now() - tenant.logDelayMs).toISOString();
  return tenant.logDelayMs === 0 ? tenant.logs : tenant.logs.filter((entry) => entry.date <= until);
}

function sorted(entries: readonly LogEntry[], sort: string | undefined): readonly LogEntry[] | undefined {
  if (sort !== undefined && !/^\w+:-?1$/.test(sort)) return undefined;
  // Ids increase with time and are unique, so sorting by id stands in for sorting by date.
  return sort?.endsWith(':1') === true ? entries : entries.toReversed();
}

function answerPage(
  entries: readonly LogEntry[],
  query: Readonly<Record<string, string>>,
  from: number,
): ReturnType<ManagementRoute['answer']> {
  const perPage = integerIn(query, 'per_page', { fallback: 50, from, to: 100 });
  const page = integerIn(query, 'page', { fallback: 0, from: 0, to: 1_000_000 });
  if (perPage === undefined) return invalidQuery('per_page', 'Value must be an integer of at most 100');
  if (page === undefined) return invalidQuery('page', 'Value must be an integer of at least 0');
  const inOrder = sorted(entries, query['sort']);
  if (inOrder === undefined) return invalidQuery('sort', 'String does not match pattern');
  const start = page * perPage;
  const logs = inOrder.slice(start, start + perPage).map((entry) => pick(entry, query));
  if (query['include_totals'] !== 'true') return ok(logs);
  return ok({ start, limit: perPage, length: logs.length, total: inOrder.length, logs });
}

/** By checkpoint: everything after one entry, oldest first. Cannot be combined with a search. */
function answerCheckpoint(entries: readonly LogEntry[], query: Readonly<Record<string, string>>) {
  const take = integerIn(query, 'take', { fallback: 50, from: 1, to: 100 });
  if (take === undefined) return invalidQuery('take', 'Value must be an integer between 1 and 100');
  const from = query['from'] ?? '';
  return ok(
    entries
      .filter((entry) => entry.log_id > from)
      .slice(0, take)
      .map((entry) => pick(entry, query)),
  );
}

const listLogs: ManagementRoute = {
  method: 'GET',
  path: '/logs',
  scopes,
  group: 'read-logs',
  answer: (tenant, { query }) => {
    if (tenant.misbehave.logsForbidden) return insufficientScope(scopes);
    const search = query['q'] ?? query['search'];
    if (query['from'] !== undefined || query['take'] !== undefined) {
      if (search !== undefined) return invalidQuery('from', 'Not allowed together with a search');
      return answerCheckpoint(visible(tenant), query);
    }
    const parsed = parseLogQuery(search ?? '');
    if (parsed === undefined) return invalidQuery('q', 'Invalid query string');
    return answerPage(
      visible(tenant).filter((entry) => matches(parsed, entry)),
      query,
      0,
    );
  },
};

const listUserLogs: ManagementRoute = {
  method: 'GET',
  path: '/users/:id/logs',
  scopes,
  group: 'read-logs',
  answer: (tenant, { params, query }) => {
    if (tenant.misbehave.logsForbidden) return insufficientScope(scopes);
    return answerPage(
      visible(tenant).filter((entry) => entry.user_id === params['id']),
      query,
      1,
    );
  },
};

export const logRoutes: readonly ManagementRoute[] = [listLogs, listUserLogs];
