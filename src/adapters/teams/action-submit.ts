// Action.Submit, sent by clients that do not know Action.Execute: a message with a value. The answer is a redraw of the pressed card.
import type { Reply } from '../../bot/inbound.ts';
import { errorName } from '../../concurrency/background-tasks.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { readSubmit } from './action-codec.ts';
import { type Confirmation, refusalOf } from './confirmation.ts';
import { type Answer, actorOf, startDeadline, type TeamsContext, taken } from './context.ts';
import { sayThere, tellPrivately, whisper } from './messages.ts';
import { type Activity, isPersonal } from './payload.ts';
import { confirmPresser, type Press, pressedBy, readPress, sentenceOf } from './read-press.ts';
import { words } from './words.ts';

/** The client waits for no answer: the message is redrawn when there is one. */
const pressWithinMs = 2_500;

export function takeSubmit(activity: Activity, context: TeamsContext): Answer {
  const { deduplication, background, log, conversation } = context;
  if (deduplication.isRepeat(activity)) return taken;
  const press = readPress(activity, readSubmit(activity.value), context);
  if (press === 'stranger') return taken;
  background.run('submit', async () => {
    const actor = press?.actor ?? actorOf(activity, context);
    if (actor === undefined) return;
    if (press === undefined || press.read.verb === 'back') return whisper(actor, words.oldButton, context);
    const confirmation = await confirmPresser(press, startDeadline(), context);
    if (confirmation !== 'confirmed') return refuse(confirmation, press, context);
    try {
      const verdict = conversation.checkThrottle(press.actor, 'press');
      if (verdict === 'too-often') await whisper(press.actor, words.tooOften, context);
      if (verdict !== 'allowed') return;
      const reply = await conversation.press(pressedBy(press, press.read.verb), pressWithinMs);
      await drawReply(reply, press, context);
      reply.afterwards();
    } catch (error) {
      log.error({ event: 'teams.press.failed', act: press.read.verb, error: errorName(error) });
      await tellPrivately(actor, conversation.apology(), context);
    }
  });
  return taken;
}

async function drawReply(reply: Reply, { activity, actor, place }: Press, context: TeamsContext): Promise<void> {
  switch (reply.kind) {
    case 'card':
      // In a channel everybody would see the redrawn card.
      if (!isPersonal(activity)) return whisper(actor, words.pressAgain, context);
      if (place !== undefined) await context.posts.draw(place, reply.card);
      return;
    case 'notice':
      return whisper(actor, await sentenceOf(reply.text, context), context);
    case 'done':
      return;
    default:
      return unreachable(reply);
  }
}

/**
 * Says why the press was refused, as the answer to an Action.Execute does. If somebody else pressed in this person's name,
 * nobody is told. At most once a minute, because the activity may be forged.
 */
async function refuse(
  confirmation: Exclude<Confirmation, 'confirmed'>,
  { actor, activity }: Press,
  context: TeamsContext,
): Promise<void> {
  if (confirmation === 'somebody-else' || !context.conversation.complains(actor)) return;
  const sentence = refusalOf(confirmation);
  return isPersonal(activity) ? sayThere(activity, sentence, context) : whisper(actor, sentence, context);
}
