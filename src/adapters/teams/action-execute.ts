// Buttons on cards: the answer to an Action.Execute is what to show to the presser.
import type { Act, Card } from '../../bot/cards/card.ts';
import type { Reply } from '../../bot/inbound.ts';
import { answerPress, respondToPress } from '../../bot/listening.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { readExecute } from './action-codec.ts';
import { refusalOf } from './confirmation.ts';
import { type Answer, type Arrival, type TeamsContext, withCard, withSentence } from './context.ts';
import { tellPrivately } from './messages.ts';
import { type Activity, isPersonal } from './payload.ts';
import { channelNamed, confirmPresser, type Press, pressedBy, readPress, sentenceOf } from './read-press.ts';
import { renderCard } from './render.ts';
import { sendReply } from './send-reply.ts';
import { messageAt } from './surface-refs.ts';
import { words } from './words.ts';

const pressWithinMs = 2_500;
const drawMs = 900;
/** For a reply that the conversation makes just when its time is up. */
const graceMs = 400;

export async function takeInvoke(
  activity: Activity,
  { deadline, answered }: Arrival,
  context: TeamsContext,
): Promise<Answer> {
  const press = readPress(activity, readExecute(activity.value), context);
  if (press === undefined) return withSentence(words.oldButton);
  if (press === 'stranger') return withSentence(words.employeesOnly);
  const confirmation = await confirmPresser(press, deadline, context);
  if (confirmation !== 'confirmed') return withSentence(refusalOf(confirmation));
  const { verb } = press.read;
  return answerPress<Answer>(
    { actor: press.actor, act: verb === 'back' ? undefined : verb },
    {
      event: 'teams.press.failed',
      // Said every time, not once a minute: Teams needs an answer anyway, and shows an error without one.
      tooOften: () => withSentence(words.tooOften),
      answer: () =>
        verb === 'back' ? showHelpdeskCard(press, context) : respond(press, verb, { deadline, answered }, context),
      apologise: async (apology) => withSentence(await sentenceOf(apology.summary, context)),
    },
    context,
  );
}

function respond(press: Press, act: Act, { deadline, answered }: Arrival, context: TeamsContext): Promise<Answer> {
  const patienceMs = deadline.leftMs(pressWithinMs, drawMs);
  return respondToPress<Answer>(
    pressedBy(press, act),
    {
      patienceMs,
      responseMs: patienceMs + graceMs,
      sent: answered,
      respond: (reply) => answerTo(reply, press, context),
      meanwhile: () => withSentence(words.stillAtIt),
      sendLate: (reply) => sendReply(reply, press, context),
      apologiseLate: async (apology) => void (await tellPrivately(press.actor, apology, context)),
    },
    context,
  );
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
