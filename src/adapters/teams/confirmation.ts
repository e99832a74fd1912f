// Whether somebody whom an activity names really wrote it there, as the connector knows that conversation: the activity itself is not signed.

import { withTimeout } from '../../concurrency/timeout.ts';
import type { ActorId } from '../../flows/ids.ts';
import type { Outcome } from '../../flows/outcome.ts';
import { type Listening, referenceOf } from './context.ts';
import type { Activity } from './payload.ts';
import { isFinal } from './people.ts';
import { words } from './words.ts';

/** `unsaid`: the connector did not answer, or not in time. */
export type Confirmation = 'confirmed' | 'absent' | 'somebody-else' | 'unsaid';

/** `waitMs`: at most that long is waited for the connector. */
export async function confirmWriter(
  actor: ActorId,
  activity: Activity,
  waitMs: number,
  listening: Listening,
): Promise<Confirmation> {
  const met = await withTimeout(listening.chats.meet(actor, referenceOf(activity)), waitMs);
  const confirmation = confirmationOf(met);
  if (confirmation !== 'confirmed') {
    const because = met === undefined || met.ok ? 'unsaid' : met.failure.cause;
    listening.log.warn({ event: 'teams.unconfirmed', because }, 'Teams did not confirm who wrote something');
  }
  return confirmation;
}

/** Undefined: not answered in time. */
export function confirmationOf(met: Outcome<void> | undefined): Confirmation {
  if (met === undefined) return 'unsaid';
  if (met.ok) return 'confirmed';
  if (!isFinal(met.failure.kind)) return 'unsaid';
  return met.failure.kind === 'absent' ? 'absent' : 'somebody-else';
}

/** What is said to whoever is there, and not known to be them. */
export const refusalOf = (confirmation: Exclude<Confirmation, 'confirmed'>): string =>
  confirmation === 'absent' ? words.notHere : words.cannotConfirm;
