// A person at a Slack client. Each action is a real signed request to the product, and ends with what Slack then shows.
// A person cannot press what is not visible; forged and stale requests go through `anyway` or `send`.

import { type Json, textOf } from '../json.ts';
import { TROUBLE, takeCommandAnswer, takeSubmissionAnswer } from './answers.ts';
import type { Deliveries, Delivery, DeliveryKind, Departure } from './deliveries.ts';
import { chooseIn, type Field, type Form, inputProblems, optionOf, stateOf, typeInto } from './form.ts';
import type { OpenModal } from './modals.ts';
import {
  blockActions,
  commandBody,
  directMessageEvent,
  eventBody,
  globalShortcut,
  homeOpenedEvent,
  interactionBody,
  type Surface,
  viewClosed,
  viewSubmission,
} from './payloads.ts';
import { labelOf, type Pointer, pointedAt } from './visible.ts';
import type { ServerContext } from './web-api.ts';
import type { Message } from './world.ts';

export type Shown = {
  /** Whether Slack is satisfied: it got a valid answer, or had nothing to send. */
  readonly ok: boolean;
  /** The request that was sent; undefined when the client sent none. */
  readonly delivery: Delivery | undefined;
  readonly status: number | undefined;
  readonly ms: number;
  readonly body: string;
  /** Slack's own error text, as the person reads it. */
  readonly says: string | undefined;
  /** The errors beside the inputs of the open modal, by block id. */
  readonly errors: { readonly [blockId: string]: string };
  /** The URL that a link button opens. */
  readonly opens: string | undefined;
};

export type Place = 'view' | 'home' | { readonly channel: string; readonly ts: string };
export type Press = Pointer & {
  /** The chosen option, for menus and radio buttons. */
  readonly selected?: string | readonly string[];
  /** Sends the press although the button is not there, or this person does not see the message. */
  readonly anyway?: boolean;
};

export type Client = {
  readonly userId: string;
  command(command: string, on?: { readonly text?: string; readonly channel?: string }): Promise<Shown>;
  dm(text: string): Promise<Shown>;
  openHome(): Promise<Shown>;
  press(place: Place, what: string | Press): Promise<Shown>;
  choose(blockId: string, actionId: string, value: string | readonly string[], place?: Place): Promise<Shown>;
  type(blockId: string, actionId: string, text: string, place?: Place): Promise<Shown>;
  /** Types into the only text input of the open modal, whatever its ids are. */
  fill(text: string): Promise<Shown>;
  submit(): Promise<Shown>;
  /** The Close button. With `all`, the cross, which closes the whole stack. */
  closeView(how?: { readonly all?: boolean }): Promise<Shown>;
  shortcut(callbackId: string): Promise<Shown>;
  send(kind: DeliveryKind, body: string | Json, departure?: Departure): Promise<Delivery>;
};

export type ClientContext = ServerContext & { readonly deliveries: Deliveries; readonly url: () => string };

export function createClient(context: ClientContext, userId: string): Client {
  const { world } = context;
  if (!world.people.has(userId)) throw new Error(`nobody here is called ${userId}`);
  return {
    userId,
    command: (command, on = {}) => sendCommand(context, userId, command, on),
    async dm(text) {
      const rich = { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }] };
      const message = world.write({ channel: world.dmOf(userId).id, user: userId, text, blocks: [rich] });
      return shown(
        context,
        userId,
        await context.deliveries.send('event', eventBody(world, directMessageEvent(world, message))),
      );
    },
    async openHome() {
      const event = homeOpenedEvent(world, userId, world.dmOf(userId).id);
      return shown(context, userId, await context.deliveries.send('event', eventBody(world, event)));
    },
    press: (place, what) => press(context, userId, place, typeof what === 'string' ? { actionId: what } : what),
    choose: (blockId, actionId, value, place = 'view') => choose(context, userId, place, { blockId, actionId }, value),
    type: (blockId, actionId, text, place = 'view') => type(context, userId, place, { blockId, actionId }, text),
    fill: (text) => type(context, userId, 'view', { kind: 'text input' }, text),
    submit: () => submit(context, userId),
    closeView: (how = {}) => closeView(context, userId, how.all === true),
    shortcut: (callbackId) =>
      interact(context, userId, globalShortcut(world, userId, callbackId, world.triggers.issue(userId))),
    send: (kind, body, departure) => context.deliveries.send(kind, textOf(body) ?? bodyOf(kind, body), departure),
  };
}

