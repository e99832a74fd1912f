// Recognizes repeats. Teams delivers again what was not answered: first with the same id, later with a new id and time.
// In memory, because it only spares people a second answer: durably, the store recognizes a request by its delivery id and a press
// by its flow's version.
import { createHash } from 'node:crypto';
import { type DeliveryId, deliveryId } from '../../flows/ids.ts';
import type { Clock } from '../../flows/ports.ts';
import { createSeenOnce } from '../../inbound/seen-once.ts';
import { platform } from './actor.ts';
import type { Activity } from './payload.ts';

export interface Deduplication {
  /** Whether this activity came before. Remembers it. */
  isRepeat(activity: Activity): boolean;
  /** To be called when handling it failed: Teams may then send the same activity again. */
  forget(activity: Activity): void;
  /** To be called when our answer could not be sent: the same content under a new id will then count as a repeat. */
  unanswered(activity: Activity): void;
}

const rememberMs = 10 * 60_000;
const rememberedAtMost = 100_000;
/** Teams tries again within about half a minute. */
const unansweredMs = 120_000;

export function createDeduplication(clock: Clock): Deduplication {
  const seen = createSeenOnce({ forMs: rememberMs, atMost: rememberedAtMost, now: clock.now });
  const unanswered = createSeenOnce({ forMs: unansweredMs, atMost: rememberedAtMost, now: clock.now });
  return {
    isRepeat(activity) {
      if (!activity.id) return false;
      if (!seen.isNew(idKey(activity))) return true;
      return unanswered.forget(contentKey(activity));
    },
    forget: (activity) => void seen.forget(idKey(activity)),
    unanswered: (activity) => void unanswered.isNew(contentKey(activity)),
  };
}

/** The delivery id of a message, so that the same activity is processed once, also after a restart. */
export function saidDelivery({ id, conversation, from, text }: Activity, clock: Clock): DeliveryId {
  const named = id || `${from.id} ${text ?? ''} ${Math.floor(clock.now() / 60_000)}`;
  return deliveryId(`${platform}:said:${digest(conversation.id, named)}`);
}

/** The delivery id of a press. Made from what the press would change, not from the activity, so that a second press changes nothing. */
export function pressDelivery(parts: readonly string[]): DeliveryId {
  return deliveryId(`${platform}:press:${digest(...parts)}`);
}

const idKey = ({ type, id, conversation }: Activity): string => digest(type, conversation.id, id ?? '');
const contentKey = ({ type, conversation, from, text, value, action }: Activity): string =>
  digest(type, conversation.id, from.id, text ?? '', JSON.stringify(value ?? ''), action ?? '');

const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 32);
