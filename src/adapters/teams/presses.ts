// Buttons on cards. An Action.Execute is answered with what to show; an Action.Submit, of older clients, by drawing the message again.
import type { Card } from '../../bot/card.ts';
import type { Pressed, Reply } from '../../bot/inbound.ts';
import type { ActorId } from '../../flows/ids.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { within } from '../../within.ts';
import { platform } from './actor.ts';
import { type ReadAct, readExecute, readSubmit } from './acts.ts';
import { pressDelivery } from './arrivals.ts';
import { errorName } from './background.ts';
import {
  type Answer,
  actorOf,
  apology,
  type Listening,
  referenceOf,
  taken,
  withCard,
  withSentence,
} from './listening.ts';
import { asMessage, tellPrivately } from './messages.ts';
import { type Activity, isPersonal } from './payload.ts';
import { isFinal } from './people.ts';
import { channelOf, type MessagePlace, messageAt } from './places.ts';
import { noticeCard, renderCard } from './render.ts';
import { textToPlain } from './render-text.ts';
import { words } from './words.ts';

interface Press {
  readonly activity: Activity;
  readonly actor: ActorId;
  readonly read: ReadAct;
  /** The message with the card that was pressed. */
  readonly place?: MessagePlace;
}

/** Teams shows an error of its own after some seconds: what is left of them for asking the connector, for the work, for drawing. */
const answerMs = 4_400;
const confirmPatienceMs = 1_500;
const pressPatienceMs = 2_500;
const drawMs = 900;

/** `answered` resolves when the HTTP answer has left. */
export async function takeInvoke(
  activity: Activity,
  answered: Promise<unknown>,
  listening: Listening,
): Promise<Answer> {
  const { log } = listening;
  const startedAt = performance.now();
  const press = readPress(activity, readExecute(activity.value), listening);
  if (press === undefined) return withSentence(words.oldButton);
  if (press === 'stranger') return withSentence(words.employeesOnly);
  if (!(await isConfirmed(press, listening))) return withSentence(words.cannotConfirm);
  try {
    if (press.read.verb === 'back') return await showHelpdeskCard(press, listening);
    const leftMs = answerMs - drawMs - (performance.now() - startedAt);
    const patienceMs = Math.max(500, Math.min(pressPatienceMs, leftMs));
    const pressing = listening.conversation().press(pressedBy(press, press.read.verb, listening), patienceMs);
    const reply = await within(pressing, patienceMs + 400);
    if (reply === undefined) {
      listening.background.run('press', async () => (await pressing).afterwards());
      return withSentence(words.stillAtIt);
    }
    void answered.then(reply.afterwards);
    return await answerTo(reply, press, listening);
  } catch (error) {
    log.error({ event: 'teams.press.failed', act: press.read.verb, error: errorName(error) });
    return withSentence(apology(listening.conversation).summary);
  }
}

/** The card itself cannot be answered with here: the message is drawn again. */
export function takeSubmit(activity: Activity, listening: Listening): Answer {
  const { arrivals, background, log, conversation } = listening;
  if (arrivals.isRepeat(activity)) return taken;
  const press = readPress(activity, readSubmit(activity.value), listening);
  if (press === 'stranger') return taken;
  background.run('submit', async () => {
    const actor = press?.actor ?? actorOf(activity, listening);
    if (actor === undefined) return;
    if (press === undefined || press.read.verb === 'back') return whisper(actor, words.oldButton, listening);
    if (!(await isConfirmed(press, listening))) return;
    try {
      const reply = await conversation().press(pressedBy(press, press.read.verb, listening), pressPatienceMs);
      await drawReply(reply, press, listening);
      reply.afterwards();
    } catch (error) {
      log.error({ event: 'teams.press.failed', act: press.read.verb, error: errorName(error) });
      await tellPrivately(actor, apology(conversation), listening);
    }
  });
  return taken;
}

