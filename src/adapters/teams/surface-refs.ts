// The place of a card in Teams, as JSON that the engine stores for this adapter.
import { z } from 'zod';
import type { Place } from '../../bot/messenger.ts';
import { beginning } from '../../text/bounded-text.ts';

const messagePlace = z.object({
  serviceUrl: z.string().min(1),
  /** In a channel, with the thread: `19:…;messageid=…`. */
  conversationId: z.string().min(1),
  activityId: z.string().min(1),
  tenantId: z.string().min(1),
});
export type MessagePlace = z.infer<typeof messagePlace>;

/** The same message always gives the same JSON, from whichever activity or answer it was read. */
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

/** The channel of a thread: the id that the policy names, and whose members the connector can list. */
export const channelOf = (conversationId: string): string =>
  beginning(conversationId, 512).split(';', 1)[0] ?? conversationId;
