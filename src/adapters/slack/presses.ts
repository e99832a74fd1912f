// Buttons, wherever they stand: acknowledged at once, then answered where they were pressed or in a window that they open.
import type { Act } from '../../bot/cards/card.ts';
import type { Pressed, Reply, WindowRef } from '../../bot/inbound.ts';
import { deliveryId, type FlowId } from '../../flows/ids.ts';
import type { FlowKind } from '../../flows/state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { decodeViewMetadata, readActionId, readFlow, type ViewMetadata } from './action-codec.ts';
import { platform, slackPresser } from './actor.ts';
import { type Arrival, ackPatienceMs, type Listening } from './context.ts';
import type { ActionsPayload } from './payload.ts';
import { isPrivate, type Presser, type PressLocation, pressLocationOf, replace, whisper } from './press-location.ts';
import { noticeCard } from './render.ts';
import { textToPlain } from './render-text.ts';
import { valuesOf } from './submission-values.ts';
import { messageAt, windowAt } from './surface-refs.ts';
import { words } from './words.ts';

interface Press {
  readonly by: Presser;
  readonly spot: PressLocation;
  readonly opensWindow: boolean;
  readonly pressed: Pressed;
}

export function takePress(payload: ActionsPayload, arrival: Arrival, listening: Listening): void {
  listening.background.run('press', () => answerPress(payload, arrival, listening));
}

async function answerPress(payload: ActionsPayload, arrival: Arrival, listening: Listening): Promise<void> {
  const actor = slackPresser(payload);
  const spot = pressLocationOf(payload);
  if (actor === undefined || spot === undefined) {
    listening.log.warn({ event: 'slack.unsupported', of: 'press' });
    return;
  }
  const heed = listening.conversation.heeds(actor, 'press');
  if (heed === 'hushed') return;
  const by: Presser = { actor, ...(payload.trigger_id === undefined ? {} : { triggerId: payload.trigger_id }) };
  if (heed === 'too-often') return whisper(spot, { actor }, [words.tooOften], listening);
  const press = read(payload, by, spot, arrival);
  if (press === undefined) {
    listening.log.warn({ event: 'slack.unsupported', of: 'button' });
    return whisper(spot, by, [words.oldButton], listening);
  }
  if (press.pressed.act === 'follow-link') return;
  try {
    await (press.opensWindow && spot.in !== 'window' ? inNewWindow(press, listening) : inPlace(press, listening));
  } catch (error) {
    await whisper(spot, by, apologyText(listening), listening);
    throw error;
  }
}

/** Undefined for anything that this version never put on a button. */
function read(payload: ActionsPayload, by: Presser, spot: PressLocation, arrival: Arrival): Press | undefined {
  const [action] = payload.actions;
  const named = action.type === 'button' ? readActionId(action.action_id) : undefined;
  const luggage: ViewMetadata | 'foreign' = spot.in === 'window' ? decodeViewMetadata(spot.metadata) : {};
  const value = readFlow(action.value);
  if (named === undefined || luggage === 'foreign' || value === 'foreign') return undefined;
  const flow: FlowId | undefined = value ?? luggage.flow;
  const channel = spot.in === 'message' ? `${platform}:${spot.channel}` : luggage.channel;
  const pressed: Pressed = {
    kind: 'pressed',
    actor: by.actor,
    delivery: deliveryId(`${platform}:press:${payload.trigger_id ?? arrival.id}`),
    act: named.act,
    values: valuesOf(payload.view?.state),
    isPrivate: isPrivate(spot),
    ...(flow === undefined ? {} : { flow }),
    ...(channel === undefined ? {} : { channel }),
    ...(spot.in === 'window' ? { window: windowAt(spot.viewId) } : {}),
    ...(spot.in === 'message' && !spot.isEphemeral ? { message: messageAt(spot.channel, spot.ts) } : {}),
  };
  return { by, spot, opensWindow: named.opensWindow, pressed };
}

async function inPlace({ by, spot, pressed }: Press, listening: Listening): Promise<void> {
  const reply = await listening.conversation.press(pressed, ackPatienceMs);
  try {
    switch (reply.kind) {
      case 'card':
        return await replace(spot, by, reply.card, listening);
      case 'notice':
        return await whisper(spot, by, reply.text, listening);
      case 'done':
        return spot.in === 'home' ? await listening.homes.refresh(by.actor, listening.conversation.home) : undefined;
      default:
        return unreachable(reply);
    }
  } finally {
    reply.afterwards();
  }
}

async function inNewWindow(press: Press, listening: Listening): Promise<void> {
  const { by, pressed } = press;
  const { windows, conversation } = listening;
  const kind = startedBy(pressed.act);
  const waiting = kind === undefined ? noticeCard(words.moment, words.momentTitle) : conversation.opening(kind);
  const opened = by.triggerId === undefined ? undefined : await windows.open(by.triggerId, waiting);
  if (opened?.ok !== true) return withoutWindow(press, kind, listening);
  const window = windowAt(opened.value);
  try {
    await answerInWindow(opened.value, window, pressed, listening);
  } catch (error) {
    await windows.draw(opened.value, conversation.apology());
    listening.log.error({
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
  { conversation, windows }: Listening,
): Promise<void> {
  const reply = await conversation.press({ ...pressed, window }, ackPatienceMs);
  try {
    await windows.draw(viewId, inWindow(reply));
  } finally {
    reply.afterwards();
  }
}

/** A window that was opened for the answer has to show one, also where there is little to say. */
function inWindow(reply: Reply) {
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

/** What would have been asked in the window stands in a message, and from there a window can be opened again. */
async function withoutWindow(press: Press, kind: FlowKind | undefined, listening: Listening): Promise<void> {
  const { by, spot, pressed } = press;
  const { conversation } = listening;
  if (kind === undefined) return whisper(spot, { actor: by.actor }, [words.noWindow], listening);
  const taken = await conversation.take(pressed, kind);
  if (taken.is === 'throttled') return whisper(spot, { actor: by.actor }, [words.tooOften], listening);
  if (taken.is === 'accepted') await taken.proceed({});
}

function startedBy(act: Act): FlowKind | undefined {
  if (act === 'start-reset') return 'reset';
  return act === 'start-unlock' ? 'unlock' : undefined;
}

const apologyText = ({ conversation }: Listening) => [conversation.apology().summary];
