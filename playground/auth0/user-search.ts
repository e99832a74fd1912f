// `GET /users`: search as far as counting people needs it. The index lags behind the users where a test says so.
import { presentUser } from './accounts.ts';
import { type Answer, ok, problem } from './answer.ts';
import { type Call, integerIn, invalidQuery, pick } from './call.ts';
import type { IndexedUser, User } from './state.ts';
import type { Tenant } from './tenant.ts';

const pagedRecords = 1000;
const tooFar = problem(
  400,
  `You can only page through the first ${pagedRecords} records. See https://auth0.com/docs/users/search/v3/view-search-results-by-page#limitation.`,
  'invalid_paging',
);

function indexed(user: User): IndexedUser {
  const identities = user.identities.map(({ connection, provider, profileData }) => ({
    connection,
    provider,
    ...(profileData === undefined ? {} : { profileData }),
  }));
  return { record: presentUser(user), identities };
}

/** Writes down what the search will find when its delay has passed. To be called after every change of a user. */
export function noteUsers(tenant: Tenant): void {
  if (tenant.searchDelayMs === 0) return;
  const at = tenant.now();
  tenant.searchIndex.push({ at, users: [...tenant.users.values()].map(indexed) });
  const reached = tenant.searchIndex.findLastIndex((state) => state.at <= at - tenant.searchDelayMs);
  tenant.searchIndex.splice(0, Math.max(0, reached));
}

/** What stands now is found at once; every later change only after the delay. */
export function delaySearch(tenant: Tenant, ms: number): void {
  tenant.searchDelayMs = ms;
  tenant.searchIndex.length = 0;
  noteUsers(tenant);
}

function searchable(tenant: Tenant): readonly IndexedUser[] {
  if (tenant.searchDelayMs === 0) return [...tenant.users.values()].map(indexed);
  const until = tenant.now() - tenant.searchDelayMs;
  return (tenant.searchIndex.findLast(({ at }) => at <= until) ?? tenant.searchIndex[0])?.users ?? [];
}

type Matcher = (user: IndexedUser) => boolean;

const groupOnly = /^identities\.(connection|provider):"([^"\\]+)"$/;
const groupAndProvider =
  /^identities\.(connection|provider):"([^"\\]+)" AND identities\.provider:\(("?)(\w+)\3 OR \3(\w+)\3\)$/;

const linkedAddress = /^identities\.profileData\.(email|phone_number):"([^"\\]+)"$/;
const mailOnly = /^email:"([^"\\]+)"$/;
const phoneOnly = /^phone_number:"(\+\d+)"$/;

/**
 * The queries that are understood. As at Auth0, each clause looks at all identities of a user: the connection may be
 * that of one and the provider that of another.
 */
function matcherOf(query: string): Matcher | undefined {
  const [, field, address] = linkedAddress.exec(query) ?? [];
  if (field === 'email' || field === 'phone_number')
    return ({ identities }) => identities.some(({ profileData }) => profileData?.[field] === address);
  // Of all fields that are searched here, only this one is compared without regard to capitals.
  const mail = mailOnly.exec(query)?.[1]?.toLowerCase();
  if (mail !== undefined) return ({ record }) => String(record['email']).toLowerCase() === mail;
  const phone = phoneOnly.exec(query)?.[1];
  if (phone !== undefined) return ({ record }) => record['phone_number'] === phone;
  const [, by, name, , one, other] = groupAndProvider.exec(query) ?? groupOnly.exec(query) ?? [];
  if (by !== 'connection' && by !== 'provider') return undefined;
  const providers = one === undefined ? undefined : [one, other];
  return ({ identities }) =>
    identities.some((identity) => identity[by] === name) &&
    (providers === undefined || identities.some(({ provider }) => providers.includes(provider)));
}

function refusedEngine(query: Readonly<Record<string, string>>): Answer | undefined {
  const engine = query['search_engine'];
  if (engine === 'v3') return undefined;
  if (engine === 'v2')
    return problem(400, 'You are not allowed to use search_engine=v2. Use search_engine=v3 instead.');
  if (engine === 'v1') return problem(400, 'You are not allowed to use search_engine=v1.');
  if (engine !== undefined) return invalidQuery('search_engine', 'No enum match');
  if (query['q'] === undefined) return undefined;
  return problem(400, "The 'q' parameter is available only if you specify 'search_engine=v2|v3'.");
}

export function searchUsers(tenant: Tenant, { query }: Call): Answer {
  const refused = refusedEngine(query);
  if (refused !== undefined) return refused;
  const perPage = integerIn(query, 'per_page', { fallback: 50, from: 0, to: 100 });
  const page = integerIn(query, 'page', { fallback: 0, from: 0, to: Number.MAX_SAFE_INTEGER });
  if (perPage === undefined) return invalidQuery('per_page', 'Value must be an integer of at most 100');
  if (page === undefined) return invalidQuery('page', 'Value must be an integer of at least 0');
  if ((page + 1) * perPage > pagedRecords) return tooFar;
  const { q } = query;
  const matches = q === undefined ? () => true : matcherOf(q);
  if (matches === undefined) return invalidQuery('q', 'Invalid query string');
  const found = searchable(tenant).filter(matches);
  const start = page * perPage;
  const users = found.slice(start, start + perPage).map(({ record }) => pick(record, query));
  if (query['include_totals'] !== 'true') return ok(users);
  return ok({ start, limit: perPage, length: users.length, total: found.length, users });
}
