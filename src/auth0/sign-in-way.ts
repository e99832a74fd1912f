// By which connection somebody signed in. We name one when we send the browser away, but whoever has the browser can name another, and
// sign in by a code at a contact: the token is the same. The tenant's log tells the difference, some seconds later. Decision 0051.
import type { ReturnedSignIn } from '../flows/enrolment-ports.ts';
import type { Account } from './account.ts';
import type { EmployeeRules } from './employees.ts';
import { endpoints } from './endpoints.ts';
import type { CallResult } from './errors.ts';
import { dayOf, quoted } from './log-search.ts';
import type { Management } from './management.ts';
import { type SignInEntry, signInDetails, signInsAnswer } from './schemas.ts';

type Way = 'own' | 'other' | 'unknown';

export interface SignInWayParts {
  readonly management: Management;
  readonly clientId: string;
  readonly connections: EmployeeRules['connections'];
}

/** The token's times are whole seconds, and two servers of Auth0 may differ a little. */
const skewMs = 2_000;
/** Where no entry names its session, one that is on its way could still show another sign-in. Auth0's log is seconds late. */
const settledMs = 10_000;
/**
 * Where the only entry names another session than the token: no page of Auth0 says that the two names are the same, so a tenant in
 * which they never are must not lock everybody out. Such an entry counts much later than one that could still come.
 */
const otherwiseNamedMs = 60_000;
/** More sign-ins of one account than anybody makes in a quarter of an hour. */
const perPage = 50;

/** `now`: by Auth0's clock. */
export async function readWay(
  signIn: ReturnedSignIn,
  { id, linked }: Account,
  now: number,
  { management, clientId, connections }: SignInWayParts,
): Promise<CallResult<Way>> {
  // A sign-in by a contact may stand under the account or under the contact itself.
  const users = [id, ...linked.map(({ provider, user_id }) => `${provider}|${user_id}`)];
  const reply = await search(management, users, signIn.from);
  if (!reply.ok) return reply;
  const from = signIn.from - skewMs;
  const oldest = reply.value.at(-1);
  // What happened before the oldest that came is not known.
  if (oldest !== undefined && reply.value.length >= perPage && !(timeOf(oldest) < from)) return unknown;
  const seen = reply.value
    .filter((entry) => isOf(entry, users))
    .filter((entry) => !(timeOf(entry) < from) && !(timeOf(entry) > signIn.until + skewMs))
    .map((entry) => ({ ...readEntry(entry, connections), isOurs: entry.client_id === clientId }));
  return { ok: true, value: judge(signIn, seen, now) };
}

interface Seen {
  readonly way: Way;
  readonly session: string | undefined;
  readonly at: number;
}

/**
 * One sign-in by a code in this time refuses all, whoever made it: otherwise it could hide behind the account owner's own sign-in.
 * In whichever application: whoever signs in there by a code has a session of the tenant, and comes here with it unasked.
 * What counts is the entry of this very session. Where there is none, a single sign-in counts, and only when no other can follow.
 */
function judge(
  { session, signedInAt, until }: ReturnedSignIn,
  all: readonly (Seen & { readonly isOurs: boolean })[],
  now: number,
): Way {
  if (all.some(({ way }) => way === 'other')) return 'other';
  const seen = all.filter(({ isOurs }) => isOurs);
  const named = session === undefined ? [] : seen.filter((each) => each.session === session);
  const own = named.length > 0 ? named : seen;
  if (named.length === 0) {
    const isOtherwiseNamed = session !== undefined && seen.some((each) => each.session !== undefined);
    if (own.length !== 1 || now < until + (isOtherwiseNamed ? otherwiseNamedMs : settledMs)) return 'unknown';
  }
  const isRight = ({ way, at }: Seen): boolean => way === 'own' && at >= signedInAt - skewMs;
  return own.length > 0 && own.every(isRight) ? 'own' : 'unknown';
}

const unknown = { ok: true, value: 'unknown' } as const;

const timeOf = ({ date }: SignInEntry): number => Date.parse(date ?? '');

const isOf = (entry: SignInEntry, users: readonly string[]): boolean =>
  entry.type === 's' && users.includes(entry.user_id ?? '');

/** All fields of an entry: `details` is not among those that may be chosen. */
function search(
  management: Management,
  users: readonly string[],
  from: number,
): Promise<CallResult<readonly SignInEntry[]>> {
  const named = users.map((user) => `user_id:${quoted(user)}`).join(' OR ');
  return management.ask(endpoints.searchLogs, signInsAnswer, async (client, options) => {
    const request = { page: 0, per_page: perPage, sort: 'date:-1', include_totals: false };
    const queryParams = { q: `type:s AND (${named}) AND date:[${dayOf(from - skewMs)} TO *]` };
    return (await client.logs.list(request, { ...options, queryParams })).response;
  });
}

/**
 * The top of an entry may name the connection of the account in place of the one that was used ("connection on which the auth flow is
 * happening or connection of the user doing the action"), so its prompts are looked at, too.
 */
function readEntry(entry: SignInEntry, connections: EmployeeRules['connections']): Seen {
  const { data: details } = signInDetails.safeParse(entry.details ?? {});
  const isRead = entry.details !== null && details !== undefined;
  const at = timeOf(entry);
  const ways = [
    isByCode(entry) ? 'other' : wayBy(entry, connections),
    ...(details?.prompts ?? []).map((prompt) => wayOfPrompt(prompt, entry, connections)),
    isRead && !Number.isNaN(at) ? 'own' : 'unknown',
  ] as const;
  const way = ways.find((each) => each === 'other') ?? ways.find((each) => each === 'unknown') ?? 'own';
  return { way, session: details?.session_id, at };
}

interface Named {
  readonly name?: string | undefined;
  readonly connection?: string | undefined;
  readonly strategy?: string | undefined;
  readonly strategy_type?: string | undefined;
  readonly passwordless_amr?: string | undefined;
}

/** Steps like consent or a second factor name no connection. */
function wayOfPrompt(prompt: Named, entry: SignInEntry, connections: EmployeeRules['connections']): Way {
  if (isByCode(prompt)) return 'other';
  if (prompt.connection === undefined) return 'own';
  const strategy = prompt.strategy ?? (prompt.connection === entry.connection ? entry.strategy : undefined);
  return wayBy({ connection: prompt.connection, strategy }, connections);
}

const passwordless: readonly (string | undefined)[] = ['email', 'sms', 'passwordless'];

/** Also in a database that takes codes in place of passwords. A code after the password is a prompt `mfa…`. */
const isByCode = ({ name, connection, strategy, strategy_type: type, passwordless_amr: method }: Named): boolean =>
  method !== undefined ||
  [connection, strategy, type].some((each) => each !== undefined && passwordless.includes(each)) ||
  (name !== undefined && /passwordless|magic|otp/i.test(name.slice(0, 64)) && !name.startsWith('mfa'));

function wayBy({ connection, strategy }: Named, connections: EmployeeRules['connections']): Way {
  if (connection === undefined) return 'unknown';
  if (connections !== undefined) return connections.includes(connection) ? 'own' : 'other';
  if (strategy === undefined) return 'unknown';
  return strategy === 'auth0' || strategy === 'ad' ? 'own' : 'other';
}
