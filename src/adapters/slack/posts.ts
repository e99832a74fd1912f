// Posts and redraws messages, and sends ephemeral ones. Link previews are always off.
import { z } from 'zod';
import type { Card, Text } from '../../bot/cards/card.ts';
import type { Place } from '../../bot/messenger.ts';
import { failed, type Outcome, success } from '../../flows/outcome.ts';
import type { RenderQueue } from '../render-queue.ts';
import type { Lane, SlackApi } from './client.ts';
import { meansGone } from './errors.ts';
import { renderMessage } from './render.ts';
import { textToMrkdwn } from './render-text.ts';
import { type MessagePlace, messageAt } from './surface-refs.ts';

export interface Posts {
  /** `to` is a channel, or a user id for that person's direct messages with the bot. */
  post(to: string, card: Card, lane: Lane): Promise<Outcome<Place>>;
  draw(place: MessagePlace, card: Card, lane: Lane): Promise<Outcome<'drawn' | 'gone'>>;
  /** A message that no longer exists counts as deleted. */
  remove(place: MessagePlace, lane: Lane): Promise<Outcome<void>>;
  /** An ephemeral message: only this person sees it, in this channel. It does not last, and Slack does not guarantee delivery. */
  whisper(channel: string, user: string, text: Text): Promise<Outcome<void>>;
}

const posted = z.object({ channel: z.string().min(1), ts: z.string().min(1) });
const anything = z.object({});
/** Both flags are needed: otherwise Slack fetches the link to decide about a preview. */
const noPreviews = { unfurl_links: false, unfurl_media: false };

export function createPosts(api: SlackApi, renderQueue: RenderQueue): Posts {
  return {
    async post(to, card, lane) {
      const args = { channel: to, ...renderMessage(card), ...noPreviews };
      const sent = await api.call({ method: 'chat.postMessage', args, answer: posted, lane, repeatable: false });
      return sent.ok ? success(messageAt(sent.value.channel, sent.value.ts)) : sent;
    },
    async draw({ channel, ts }, card, lane) {
      const args = { channel, ts, ...renderMessage(card), ...noPreviews };
      const update = () => api.call({ method: 'chat.update', args, answer: anything, lane, repeatable: true });
      const drawn = await renderQueue.inTurn(messageAt(channel, ts).target, card, update);
      if (drawn === undefined || drawn.ok) return success('drawn');
      return meansGone(drawn.failure) ? success('gone') : failed(drawn.failure);
    },
    async remove(place, lane) {
      const args = { channel: place.channel, ts: place.ts };
      const removed = await api.call({ method: 'chat.delete', args, answer: anything, lane, repeatable: true });
      return removed.ok || removed.failure.kind === 'absent' ? success(undefined) : removed;
    },
    async whisper(channel, user, text) {
      const args = { channel, user, text: textToMrkdwn(text, 3_000) };
      const sent = await api.call({
        method: 'chat.postEphemeral',
        args,
        answer: anything,
        lane: 'interactive',
        repeatable: false,
      });
      return sent.ok ? success(undefined) : sent;
    },
  };
}
