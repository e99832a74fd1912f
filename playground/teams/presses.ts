// A person presses buttons on cards and in dialogs: what is sent, and what the person sees afterwards.
import { isRecord, type Json, recordOf, textOf } from '../json.ts';
import type { Activities, Origin } from './activities.ts';
import type { CardCheck } from './card-check.ts';
import { type CardAction, type Pointer, pointedAt } from './cards.ts';
import type { Deliveries, Delivery } from './deliveries.ts';
import { type Filled, fill, type Given } from './inputs.ts';
import { type Taken, takeActionAnswer, takeTaskAnswer } from './invoke-answers.ts';
import type { Person } from './people.ts';
import type { Dialog, Message, World } from './world.ts';

export type ClientContext = {
  readonly world: World;
  readonly cards: CardCheck;
  readonly activities: Activities;
  readonly deliveries: Deliveries;
};

export type Shown = {
  /** Whether Teams is satisfied: it got a valid answer, or had nothing to send. */
  readonly ok: boolean;
  /** The request that was sent; undefined when the client sent none. */
  readonly delivery: Delivery | undefined;
  readonly status: number | undefined;
  readonly ms: number;
  /** An error text that the person reads, from Teams itself or from the bot. */
  readonly says: string | undefined;
  /** The short text with which the bot answered a press. */
  readonly text: string | undefined;
  /** The card that only this person got in answer to the press. */
  readonly card: Json | undefined;
  readonly dialog: Dialog | undefined;
  /** The errors beside invalid inputs; if there are any, nothing was sent. */
  readonly errors: Filled['errors'];
};

export type How = {
  /** Presses on this card, such as one that the message no longer shows. */
  readonly card?: Json;
  /** Replaces the data of the button. */
  readonly data?: Json;
  /**
   * Sends the press although no such button is there, or this person does not see the message; the pointer is the verb.
   */
  readonly anyway?: boolean;
};

export function shown(delivery: Delivery | undefined, taken: Taken = {}, errors: Filled['errors'] = {}): Shown {
  const isWell = delivery === undefined || (delivery.status !== undefined && delivery.status < 300);
  return {
    ok: isWell && taken.says === undefined && Object.keys(errors).length === 0,
    delivery,
    status: delivery?.status,
    ms: delivery?.ms ?? 0,
    says: taken.says,
    text: taken.text,
    card: taken.card,
    dialog: taken.dialog,
    errors,
  };
}

/** The message with the card, if this person sees it. */
export function look({ world }: ClientContext, person: Person, { conversation, activityId }: Origin): Message {
  const message = world.find(conversation, activityId);
  if (message === undefined) throw new Error(`there is no message ${activityId} in ${conversation}`);
  const place = world.placeOf(conversation);
  const isSeen =
    place?.kind === 'personal' ? place.person === person : place?.channel.members.has(person.aadObjectId) === true;
  if (!isSeen) throw new Error(`${person.name} does not see ${conversation}`);
  return message;
}

type Pressed = { readonly action: CardAction; readonly data: Json; readonly errors: Filled['errors'] };

function press(card: Json, type: string, pointer: string | Pointer, given: Given, how: How): Pressed {
  const action = how.anyway === true ? forgedAction(type, pointer) : pointedAt(card, [type], pointer);
  const { values, errors } = how.anyway === true ? { values: given, errors: {} } : fill(action.inputs, given);
  return { action, errors, data: { ...(how.data ?? recordOf(action.action['data'])), ...values } };
}

function forgedAction(type: string, pointer: string | Pointer): CardAction {
  const { verb, title = 'Forged', id } = typeof pointer === 'string' ? { verb: pointer } : pointer;
  return { type, title, id, verb, url: undefined, action: { data: {} }, inputs: [] };
}

function cardBefore(context: ClientContext, person: Person, where: Origin, how: How): Json {
  if (how.card !== undefined) return how.card;
  if (how.anyway === true) return {};
  const card = context.world.cardFor(look(context, person, where), person.aadObjectId);
  if (card === undefined) throw new Error(`message ${where.activityId} has no card`);
  return card;
}

