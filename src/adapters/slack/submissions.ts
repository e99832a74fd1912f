// Submitted windows: answered in the HTTP response itself, because an empty response closes the window and looks like success.
import type { Act, Card } from '../../bot/cards/card.ts';
import type { Pressed, Reply } from '../../bot/inbound.ts';
import { answerPress, respondToPress } from '../../bot/listening.ts';
import { deliveryId } from '../../flows/ids.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { truncate } from '../truncate.ts';
import { decodeViewMetadata, readCallbackId } from './action-codec.ts';
import { platform, slackPresser } from './actor.ts';
import { type Answer, type Arrival, ackPatienceMs, replyMs, type SlackContext } from './context.ts';
import type { SubmissionPayload, ViewPayload } from './payload.ts';
import { noticeCard, renderModal } from './render.ts';
import { errorBlockId } from './render-inputs.ts';
import { textToPlain } from './render-text.ts';
import { alertCard, windowCard } from './reply-card.ts';
import { blockOf, valuesOf } from './submission-values.ts';
import { windowAt } from './surface-refs.ts';
import { words } from './words.ts';

/** Never undefined: an empty response would look like success. */
type ViewResponse = NonNullable<Answer>;

export async function takeSubmission(
  submitted: SubmissionPayload,
  arrival: Arrival,
  context: SlackContext,
): Promise<ViewResponse> {
  const pressed = read(submitted, arrival);
  if (pressed === undefined) {
    context.log.warn({ event: 'slack.unsupported', of: 'window' });
    return oldWindow();
  }
  const { view } = submitted;
  return answerPress(
    pressed,
    {
      event: 'slack.submission.failed',
      // Said every time, not once a minute: it costs only the response, and an empty one would look like success.
      tooOften: () => refusal(words.tooOften, view, noticeCard(words.tooOften)),
      answer: () => respond(pressed, view, arrival, context),
      apologise: (apology) => refusal(textToPlain(apology.summary), view, apology),
    },
    context,
  );
}

function respond(pressed: Pressed, view: ViewPayload, arrival: Arrival, context: SlackContext): Promise<ViewResponse> {
  const { answered, deadline } = arrival;
  const { renderQueue, windows } = context;
  const patienceMs = deadline.leftMs(ackPatienceMs, replyMs);
  return respondToPress<ViewResponse>(
    pressed,
    {
      patienceMs,
      responseMs: patienceMs + replyMs,
      sent: answered,
      async respond(reply) {
        if (reply.kind === 'card') renderQueue.note(windowAt(view.id).target, reply.card);
        return responseTo(reply, pressed, view);
      },
      // The window says that it takes a moment, and is redrawn when the reply is ready.
      meanwhile: () => update(noticeCard(words.moment, words.momentTitle)),
      sendLate: async (reply) => void (await windows.draw(view.id, windowCard(reply))),
      apologiseLate: async (apology) => void (await windows.draw(view.id, apology)),
    },
    context,
  );
}

export const oldWindow = (): ViewResponse => update(noticeCard(words.oldWindow));

/** Acts whose window may have no inputs. Whether Slack then sends an empty state or none is not documented. */
const withoutInputs: ReadonlySet<Act> = new Set(['send-code']);

/** Undefined if this version never opened such a window, or if it lacks the state of its inputs. */
function read(submitted: SubmissionPayload, arrival: Arrival): Pressed | undefined {
  const { view } = submitted;
  const act = readCallbackId(view.callback_id);
  const metadata = decodeViewMetadata(view.private_metadata);
  const actor = slackPresser(submitted);
  if (act === undefined || metadata === 'foreign' || actor === undefined) return undefined;
  if (!view.state && !withoutInputs.has(act)) return undefined;
  const submissionId = submitted.trigger_id ?? arrival.id;
  return {
    kind: 'pressed',
    actor,
    delivery: deliveryId(`${platform}:submission:${submissionId}`),
    act,
    values: valuesOf(view.state),
    isPrivate: true,
    window: windowAt(view.id),
    ...metadata,
  };
}

function responseTo(reply: Reply, pressed: Pressed, view: ViewPayload): ViewResponse {
  switch (reply.kind) {
    case 'card':
      return besideInput(reply.card, pressed, view) ?? update(reply.card);
    case 'notice':
      return refusal(textToPlain(reply.text), view, alertCard(reply.text));
    case 'done':
      return { response_action: 'clear' };
    default:
      return unreachable(reply);
  }
}

/**
 * If the reply is the same form with an error, Slack shows the error beside the input. Where the window already shows an earlier
 * error, it is updated instead: two errors, one of them outdated, would be one too many.
 */
function besideInput(card: Card, pressed: Pressed, view: ViewPayload): ViewResponse | undefined {
  const showsError = view.blocks?.some(({ block_id }) => block_id === errorBlockId) === true;
  if (card.submit?.act !== pressed.act || showsError) return undefined;
  for (const input of card.inputs) {
    const error = input.kind === 'code' ? input.error : undefined;
    const block = blockOf(view.state, input.name);
    if (error !== undefined && block !== undefined) return errors(block, error);
  }
  return undefined;
}

function refusal(sentence: string, view: ViewPayload, otherwise: Card): ViewResponse {
  const block = blockOf(view.state);
  return block === undefined ? update(otherwise) : errors(block, sentence);
}

const errors = (block: string, sentence: string): ViewResponse => ({
  response_action: 'errors',
  errors: { [block]: truncate(sentence, 1_000) },
});

const update = (card: Card): ViewResponse => ({ response_action: 'update', view: renderModal(card) });
