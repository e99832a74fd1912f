// When a failed effect is tried again, and when it is given up. Bounded and jittered; never silent.
import type { Effect } from '../flows/effect.ts';
import type { Instant } from '../flows/ids.ts';
import { instant } from '../flows/ids.ts';
import type { Failure } from '../flows/outcome.ts';
import { dueAt, type FlowState } from '../flows/state.ts';

const firstWaitMs = 1_000;
const longestWaitMs = 30_000;
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
  const waitMs =
    failure.kind === 'rate-limited'
      ? failure.retryAfterMs * (1 + 0.2 * random())
      : Math.min(firstWaitMs * 2 ** earlierTries, longestWaitMs) * (0.8 + 0.4 * random());
  const next = instant(Math.ceil(now + waitMs));
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
