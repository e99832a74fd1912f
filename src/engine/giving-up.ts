// What a failure means for somebody who waits: when the next try is permitted, and whether there is any point in one.
import type { FlowEvent, Giving } from '../flows/event.ts';
import { type Instant, instant } from '../flows/ids.ts';
import type { Failure } from '../flows/outcome.ts';
import type { ClaimedEffect, Surfaces } from '../flows/store.ts';
import { isDriving } from './retry-policy.ts';

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

/** What the flow is told when this effect is not tried any more; undefined: nothing waits for it. */
export async function eventOnGivingUp(
  { effect, flow, isInDoubt }: Pick<ClaimedEffect, 'effect' | 'flow' | 'isInDoubt'>,
  failure: Failure,
  store: Pick<Surfaces, 'surfaces'>,
  now: Instant,
): Promise<FlowEvent | undefined> {
  if (effect.do === 'show' && effect.to === 'helpdesk') {
    const cards = await store.surfaces(flow.id, 'helpdesk');
    return cards.length === 0 ? { type: 'helpdesk.unreachable' } : undefined;
  }
  if (effect.do === 'end-sessions') {
    return effect.report ? { type: 'sessions.ended', how: 'unavailable' } : undefined;
  }
  if (effect.do === 'unbind-actor') return { type: 'change.not-undone' };
  if (effect.do === 'unlink-contact' && !effect.report) return { type: 'change.not-undone', contact: effect.contact };
  if (!isDriving(effect)) return undefined;
  const mayHaveHappened = isInDoubt || (failure.kind === 'unreachable' && failure.mayHaveHappened);
  if (effect.do === 'lift-lock' && mayHaveHappened) return { type: 'effect.doubtful', of: effect.do };
  return { type: 'effect.failed', of: effect.do, ...givingUp(failure, now) };
}
