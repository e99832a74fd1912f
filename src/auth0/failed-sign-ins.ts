// How often, since when and from where sign-ins to a locked account failed, as the tenant's log tells it. It only explains a lock: it
// decides nothing, and what cannot be read, or not in time, is not told. Decision 0076.
import type { Logger } from 'pino';
import { errorName } from '../concurrency/background-tasks.ts';
import { withTimeout } from '../concurrency/timeout.ts';
import { type AccountId, type Instant, instant } from '../flows/ids.ts';
import { type LockFacts, originsAtMost, type SignInOrigin } from '../flows/lock.ts';
import { foldCase } from '../text/case-folding.ts';
import type { Account } from './account.ts';
import { endpoints } from './endpoints.ts';
import type { CallResult } from './errors.ts';
import { dayOf, quoted } from './log-search.ts';
import type { Management } from './management.ts';
import type { ProviderClock } from './provider-clock.ts';
import { type FailureEntry, failuresAnswer } from './schemas.ts';
import { type EntryOrigin, originIn } from './sign-in-origin.ts';

/** What is known of Auth0's own lock. */
export type FailedSignInFacts = Pick<LockFacts, 'since' | 'signIns'>;

export interface FailedSignInsParts {
  readonly management: Management;
  readonly providerClock: ProviderClock;
  readonly log: Logger;
}

/**
 * Nothing where nothing is known. Never rejects, and takes no longer than a second. `reading`: the read of the account that is under
 * way.
 */
export type ReadFailedSignIns = (
  account: AccountId,
  reading: Promise<CallResult<Account>>,
) => Promise<FailedSignInFacts>;

/** Somebody waits for their unlock: as long as the answer about the lock usually takes, and no longer. */
const withinMs = 1_000;
/** What is older says little about what keeps the account locked now. */
const dayMs = 86_400_000;
const perPage = 50;
/** Where a tenant writes two entries for one attempt, they are this close together. */
const sameAttemptMs = 1_000;

export function createReadFailedSignIns({ management, providerClock, log }: FailedSignInsParts): ReadFailedSignIns {
  async function read(account: AccountId, reading: Promise<CallResult<Account>>): Promise<FailedSignInFacts> {
    const names = await mainNames(account, reading);
    const now = providerClock.now();
    const reply = await search(management, account, names, now - dayMs);
    return reply.ok ? factsIn(reply.value, { account, names, from: now - dayMs }, providerClock) : {};
  }

  return async (account, reading) => {
    const found = await withTimeout(
      read(account, reading).catch((error: unknown) => {
        log.error(
          { event: 'auth0.failed-sign-ins.broken', error: errorName(error) },
          'what is known of failed sign-ins could not be read',
        );
        return {};
      }),
      withinMs,
    );
    return found ?? {};
  };
}

interface MainName {
  readonly name: string;
  readonly connections: readonly string[];
}

/**
 * Those of the main identity. In a database the log names the user by id; of a failed sign-in it may know no more than the name that was
 * typed, as where a directory looks at the password.
 */
async function mainNames(id: AccountId, reading: Promise<CallResult<Account>>): Promise<readonly MainName[]> {
  if (id.startsWith('auth0|')) return [];
  const account = await reading;
  return account.ok ? account.value.names.filter(({ isMain }) => isMain) : [];
}

/** A wrong password on a sign-in page, and one that an application sent; a lock; and its end. */
const failures: readonly (string | undefined)[] = ['fp', 'fepft'];
const types = ['fp', 'fepft', 'limit_wc', 'ublkdu'];

/** All fields of an entry: those that say from where it came are not among those that may be chosen. `from`: by Auth0's clock. */
function search(
  management: Management,
  account: AccountId,
  names: readonly MainName[],
  from: number,
): Promise<CallResult<readonly FailureEntry[]>> {
  const whose = [`user_id:${quoted(account)}`, ...names.map(({ name }) => `user_name:${quoted(name)}`)].join(' OR ');
  const which = types.map((type) => `type:${type}`).join(' OR ');
  return management.ask(endpoints.searchFailures, failuresAnswer, async (client, options) => {
    const request = { page: 0, per_page: perPage, sort: 'date:-1', include_totals: false };
    const queryParams = { q: `(${which}) AND (${whose}) AND date:[${dayOf(from)} TO *]` };
    return (await client.logs.list(request, { ...options, queryParams })).response;
  });
}

interface Searched {
  readonly account: AccountId;
  readonly names: readonly MainName[];
  readonly from: number;
}

const timeOf = ({ date }: FailureEntry): number => Date.parse(date ?? '');

/** A name alone may be somebody else's in another connection. */
const isOf = ({ user_id: id, user_name: typed, connection }: FailureEntry, { account, names }: Searched): boolean =>
  id === undefined
    ? typed !== undefined &&
      connection !== undefined &&
      names.some(({ name, connections }) => foldCase(name) === foldCase(typed) && connections.includes(connection))
    : id === account;

function factsIn(
  page: readonly FailureEntry[],
  searched: Searched,
  { toOurs }: Pick<ProviderClock, 'toOurs'>,
): FailedSignInFacts {
  const own = page
    .filter((entry) => isOf(entry, searched) && timeOf(entry) >= searched.from)
    .toSorted((a, b) => timeOf(b) - timeOf(a));
  // What an earlier unlock has ended was told then.
  const unlocked = own.findIndex(({ type }) => type === 'ublkdu');
  const recent = unlocked < 0 ? own : own.slice(0, unlocked);
  const reachesBack = unlocked >= 0 || page.some((entry) => timeOf(entry) < searched.from);
  const isCut = page.length >= perPage && !reachesBack;
  const tried = recent.filter((entry) => failures.includes(entry.type) && !isTwin(entry, recent));
  const first = tried.at(-1);
  if (first === undefined) return {};
  const at = (entry: FailureEntry): Instant => toOurs(instant(timeOf(entry)));
  // The last in this order is the first that was written. Where no failure precedes it, the lock may be older than the page.
  const lock = recent.findLast(({ type }) => type === 'limit_wc');
  const isFirstLock = lock !== undefined && !isCut && timeOf(first) <= timeOf(lock);
  return {
    ...(isFirstLock ? { since: at(lock) } : {}),
    signIns: {
      count: tried.length,
      ...(isCut ? { isAtLeast: true } : {}),
      since: at(first),
      origins: mostFrequent(tried.map(originIn)),
    },
  };
}

/** The second entry of one attempt: no page says whether a tenant writes both kinds. */
const isTwin = (entry: FailureEntry, all: readonly FailureEntry[]): boolean =>
  entry.type === 'fepft' &&
  all.some(
    (other) =>
      other.type === 'fp' &&
      other.client_id === entry.client_id &&
      Math.abs(timeOf(other) - timeOf(entry)) <= sameAttemptMs,
  );

/** What says nothing of its origin is counted, and not listed. */
function mostFrequent(all: readonly EntryOrigin[]): readonly SignInOrigin[] {
  const counted = new Map<string, SignInOrigin>();
  for (const origin of all) {
    if (Object.keys(origin).length === 0) continue;
    const key = JSON.stringify([origin.application, origin.device, origin.country]);
    counted.set(key, { ...origin, count: (counted.get(key)?.count ?? 0) + 1 });
  }
  // A stable sort of the newest first: of two that are equally frequent, the one that came last.
  return [...counted.values()].toSorted((a, b) => b.count - a.count).slice(0, originsAtMost);
}
