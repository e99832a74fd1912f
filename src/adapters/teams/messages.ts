// Messages to the bot. A request is stored before Teams is answered; anything else gets a reply. The bot replies in the personal chat.
import type { Card } from '../../bot/cards/card.ts';
import type { Said } from '../../bot/inbound.ts';
import { requestIn } from '../../bot/intent.ts';
import { answerSaid, startRequest } from '../../bot/listening.ts';
import { errorName } from '../../concurrency/background-tasks.ts';
import type { Deadline } from '../../concurrency/deadline.ts';
import { isUndone, retry } from '../../concurrency/retry.ts';
import { withTimeout } from '../../concurrency/timeout.ts';
import type { ActorId } from '../../flows/ids.ts';
import type { FlowKind } from '../../flows/state.ts';
import { beginning } from '../../text/bounded-text.ts';
import { confirmWriter, refusalOf } from './confirmation.ts';
import { type Answer, actorOf, referenceOf, type TeamsContext, taken } from './context.ts';
import { saidDelivery } from './deduplication.ts';
import { type Activity, isPersonal } from './payload.ts';
import { noticeCard } from './render.ts';
import { textToPlain } from './render-text.ts';
import { words } from './words.ts';

interface Incoming {
  readonly activity: Activity;
  readonly said: Said;
}

/** Shares of the five seconds that Teams waits: first to confirm who wrote, then to store the request. */
const confirmWithinMs = 1_500;
const knownChatWithinMs = 500;
const storeWithinMs = 2_500;
const storeMs = 1_000;
const wordsAtMost = 500;
/** An answer that comes later than this is of no use any more. */
const confirmRetryOptions = { triesAtMost: 4, withinMs: 90_000 };
const answerRetryOptions = { ...confirmRetryOptions, isWorthIt: isUndone };

export async function takeMessage(activity: Activity, deadline: Deadline, context: TeamsContext): Promise<Answer> {
  const { conversation, deduplication, background, log } = context;
  if (deduplication.isRepeat(activity)) return taken;
  const actor = actorOf(activity, context);
  if (actor === undefined) {
    background.run('stranger', () => sayThere(activity, words.employeesOnly, context));
    return taken;
  }
  const incoming = { activity, said: saidOf(activity, actor, context) };
  try {
    const start = requestIn(conversation.intentOf(incoming.said.words));
    if (start !== undefined && (await isKnownThere(incoming, deadline, context))) {
      return await takeStart(incoming, start, deadline, context);
    }
    const confirmation = await confirmWriter(actor, activity, deadline.leftMs(confirmWithinMs, storeMs), context);
    if (confirmation === 'absent' || confirmation === 'somebody-else') return refuse(incoming, confirmation, context);
    if (start !== undefined) {
      // If the person had no reference, asking has stored this one: then they are known there now.
      const isTrusted = confirmation === 'confirmed' || (await isKnownThere(incoming, deadline, context));
      return isTrusted ? await takeStart(incoming, start, deadline, context) : postpone(incoming, context);
    }
    background.run('answer', () => answer(incoming, confirmation, context));
    return taken;
  } catch (error) {
    log.error({ event: 'teams.message.failed', error: errorName(error) }, 'a message was not taken in');
    deduplication.forget(activity);
    background.run('apology', () => apologise(incoming, context));
    return { status: 500 };
  }
}

/** If somebody else wrote in this person's name, nothing is said: nobody knows who it was. */
function refuse(incoming: Incoming, because: 'absent' | 'somebody-else', context: TeamsContext): Answer {
  if (because === 'absent') {
    context.background.run('unconfirmed', async () => {
      if (context.conversation.complains(incoming.said.actor))
        await sayThere(incoming.activity, refusalOf(because), context);
    });
  }
  return taken;
}

/**
 * Whether the message comes from where its person is known. Then a request need not be confirmed first: before it has any
 * effect, the connector is asked about the person anyway.
 */
async function isKnownThere(
  { said, activity }: Incoming,
  deadline: Deadline,
  { chats }: TeamsContext,
): Promise<boolean> {
  const known = chats.isKnownAt(said.actor, referenceOf(activity));
  return (await withTimeout(known, deadline.leftMs(knownChatWithinMs, storeMs))) === true;
}

/** Asks Teams to send it again. Whether Teams does so is not known. */
function postpone({ activity }: Incoming, context: TeamsContext): Answer {
  context.deduplication.forget(activity);
  context.background.run('unconfirmed', () => sayThere(activity, refusalOf('unsaid'), context));
  return { status: 503 };
}

