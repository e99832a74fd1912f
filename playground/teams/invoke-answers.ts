// How Teams treats the bot's answer to an invoke: a card for the person who pressed, a text, a dialog, or an error.
import { isRecord, type Json, recordOf, textOf } from '../json.ts';
import type { CardCheck } from './card-check.ts';
import type { Delivery } from './deliveries.ts';
import { ADAPTIVE_CARD, type Dialog } from './world.ts';

const UNREACHABLE = 'Unable to reach app. Please try again.';
const WRONG = 'Something went wrong. Please try again.';

export type Taken = {
  readonly card?: Json;
  /** A short text from the bot. */
  readonly text?: string;
  readonly dialog?: Dialog;
  /** An error text, from Teams itself or from the bot. */
  readonly says?: string;
};

/** `adaptiveCard/action` */
export async function takeActionAnswer(cards: CardCheck, delivery: Delivery): Promise<Taken> {
  if (delivery.status !== 200) return { says: UNREACHABLE };
  const { statusCode, type, value } = recordOf(delivery.body);
  if (typeof statusCode !== 'number') return { says: WRONG };
  if (statusCode !== 200) return { says: textOf(recordOf(value)['message']) ?? WRONG };
  if (type === 'application/vnd.microsoft.activity.message') return textOr(value);
  if (type !== ADAPTIVE_CARD || !isRecord(value)) return { says: WRONG };
  await cards.checkCard(value, 'adaptiveCard/action');
  return { card: value };
}

function textOr(value: unknown): Taken {
  const text = textOf(value);
  return text === undefined ? { says: WRONG } : { text };
}

/** `task/fetch` and `task/submit`. An answer without a body shows nothing. */
export async function takeTaskAnswer(cards: CardCheck, delivery: Delivery, from: Dialog['from']): Promise<Taken> {
  if (delivery.status !== 200) return { says: UNREACHABLE };
  if (delivery.text === '') return {};
  const { type, value } = recordOf(recordOf(delivery.body)['task']);
  if (type === 'message') {
    const message = textOf(value);
    return message === undefined ? { says: WRONG } : { dialog: { title: '', card: undefined, message, from } };
  }
  const { title, card } = recordOf(value);
  const { contentType, content } = recordOf(card);
  if (type !== 'continue' || contentType !== ADAPTIVE_CARD || !isRecord(content)) return { says: WRONG };
  await cards.checkCard(content, 'dialog');
  return { dialog: { title: textOf(title) ?? '', card: content, message: undefined, from } };
}
