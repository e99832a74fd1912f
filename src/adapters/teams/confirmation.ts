// Asks the connector whether the person named in an activity is really in that conversation, because the activity itself is not signed.
import { withTimeout } from '../../concurrency/timeout.ts';
import type { ActorId } from '../../flows/ids.ts';
import { isFinal, type Outcome } from '../../flows/outcome.ts';
import { referenceOf, type TeamsContext } from './context.ts';
import type { Activity } from './payload.ts';
import { words } from './words.ts';

/** `unsaid`: the connector did not answer, or not in time. */
export type Confirmation = 'confirmed' | 'absent' | 'somebody-else' | 'unsaid';

/** Waits for the connector `waitMs` at most. */
export async function confirmWriter(
  actor: ActorId,
  activity: Activity,
  waitMs: number,
  context: TeamsContext,
): Promise<Confirmation> {
  const met = await withTimeout(context.chats.meet(actor, referenceOf(activity)), waitMs);
  const confirmation = confirmationOf(met);
  if (confirmation !== 'confirmed') {
    const because = met === undefined || met.ok ? 'unsaid' : met.failure.cause;
    context.log.warn({ event: 'teams.unconfirmed', because }, 'Teams did not confirm who wrote something');
  }
  return confirmation;
}

/** `met`: the connector's answer; undefined: it did not answer in time. */
export function confirmationOf(met: Outcome<void> | undefined): Confirmation {
  if (met === undefined) return 'unsaid';
  if (met.ok) return 'confirmed';
  if (!isFinal(met.failure.kind)) return 'unsaid';
  return met.failure.kind === 'absent' ? 'absent' : 'somebody-else';
}

/** What to say in the conversation when the person could not be confirmed. */
export const refusalOf = (confirmation: Exclude<Confirmation, 'confirmed'>): string =>
  confirmation === 'absent' ? words.notHere : words.cannotConfirm;
