// Words to the bot: they ask for something, which is taken in before Teams is answered, or they get an answer. Always in the personal chat.
import type { Card } from '../../bot/cards/card.ts';
import type { Said } from '../../bot/inbound.ts';
import { errorName } from '../../concurrency/background-tasks.ts';
import type { Deadline } from '../../concurrency/deadline.ts';
import { isUndone, retry } from '../../concurrency/retry.ts';
import { withTimeout } from '../../concurrency/timeout.ts';
import type { ActorId } from '../../flows/ids.ts';
import type { FlowKind } from '../../flows/state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { beginning } from '../../text/bounded-text.ts';
import { confirmWriter, refusalOf } from './confirmation.ts';
import { type Answer, actorOf, type Listening, referenceOf, taken } from './context.ts';
import { saidDelivery } from './deduplication.ts';
import { type Activity, isPersonal } from './payload.ts';
import { noticeCard } from './render.ts';
import { words } from './words.ts';

interface Heard {
  readonly activity: Activity;
  readonly said: Said;
}

/** Of the five seconds: what may pass until it is known who wrote, and then until a request is stored. */
const confirmPatienceMs = 1_500;
const homePatienceMs = 500;
const storePatienceMs = 2_500;
const storeMs = 1_000;
const wordsAtMost = 500;
/** An answer that comes much later answers nothing any more. */
const confirmPatience = { triesAtMost: 4, withinMs: 90_000 };
const answerPatience = { ...confirmPatience, isWorthIt: isUndone };

export async function takeMessage(activity: Activity, deadline: Deadline, listening: Listening): Promise<Answer> {
  const { conversation, arrivals, background, log } = listening;
  if (arrivals.isRepeat(activity)) return taken;
  const actor = actorOf(activity, listening);
  if (actor === undefined) {
    background.run('stranger', () => sayThere(activity, words.employeesOnly, listening));
    return taken;
  }
  const heard = { activity, said: hear(activity, actor, listening) };
  try {
    const intent = conversation.intentOf(heard.said.words);
    const start = intent === 'reset' || intent === 'unlock' ? intent : undefined;
    if (start !== undefined && (await isAtHome(heard, deadline, listening))) {
      return await takeStart(heard, start, deadline, listening);
    }
    const confirmation = await confirmWriter(actor, activity, deadline.leftMs(confirmPatienceMs, storeMs), listening);
    if (confirmation === 'absent' || confirmation === 'somebody-else') return refuse(heard, confirmation, listening);
    if (start !== undefined) {
      // Somebody who was not known yet is known there by now.
      const isTrusted = confirmation === 'confirmed' || (await isAtHome(heard, deadline, listening));
      return isTrusted ? await takeStart(heard, start, deadline, listening) : postpone(heard, listening);
    }
    background.run('answer', () => answer(heard, confirmation, listening));
    return taken;
  } catch (error) {
    log.error({ event: 'teams.message.failed', error: errorName(error) }, 'a message was not taken in');
    arrivals.forget(activity);
    background.run('apology', () => apologise(heard, listening));
    return { status: 500 };
  }
}

/** In somebody else's name nothing is said either: there is nobody to say it to. */
function refuse(heard: Heard, because: 'absent' | 'somebody-else', listening: Listening): Answer {
  if (because === 'absent') {
    listening.background.run('unconfirmed', async () => {
      if (listening.conversation.complains(heard.said.actor))
        await sayThere(heard.activity, refusalOf(because), listening);
    });
  }
  return taken;
}

/** A request from where its person is known waits for no confirmation: before anything comes of it, the connector describes them. */
async function isAtHome({ said, activity }: Heard, deadline: Deadline, { chats }: Listening): Promise<boolean> {
  const known = chats.isKnownAt(said.actor, referenceOf(activity));
  return (await withTimeout(known, deadline.leftMs(homePatienceMs, storeMs))) === true;
}

/** Teams may send it again; whether it does is not known. */
function postpone({ activity }: Heard, listening: Listening): Answer {
  listening.arrivals.forget(activity);
  listening.background.run('unconfirmed', () => sayThere(activity, refusalOf('unsaid'), listening));
  return { status: 503 };
}

/** Where not even the person's chat can be looked up, at least where they wrote. */
async function apologise(heard: Heard, listening: Listening): Promise<void> {
  const sorry = listening.conversation.apology();
  try {
    await tell(heard, sorry, listening);
  } catch {
    await sayThere(heard.activity, sorry.summary, listening);
  }
}

