// Where a button was pressed (a window, a message, the home page), and how an answer is sent there.
import type { Card, Text } from '../../bot/cards/card.ts';
import type { ActorId } from '../../flows/ids.ts';
import { slackUser } from './actor.ts';
import type { SlackContext } from './context.ts';
import type { ActionsPayload } from './payload.ts';
import { hasLink, renderMessage } from './render.ts';
import { textToMrkdwn } from './render-text.ts';
import { alertCard } from './reply-card.ts';
import { messageAt } from './surface-refs.ts';

export type PressLocation =
  | { readonly in: 'window'; readonly viewId: string; readonly metadata: string }
  | { readonly in: 'home' }
  | {
      readonly in: 'message';
      readonly channel: string;
      readonly ts: string;
      readonly isEphemeral: boolean;
      readonly responseUrl?: string;
    };

export function pressLocationOf(pressed: ActionsPayload): PressLocation | undefined {
  const { view, container, channel, message, response_url } = pressed;
  if (view?.type === 'modal') return { in: 'window', viewId: view.id, metadata: view.private_metadata };
  if (view?.type === 'home') return { in: 'home' };
  const where = channel?.id ?? container.channel_id;
  const ts = container.message_ts ?? message?.ts;
  if (where === undefined || ts === undefined) return undefined;
  const answerTo = response_url === undefined ? {} : { responseUrl: response_url };
  return { in: 'message', channel: where, ts, isEphemeral: container.is_ephemeral === true, ...answerTo };
}

/** Whether only the presser can read this location. Source: Slack's conversation ids; `D…` are direct messages. */
export const isPrivate = (location: PressLocation): boolean =>
  location.in !== 'message' || location.isEphemeral || location.channel.startsWith('D');

export interface Presser {
  readonly actor: ActorId;
  readonly triggerId?: string;
}

/** Shows a short sentence to the presser only. The card stays unchanged. */
export async function whisper(location: PressLocation, by: Presser, text: Text, context: SlackContext): Promise<void> {
  const { windows, posts, responses } = context;
  const user = slackUser(by.actor);
  if (user === undefined) return;
  if (location.in === 'message') {
    const sentence = { text: textToMrkdwn(text, 3_000) };
    const sent =
      location.responseUrl === undefined ? undefined : await responses.send(location.responseUrl, 'whisper', sentence);
    if (sent?.ok !== true) await posts.whisper(location.channel, user, text);
    return;
  }
  const card = alertCard(text);
  const show = location.in === 'window' ? windows.push : windows.open;
  const shown = by.triggerId === undefined ? undefined : await show(by.triggerId, card);
  if (shown?.ok === true) return;
  if (location.in === 'window') await windows.draw(location.viewId, card);
  else await posts.post(user, card, 'interactive');
}

/** Replaces the card on which the button was pressed. */
export async function replace(location: PressLocation, by: Presser, card: Card, context: SlackContext): Promise<void> {
  const { windows, homes, conversation } = context;
  if (location.in === 'window') await windows.draw(location.viewId, card);
  else if (location.in === 'home') await homes.refresh(by.actor, conversation.home);
  else await replaceMessage(location, card, context);
}

async function replaceMessage(
  location: Extract<PressLocation, { in: 'message' }>,
  card: Card,
  { posts, responses, renderQueue }: SlackContext,
): Promise<void> {
  const { channel, ts, responseUrl, isEphemeral } = location;
  const byUrl = async (url: string) => (await responses.send(url, 'replace', { ...renderMessage(card) })).ok;
  // The response URL does not count towards the workspace's fifty updates a minute. But only API methods have flags against link
  // previews, so a card with a link does not use it.
  if (responseUrl !== undefined && !hasLink(card)) {
    const done = await renderQueue.inTurn(messageAt(channel, ts).target, card, () => byUrl(responseUrl));
    if (done !== false) return;
  }
  if (!isEphemeral) await posts.draw({ channel, ts }, card, 'interactive');
}
