// What a window shows for a reply of the conversation.
import type { Card, Text } from '../../bot/cards/card.ts';
import type { Reply } from '../../bot/inbound.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { noticeCard } from './render.ts';
import { textToPlain } from './render-text.ts';
import { words } from './words.ts';

export const alertCard = (text: Text): Card => ({
  ...noticeCard(textToPlain(text)),
  lines: [{ text, tone: 'alert' }],
});

/** The window was opened for the answer, so it must show one for every kind of reply. */
export function windowCard(reply: Reply): Card {
  switch (reply.kind) {
    case 'card':
      return reply.card;
    case 'notice':
      return alertCard(reply.text);
    case 'done':
      return noticeCard(words.finished);
    default:
      return unreachable(reply);
  }
}
