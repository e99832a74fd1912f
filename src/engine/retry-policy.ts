// When an effect comes again: after a failure so often and no more; where it only waits its turn, for as long as its request lives.
// Jittered; never silent.
import type { Effect } from '../flows/effect.ts';
import { type Instant, instant, later } from '../flows/ids.ts';
import type { Failure } from '../flows/outcome.ts';
import { dueAt, type FlowState, isOpen } from '../flows/state.ts';
import type { ClaimedEffect } from '../flows/store.ts';

const firstWaitMs = 1_000;
const longestWaitMs = 30_000;
/** Somebody is waiting in front of a window. */
const longestDrivingWaitMs = 10_000;
/** For effects that no state waits for: drawings, safety measures. */
const mostTries = 8;
/** So long after it was ordered, what belongs to a request that has ended has waited long enough. */
const longestTurnSeconds = 3_600;
/** Those who wait for the same bucket come back over so long a time: whoever has waited longer, the sooner. */
const spreadMs = { first: 4_000, least: 500, lessPerWaitedMs: 1 / 3 };

export type Next =
  | { readonly at: Instant; readonly because: 'failed' | 'waiting' }
  /** Given up. */
  | undefined;

type Waiting = Pick<ClaimedEffect, 'effect' | 'earlierTries' | 'orderedAt'> & {
  readonly flow: { readonly state: FlowState };
};

export function nextTry(claimed: Waiting, failure: Failure, now: Instant, random: () => number): Next {
  if (failure.retry === 'never') return undefined;
  return failure.kind === 'rate-limited' ? nextTurn(claimed, failure, now, random) : afterFailure(claimed, now, random);
}

function afterFailure({ effect, flow, earlierTries }: Waiting, now: Instant, random: () => number): Next {
  const longestMs = isDriving(effect) ? longestDrivingWaitMs : longestWaitMs;
  const backOffMs = Math.min(firstWaitMs * 2 ** earlierTries, longestMs);
  const at = instant(Math.ceil(now + (0.8 + 0.4 * random()) * backOffMs));
  const until = isDriving(effect) ? dueAt(flow.state) : undefined;
  const isInTime = until === undefined ? earlierTries + 1 < mostTries : at < until;
  return isInTime ? { at, because: 'failed' } : undefined;
}

/** Nothing has failed: no try is counted, and only the time of the request ends it. */
function nextTurn(
  { flow, orderedAt }: Waiting,
  failure: Extract<Failure, { kind: 'rate-limited' }>,
  now: Instant,
  random: () => number,
): Next {
  const spread = failure.isTurn === true ? 0 : spreadAfter(now - orderedAt);
  const at = instant(Math.ceil(now + failure.retryAfterMs + random() * spread));
  const until = isOpen(flow.state) ? flow.state.until : later(orderedAt, longestTurnSeconds);
  return at < until ? { at, because: 'waiting' } : undefined;
}

/** A bucket is refilled drop by drop and lets one through: whoever comes first after the pause. */
const spreadAfter = (waitedMs: number): number =>
  Math.max(spreadMs.least, spreadMs.first - waitedMs * spreadMs.lessPerWaitedMs);

/** Effects whose result moves the flow on: they are tried as long as the flow waits for them. */
export function isDriving(effect: Effect): boolean {
  return (
    effect.do === 'identify' ||
    effect.do === 'send-code' ||
    effect.do === 'inspect-account' ||
    effect.do === 'lift-lock'
  );
}
