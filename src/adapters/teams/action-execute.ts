// Buttons on cards: an Action.Execute is answered with what to show to the one who pressed.
import type { Card } from '../../bot/cards/card.ts';
import type { Reply } from '../../bot/inbound.ts';
import { errorName } from '../../concurrency/background-tasks.ts';
import { withTimeout } from '../../concurrency/timeout.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { readExecute } from './action-codec.ts';
import { refusalOf } from './confirmation.ts';
import { type Answer, type Arrival, type Listening, withCard, withSentence } from './context.ts';
import { whisper } from './messages.ts';
import { type Activity, isPersonal } from './payload.ts';
import { channelNamed, confirmPresser, type Press, pressedBy, readPress, sentenceOf } from './read-press.ts';
import { renderCard } from './render.ts';
import { messageAt } from './surface-refs.ts';
import { words } from './words.ts';

const pressPatienceMs = 2_500;
const drawMs = 900;

export async function takeInvoke(
  activity: Activity,
  { deadline, answered }: Arrival,
  listening: Listening,
): Promise<Answer> {
  const { log } = listening;
  const press = readPress(activity, readExecute(activity.value), listening);
  if (press === undefined) return withSentence(words.oldButton);
  if (press === 'stranger') return withSentence(words.employeesOnly);
  const confirmation = await confirmPresser(press, deadline, listening);
  if (confirmation !== 'confirmed') return withSentence(refusalOf(confirmation));
  try {
    // Told every time: it costs nothing but the answer, and without one Teams would show an error.
    if (listening.conversation.heeds(press.actor, 'press') !== 'heard') return withSentence(words.tooOften);
    if (press.read.verb === 'back') return await showHelpdeskCard(press, listening);
    const patienceMs = deadline.leftMs(pressPatienceMs, drawMs);
    const pressing = listening.conversation.press(pressedBy(press, press.read.verb), patienceMs);
    const reply = await withTimeout(pressing, patienceMs + 400);
    if (reply === undefined) {
      listening.background.run('press', () => answerLate(pressing, press, listening));
      return withSentence(words.stillAtIt);
    }
    void answered.then(reply.afterwards);
    return await answerTo(reply, press, listening);
  } catch (error) {
    log.error({ event: 'teams.press.failed', act: press.read.verb, error: errorName(error) });
    return withSentence(listening.conversation.apology().summary);
  }
}

/** What could not be said in time is said in private: nothing on the card would ever tell. */
async function answerLate(pressing: Promise<Reply>, { actor }: Press, listening: Listening): Promise<void> {
  const reply = await pressing;
  reply.afterwards();
  if (reply.kind === 'notice') await whisper(actor, await sentenceOf(reply.text, listening), listening);
}

async function answerTo(reply: Reply, press: Press, listening: Listening): Promise<Answer> {
  switch (reply.kind) {
    case 'card':
      return answerWith(reply.card, press, listening);
    case 'notice':
      return withSentence(await sentenceOf(reply.text, listening));
    case 'done':
      return isPersonal(press.activity) ? withSentence(words.noted) : showHelpdeskCard(press, listening);
    default:
      return unreachable(reply);
  }
}

async function answerWith(card: Card, { activity, place }: Press, { names, renderQueue }: Listening): Promise<Answer> {
  const nameOf = await names.forCard(card);
  if (isPersonal(activity)) {
    if (place !== undefined) renderQueue.note(messageAt(place).target, card);
    return withCard(renderCard(card, nameOf));
  }
  return withCard(renderCard(card, nameOf, { back: true }));
}

/** What everybody sees there: drawn for all by the flow itself, and for the one who pressed in the answer. */
async function showHelpdeskCard(press: Press, { conversation, names }: Listening): Promise<Answer> {
  const { activity, actor, read } = press;
  const { flow } = read.data;
  const isAsked = flow !== undefined && !isPersonal(activity);
  const card = isAsked ? await conversation.helpdeskCard(flow, channelNamed(activity), actor) : undefined;
  if (card === undefined) return withSentence(words.noted);
  return withCard(renderCard(card, await names.forCard(card)));
}
