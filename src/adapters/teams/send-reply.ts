// The reply to a press as calls of our own: to a client that waits for no answer, or after the response had to leave.
import type { Reply } from '../../bot/inbound.ts';
import { unreachable } from '../../flows/unreachable.ts';
import type { TeamsContext } from './context.ts';
import { whisper } from './messages.ts';
import { isPersonal } from './payload.ts';
import { type Press, sentenceOf } from './read-press.ts';
import { words } from './words.ts';

export async function sendReply(reply: Reply, { activity, actor, place }: Press, context: TeamsContext): Promise<void> {
  switch (reply.kind) {
    case 'card':
      // In a channel everybody would see the redrawn card.
      if (!isPersonal(activity)) return whisper(actor, words.pressAgain, context);
      if (place !== undefined) await context.posts.draw(place, reply.card);
      return;
    case 'notice':
      return whisper(actor, await sentenceOf(reply.text, context), context);
    case 'done':
      return;
    default:
      return unreachable(reply);
  }
}
