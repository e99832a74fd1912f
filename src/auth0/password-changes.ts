// Which passwords were changed lately: one search of the tenant's log for all accounts, or their own records without it.
// Takes date, type and user id from the log and nothing else: its entries hold addresses.
import { type AccountId, accountId, type Instant, instant } from '../flows/ids.ts';
import type { Clock, PasswordChange, PasswordChanges } from '../flows/ports.ts';
import { type Account, readAccount } from './account.ts';
import { endpoints } from './endpoints.ts';
import type { CallResult } from './errors.ts';
import type { Management } from './management.ts';
import { type LogEntry, logsAnswer } from './schemas.ts';

/** Between our clock and the log's. */
const skewMs = 2_000;
/** The most that Auth0 gives at once. */
const perPage = 100;
/** Three hundred changes within the life of one link; beyond that the oldest are found by a later poll or not at all. */
const maxPages = 3;
/** How long a log that is forbidden or absent is believed to stay so. */
const lackingMs = 600_000;
/** A poll comes every few seconds, and reading users is limited to 40 at once. */
const maxReads = 20;

export function createPasswordChanges(management: Management, clock: Clock): PasswordChanges {
  let lackingUntil: Instant = instant(0);
  let firstToRead = 0;

  async function fromLog(from: Instant): Promise<CallResult<readonly PasswordChange[]>> {
    const found: PasswordChange[] = [];
    for (let page = 0; page < maxPages; page += 1) {
      const reply = await searchPage(management, from, page);
      if (!reply.ok) return reply;
      const changes = reply.value.map(changeFrom).filter((change) => change !== undefined);
      found.push(...changes.filter(({ at }) => at >= from));
      if (reply.value.length < perPage || changes.some(({ at }) => at < from)) break;
    }
    return { ok: true, value: found };
  }

  /** A different part of a long list each time, so that everybody's turn comes. */
  async function fromAccounts(
    from: Instant,
    ids: readonly AccountId[],
  ): Promise<CallResult<readonly PasswordChange[]>> {
    const start = ids.length > maxReads ? firstToRead % ids.length : 0;
    const turn = [...ids.slice(start), ...ids.slice(0, start)].slice(0, maxReads);
    firstToRead = start + maxReads;
    const found: PasswordChange[] = [];
    for (const reply of await Promise.all(turn.map((id) => readAccount(management, id)))) {
      if (!reply.ok && reply.failure.kind !== 'absent') return reply;
      const change = reply.ok ? changeOf(reply.value) : undefined;
      if (change !== undefined && change.at >= from) found.push(change);
    }
    return { ok: true, value: found };
  }

  return {
    since: async (since, accounts) => {
      if (accounts.length === 0) return { ok: true, value: [] };
      const from = instant(since - skewMs);
      if (clock.now() < lackingUntil) return fromAccounts(from, accounts);
      const reply = await fromLog(from);
      const wanted = new Set(accounts);
      if (reply.ok) return { ok: true, value: reply.value.filter(({ account }) => wanted.has(account)) };
      if (isLacking(reply.status)) lackingUntil = instant(clock.now() + lackingMs);
      // Where there are too many requests already, twenty more are no help.
      else if (reply.failure.kind === 'rate-limited') return reply;
      const read = await fromAccounts(from, accounts);
      return read.ok || isLacking(reply.status) ? read : reply;
    },
    recorded: (since, accounts) => fromAccounts(instant(since - skewMs), accounts),
  };
}

/** Forbidden, absent, or a search that this tenant does not understand. */
const isLacking = (status: number | undefined): boolean => status === 400 || status === 403 || status === 404;

/**
 * The log is searched by day: `YYYY-MM-DD` is the only form of a date that is documented
 * (docs/deploy-monitor/logs/log-search-query-syntax), and `log_id` may not be among the fields.
 */
function searchPage(management: Management, from: Instant, page: number): Promise<CallResult<readonly LogEntry[]>> {
  const day = new Date(from).toISOString().slice(0, 10);
  return management.ask(endpoints.searchLogs, logsAnswer, async (client, options) => {
    const request = {
      page,
      per_page: perPage,
      sort: 'date:-1',
      fields: 'date,type,user_id',
      include_fields: true,
      include_totals: false,
    };
    // The package's own parameter `search` is another, older language.
    const queryParams = { q: `type:scp AND date:[${day} TO *]` };
    const answer = await client.logs.list(request, { ...options, queryParams });
    return answer.response;
  });
}

function changeFrom({ type, user_id: id, date }: LogEntry): PasswordChange | undefined {
  const at = Date.parse(date ?? '');
  if (type !== 'scp' || id === undefined || Number.isNaN(at)) return undefined;
  return { account: accountId(id), at: instant(at) };
}

function changeOf({ id, passwordChangedAt }: Account): PasswordChange | undefined {
  const at = Date.parse(passwordChangedAt ?? '');
  return Number.isNaN(at) ? undefined : { account: id, at: instant(at) };
}