export async function pressExecute(
  context: ClientContext,
  person: Person,
  where: Origin,
  pointer: string | Pointer,
  given: Given,
  how: How,
): Promise<Shown> {
  const { action, data, errors } = press(
    cardBefore(context, person, where, how),
    'Action.Execute',
    pointer,
    given,
    how,
  );
  if (Object.keys(errors).length > 0) return shown(undefined, {}, errors);
  const { type, title, id, verb } = action;
  const value = { action: { type, title, ...(id === undefined ? {} : { id }), verb, data }, trigger: 'manual' };
  const delivery = await context.deliveries.send(
    context.activities.invoke(person, where, 'adaptiveCard/action', value),
  );
  const taken = await takeActionAnswer(context.cards, delivery);
  const message = context.world.find(where.conversation, where.activityId);
  if (taken.card !== undefined && message !== undefined) context.world.showTo(message, person.aadObjectId, taken.card);
  return shown(delivery, taken);
}

/** Action.Submit: a message to the bot, or the opening of a dialog if the button asks for one. */
export async function pressSubmit(
  context: ClientContext,
  person: Person,
  where: Origin,
  pointer: string | Pointer,
  given: Given,
  how: How,
): Promise<Shown> {
  const { data, errors } = press(cardBefore(context, person, where, how), 'Action.Submit', pointer, given, how);
  if (Object.keys(errors).length > 0) return shown(undefined, {}, errors);
  const { msteams, ...value } = data;
  const wish = recordOf(msteams);
  if (wish['type'] === 'task/fetch') return fetchTask(context, person, where, data);
  const activity = context.activities.submit(person, where, wish['type'] === 'messageBack' ? wish['value'] : value);
  const text = textOf(wish['text']) ?? textOf(wish['type'] === 'imBack' ? wish['value'] : undefined);
  return shown(await context.deliveries.send(text === undefined ? activity : { ...activity, text }));
}

export async function taskFetch(
  context: ClientContext,
  person: Person,
  where: Origin,
  pointer: string | Pointer,
  given: Given,
  how: How,
): Promise<Shown> {
  const { data, errors } = press(cardBefore(context, person, where, how), 'Action.Submit', pointer, given, how);
  const isAsked = isRecord(data['msteams']) && data['msteams']['type'] === 'task/fetch';
  if (!isAsked && how.anyway !== true) throw new Error(`${JSON.stringify(pointer)} opens no dialog`);
  return Object.keys(errors).length > 0 ? shown(undefined, {}, errors) : fetchTask(context, person, where, data);
}

async function fetchTask(context: ClientContext, person: Person, where: Origin, data: Json): Promise<Shown> {
  const activity = context.activities.invoke(person, where, 'task/fetch', { data, context: { theme: 'default' } });
  return takeTask(context, person, where, await context.deliveries.send(activity));
}

/** The button of the dialog that this person has open. */
export async function taskSubmit(
  context: ClientContext,
  person: Person,
  given: Given,
  pointer: string | Pointer,
): Promise<Shown> {
  const dialog = context.world.dialogOf(person.aadObjectId);
  if (dialog?.card === undefined) throw new Error(`${person.name} has no dialog open`);
  const { data, errors } = press(dialog.card, 'Action.Submit', pointer, given, {});
  if (Object.keys(errors).length > 0) return { ...shown(undefined, {}, errors), dialog };
  const value = { data, context: { theme: 'default' } };
  const activity = context.activities.invoke(person, dialog.from, 'task/submit', value);
  return takeTask(context, person, dialog.from, await context.deliveries.send(activity));
}

/** A dialog stays open when the answer is invalid, so that the person may try again. */
async function takeTask(context: ClientContext, person: Person, where: Origin, delivery: Delivery): Promise<Shown> {
  const taken = await takeTaskAnswer(context.cards, delivery, where);
  if (taken.says === undefined) context.world.showDialog(person.aadObjectId, taken.dialog);
  return shown(delivery, taken);
}
