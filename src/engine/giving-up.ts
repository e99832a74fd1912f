// What a failure means for somebody who waits: when the next try is permitted, and whether there is any point in one.
import type { Giving } from '../flows/event.ts';
import { type Instant, instant } from '../flows/ids.ts';
import type { Failure } from '../flows/outcome.ts';

/** From when a rate limit permits the next try; undefined for every other failure. */
export const permittedAgain = (failure: Failure, now: Instant): Instant | undefined =>
  failure.kind === 'rate-limited' ? instant(now + failure.retryAfterMs) : undefined;

/**
 * Whether another try cannot help before an operator has acted: for a caller whose person would have to repeat the press. An
 * effect in the outbox goes by `retry` and by its number of tries.
 */
export const isPermanent = ({ retry, kind }: Failure): boolean => retry === 'never' || kind === 'misconfigured';

/** For a flow for which nothing is tried any more. */
export function givingUp(failure: Failure, now: Instant): Giving {
  const again = permittedAgain(failure, now);
  if (again !== undefined) return { because: 'limited', again };
  if (failure.kind === 'misconfigured') return { because: 'not-permitted' };
  return { because: failure.retry === 'never' ? 'refused-by-provider' : 'unreachable' };
}
