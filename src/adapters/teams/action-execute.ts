// Buttons on cards: the answer to an Action.Execute is what to show to the presser.
import type { Card } from '../../bot/cards/card.ts';
import type { Reply } from '../../bot/inbound.ts';
import { errorName } from '../../concurrency/background-tasks.ts';
import { withTimeout } from '../../concurrency/timeout.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { readExecute } from './action-codec.ts';
import { refusalOf } from './confirmation.ts';
import { type Answer, type Arrival, type TeamsContext, withCard, withSentence } from './context.ts';
import { whisper } from './messages.ts';
import { type Activity, isPersonal } from './payload.ts';
import { channelNamed, confirmPresser, type Press, pressedBy, readPress, sentenceOf } from './read-press.ts';
import { renderCard } from './render.ts';
import { messageAt } from './surface-refs.ts';
import { words } from './words.ts';

const pressWithinMs = 2_500;
const drawMs = 900;

export async function takeInvoke(
  activity: Activity,
  { deadline, answered }: Arrival,
  context: TeamsContext,
): Promise<Answer> {
  const { log } = context;
  const press = readPress(activity, readExecute(activity.value), context);
  if (press === undefined) return withSentence(words.oldButton);
  if (press === 'stranger') return withSentence(words.employeesOnly);
  const confirmation = await confirmPresser(press, deadline, context);
  if (confirmation !== 'confirmed') return withSentence(refusalOf(confirmation));
  try {
    // Said every time, not once a minute: Teams needs an answer anyway, and shows an error without one.
    if (context.conversation.checkThrottle(press.actor, 'press') !== 'allowed') return withSentence(words.tooOften);
    if (press.read.verb === 'back') return await showHelpdeskCard(press, context);
    const withinMs = deadline.leftMs(pressWithinMs, drawMs);
    const pressing = context.conversation.press(pressedBy(press, press.read.verb), withinMs);
    const reply = await withTimeout(pressing, withinMs + 400);
    if (reply === undefined) {
      context.background.run('press', () => answerLate(pressing, press, context));
      return withSentence(words.stillAtIt);
    }
    void answered.then(reply.afterwards);
    return await answerTo(reply, press, context);
  } catch (error) {
    log.error({ event: 'teams.press.failed', act: press.read.verb, error: errorName(error) });
    return withSentence(await sentenceOf(context.conversation.apology().summary, context));
  }
}

/** A notice that came too late for the answer is sent to the private chat, because the card would never show it. */
async function answerLate(pressing: Promise<Reply>, { actor }: Press, context: TeamsContext): Promise<void> {
  const reply = await pressing;
  reply.afterwards();
  if (reply.kind === 'notice') await whisper(actor, await sentenceOf(reply.text, context), context);
}

async function answerTo(reply: Reply, press: Press, context: TeamsContext): Promise<Answer> {
  switch (reply.kind) {
    case 'card':
      return answerWith(reply.card, press, context);
    case 'notice':
      return withSentence(await sentenceOf(reply.text, context));
    case 'done':
      return isPersonal(press.activity) ? withSentence(words.noted) : showHelpdeskCard(press, context);
    default:
      return unreachable(reply);
  }
}

async function answerWith(
  card: Card,
  { activity, place }: Press,
  { names, renderQueue }: TeamsContext,
): Promise<Answer> {
  const nameOf = await names.forCard(card);
  if (isPersonal(activity)) {
    if (place !== undefined) renderQueue.note(messageAt(place).target, card);
    return withCard(renderCard(card, nameOf));
  }
  return withCard(renderCard(card, nameOf, { back: true }));
}

/** The card that everybody in the channel sees. The flow redraws it for all; here it is the answer to the presser. */
async function showHelpdeskCard(press: Press, { conversation, names }: TeamsContext): Promise<Answer> {
  const { activity, actor, read } = press;
  const { flow } = read.data;
  const isHelpdeskCard = flow !== undefined && !isPersonal(activity);
  const card = isHelpdeskCard ? await conversation.helpdeskCard(flow, channelNamed(activity), actor) : undefined;
  if (card === undefined) return withSentence(words.noted);
  return withCard(renderCard(card, await names.forCard(card)));
}
