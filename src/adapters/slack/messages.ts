// Direct messages to the bot: they start a request or get an answer.
import type { Card } from '../../bot/cards/card.ts';
import type { Said } from '../../bot/inbound.ts';
import { requestIn } from '../../bot/intent.ts';
import { answerSaid, startRequest } from '../../bot/listening.ts';
import { errorName } from '../../concurrency/background-tasks.ts';
import { isUndone, retry } from '../../concurrency/retry.ts';
import { deliveryId } from '../../flows/ids.ts';
import { beginning } from '../../text/bounded-text.ts';
import { platform, slackActor } from './actor.ts';
import { type Arrival, ackPatienceMs, type SlackContext } from './context.ts';
import type { MessagePayload } from './payload.ts';
import { noticeCard } from './render.ts';
import { words } from './words.ts';

interface Received {
  readonly said: Said;
  readonly channel: string;
}

/** After 90 seconds an answer is no longer useful. */
const answerRetryOptions = { triesAtMost: 4, withinMs: 90_000, isWorthIt: isUndone };

/** Rejects if a request could not be stored. */
export async function takeMessage(message: MessagePayload, arrival: Arrival, context: SlackContext): Promise<void> {
  const received = readMessage(message, context);
  if (received === undefined) return;
  const kind = requestIn(context.conversation.intentOf(received.said.words));
  if (kind === undefined) {
    context.background.run('answer', () => answer(received, context));
    return;
  }
  try {
    const listener = {
      what: 'message',
      withinMs: arrival.deadline.leftMs(ackPatienceMs),
      surface: { apologise: () => say(received.channel, context.conversation.apology(), context) },
      tooOften: () => say(received.channel, noticeCard(words.tooOften), context),
    };
    await context.priorityQueue.answering(() => startRequest(received.said, kind, listener, context));
  } catch (error) {
    context.log.error({ event: 'slack.message.failed', error: errorName(error) }, 'a message was not taken in');
    // Without an acknowledgement Slack sends the message again. The person gets the apology only at the first try.
    if (arrival.retryNumber === undefined) {
      context.background.run('apology', () => say(received.channel, context.conversation.apology(), context));
    }
    throw error;
  }
}

/** Undefined if it is not a person writing to the bot: other bots, edits, joins, our own messages. */
function readMessage(message: MessagePayload, { installed }: SlackContext): Received | undefined {
  const { event, event_id, team_id, enterprise_id, authorizations } = message;
  if (event.channel_type !== 'im' || event.subtype !== undefined || event.edited !== undefined) return undefined;
  if (event.bot_id || event.hidden === true || event.user === installed.known()?.botUserId) return undefined;
  const actor = slackActor({
    user: event.user,
    team: event.user_team ?? event.team ?? team_id,
    enterprise: authorizations?.[0]?.enterprise_id ?? enterprise_id,
  });
  const typed = typedText(event.text);
  if (actor === undefined || typed === '') return undefined;
  const delivery = deliveryId(`${platform}:event:${event_id}`);
  return { said: { kind: 'said', actor, delivery, words: typed }, channel: event.channel };
}

const charsAtMost = 500;

/** Slack escapes only these three characters. */
export const typedText = (text: string): string =>
  beginning(
    beginning(text, 8 * charsAtMost)
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&')
      .trim(),
    charsAtMost,
  );

function answer({ said, channel }: Received, context: SlackContext): Promise<void> {
  const tell = async (cards: readonly Card[]): Promise<void> => {
    for (const card of cards) await say(channel, card, context);
  };
  return answerSaid(said, { tell, tooOften: () => tell([noticeCard(words.tooOften)]) }, context);
}

/** A posted card about a flow is registered, so that it is redrawn: its content becomes outdated when the flow changes. */
export async function say(channel: string, card: Card, { posts, conversation }: SlackContext): Promise<void> {
  const posted = await retry(() => posts.post(channel, card, 'interactive'), answerRetryOptions);
  if (!posted.ok || card.flow === undefined) return;
  await conversation.attachWindow(card.flow, { ...posted.value, stays: true });
}