function bodyOf(kind: DeliveryKind, body: string | Json): string {
  if (typeof body === 'string') return body;
  if (kind === 'interaction') return interactionBody(body);
  if (kind === 'event' || kind === 'url_verification') return JSON.stringify(body);
  return new URLSearchParams(Object.entries(body).map(([key, value]) => [key, String(value)])).toString();
}

function shown(
  context: ServerContext,
  userId: string,
  delivery: Delivery | undefined,
  more: Partial<Shown> = {},
): Shown {
  return {
    ok: more.says === undefined && (delivery === undefined || delivery.status === 200),
    delivery,
    status: delivery?.status,
    ms: delivery?.ms ?? 0,
    body: delivery?.body ?? '',
    says: undefined,
    errors: context.world.modals.top(userId)?.errors ?? {},
    opens: undefined,
    ...more,
  };
}

async function sendCommand(
  context: ClientContext,
  userId: string,
  command: string,
  { text = '', channel: channelId = 'C0GENERAL' }: { readonly text?: string; readonly channel?: string },
): Promise<Shown> {
  const { world, crawler } = context;
  const channel = world.channels.get(channelId);
  if (channel === undefined) throw new Error(`there is no channel ${channelId}`);
  const responseUrl = context.url() + context.responseUrls.issue({ channel: channelId, user: userId });
  const facts = { userId, command, text, channel, responseUrl, triggerId: world.triggers.issue(userId) };
  const delivery = await context.deliveries.send('command', commandBody(world, facts));
  const says = takeCommandAnswer(world, crawler, { userId, command, text, channel: channelId }, delivery);
  return shown(context, userId, delivery, { says });
}

async function interact(context: ClientContext, userId: string, payload: Json): Promise<Shown> {
  const delivery = await context.deliveries.send('interaction', interactionBody(payload));
  return shown(context, userId, delivery, { says: delivery.status === 200 ? undefined : TROUBLE });
}

type Seen = {
  readonly blocks: readonly Json[];
  readonly form: Form;
  readonly on: () => Surface;
  readonly viewId?: string;
};

/** What this person sees at that place. */
function look(context: ClientContext, userId: string, place: Place, anyway: boolean): Seen {
  const { world } = context;
  if (place === 'view') {
    const modal = openModal(context, userId);
    return {
      blocks: modal.view.blocks,
      form: modal.form,
      viewId: modal.view.id,
      on: () => ({ kind: 'view', view: modal.view }),
    };
  }
  if (place === 'home') {
    const home = world.homes.get(userId);
    if (home === undefined) throw new Error(`the App Home of ${userId} is empty`);
    return { blocks: home.view.blocks, form: home.form, on: () => ({ kind: 'view', view: home.view }) };
  }
  const channel = world.channels.get(place.channel);
  const message = world.find(place.channel, place.ts);
  if (channel === undefined || message === undefined)
    throw new Error(`there is no message ${place.ts} in ${place.channel}`);
  if (!anyway && !canSee(message, channel.members, userId)) throw new Error(`${userId} does not see ${place.ts}`);
  return {
    blocks: message.blocks,
    form: world.formOf(message, userId),
    on: () => {
      const path = context.responseUrls.issue({ channel: channel.id, user: userId, origin: message });
      return { kind: 'message', message, channel, responseUrl: context.url() + path };
    },
  };
}

function canSee(message: Message, members: ReadonlySet<string>, userId: string): boolean {
  return message.ephemeralFor === undefined ? members.has(userId) : message.ephemeralFor === userId;
}

function openModal({ world }: ServerContext, userId: string): OpenModal {
  const modal = world.modals.top(userId);
  if (modal === undefined) throw new Error(`${userId} has no modal open`);
  return modal;
}

