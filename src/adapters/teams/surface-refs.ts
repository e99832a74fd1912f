// Where a card stands in Teams, as the JSON that the engine keeps for us.
import { z } from 'zod';
import type { Place } from '../../bot/messenger.ts';
import { beginning } from '../../text/bounded-text.ts';

const messagePlace = z.object({
  serviceUrl: z.string().min(1),
  /** Of a channel with its thread: `19:…;messageid=…`. */
  conversationId: z.string().min(1),
  activityId: z.string().min(1),
  tenantId: z.string().min(1),
});
export type MessagePlace = z.infer<typeof messagePlace>;

/** The same message has the same words, whoever tells of it. */
export const messageAt = ({ serviceUrl, conversationId, activityId, tenantId }: MessagePlace): Place => ({
  target: `message:${conversationId}:${activityId}`,
  place: JSON.stringify({ serviceUrl, conversationId, activityId, tenantId } satisfies MessagePlace),
});

export function readMessagePlace(place: string): MessagePlace | undefined {
  try {
    const parsed = messagePlace.safeParse(JSON.parse(place));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** A thread's id without the thread: the channel that the policy names, and whose members can be asked for. */
export const channelOf = (conversationId: string): string =>
  beginning(conversationId, 512).split(';', 1)[0] ?? conversationId;
