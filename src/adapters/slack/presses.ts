// Button presses: acknowledged at once, then answered where the button was pressed or in a window that the press opens.
import { startedBy } from '../../bot/cards/card.ts';
import type { Pressed, Reply } from '../../bot/inbound.ts';
import { answerPress, startRequest } from '../../bot/listening.ts';
import { deliveryId, type FlowId } from '../../flows/ids.ts';
import type { FlowKind } from '../../flows/state.ts';
import { unreachable } from '../../flows/unreachable.ts';
import { decodeViewMetadata, readActionId, readValue, type ViewMetadata } from './action-codec.ts';
import { platform, slackPresser } from './actor.ts';
import { type Arrival, ackPatienceMs, type SlackContext } from './context.ts';
import type { ActionsPayload } from './payload.ts';
import { isPrivate, type Presser, type PressLocation, pressLocationOf, replace, whisper } from './press-location.ts';
import { noticeCard } from './render.ts';
import { windowCard } from './reply-card.ts';
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
  context.background.run('press', () => takeFrom(payload, arrival, context));
}

async function takeFrom(payload: ActionsPayload, arrival: Arrival, context: SlackContext): Promise<void> {
  const actor = slackPresser(payload);
  const location = pressLocationOf(payload);
  if (actor === undefined || location === undefined) {
    context.log.warn({ event: 'slack.unsupported', of: 'press' });
    return;
  }
  const by: Presser = { actor, ...(payload.trigger_id === undefined ? {} : { triggerId: payload.trigger_id }) };
  const press = read(payload, by, location, arrival);
  /** The window that was opened for the answer: an apology belongs there too. */
  let viewId: string | undefined;
  const opened = (id: string): void => {
    viewId = id;
  };
  await answerPress<unknown>(
    { actor, act: press?.pressed.act },
    {
      event: 'slack.press.failed',
      tooOften: (verdict) =>
        verdict === 'silent' ? undefined : whisper(location, { actor }, [words.tooOften], context),
      answer: () => answer(press, { by, location, opened }, context),
      apologise: (apology) =>
        viewId === undefined ? whisper(location, by, apology.summary, context) : context.windows.draw(viewId, apology),
    },
    context,
  );
}

interface Place {
  readonly by: Presser;
  readonly location: PressLocation;
  readonly opened: (viewId: string) => void;
}

async function answer(press: Press | undefined, { by, location, opened }: Place, context: SlackContext): Promise<void> {
  if (press === undefined) {
    context.log.warn({ event: 'slack.unsupported', of: 'button' });
    return whisper(location, by, [words.oldButton], context);
  }
  if (press.pressed.act === 'follow-link') return;
  return press.opensWindow && location.in !== 'window'
    ? answerInNewWindow(press, opened, context)
    : answerInPlace(press, context);
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

function answerInPlace({ by, location, pressed }: Press, context: SlackContext): Promise<void> {
  return context.conversation.press(pressed, ackPatienceMs, async (reply) => {
    switch (reply.kind) {
      case 'card':
        return replace(location, by, reply.card, context);
      case 'notice':
        return whisper(location, by, reply.text, context);
      case 'done':
        return location.in === 'home' ? context.homes.refresh(by.actor, context.conversation.home) : undefined;
      default:
        return unreachable(reply);
    }
  });
}

async function answerInNewWindow(press: Press, opened: Place['opened'], context: SlackContext): Promise<void> {
  const { by, pressed } = press;
  const { windows, conversation } = context;
  const kind = startedBy(pressed.act);
  const waiting = kind === undefined ? noticeCard(words.moment, words.momentTitle) : conversation.opening(kind);
  const shown = by.triggerId === undefined ? undefined : await windows.open(by.triggerId, waiting);
  if (shown?.ok !== true) return answerWithoutWindow(press, kind, context);
  const viewId = shown.value;
  opened(viewId);
  const draw = async (reply: Reply): Promise<void> => void (await windows.draw(viewId, windowCard(reply)));
  await conversation.press({ ...pressed, window: windowAt(viewId) }, ackPatienceMs, draw);
}

/** The window could not be opened. A new request is then shown in a private message, from which a window can be opened again. */
async function answerWithoutWindow(press: Press, kind: FlowKind | undefined, context: SlackContext): Promise<void> {
  const { by, location, pressed } = press;
  if (kind === undefined) return whisper(location, { actor: by.actor }, [words.noWindow], context);
  const sorry = () => whisper(location, { actor: by.actor }, context.conversation.apology().summary, context);
  const started = await startRequest(pressed, kind, { what: 'press', surface: { apologise: sorry } }, context);
  if (started === 'throttled') return whisper(location, { actor: by.actor }, [words.tooOften], context);
}