function hear(activity: Activity, actor: ActorId, { clock }: Listening): Said {
  return {
    kind: 'said',
    actor,
    delivery: saidDelivery(activity, clock),
    words: plainWords(activity.text ?? ''),
  };
}

/** In a channel the bot is mentioned in what it gets; pasted words may hold marks of their own. */
export const plainWords = (text: string): string =>
  beginning(
    beginning(text, 8 * wordsAtMost)
      .replace(/<at\b[^<>]*>[^<]*<\/at>/gi, ' ')
      // A mark ends where the next begins: otherwise each of many `<` would look for its end through all that follows.
      .replace(/<[^<>]*>/g, ' ')
      .replace(/&nbsp;/gi, ' ')
      .replace(/\s+/g, ' ')
      .trim(),
    wordsAtMost,
  );

async function takeStart(heard: Heard, kind: FlowKind, deadline: Deadline, listening: Listening): Promise<Answer> {
  const { conversation, background } = listening;
  const request = await withTimeout(conversation.take(heard.said, kind), deadline.leftMs(storePatienceMs));
  if (request === undefined) throw new Error('the store did not answer in time');
  switch (request.is) {
    case 'duplicate':
      return taken;
    case 'throttled':
      background.run('throttled', () => complain(heard, listening));
      return taken;
    case 'accepted':
      background.run('message', async () => {
        await request.proceed({ apologise: () => tell(heard, conversation.apology(), listening) });
        await pointToChat(heard, listening);
      });
      return taken;
    default:
      return unreachable(request);
  }
}

/** The request keeps its own message in the private chat, where there is one. */
async function pointToChat({ activity, said }: Heard, listening: Listening): Promise<void> {
  if (isPersonal(activity)) return;
  const { ok } = await listening.chats.chatOf(said.actor);
  await sayThere(activity, ok ? words.answeredInPrivate : words.writeInPrivate, listening);
}

async function answer(heard: Heard, confirmation: 'confirmed' | 'unsaid', listening: Listening): Promise<void> {
  const { conversation } = listening;
  if (confirmation === 'unsaid' && !(await isConfirmedLater(heard, listening))) return;
  const heed = conversation.heeds(heard.said.actor, 'words');
  if (heed === 'too-often') await tell(heard, noticeCard(words.tooOften), listening);
  if (heed !== 'heard') return;
  try {
    await tell(heard, await conversation.answer(heard.said), listening);
  } catch (error) {
    await tell(heard, conversation.apology(), listening);
    throw error;
  }
}

async function isConfirmedLater({ said, activity }: Heard, { chats }: Listening): Promise<boolean> {
  return (await retry(() => chats.meet(said.actor, referenceOf(activity)), confirmPatience)).ok;
}

/** In the person's own chat, wherever the words were said; there, where it could not be reached, at least that. */
async function tell({ activity, said }: Heard, card: Card, listening: Listening): Promise<void> {
  const isTold = await tellPrivately(said.actor, card, listening);
  if (isPersonal(activity)) return;
  await sayThere(activity, isTold ? words.answeredInPrivate : words.writeInPrivate, listening);
}

/** A card about a flow is kept current like the flow's own message: nothing that is over can be pressed on it later. */
export async function tellPrivately(actor: ActorId, card: Card, listening: Listening): Promise<boolean> {
  const { chats, posts, conversation } = listening;
  const sent = await retry(async () => {
    const chat = await chats.chatOf(actor);
    return chat.ok ? posts.send(chat.value.serviceUrl, chat.value.conversationId, card) : chat;
  }, answerPatience);
  if (sent.ok && card.flow !== undefined) {
    await conversation.attachWindow(card.flow, asMessage(sent.value));
  }
  return sent.ok;
}

/** A sentence to one person, for what cannot be said where they pressed. */
export async function whisper(actor: ActorId, sentence: string, listening: Listening): Promise<void> {
  await tellPrivately(actor, noticeCard(sentence), listening);
}

/** A card that stays where it is: as a window it is answered in place, as a message it lasts. */
export const asMessage = <T extends { readonly target: string; readonly place: string }>(at: T) => ({
  target: at.target,
  place: at.place,
  stays: true as const,
});

/** For everybody in that conversation to read. */
export async function sayThere(
  { serviceUrl, conversation }: Activity,
  sentence: string,
  { posts }: Listening,
): Promise<void> {
  await retry(() => posts.say(serviceUrl, conversation.id, sentence), answerPatience);
}

async function complain(heard: Heard, listening: Listening): Promise<void> {
  if (listening.conversation.complains(heard.said.actor)) await tell(heard, noticeCard(words.tooOften), listening);
}
