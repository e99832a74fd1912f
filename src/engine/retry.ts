// When a failed effect is tried again, and when it is given up. Bounded and jittered; never silent.
import type { Effect } from '../flows/effect.ts';
import type { Instant } from '../flows/ids.ts';
import { instant } from '../flows/ids.ts';
import type { Failure } from '../flows/outcome.ts';
import { dueAt, type FlowState } from '../flows/state.ts';

const firstWaitMs = 1_000;
const longestWaitMs = 30_000;
/** Somebody is waiting in front of a window. */
const longestDrivingWaitMs = 10_000;
/** For effects that no state waits for: drawings, safety measures. */
const mostTries = 8;

/** The instant of the next try; undefined: give up. */
export function nextTry(
  effect: Effect,
  state: FlowState,
  failure: Failure,
  earlierTries: number,
  now: Instant,
  random: () => number,
): Instant | undefined {
  if (failure.retry === 'never') return undefined;
  const longestMs = isDriving(effect) ? longestDrivingWaitMs : longestWaitMs;
  const backOffMs = Math.min(firstWaitMs * 2 ** earlierTries, longestMs);
  // A bucket that is refilled drop by drop lets one through and refuses the next: the other side's word is a minimum.
  const leastMs = failure.kind === 'rate-limited' ? Math.max(failure.retryAfterMs, backOffMs) : 0.8 * backOffMs;
  const next = instant(Math.ceil(now + leastMs + 0.4 * backOffMs * random()));
  const until = isDriving(effect) ? dueAt(state) : undefined;
  if (until !== undefined) return next < until ? next : undefined;
  return earlierTries + 1 < mostTries ? next : undefined;
}

/** Effects whose result moves the flow on: they are tried as long as the flow waits for them. */
export function isDriving(effect: Effect): boolean {
  return (
    effect.do === 'identify' ||
    effect.do === 'send-code' ||
    effect.do === 'inspect-account' ||
    effect.do === 'lift-lock'
  );
}
