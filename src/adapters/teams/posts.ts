// Sends messages, posts threads and redraws both. Each message holds one card and nothing else, because only then Teams returns its id.
import type { Card } from '../../bot/cards/card.ts';
import type { Place } from '../../bot/messenger.ts';
import { failed, type Outcome, success } from '../../flows/outcome.ts';
import type { RenderQueue } from '../render-queue.ts';
import type { Connector, Standing } from './connector.ts';
import type { Names } from './names.ts';
import { type Mention, renderMessage } from './render.ts';
import { type MessagePlace, messageAt } from './surface-refs.ts';

export interface Posts {
  send(serviceUrl: string, conversationId: string, card: Card): Promise<Outcome<Place>>;
  thread(serviceUrl: string, channel: string, card: Card, called?: readonly Mention[]): Promise<Outcome<Place>>;
  draw(place: MessagePlace, card: Card): Promise<Outcome<'drawn' | 'gone'>>;
  /** A message that no longer exists counts as deleted. */
  remove(place: MessagePlace): Promise<Outcome<void>>;
  /** Sends a sentence without a card. It is never redrawn, so its place is not returned. */
  say(serviceUrl: string, conversationId: string, sentence: string): Promise<Outcome<void>>;
}

export function createPosts(options: {
  readonly connector: Connector;
  readonly names: Names;
  readonly renderQueue: RenderQueue;
  readonly tenantId: string;
}): Posts {
  const { connector, names, renderQueue, tenantId } = options;
  const placed = (serviceUrl: string, posted: Outcome<Standing>): Outcome<Place> =>
    posted.ok ? success(messageAt({ serviceUrl, tenantId, ...posted.value })) : posted;
  const message = async (card: Card, called: readonly Mention[] = []) =>
    renderMessage(card, await names.forCard(card), called);
  return {
    send: async (serviceUrl, conversationId, card) =>
      placed(serviceUrl, await connector.send(serviceUrl, conversationId, await message(card))),
    thread: async (serviceUrl, channel, card, called) =>
      placed(serviceUrl, await connector.createThread(serviceUrl, channel, await message(card, called))),
    async draw(place, card) {
      const { serviceUrl, conversationId, activityId } = place;
      const update = async () => connector.update(serviceUrl, { conversationId, activityId }, await message(card));
      const drawn = await renderQueue.inTurn(messageAt(place).target, card, update);
      if (drawn === undefined || drawn.ok) return success('drawn');
      return drawn.failure.kind === 'absent' ? success('gone') : failed(drawn.failure);
    },
    async remove({ serviceUrl, conversationId, activityId }) {
      const removed = await connector.remove(serviceUrl, { conversationId, activityId });
      return removed.ok || removed.failure.kind === 'absent' ? success(undefined) : removed;
    },
    async say(serviceUrl, conversationId, sentence) {
      const sent = await connector.send(serviceUrl, conversationId, { type: 'message', text: sentence });
      return sent.ok ? success(undefined) : sent;
    },
  };
}
