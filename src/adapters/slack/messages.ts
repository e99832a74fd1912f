// Direct messages to the bot: words that ask for something, or words that get an answer.
import type { Said } from '../../bot/inbound.ts';
import { errorName } from '../../concurrency/background-tasks.ts';
import { isUndone, retry } from '../../concurrency/retry.ts';
import { deliveryId } from '../../flows/ids.ts';
import { beginning } from '../../text/bounded-text.ts';
import { platform, slackActor } from './actor.ts';
import type { Arrival, SlackContext } from './context.ts';
import type { MessagePayload } from './payload.ts';
import { noticeCard } from './render.ts';
import { words } from './words.ts';

interface Heard {
  readonly said: Said;
  readonly channel: string;
}

/** An answer that comes much later answers nothing any more. */
const answerPatience = { triesAtMost: 4, withinMs: 90_000, isWorthIt: isUndone };

/** Rejects where the message could not be stored. */
export async function takeMessage(message: MessagePayload, arrival: Arrival, context: SlackContext): Promise<void> {
  const heard = hear(message, context);
  if (heard === undefined) return;
  const intent = context.conversation.intentOf(heard.said.words);
  if (intent !== 'reset' && intent !== 'unlock') {
    context.background.run('answer', () => answer(heard, context));
    return;
  }
  try {
    const taken = await context.priorityQueue.answering(() => context.conversation.take(heard.said, intent));
    if (taken.is === 'throttled' && context.conversation.complains(heard.said.actor)) {
      context.background.run('throttled', () => say(heard.channel, noticeCard(words.tooOften), context));
    }
    if (taken.is !== 'accepted') return;
    const surface = { apologise: () => say(heard.channel, context.conversation.apology(), context) };
    context.background.run('message', () => taken.proceed(surface));
  } catch (error) {
    context.log.error({ event: 'slack.message.failed', error: errorName(error) }, 'a message was not taken in');
    // Not acknowledged, so Slack sends it again; the person is told once.
    if (arrival.retryNumber === undefined) {
      context.background.run('apology', () => say(heard.channel, context.conversation.apology(), context));
    }
    throw error;
  }
}

/** Undefined for everything that is not a person writing to the bot: other bots, edits, joins, our own messages. */
function hear(message: MessagePayload, { installed }: SlackContext): Heard | undefined {
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

/** Slack writes these three as entities, and nothing else. */
export const typedText = (text: string): string =>
  beginning(
    beginning(text, 8 * charsAtMost)
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&amp;/g, '&')
      .trim(),
    charsAtMost,
  );

async function answer({ said, channel }: Heard, context: SlackContext): Promise<void> {
  const verdict = context.conversation.checkThrottle(said.actor, 'words');
  if (verdict === 'too-often') await say(channel, noticeCard(words.tooOften), context);
  if (verdict !== 'allowed') return;
  try {
    await say(channel, await context.conversation.answer(said), context);
  } catch (error) {
    await say(channel, context.conversation.apology(), context);
    throw error;
  }
}

/** A card about a flow is kept current like the flow's own message: what it says may turn out to be untrue later. */
async function say(
  channel: string,
  card: Parameters<SlackContext['posts']['post']>[1],
  { posts, conversation }: SlackContext,
): Promise<void> {
  const posted = await retry(() => posts.post(channel, card, 'interactive'), answerPatience);
  if (!posted.ok || card.flow === undefined) return;
  await conversation.attachWindow(card.flow, { ...posted.value, stays: true });
}
