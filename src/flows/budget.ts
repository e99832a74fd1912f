// What an account has used up, as facts with times; whether a next thing is permitted, and from when. Pure.
import { type ContactRef, type FlowId, type Instant, instant, later } from './ids.ts';
import { adriftSeconds, daySeconds, hourSeconds, type Limits } from './limits.ts';

/**
 * What is counted, append-only: a row is added and never changed, so no counter ever goes down.
 * `attempt` is written before the provider is asked; `passed` and `void` say afterwards that it was no failure.
 * `send` is written when a code is ordered, `sent` when it went out; `adrift` when the order ends while a code of it may
 * still be on its way.
 */
export type Count = 'attempt' | 'passed' | 'void' | 'send' | 'sent' | 'adrift' | 'unlock';

export interface Counted {
  readonly what: Count;
  readonly flow: FlowId;
  readonly at: Instant;
  /** The contact of the code that it is about; absent where there is none. */
  readonly contact?: ContactRef;
}

/** Everything counted for one account within the longest window, oldest first. */
export interface Budget {
  readonly counted: readonly Counted[];
  readonly frozenUntil?: Instant;
}

export const emptyBudget: Budget = { counted: [] };

/** Attempts of the last 24 hours which did not turn out to be right, those still under way included. */
export function failures(budget: Budget, now: Instant): readonly Instant[] {
  const open = new Map<FlowId, Instant[]>();
  for (const row of budget.counted) {
    const attempts = open.get(row.flow) ?? [];
    if (row.what === 'attempt') open.set(row.flow, [...attempts, row.at]);
    if (row.what === 'passed' || row.what === 'void') open.set(row.flow, attempts.slice(0, -1));
  }
  return within([...open.values()].flat(), daySeconds, now);
}

export const sends = (budget: Budget, now: Instant): readonly Instant[] =>
  within(timesOf(budget, 'send'), hourSeconds, now);

/** Which of the account's flows ordered the newest code. Only that one may have a code that still counts. */
export const lastSender = (budget: Budget): FlowId | undefined =>
  budget.counted.findLast(({ what }) => what === 'send')?.flow;

/**
 * From when a code for this contact can only be this request's own: a code that another request ordered and that comes
 * late would void this one's, and be taken for it. `now` or later.
 */
export function aloneFrom(budget: Budget, flow: FlowId, contact: ContactRef, now: Instant): Instant {
  const strays = budget.counted.filter((row) => row.what === 'adrift' && row.flow !== flow && row.contact === contact);
  return instant(Math.max(now, ...strays.map(({ at }) => later(at, adriftSeconds))));
}

/**
 * When the cool-down of this contact is over, whichever request the last code was for. A code that came back rightly
 * leaves none behind: who was let in and finds the account locked as well is not made to wait. `now` or later.
 */
export function cooledFrom(budget: Budget, limits: Limits, contact: ContactRef, now: Instant): Instant {
  const news = ['sent', 'adrift', 'passed'];
  const last = budget.counted.findLast((row) => row.contact === contact && news.includes(row.what));
  if (last === undefined || last.what === 'passed') return now;
  return instant(Math.max(now, later(last.at, limits.resendSeconds)));
}

export const unlocks = (budget: Budget, windowSeconds: number, now: Instant): readonly Instant[] =>
  within(timesOf(budget, 'unlock'), windowSeconds, now);

/** When a next attempt is permitted: `now` or later. */
export const attemptFrom = (budget: Budget, limits: Limits, now: Instant): Instant =>
  permittedFrom(failures(budget, now), limits.codeFailuresPerDay, daySeconds, now);

export const sendFrom = (budget: Budget, limits: Limits, now: Instant): Instant =>
  permittedFrom(sends(budget, now), limits.codesPerHour, hourSeconds, now);

export const unlockFrom = (budget: Budget, limits: Limits, now: Instant): Instant =>
  permittedFrom(unlocks(budget, daySeconds, now), limits.unlocksPerDay, daySeconds, now);

const timesOf = (budget: Budget, what: Count): Instant[] =>
  budget.counted.filter((row) => row.what === what).map((row) => row.at);

const within = (times: readonly Instant[], windowSeconds: number, now: Instant): readonly Instant[] =>
  times.filter((at) => later(at, windowSeconds) > now).sort((a, b) => a - b);

/** A sliding window: the next one is permitted when enough of the earlier ones have left it. */
function permittedFrom(times: readonly Instant[], limit: number, windowSeconds: number, now: Instant): Instant {
  if (times.length < limit) return now;
  if (limit === 0) return later(now, windowSeconds);
  const leaving = times[times.length - limit];
  return instant(Math.max(now, later(leaving ?? now, windowSeconds)));
}
