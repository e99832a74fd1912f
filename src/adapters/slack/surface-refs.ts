// References to a card in Slack (a message or an open window), as JSON that the store keeps for this adapter.
import { z } from 'zod';
import type { Place } from '../../bot/messenger.ts';

const messagePlace = z.object({ channel: z.string().min(1), ts: z.string().min(1) });
const windowPlace = z.object({ viewId: z.string().min(1) });

export type MessagePlace = z.infer<typeof messagePlace>;

export const messageAt = (channel: string, ts: string): Place => ({
  target: `message:${channel}:${ts}`,
  place: JSON.stringify({ channel, ts }),
});

export const windowAt = (viewId: string): Place => ({ target: `view:${viewId}`, place: JSON.stringify({ viewId }) });

export function readMessagePlace(place: string): MessagePlace | undefined {
  return read(messagePlace, place);
}

export function readWindowPlace(place: string): string | undefined {
  return read(windowPlace, place)?.viewId;
}

function read<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
