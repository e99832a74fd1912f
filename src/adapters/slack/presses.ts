// Button presses: acknowledged at once, then answered where the button was pressed or in a window that the press opens.
import { startedBy } from '../../bot/cards/card.ts';
import type { Pressed, Reply, WindowRef } from '../../bot/inbound.ts';
import { deliveryId, type FlowId } from '../../flows/ids.ts';
import type { FlowKind } from '../../flows/state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { decodeViewMetadata, readActionId, readValue, type ViewMetadata } from './action-codec.ts';
import { platform, slackPresser } from './actor.ts';
import { type Arrival, ackPatienceMs, type SlackContext } from './context.ts';
import type { ActionsPayload } from './payload.ts';
import { isPrivate, type Presser, type PressLocation, pressLocationOf, replace, whisper } from './press-location.ts';
import { noticeCard } from './render.ts';
import { textToPlain } from './render-text.ts';
import { valuesOf } from './submission-values.ts';
import { messageAt, windowAt } from './surface-refs.ts';
import { words } from './words.ts';

interface Press {
  readonly by: Presser;
  readonly location: PressLocation;
  readonly opensWindow: boolean;
  readonly pressed: Pressed;
}

export function takePress(payload: ActionsPayload, arrival: Arrival, context: SlackContext): void {
  context.background.run('press', () => answerPress(payload, arrival, context));
}

async function answerPress(payload: ActionsPayload, arrival: Arrival, context: SlackContext): Promise<void> {
  const actor = slackPresser(payload);
  const location = pressLocationOf(payload);
  if (actor === undefined || location === undefined) {
    context.log.warn({ event: 'slack.unsupported', of: 'press' });
    return;
  }
  const verdict = context.conversation.checkThrottle(actor, 'press');
  if (verdict === 'silent') return;
  const by: Presser = { actor, ...(payload.trigger_id === undefined ? {} : { triggerId: payload.trigger_id }) };
  if (verdict === 'too-often') return whisper(location, { actor }, [words.tooOften], context);
  const press = read(payload, by, location, arrival);
  if (press === undefined) {
    context.log.warn({ event: 'slack.unsupported', of: 'button' });
    return whisper(location, by, [words.oldButton], context);
  }
  if (press.pressed.act === 'follow-link') return;
  try {
    await (press.opensWindow && location.in !== 'window'
      ? answerInNewWindow(press, context)
      : answerInPlace(press, context));
  } catch (error) {
    await whisper(location, by, apologyText(context), context);
    throw error;
  }
}

/** Undefined if this version never made such a button. */
function read(payload: ActionsPayload, by: Presser, location: PressLocation, arrival: Arrival): Press | undefined {
  const [action] = payload.actions;
  const named = action.type === 'button' ? readActionId(action.action_id) : undefined;
  const metadata: ViewMetadata | 'foreign' = location.in === 'window' ? decodeViewMetadata(location.metadata) : {};
  const value = readValue(action.value);
  if (named === undefined || metadata === 'foreign' || value === 'foreign') return undefined;
  const flow: FlowId | undefined = value.flow ?? metadata.flow;
  const channel = location.in === 'message' ? `${platform}:${location.channel}` : metadata.channel;
  const pressed: Pressed = {
    kind: 'pressed',
    actor: by.actor,
    delivery: deliveryId(`${platform}:press:${payload.trigger_id ?? arrival.id}`),
    act: named.act,
    // A button that names a contact is about that one, whatever is chosen beside it.
    values: {
      ...valuesOf(payload.view?.state ?? payload.state),
      ...(value.contact === undefined ? {} : { contact: value.contact }),
    },
    isPrivate: isPrivate(location),
    ...(flow === undefined ? {} : { flow }),
    ...(channel === undefined ? {} : { channel }),
    ...(location.in === 'window' ? { window: windowAt(location.viewId) } : {}),
    ...(location.in === 'message' && !location.isEphemeral
      ? { message: messageAt(location.channel, location.ts) }
      : {}),
  };
  return { by, location, opensWindow: named.opensWindow, pressed };
}

async function answerInPlace({ by, location, pressed }: Press, context: SlackContext): Promise<void> {
  const reply = await context.conversation.press(pressed, ackPatienceMs);
  try {
    switch (reply.kind) {
      case 'card':
        return await replace(location, by, reply.card, context);
      case 'notice':
        return await whisper(location, by, reply.text, context);
      case 'done':
        return location.in === 'home' ? await context.homes.refresh(by.actor, context.conversation.home) : undefined;
      default:
        return unreachable(reply);
    }
  } finally {
    reply.afterwards();
  }
}

async function answerInNewWindow(press: Press, context: SlackContext): Promise<void> {
  const { by, pressed } = press;
  const { windows, conversation } = context;
  const kind = startedBy(pressed.act);
  const waiting = kind === undefined ? noticeCard(words.moment, words.momentTitle) : conversation.opening(kind);
  const opened = by.triggerId === undefined ? undefined : await windows.open(by.triggerId, waiting);
  if (opened?.ok !== true) return answerWithoutWindow(press, kind, context);
  const window = windowAt(opened.value);
  try {
    await answerInWindow(opened.value, window, pressed, context);
  } catch (error) {
    await windows.draw(opened.value, conversation.apology());
    context.log.error({
      event: 'slack.press.failed',
      act: pressed.act,
      error: error instanceof Error ? error.name : '',
    });
  }
}

async function answerInWindow(
  viewId: string,
  window: WindowRef,
  pressed: Pressed,
  { conversation, windows }: SlackContext,
): Promise<void> {
  const reply = await conversation.press({ ...pressed, window }, ackPatienceMs);
  try {
    await windows.draw(viewId, windowCard(reply));
  } finally {
    reply.afterwards();
  }
}

/** The window was opened for the answer, so it must show one for every kind of reply. */
function windowCard(reply: Reply) {
  switch (reply.kind) {
    case 'card':
      return reply.card;
    case 'notice':
      return { ...noticeCard(textToPlain(reply.text)), lines: [{ text: reply.text, tone: 'alert' as const }] };
    case 'done':
      return noticeCard(words.finished);
    default:
      return unreachable(reply);
  }
}

/** The window could not be opened. A new request is then shown in a private message, from which a window can be opened again. */
async function answerWithoutWindow(press: Press, kind: FlowKind | undefined, context: SlackContext): Promise<void> {
  const { by, location, pressed } = press;
  const { conversation } = context;
  if (kind === undefined) return whisper(location, { actor: by.actor }, [words.noWindow], context);
  const taken = await conversation.take(pressed, kind);
  if (taken.is === 'throttled') return whisper(location, { actor: by.actor }, [words.tooOften], context);
  if (taken.is === 'accepted') await taken.proceed({});
}

const apologyText = ({ conversation }: SlackContext) => conversation.apology().summary;
