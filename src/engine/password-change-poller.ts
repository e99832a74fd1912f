// Looks in the provider's log for changed passwords, while a person is at its page and, now and then, for a while after.
// One look serves all.
import type { Logger } from 'pino';
import { type AccountId, earliest, type FlowId, type Instant, instant, later } from '../flows/ids.ts';
import { lateNewsSeconds, seenSeconds } from '../flows/limits.ts';
import type { Clock, PasswordChange, PasswordChanges } from '../flows/ports.ts';
import { isOfPage, isPageUnseen } from '../flows/reset.ts';
import type { Flow, Page } from '../flows/state.ts';
import type { Flows, Pieces } from '../flows/store.ts';
import type { Deliver } from './deliver.ts';

/** So long before nobody waits any more, their own records are read: a log may be late or away. */
const lastLooksMs = 15_000;
/** So long after another end a change is looked for as often as before it: somebody who cancels may have saved a moment ago. */
const soonSeconds = 900;
/** Nobody looks at the chat for it any more: so often, for as long as it would be told. */
const lateLooksEveryMs = 60_000;

export interface PasswordChangePoller {
  /** One look. Answers how many people are being waited for. */
  look(): Promise<number>;
  /** The provider told us by itself. */
  told(change: PasswordChange): Promise<void>;
}

/** A flow whose person is or was at the page, with what can be told by a change. */
interface Visit {
  readonly flow: FlowId;
  readonly account: AccountId;
  readonly page: Page;
  readonly isSeen: boolean;
}

export function createPasswordChangePoller(parts: {
  readonly store: Flows;
  readonly clock: Clock;
  readonly changes: PasswordChanges;
  readonly deliver: Deliver;
  readonly log: Logger;
}): PasswordChangePoller {
  const { store, clock, changes, deliver, log } = parts;
  let nextLateLook = instant(0);

  const present = () => visitsIn(store.flowsAt('changing'));
  const unseen = async (seconds: number): Promise<readonly Visit[]> =>
    (await visitsIn(store.pagesUnseen(later(clock.now(), -seconds)))).filter(({ isSeen }) => !isSeen);

  const report = async (found: readonly PasswordChange[]): Promise<void> => {
    const accounts = [...new Set(found.map(({ account }) => account))];
    const visits = await visitsIn(store.pagesOf(accounts, later(clock.now(), -lateNewsSeconds)));
    for (const { account, at } of found) {
      const changedAt = earliest(at, clock.now());
      const visit = visitOf(account, changedAt, visits);
      if (visit === undefined || visit.isSeen) continue;
      await deliver(visit.flow, { type: 'password.changed', changedAt });
    }
  };

  const lookAt = async (waiting: readonly Visit[], ask: PasswordChanges['since']): Promise<void> => {
    const [first, ...more] = waiting;
    if (first === undefined) return;
    const since = more.reduce((least, { page }) => earliest(least, page.openedAt), first.page.openedAt);
    const found = await ask(since, [...new Set(waiting.map(({ account }) => account))]);
    if (!found.ok) log.warn({ failure: found.failure }, 'could not look for changed passwords');
    else if (found.value.length > 0) await report(found.value);
  };

  const lookBack = async (now: Instant): Promise<void> => {
    if (now < nextLateLook) return;
    nextLateLook = instant(now + lateLooksEveryMs);
    await lookAt(await unseen(lateNewsSeconds), changes.since);
  };

  return {
    async look() {
      const now = clock.now();
      const waiting = await present();
      const left = (await unseen(soonSeconds)).filter(({ page }) => now < later(page.until, seenSeconds));
      await lookAt([...waiting, ...left], changes.since);
      const ending = waiting.filter(({ page }) => page.until - now <= lastLooksMs);
      await lookAt(ending, changes.recorded);
      await lookBack(now);
      return waiting.length;
    },
    told: (change) => report([change]),
  };
}

async function visitsIn(pieces: Pieces<Flow>): Promise<readonly Visit[]> {
  const visits: Visit[] = [];
  for await (const flows of pieces) visits.push(...visitsOf(flows));
  return visits;
}

function visitsOf(flows: readonly Flow[]): readonly Visit[] {
  return flows.flatMap(({ id: flow, state }) => {
    if (state.at === 'changing') return [{ flow, account: state.account, page: state, isSeen: false }];
    if (state.at !== 'closed' || state.page === undefined || state.account === undefined) return [];
    return [{ flow, account: state.account, page: state.page, isSeen: !isPageUnseen(state) }];
  });
}

/** Of several that stood open then the one opened last: a newer ticket voids the older ones. */
const visitOf = (account: AccountId, changedAt: Instant, visits: readonly Visit[]): Visit | undefined =>
  visits
    .filter((visit) => visit.account === account && isOfPage(visit.page, changedAt))
    .toSorted((a, b) => b.page.openedAt - a.page.openedAt)[0];
