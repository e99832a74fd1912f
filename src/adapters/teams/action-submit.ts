// Action.Submit, of clients that know no Action.Execute: a message with a value. The answer is the message with the card, drawn again.
import type { Reply } from '../../bot/inbound.ts';
import { errorName } from '../../concurrency/background-tasks.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { readSubmit } from './action-codec.ts';
import { type Confirmation, refusalOf } from './confirmation.ts';
import { type Answer, actorOf, type Listening, startDeadline, taken } from './context.ts';
import { sayThere, tellPrivately, whisper } from './messages.ts';
import { type Activity, isPersonal } from './payload.ts';
import { confirmPresser, type Press, pressedBy, readPress, sentenceOf } from './read-press.ts';
import { words } from './words.ts';

/** Nobody waits for an answer: the message changes when there is one. */
const pressPatienceMs = 2_500;

export function takeSubmit(activity: Activity, listening: Listening): Answer {
  const { arrivals, background, log, conversation } = listening;
  if (arrivals.isRepeat(activity)) return taken;
  const press = readPress(activity, readSubmit(activity.value), listening);
  if (press === 'stranger') return taken;
  background.run('submit', async () => {
    const actor = press?.actor ?? actorOf(activity, listening);
    if (actor === undefined) return;
    if (press === undefined || press.read.verb === 'back') return whisper(actor, words.oldButton, listening);
    const confirmation = await confirmPresser(press, startDeadline(), listening);
    if (confirmation !== 'confirmed') return refuse(confirmation, press, listening);
    try {
      const heed = conversation.heeds(press.actor, 'press');
      if (heed === 'too-often') await whisper(press.actor, words.tooOften, listening);
      if (heed !== 'heard') return;
      const reply = await conversation.press(pressedBy(press, press.read.verb), pressPatienceMs);
      await drawReply(reply, press, listening);
      reply.afterwards();
    } catch (error) {
      log.error({ event: 'teams.press.failed', act: press.read.verb, error: errorName(error) });
      await tellPrivately(actor, conversation.apology(), listening);
    }
  });
  return taken;
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

/** As an Action.Execute is answered; in somebody else's name there is nobody to say it to. Once a minute: it may be forged. */
async function refuse(
  confirmation: Exclude<Confirmation, 'confirmed'>,
  { actor, activity }: Press,
  listening: Listening,
): Promise<void> {
  if (confirmation === 'somebody-else' || !listening.conversation.complains(actor)) return;
  const sentence = refusalOf(confirmation);
  return isPersonal(activity) ? sayThere(activity, sentence, listening) : whisper(actor, sentence, listening);
}
