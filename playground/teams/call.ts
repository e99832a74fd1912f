// One request of the bot to the connector, and the conversations in which it may act.
import type { Json } from '../json.ts';
import type { CardCheck } from './card-check.ts';
import type { RateLimits } from './rate-limits.ts';
import { type Answer, refused } from './refusal.ts';
import type { Place, World } from './world.ts';

export type Call = {
  readonly world: World;
  readonly cards: CardCheck;
  readonly rates: RateLimits | undefined;
  readonly conversationId: string;
  readonly activityId: string;
  readonly memberId: string;
  readonly query: URLSearchParams;
  readonly body: Json;
  /** The body's length in UTF-16 code units. */
  readonly chars: number;
};

const MAX_BYTES = 100 * 1024;

/** The limit counts the whole message, with two bytes per character. */
export function isTooBig({ chars }: Call): boolean {
  return chars * 2 > MAX_BYTES;
}

export function isAnswer(value: object): value is Answer {
  return 'status' in value;
}

/** The place in which the bot may write, or the refusal. */
export function writable({ world, conversationId }: Pick<Call, 'world' | 'conversationId'>): Place | Answer {
  const place = world.placeOf(conversationId);
  if (place === undefined) return refused('ConversationNotFound');
  if (place.kind === 'channel') {
    if (!place.channel.hasBot) return refused('BotNotInConversationRoster');
    const isFake = place.rootId !== undefined && !world.hasBegun(conversationId);
    return isFake ? refused('ConversationNotFound') : place;
  }
  if (place.person.hasBlocked) return refused('ConversationBlockedByUser');
  return place.person.isInstalled ? place : refused('MessageWritesBlocked');
}