function readPress(
  activity: Activity,
  read: ReadAct | undefined,
  listening: Listening,
): Press | 'stranger' | undefined {
  const actor = actorOf(activity, listening);
  if (actor === undefined) return 'stranger';
  if (read === undefined) {
    listening.log.warn({ event: 'teams.unsupported', of: 'press' });
    return undefined;
  }
  const { serviceUrl, conversation, replyToId } = activity;
  const { tenantId } = listening;
  if (!replyToId) return { activity, actor, read };
  return {
    activity,
    actor,
    read,
    place: { serviceUrl, conversationId: conversation.id, activityId: replyToId, tenantId },
  };
}

/** Whoever presses is whom the connector knows in this conversation: the activity itself is not signed. */
async function isConfirmed(
  { activity, actor }: Press,
  { roster, chats, background, log }: Listening,
): Promise<boolean> {
  const reference = referenceOf(activity);
  const confirmed = await within(roster.confirm(actor, reference), confirmPatienceMs);
  if (confirmed?.ok !== true) {
    const because =
      confirmed !== undefined && isFinal(confirmed.failure.kind) ? confirmed.failure.cause : 'unreachable';
    log.warn(
      { event: 'teams.unconfirmed', because },
      'a press was not taken, because Teams did not confirm who it was',
    );
    return false;
  }
  background.run('meet', () => chats.meet(actor, reference));
  return true;
}

function pressedBy({ activity, actor, read, place }: Press, act: Pressed['act'], _listening: Listening): Pressed {
  const { flow, v } = read.data;
  const what = flow === undefined ? [activity.conversation.id, activity.id ?? ''] : [flow, String(v)];
  return {
    kind: 'pressed',
    actor,
    delivery: pressDelivery([actor, act, ...what]),
    act,
    values: read.values,
    ...(flow === undefined ? {} : { flow }),
    // Where a card stands is what Teams says, never what the card's data says.
    ...(isPersonal(activity)
      ? place !== undefined && { window: asMessage(messageAt(place)) }
      : { channel: `${platform}:${channelOf(activity.conversation.id)}` }),
  };
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

async function answerWith(
  card: Card,
  { activity, place }: Press,
  { names, drawing, helpdeskCard }: Listening,
): Promise<Answer> {
  const nameOf = await names.forCard(card);
  if (isPersonal(activity)) {
    if (place !== undefined) drawing.note(messageAt(place).target, card);
    return withCard(renderCard(card, nameOf));
  }
  return withCard(renderCard(card, nameOf, { back: helpdeskCard !== undefined }));
}

/** What everybody sees there: drawn for all by the flow itself, and for the one who pressed in the answer. */
async function showHelpdeskCard({ read }: Press, { helpdeskCard, names }: Listening): Promise<Answer> {
  const { flow } = read.data;
  const card = flow === undefined ? undefined : await helpdeskCard?.(flow);
  if (card === undefined) return withSentence(words.noted);
  return withCard(renderCard(card, await names.forCard(card)));
}

async function drawReply(reply: Reply, { activity, actor, place }: Press, listening: Listening): Promise<void> {
  switch (reply.kind) {
    case 'card':
      // In a channel everybody would see it.
      if (!isPersonal(activity)) return whisper(actor, words.pressAgain, listening);
      if (place !== undefined) await listening.posts.draw(place, reply.card);
      return;
    case 'notice':
      return whisper(actor, await sentenceOf(reply.text, listening), listening);
    case 'done':
      return;
    default:
      return unreachable(reply);
  }
}

async function whisper(actor: ActorId, sentence: string, listening: Listening): Promise<void> {
  await tellPrivately(actor, noticeCard(sentence), listening);
}

async function sentenceOf(text: Extract<Reply, { kind: 'notice' }>['text'], { names }: Listening): Promise<string> {
  const card: Card = { ...noticeCard(''), lines: [{ text, tone: 'normal' }] };
  return textToPlain(text, await names.forCard(card));
}
