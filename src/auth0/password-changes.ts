// Which passwords were changed recently: one search of the tenant's log for all accounts or, without access to the log, one read
// of each account.
// Reads only date, type and user id from the log, because its entries hold addresses.
import { type AccountId, accountId, type Instant, instant } from '../flows/ids.ts';
import type { Clock, PasswordChange, PasswordChanges } from '../flows/ports.ts';
import { type Account, readAccount } from './account.ts';
import { endpoints } from './endpoints.ts';
import type { CallResult } from './errors.ts';
import { dayOf } from './log-search.ts';
import type { Management } from './management.ts';
import type { ProviderClock } from './provider-clock.ts';
import { type LogEntry, logsAnswer } from './schemas.ts';

/** What may be left of the difference between our clock and Auth0's after it was corrected. */
const skewMs = 2_000;
/** Auth0's largest page. */
const perPage = 100;
/**
 * Enough for three hundred changes within the lifetime of one link. If there are more, a later poll finds the oldest, or they are
 * missed.
 */
const maxPages = 3;
/** How long the log is not tried again after it was forbidden or absent. */
const logUnavailableMs = 600_000;
/** A poll runs every few seconds, and Auth0 limits reads of users to 40 at once. */
const maxReads = 20;

export interface PasswordChangesParts {
  readonly management: Management;
  readonly clock: Clock;
  readonly providerClock: ProviderClock;
}

export function createPasswordChanges({ management, clock, providerClock }: PasswordChangesParts): PasswordChanges {
  let logUnavailableUntil: Instant = instant(0);
  let firstToRead = 0;

  async function fromLog(from: Instant): Promise<CallResult<readonly PasswordChange[]>> {
    const found: PasswordChange[] = [];
    for (let page = 0; page < maxPages; page += 1) {
      const reply = await searchPage(management, providerClock.toTheirs(from), page);
      if (!reply.ok) return reply;
      const changes = reply.value
        .map((entry) => changeFrom(entry, providerClock))
        .filter((change) => change !== undefined);
      found.push(...changes.filter(({ at }) => at >= from));
      if (reply.value.length < perPage || changes.some(({ at }) => at < from)) break;
    }
    return { ok: true, value: found };
  }

  /** Reads a different part of a long list each time, so that every account is reached. */
  async function fromAccounts(
    from: Instant,
    ids: readonly AccountId[],
  ): Promise<CallResult<readonly PasswordChange[]>> {
    const start = ids.length > maxReads ? firstToRead % ids.length : 0;
    const batch = [...ids.slice(start), ...ids.slice(0, start)].slice(0, maxReads);
    firstToRead = start + maxReads;
    const found: PasswordChange[] = [];
    for (const reply of await Promise.all(batch.map((id) => readAccount(management, id)))) {
      if (!reply.ok && reply.failure.kind !== 'absent') return reply;
      const change = reply.ok ? changeOf(reply.value, providerClock) : undefined;
      if (change !== undefined && change.at >= from) found.push(change);
    }
    return { ok: true, value: found };
  }

  return {
    since: async (since, accounts) => {
      if (accounts.length === 0) return { ok: true, value: [] };
      const from = instant(since - skewMs);
      if (clock.now() < logUnavailableUntil) return fromAccounts(from, accounts);
      const reply = await fromLog(from);
      const wanted = new Set(accounts);
      if (reply.ok) return { ok: true, value: reply.value.filter(({ account }) => wanted.has(account)) };
      if (isLogUnavailable(reply.status)) logUnavailableUntil = instant(clock.now() + logUnavailableMs);
      // We are over the rate limit already; twenty more requests would not help.
      else if (reply.failure.kind === 'rate-limited') return reply;
      const read = await fromAccounts(from, accounts);
      return read.ok || isLogUnavailable(reply.status) ? read : reply;
    },
    recorded: (since, accounts) => fromAccounts(instant(since - skewMs), accounts),
  };
}

/** Forbidden, absent, or the tenant does not understand the search. */
const isLogUnavailable = (status: number | undefined): boolean => status === 400 || status === 403 || status === 404;

/** `log_id` may not be among the fields. `from`: by Auth0's clock. */
function searchPage(management: Management, from: Instant, page: number): Promise<CallResult<readonly LogEntry[]>> {
  return management.ask(endpoints.searchLogs, logsAnswer, async (client, options) => {
    const request = {
      page,
      per_page: perPage,
      sort: 'date:-1',
      fields: 'date,type,user_id',
      include_fields: true,
      include_totals: false,
    };
    // The package's own parameter `search` uses another, older query language.
    const queryParams = { q: `type:scp AND date:[${dayOf(from)} TO *]` };
    const answer = await client.logs.list(request, { ...options, queryParams });
    return answer.response;
  });
}

function changeFrom({ type, user_id: id, date }: LogEntry, { toOurs }: ProviderClock): PasswordChange | undefined {
  const at = Date.parse(date ?? '');
  if (type !== 'scp' || id === undefined || Number.isNaN(at)) return undefined;
  return { account: accountId(id), at: toOurs(instant(at)) };
}

function changeOf({ id, passwordChangedAt }: Account, { toOurs }: ProviderClock): PasswordChange | undefined {
  const at = Date.parse(passwordChangedAt ?? '');
  return Number.isNaN(at) ? undefined : { account: id, at: toOurs(instant(at)) };
}