async function press(context: ClientContext, userId: string, place: Place, what: Press): Promise<Shown> {
  const { selected, anyway = false, ...pointer } = what;
  const seen = look(context, userId, place, anyway);
  if (anyway) return act(context, userId, seen, forgedAction(pointer));
  const field = pointedAt(seen.blocks, pointer);
  if (selected !== undefined && field.element['type'] !== 'overflow') chooseIn(seen.form, field, selected);
  const shownAfter = await act(context, userId, seen, actionOf(field, seen.form, selected));
  return { ...shownAfter, opens: textOf(field.element['url']) };
}

async function type(
  context: ClientContext,
  userId: string,
  place: Place,
  pointer: Pointer,
  text: string,
): Promise<Shown> {
  const seen = look(context, userId, place, false);
  typeInto(seen.form, pointedAt(seen.blocks, pointer), text);
  return shown(context, userId, undefined);
}

async function choose(
  context: ClientContext,
  userId: string,
  place: Place,
  pointer: Pointer,
  value: string | readonly string[],
): Promise<Shown> {
  const seen = look(context, userId, place, false);
  const field = pointedAt(seen.blocks, pointer);
  chooseIn(seen.form, field, value);
  // Inside an input block a choice stays in the client, unless the block asks for an event.
  const isQuiet = field.block['type'] === 'input' && field.block['dispatch_action'] !== true;
  return isQuiet
    ? shown(context, userId, undefined)
    : act(context, userId, seen, actionOf(field, seen.form, undefined));
}

function act(context: ClientContext, userId: string, seen: Seen, action: Json): Promise<Shown> {
  const triggerId = context.world.triggers.issue(userId, seen.viewId);
  return interact(context, userId, blockActions(context.world, userId, seen.on(), seen.form, action, triggerId));
}

function actionOf(field: Field, form: Form, selected: string | readonly string[] | undefined): Json {
  const { element, actionId, blockId } = field;
  const { text, value, url, style, type, placeholder } = element;
  const ids = { type, action_id: actionId, block_id: blockId };
  if (type === 'overflow') return { ...ids, selected_option: optionOf(element, String(selected)) };
  if (type !== 'button') return { ...ids, ...stateOf(form, field), placeholder };
  return { ...ids, text, value, url, style };
}

function forgedAction({ actionId, blockId, value, text }: Pointer): Json {
  const label = { type: 'plain_text', text: text ?? 'Forged', emoji: true };
  return { type: 'button', action_id: actionId ?? 'forged', block_id: blockId ?? 'forged', value, text: label };
}

async function submit(context: ClientContext, userId: string): Promise<Shown> {
  const { world } = context;
  const modal = openModal(context, userId);
  if (labelOf({ text: modal.view['submit'] }) === undefined) throw new Error('this modal has no button to submit it');
  const problems = inputProblems(modal.view.blocks, modal.form);
  world.modals.show(userId, modal, { errors: problems, trouble: undefined });
  if (Object.keys(problems).length > 0) return { ...shown(context, userId, undefined), ok: false };
  const triggerId = world.triggers.issue(userId, modal.view.id);
  const payload = viewSubmission(world, userId, modal.view, modal.form, triggerId);
  const delivery = await context.deliveries.send('interaction', interactionBody(payload));
  return shown(context, userId, delivery, { says: takeSubmissionAnswer(world, userId, modal, delivery) });
}

async function closeView(context: ClientContext, userId: string, isCross: boolean): Promise<Shown> {
  const { modals } = context.world;
  const top = openModal(context, userId);
  const isCleared = isCross || top.view['clear_on_close'] === true;
  const closed = isCleared ? [...modals.stackOf(userId)].reverse() : [top];
  if (isCleared) modals.clear(userId);
  else modals.close(userId, top.view.id);
  let last = shown(context, userId, undefined);
  for (const { view, form } of closed) {
    if (view['notify_on_close'] !== true) continue;
    last = await interact(context, userId, viewClosed(context.world, userId, view, form, isCleared));
  }
  return last;
}
