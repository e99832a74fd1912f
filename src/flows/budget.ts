// What an account has used up, as rows with times. Says from when the next attempt, code or unlock is permitted. Pure.
import { type ContactRef, type FlowId, type Instant, instant, later } from './ids.ts';
import { adriftSeconds, daySeconds, hourSeconds, type Limits } from './limits.ts';

/**
 * What is counted, append-only: a row is added and never changed, so no counter ever goes down.
 * `attempt` is written before the provider is asked about a code; `passed` and `void` say afterwards that it was no failure.
 * `send` is written when a code is ordered, `sent` when it was sent, `adrift` when the flow stops waiting while a code that
 * it ordered may still arrive.
 */
export type Count = 'attempt' | 'passed' | 'void' | 'send' | 'sent' | 'adrift' | 'unlock';

export interface Counted {
  readonly what: Count;
  readonly flow: FlowId;
  readonly at: Instant;
  /** The contact of the code that this row is about; absent where the row is not about a code. */
  readonly contact?: ContactRef;
}

/** Everything counted for one account within the longest window, oldest first. */
export interface Budget {
  readonly counted: readonly Counted[];
  readonly frozenUntil?: Instant;
  /** An administrator lifted what was used up: limits count only what came after this. Nothing is taken back from the counters. */
  readonly liftedAt?: Instant;
}

export const emptyBudget: Budget = { counted: [] };

/** Attempts of the last 24 hours that were not accepted. Attempts whose result is not known yet count too. */
export function failures(budget: Budget, now: Instant): readonly Instant[] {
  const failed = new Map<FlowId, Instant[]>();
  for (const row of budget.counted) {
    const attempts = failed.get(row.flow) ?? [];
    if (row.what === 'attempt') failed.set(row.flow, [...attempts, row.at]);
    if (row.what === 'passed' || row.what === 'void') failed.set(row.flow, attempts.slice(0, -1));
  }
  return within([...failed.values()].flat(), daySeconds, now);
}

export const sends = (budget: Budget, now: Instant): readonly Instant[] =>
  within(timesOf(budget, 'send'), hourSeconds, now);

/**
 * The flow that ordered this account's newest code. Only that flow can have a code that still counts. A code to an address that is
 * being enrolled counts like any other: the address may be that of a contact, and then it voids that contact's code.
 */
export const lastSender = (budget: Budget): FlowId | undefined =>
  budget.counted.findLast(({ what }) => what === 'send')?.flow;

/** Nothing stored says which contact has this address, if any. */
const isOfNewAddress = (contact: ContactRef | undefined): boolean => contact?.startsWith('new|') === true;

/**
 * From when a code that reaches this contact can only be this request's own; `now` or later. A late code of another request
 * would void this request's code at the provider, and would be accepted in its place.
 */
export function aloneFrom(budget: Budget, flow: FlowId, contact: ContactRef, now: Instant): Instant {
  const others = budget.counted.filter(
    (row) => row.what === 'adrift' && row.flow !== flow && (row.contact === contact || isOfNewAddress(row.contact)),
  );
  return instant(Math.max(now, ...others.map(({ at }) => later(at, adriftSeconds))));
}

/**
 * When the cool-down of this contact ends, whichever request the last code was for; `now` or later. A code that was accepted
 * leaves no cool-down: a person who has just proven who they are and finds the account locked as well does not have to wait.
 * Neither does the code of the request `usedUpIn`, whose tries are used up: its wait is for mail that is late, and this code came.
 */
export function cooledFrom(
  budget: Budget,
  limits: Limits,
  contact: ContactRef,
  now: Instant,
  usedUpIn?: FlowId,
): Instant {
  const relevant = ['sent', 'adrift', 'passed'];
  const last = budget.counted.findLast((row) => row.contact === contact && relevant.includes(row.what));
  if (last === undefined || last.what === 'passed') return now;
  if (last.what === 'sent' && last.flow === usedUpIn) return now;
  return instant(Math.max(now, later(last.at, limits.resendSeconds)));
}

export const unlocks = (budget: Budget, windowSeconds: number, now: Instant): readonly Instant[] =>
  within(timesOf(budget, 'unlock'), windowSeconds, now);

/** When the next attempt is permitted: `now` or later. */
export const attemptFrom = (budget: Budget, limits: Limits, now: Instant): Instant =>
  permittedFrom(sinceLifted(budget, failures(budget, now)), limits.codeFailuresPerDay, daySeconds, now);

export const sendFrom = (budget: Budget, limits: Limits, now: Instant): Instant =>
  permittedFrom(sinceLifted(budget, sends(budget, now)), limits.codesPerHour, hourSeconds, now);

export const unlockFrom = (budget: Budget, limits: Limits, now: Instant): Instant =>
  permittedFrom(sinceLifted(budget, unlocks(budget, daySeconds, now)), limits.unlocksPerDay, daySeconds, now);

const sinceLifted = ({ liftedAt }: Budget, times: readonly Instant[]): readonly Instant[] =>
  liftedAt === undefined ? times : times.filter((at) => at > liftedAt);

const timesOf = (budget: Budget, what: Count): Instant[] =>
  budget.counted.filter((row) => row.what === what).map((row) => row.at);

const within = (times: readonly Instant[], windowSeconds: number, now: Instant): readonly Instant[] =>
  times.filter((at) => later(at, windowSeconds) > now).sort((a, b) => a - b);

/** A sliding window: the next one is permitted once enough of the earlier ones are older than the window. */
function permittedFrom(times: readonly Instant[], limit: number, windowSeconds: number, now: Instant): Instant {
  if (times.length < limit) return now;
  if (limit === 0) return later(now, windowSeconds);
  const leaving = times[times.length - limit];
  return instant(Math.max(now, later(leaving ?? now, windowSeconds)));
}