/** In the person's chat; where that cannot be looked up, at least where they wrote. */
async function apologise(incoming: Incoming, context: TeamsContext): Promise<void> {
  const sorry = context.conversation.apology();
  try {
    await tell(incoming, sorry, context);
  } catch {
    await sayThere(
      incoming.activity,
      textToPlain(sorry.summary, () => undefined),
      context,
    );
  }
}

function saidOf(activity: Activity, actor: ActorId, { clock }: TeamsContext): Said {
  return {
    kind: 'said',
    actor,
    delivery: saidDelivery(activity, clock),
    words: plainWords(activity.text ?? ''),
  };
}

/** Removes markup: in a channel the text contains a mention of the bot, and pasted text may contain tags. */
export const plainWords = (text: string): string =>
  beginning(
    beginning(text, 8 * wordsAtMost)
      .replace(/<at\b[^<>]*>[^<]*<\/at>/gi, ' ')
      // `[^<>]` ends a tag where the next begins. Otherwise each of many `<` would scan all the text after it (quadratic time).
      .replace(/<[^<>]*>/g, ' ')
      .replace(/&nbsp;/gi, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
    wordsAtMost,
  );

async function takeStart(
  incoming: Incoming,
  kind: FlowKind,
  deadline: Deadline,
  context: TeamsContext,
): Promise<Answer> {
  const listener = {
    what: 'message',
    withinMs: deadline.leftMs(storeWithinMs),
    surface: { apologise: () => tell(incoming, context.conversation.apology(), context) },
    afterwards: () => pointToChat(incoming, context),
    tooOften: () => tell(incoming, noticeCard(words.tooOften), context),
  };
  await startRequest(incoming.said, kind, listener, context);
  return taken;
}

/** After a request in a channel, says there that it goes on in the private chat, or that the bot cannot write to the person yet. */
async function pointToChat({ activity, said }: Incoming, context: TeamsContext): Promise<void> {
  if (isPersonal(activity)) return;
  const { ok } = await context.chats.chatOf(said.actor);
  await sayThere(activity, ok ? words.answeredInPrivate : words.writeInPrivate, context);
}

async function answer(incoming: Incoming, confirmation: 'confirmed' | 'unsaid', context: TeamsContext): Promise<void> {
  if (confirmation === 'unsaid' && !(await isConfirmedLater(incoming, context))) return;
  const how = {
    tell: (cards: readonly Card[]) => tell(incoming, cards, context),
    tooOften: () => tell(incoming, noticeCard(words.tooOften), context),
  };
  await answerSaid(incoming.said, how, context);
}

async function isConfirmedLater({ said, activity }: Incoming, { chats }: TeamsContext): Promise<boolean> {
  return (await retry(() => chats.meet(said.actor, referenceOf(activity)), confirmRetryOptions)).ok;
}

/** Sends the cards to the person's own chat, in this order. If they wrote elsewhere, says there where the answer is, or that it could not be sent. */
async function tell(
  { activity, said }: Incoming,
  answered: Card | readonly Card[],
  context: TeamsContext,
): Promise<void> {
  let isTold = true;
  for (const card of [answered].flat()) isTold &&= await tellPrivately(said.actor, card, context);
  if (isPersonal(activity)) return;
  await sayThere(activity, isTold ? words.answeredInPrivate : words.writeInPrivate, context);
}

/** A card about a flow is kept up to date like the flow's own message, so that no outdated button stays on it. */
export async function tellPrivately(actor: ActorId, card: Card, context: TeamsContext): Promise<boolean> {
  const { chats, posts, conversation } = context;
  const sent = await retry(async () => {
    const chat = await chats.chatOf(actor);
    return chat.ok ? posts.send(chat.value.serviceUrl, chat.value.conversationId, card) : chat;
  }, answerRetryOptions);
  if (sent.ok && card.flow !== undefined) {
    await conversation.attachWindow(card.flow, asMessage(sent.value));
  }
  return sent.ok;
}

/** A sentence to one person in private, for what others where they pressed must not read. */
export async function whisper(actor: ActorId, sentence: string, context: TeamsContext): Promise<void> {
  await tellPrivately(actor, noticeCard(sentence), context);
}

/** A card that is both: redrawn in place like a window, and lasting like a message. */
export const asMessage = <T extends { readonly target: string; readonly place: string }>(at: T) => ({
  target: at.target,
  place: at.place,
  stays: true as const,
});

/** Says something that everybody in the conversation can read. */
export async function sayThere(
  { serviceUrl, conversation }: Activity,
  sentence: string,
  { posts }: TeamsContext,
): Promise<void> {
  await retry(() => posts.say(serviceUrl, conversation.id, sentence), answerRetryOptions);
}
