// Action.Submit, sent by clients that do not know Action.Execute: a message with a value. The answer is a redraw of the pressed card.
import { answerPress } from '../../bot/listening.ts';
import type { ActorId } from '../../flows/ids.ts';
import { readSubmit } from './action-codec.ts';
import { type Confirmation, refusalOf } from './confirmation.ts';
import { type Answer, actorOf, startDeadline, type TeamsContext, taken } from './context.ts';
import { sayThere, tellPrivately, whisper } from './messages.ts';
import { type Activity, isPersonal } from './payload.ts';
import { confirmPresser, type Press, pressedBy, readPress } from './read-press.ts';
import { sendReply } from './send-reply.ts';
import { words } from './words.ts';

/** The client waits for no answer: the message is redrawn when there is one. */
const pressWithinMs = 2_500;

export function takeSubmit(activity: Activity, context: TeamsContext): Answer {
  const { deduplication, background } = context;
  if (deduplication.isRepeat(activity)) return taken;
  const press = readPress(activity, readSubmit(activity.value), context);
  if (press === 'stranger') return taken;
  background.run('submit', async () => {
    const actor = press?.actor ?? actorOf(activity, context);
    if (actor === undefined) return;
    const confirmation = press === undefined ? 'confirmed' : await confirmPresser(press, startDeadline(), context);
    if (press !== undefined && confirmation !== 'confirmed') return refuse(confirmation, press, context);
    const verb = press?.read.verb;
    await answerPress<unknown>(
      { actor, act: verb === 'back' ? undefined : verb },
      {
        event: 'teams.press.failed',
        tooOften: (verdict) => (verdict === 'silent' ? undefined : whisper(actor, words.tooOften, context)),
        answer: () => answer(actor, press, context),
        apologise: (apology) => tellPrivately(actor, apology, context),
      },
      context,
    );
  });
  return taken;
}

function answer(actor: ActorId, press: Press | undefined, context: TeamsContext): Promise<void> {
  if (press === undefined || press.read.verb === 'back') return whisper(actor, words.oldButton, context);
  const pressed = pressedBy(press, press.read.verb);
  return context.conversation.press(pressed, pressWithinMs, (reply) => sendReply(reply, press, context));
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
