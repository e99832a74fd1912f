// Looks in the provider's log for changed passwords: often while a person is at the provider's page, less often for a while
// after. One call to the log covers all flows.
import type { Logger } from 'pino';
import { mailedPageOf, ownPageOf } from '../flows/decision.ts';
import type { Page } from '../flows/ending.ts';
import { type AccountId, earliest, type FlowId, type Instant, instant, later } from '../flows/ids.ts';
import { lateNewsSeconds, seenSeconds } from '../flows/limits.ts';
import type { Clock, PasswordChange, PasswordChanges } from '../flows/ports.ts';
import { isOfPage, isPageUnseen } from '../flows/reset.ts';
import { type Flow, isOldPasswordUnseen } from '../flows/state.ts';
import type { Flows, Pieces } from '../flows/store.ts';
import type { Deliver } from './deliver.ts';

/** In this last time before the page expires, the accounts' own records are read too: the log may be late or unavailable. */
const readRecordsLastMs = 15_000;
/** After another ending, polling goes on at full rate for this long: somebody who cancels may have saved a moment before. */
const recentSeconds = 900;
/** After that, the person is hardly waiting any more: polled this often for as long as a change would still be reported. */
const lateEveryMs = 60_000;

export interface PasswordChangePoller {
  /** Polls once. Resolves to the number of people who are at the page. */
  poll(): Promise<number>;
  /** Takes a change that the provider reported by itself. False: no request waits for it. */
  report(change: PasswordChange): Promise<boolean>;
}

/** A flow whose person is or was at the page. `isSeen`: a change was detected already. */
interface Visit {
  readonly flow: FlowId;
  readonly account: AccountId;
  readonly page: Page;
  readonly isSeen: boolean;
}

export function createPasswordChangePoller(parts: {
  readonly store: Pick<Flows, 'flowsAt' | 'pagesUnseen' | 'pagesOf'>;
  readonly clock: Clock;
  readonly changes: PasswordChanges;
  readonly deliver: Deliver;
  readonly log: Logger;
}): PasswordChangePoller {
  const { store, clock, changes, deliver, log } = parts;
  let nextLatePoll = instant(0);

  const visitsNow = () => visitsIn(store.flowsAt('changing'));
  const unseenVisits = async (seconds: number): Promise<readonly Visit[]> =>
    (await visitsIn(store.pagesUnseen(later(clock.now(), -seconds)))).filter(({ isSeen }) => !isSeen);

  /** Returns those that no page explains whose person waits for a change, or would be told of one. */
  const report = async (found: readonly PasswordChange[]): Promise<readonly PasswordChange[]> => {
    const accounts = [...new Set(found.map(({ account }) => account))];
    const visits = await visitsIn(store.pagesOf(accounts, later(clock.now(), -lateNewsSeconds)));
    const unexplained: PasswordChange[] = [];
    for (const change of found) {
      const { account } = change;
      const changedAt = earliest(change.at, clock.now());
      const visit = visitOf(account, changedAt, visits);
      if (visit === undefined || visit.isSeen) unexplained.push(change);
      else await deliver(visit.flow, { type: 'password.changed', changedAt });
    }
    return unexplained;
  };

  const pollFor = async (visits: readonly Visit[], ask: PasswordChanges['since']): Promise<void> => {
    const [first, ...more] = visits;
    if (first === undefined) return;
    const since = more.reduce((least, { page }) => earliest(least, page.openedAt), first.page.openedAt);
    const found = await ask(since, [...new Set(visits.map(({ account }) => account))]);
    if (!found.ok) log.warn({ failure: found.failure }, 'could not look for changed passwords');
    else if (found.value.length > 0) await report(found.value);
  };

  const pollLate = async (now: Instant): Promise<void> => {
    if (now < nextLatePoll) return;
    nextLatePoll = instant(now + lateEveryMs);
    await pollFor(await unseenVisits(lateNewsSeconds), changes.since);
  };

  return {
    async poll() {
      const now = clock.now();
      const waiting = await visitsNow();
      const recent = (await unseenVisits(recentSeconds)).filter(({ page }) => now < later(page.until, seenSeconds));
      await pollFor([...waiting, ...recent], changes.since);
      const ending = waiting.filter(({ page }) => page.until - now <= readRecordsLastMs);
      await pollFor(ending, changes.recorded);
      await pollLate(now);
      return waiting.length;
    },
    report: async (change) => (await report([change])).length === 0,
  };
}

async function visitsIn(batches: Pieces<Flow>): Promise<readonly Visit[]> {
  const visits: Visit[] = [];
  for await (const flows of batches) visits.push(...visitsOf(flows));
  return visits;
}

function visitsOf(flows: readonly Flow[]): readonly Visit[] {
  return flows.flatMap<Visit>(({ id: flow, state }) => {
    if (state.at === 'changing') return [{ flow, account: state.account, page: state, isSeen: false }];
    if (state.at === 'mailing') return [{ flow, account: state.account, page: mailedPageOf(state), isSeen: false }];
    // Nobody knows yet whose change that is: it is kept, and told once the old password was looked at.
    if (isOldPasswordUnseen(state)) return [];
    if (state.at === 'setting-password' || state.at === 'confirming-password')
      return [{ flow, account: state.account, page: ownPageOf(state), isSeen: false }];
    if (state.at !== 'closed' || state.page === undefined || state.account === undefined) return [];
    return [{ flow, account: state.account, page: state.page, isSeen: !isPageUnseen(state) }];
  });
}

/** Of several pages that were open at that time, the one that was opened last: a newer ticket voids the older ones. */
const visitOf = (account: AccountId, changedAt: Instant, visits: readonly Visit[]): Visit | undefined =>
  visits
    .filter((visit) => visit.account === account && isOfPage(visit.page, changedAt))
    .toSorted((a, b) => b.page.openedAt - a.page.openedAt)[0];
