// What a person reads when they get the app: their open requests first, then what it does, with their contacts.
import { withTimeout } from '../concurrency/timeout.ts';
import type { ActorId } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import { type AnswerParts, requestCard } from './answer-words.ts';
import type { Card } from './cards/card.ts';
import { drawWelcome } from './cards/plain-card.ts';
import type { ContactLists } from './contact-list.ts';

/** The message is not redrawn, so it waits a little: whoever has no contact is offered to add one. Nobody has asked for it. */
const patienceMs = 5_000;

export async function welcome(
  actor: ActorId,
  parts: Pick<AnswerParts, 'requests' | 'presentation' | 'copy'> & {
    readonly contactLists: Pick<ContactLists, 'read'>;
    readonly clock: Clock;
  },
): Promise<readonly Card[]> {
  const open = await parts.requests.open(actor);
  const own = await withTimeout(parts.contactLists.read(actor), patienceMs);
  return [...open.map((flow) => requestCard(flow, parts)), drawWelcome(own, parts.clock.now(), parts.copy)];
}
