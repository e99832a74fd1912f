// A person with Teams. Each action is a real signed request to the product, and ends with what Teams then shows. A
// person cannot press what is not visible; forged and stale requests go through `anyway`, `card` or `send`.
import type { Json } from '../json.ts';
import type { Activity, Origin } from './activities.ts';
import { actionsIn, type Pointer, pointedAt } from './cards.ts';
import type { Delivery } from './deliveries.ts';
import { type Departure, type ForgeryName, sendAs } from './forgeries.ts';
import { personalIdOf } from './identifiers.ts';
import type { Given } from './inputs.ts';
import type { Person } from './people.ts';
import {
  type ClientContext,
  type How,
  look,
  pressExecute,
  pressSubmit,
  type Shown,
  shown,
  taskFetch,
  taskSubmit,
} from './presses.ts';
import type { Dialog, Place } from './world.ts';

export type Client = {
  readonly userId: string;
  /** In the personal chat. */
  message(text: string): Promise<Shown>;
  /**
   * In a channel, or with `thread` as a reply there. Without `<at>…</at>` in the text or `mention`, the bot is not
   * notified.
   */
  channelMessage(
    channelId: string,
    text: string,
    how?: { readonly mention?: boolean; readonly thread?: string },
  ): Promise<Shown>;
  /** Adds the app to the personal scope. Teams notifies the bot twice; the last answer is returned. */
  install(): Promise<Shown>;
  uninstall(): Promise<Shown>;
  /** Action.Execute, found by its verb, title or id. */
  pressExecute(where: Origin, pointer: string | Pointer, inputs?: Given, how?: How): Promise<Shown>;
  /** Action.Submit, found by its title or id. */
  pressSubmit(where: Origin, pointer: string | Pointer, inputs?: Given, how?: How): Promise<Shown>;
  /** The URL that a button opens. The bot is not notified. */
  openUrl(where: Origin, pointer: string | Pointer): string;
  taskFetch(where: Origin, pointer: string | Pointer, inputs?: Given, how?: How): Promise<Shown>;
  /** The button of the open dialog; needs a pointer where there are several. */
  taskSubmit(inputs?: Given, pointer?: string | Pointer): Promise<Shown>;
  dialog(): Dialog | undefined;
  closeDialog(): void;
  /** The card of that message as this person sees it. */
  card(where: Origin): Json | undefined;
  /** A message as this person would send it, to be changed and then sent with `send`. */
  activity(more?: Json): Activity;
  /**
   * Without a departure it is delivered as Teams would deliver it, redeliveries included; with a departure or the name
   * of a forgery, once only.
   */
  send(activity: Activity, departure?: Departure | ForgeryName): Promise<Delivery>;
  redeliver(delivery: Delivery, how?: { readonly newId?: boolean }): Promise<Delivery>;
};

export function createClient(context: ClientContext, userId: string): Client {
  const { world, deliveries, activities } = context;
  const me = (): Person => {
    const person = world.people.get(userId);
    if (person === undefined) throw new Error(`nobody here is called ${userId}`);
    return person;
  };
  me();
  return {
    userId,
    message: (text) => sayPersonally(context, me(), text),
    channelMessage: (channelId, text, how = {}) => sayInChannel(context, me(), channelId, text, how),
    async install() {
      world.alterPerson(me(), { isInstalled: true });
      await deliveries.send(activities.installation(me(), 'add'));
      return shown(await deliveries.send(activities.botAdded(me())));
    },
    uninstall: async () => shown(await uninstall(context, me())),
    pressExecute: (where, pointer, inputs = {}, how = {}) => pressExecute(context, me(), where, pointer, inputs, how),
    pressSubmit: (where, pointer, inputs = {}, how = {}) => pressSubmit(context, me(), where, pointer, inputs, how),
    openUrl: (where, pointer) =>
      pointedAt(world.cardFor(look(context, me(), where), userId) ?? {}, ['Action.OpenUrl'], pointer).url ?? '',
    taskFetch: (where, pointer, inputs = {}, how = {}) => taskFetch(context, me(), where, pointer, inputs, how),
    taskSubmit: (inputs = {}, pointer = onlySubmit(world.dialogOf(userId))) =>
      taskSubmit(context, me(), inputs, pointer),
    dialog: () => world.dialogOf(userId),
    closeDialog: () => world.showDialog(userId, undefined),
    card: (where) => world.cardFor(look(context, me(), where), userId),
    activity: (more = {}) => draft(context, me(), more),
    send: (activity, departure) => sendAs(deliveries, activity, departure),
    redeliver: deliveries.redeliver,
  };
}

async function sayPersonally(
  { world, deliveries, activities }: ClientContext,
  person: Person,
  text: string,
): Promise<Shown> {
  if (!person.isInstalled) throw new Error(`${person.name} does not have the app`);
  if (person.hasBlocked) throw new Error(`${person.name} has blocked the bot`);
  const written = world.write({ kind: 'personal', person }, { from: person.aadObjectId, text, attachments: [] });
  return shown(await deliveries.send(activities.message(person, written)));
}

async function sayInChannel(
  { world, deliveries, activities }: ClientContext,
  person: Person,
  channelId: string,
  text: string,
  { mention = true, thread }: { readonly mention?: boolean; readonly thread?: string },
): Promise<Shown> {
  const channel = world.channels.get(channelId);
  if (channel === undefined) throw new Error(`there is no channel ${channelId}`);
  if (!channel.members.has(person.aadObjectId)) throw new Error(`${person.name} is not in ${channel.name}`);
  const isMentioned = text.includes('<at>');
  const said = mention && !isMentioned ? `<at>${world.settings.botName}</at> ${text}` : text;
  const place: Place = { kind: 'channel', channel, rootId: thread };
  const written = world.write(place, { from: person.aadObjectId, text: said, attachments: [] });
  const isHeard = channel.hasBot && (mention || isMentioned);
  return shown(isHeard ? await deliveries.send(activities.mention(person, written)) : undefined);
}

export async function uninstall(context: ClientContext, person: Person): Promise<Delivery> {
  context.world.alterPerson(person, { isInstalled: false });
  return context.deliveries.send(context.activities.installation(person, 'remove'));
}

function onlySubmit(dialog: Dialog | undefined): Pointer {
  const [action] = actionsIn(dialog?.card ?? {}).filter(({ type }) => type === 'Action.Submit');
  return { title: action?.title ?? '' };
}

function draft({ world, activities }: ClientContext, person: Person, more: Json): Activity {
  const conversation = personalIdOf(world.settings.appId, person.aadObjectId);
  return { ...activities.message(person, { conversation, id: world.nextId(), text: 'hello' }), ...more };
}
