// What has arrived before. Teams delivers again what it saw no answer to: first with the same id, later with a new id and time.
// In memory: a start is known durably by its delivery, a press by its flow's version; this spares people a second answer to the same words.
import { createHash } from 'node:crypto';
import { type DeliveryId, deliveryId } from '../../flows/ids.ts';
import type { Clock } from '../../flows/ports.ts';
import { createSeenOnce } from '../../inbound/seen-once.ts';
import { platform } from './actor.ts';
import type { Activity } from './payload.ts';

export interface Deduplication {
  /** Whether it came before; it is noted. */
  isRepeat(activity: Activity): boolean;
  /** It failed on our side: Teams may send the very same again. */
  forget(activity: Activity): void;
  /** Our answer could not leave: the same words under a new id are no new request. */
  unanswered(activity: Activity): void;
}

const rememberMs = 10 * 60_000;
const rememberedAtMost = 100_000;
/** Teams tries again within about half a minute. */
const unansweredMs = 120_000;

export function createDeduplication(clock: Clock): Deduplication {
  const seen = createSeenOnce({ forMs: rememberMs, atMost: rememberedAtMost, now: clock.now });
  const lost = createSeenOnce({ forMs: unansweredMs, atMost: rememberedAtMost, now: clock.now });
  return {
    isRepeat(activity) {
      if (!activity.id) return false;
      if (!seen.isNew(idKey(activity))) return true;
      return lost.forget(contentKey(activity));
    },
    forget: (activity) => void seen.forget(idKey(activity)),
    unanswered: (activity) => void lost.isNew(contentKey(activity)),
  };
}

/** Names what somebody said, so that the same activity is taken in once also after a restart. */
export function saidDelivery({ id, conversation, from, text }: Activity, clock: Clock): DeliveryId {
  const named = id || `${from.id} ${text ?? ''} ${Math.floor(clock.now() / 60_000)}`;
  return deliveryId(`${platform}:said:${digest(conversation.id, named)}`);
}

/** Names what was pressed by what it would change, not by its activity: whoever presses twice, or whatever comes twice, changes it once. */
export function pressDelivery(parts: readonly string[]): DeliveryId {
  return deliveryId(`${platform}:press:${digest(...parts)}`);
}

const idKey = ({ type, id, conversation }: Activity): string => digest(type, conversation.id, id ?? '');
const contentKey = ({ type, conversation, from, text, value, action }: Activity): string =>
  digest(type, conversation.id, from.id, text ?? '', JSON.stringify(value ?? ''), action ?? '');

const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32);
