// Submitted windows: answered inside the request, because an empty answer closes the window and looks like success.
import type { Card } from '../../bot/cards/card.ts';
import type { Pressed, Reply } from '../../bot/inbound.ts';
import { errorName } from '../../concurrency/background-tasks.ts';
import { withTimeout } from '../../concurrency/timeout.ts';
import { deliveryId } from '../../flows/ids.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { truncate } from '../truncate.ts';
import { decodeViewMetadata, readCallbackId } from './action-codec.ts';
import { platform, slackPresser } from './actor.ts';
import { type Answer, type Arrival, ackPatienceMs, replyMs, type SlackContext } from './context.ts';
import type { SubmissionPayload, ViewPayload } from './payload.ts';
import { noticeCard, renderModal } from './render.ts';
import { textToPlain } from './render-text.ts';
import { blockOf, valuesOf } from './submission-values.ts';
import { windowAt } from './surface-refs.ts';
import { words } from './words.ts';

/** Never nothing. */
type Shown = NonNullable<Answer>;

export async function takeSubmission(
  submitted: SubmissionPayload,
  arrival: Arrival,
  context: SlackContext,
): Promise<Shown> {
  const pressed = read(submitted, arrival);
  if (pressed === undefined) {
    context.log.warn({ event: 'slack.unsupported', of: 'window' });
    return oldWindow();
  }
  const { view } = submitted;
  try {
    // Told every time: it costs nothing but the answer, and an empty one would look like success.
    if (context.conversation.checkThrottle(pressed.actor, 'press') !== 'allowed') {
      return refusal(words.tooOften, view, noticeCard(words.tooOften));
    }
    const { answered, deadline } = arrival;
    const patienceMs = deadline.leftMs(ackPatienceMs, replyMs);
    const work = context.conversation.press(pressed, patienceMs);
    const reply = await withTimeout(work, patienceMs + replyMs);
    if (reply === undefined) return answerLater(view, work, context);
    if (reply.kind === 'card') context.renderQueue.note(windowAt(view.id).target, reply.card);
    answered.then(reply.afterwards, reply.afterwards);
    return inAnswer(reply, pressed, view);
  } catch (error) {
    context.log.error({ event: 'slack.submission.failed', act: pressed.act, error: errorName(error) });
    return refusal(context.conversation.apology().summary, view, context.conversation.apology());
  }
}

export const oldWindow = (): Shown => update(noticeCard(words.oldWindow));

/** Undefined for a window that this version never opened, or whose state is none. */
function read(submitted: SubmissionPayload, arrival: Arrival): Pressed | undefined {
  const { view } = submitted;
  const act = readCallbackId(view.callback_id);
  const metadata = decodeViewMetadata(view.private_metadata);
  const actor = slackPresser(submitted);
  if (act === undefined || metadata === 'foreign' || actor === undefined || !view.state) return undefined;
  const once = submitted.trigger_id ?? arrival.id;
  return {
    kind: 'pressed',
    actor,
    delivery: deliveryId(`${platform}:submission:${once}`),
    act,
    values: valuesOf(view.state),
    isPrivate: true,
    window: windowAt(view.id),
    ...metadata,
  };
}

function inAnswer(reply: Reply, pressed: Pressed, view: ViewPayload): Shown {
  switch (reply.kind) {
    case 'card':
      return besideInput(reply.card, pressed, view) ?? update(reply.card);
    case 'notice':
      return refusal(textToPlain(reply.text), view, {
        ...noticeCard(textToPlain(reply.text)),
        lines: [{ text: reply.text, tone: 'alert' }],
      });
    case 'done':
      return { response_action: 'clear' };
    default:
      return unreachable(reply);
  }
}

/** The same form again with something wrong in it: told beside the input, and what else was typed stays. */
function besideInput(card: Card, pressed: Pressed, view: ViewPayload): Shown | undefined {
  if (card.submit?.act !== pressed.act) return undefined;
  for (const input of card.inputs) {
    const error = input.kind === 'code' ? input.error : undefined;
    const block = blockOf(view.state, input.name);
    if (error !== undefined && block !== undefined) return errors(block, error);
  }
  return undefined;
}

function refusal(sentence: string, view: ViewPayload, otherwise: Card): Shown {
  const block = blockOf(view.state);
  return block === undefined ? update(otherwise) : errors(block, sentence);
}

const errors = (block: string, sentence: string): Shown => ({
  response_action: 'errors',
  errors: { [block]: truncate(sentence, 1_000) },
});

const update = (card: Card): Shown => ({ response_action: 'update', view: renderModal(card) });

/** The window says that it takes a moment, and changes by itself when the answer is there. */
function answerLater(
  view: ViewPayload,
  work: Promise<Reply>,
  { background, conversation, windows }: SlackContext,
): Shown {
  background.run('late submission', async () => {
    try {
      const reply = await work;
      const card =
        reply.kind === 'card'
          ? reply.card
          : noticeCard(reply.kind === 'notice' ? textToPlain(reply.text) : words.finished);
      await windows.draw(view.id, card);
      reply.afterwards();
    } catch (error) {
      await windows.draw(view.id, conversation.apology());
      throw error;
    }
  });
  return update(noticeCard(words.moment, words.momentTitle));
}
