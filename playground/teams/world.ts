// The data of the emulated Teams: people, channels, personal chats, messages, and the listeners for changes. It stores
// and finds; the connector decides what a bot may do, and the client decides what a person sends.
import { type Json, recordOf } from '../json.ts';
import { createMessageIds, personalIdOf, splitThreadId, teamIdOf, threadIdOf } from './identifiers.ts';
import { type Notification, notified } from './notifications.ts';
import { type NewPerson, type Person, personOf } from './people.ts';
import type { Settings } from './settings.ts';

export type Channel = {
  readonly id: string;
  readonly name: string;
  readonly tenantId: string;
  readonly team: { readonly id: string; readonly name: string };
  /** Entra object ids. */
  readonly members: Set<string>;
  hasBot: boolean;
};
export type NewChannel = {
  /** `19:…@thread.tacv2` */
  readonly id: string;
  readonly name: string;
  /** Entra object ids. */
  readonly members?: readonly string[];
  /** Default: the bot's. */
  readonly tenantId?: string;
  readonly teamId?: string;
  readonly teamName?: string;
  /** Whether the app is installed in the team. Default true. */
  readonly hasBot?: boolean;
};

export type Place =
  | { readonly kind: 'personal'; readonly person: Person }
  /** Without a root it is the channel itself, in which every message starts a thread. */
  | { readonly kind: 'channel'; readonly channel: Channel; readonly rootId: string | undefined };

export type Content = {
  readonly text: string;
  readonly attachments: readonly Json[];
  /** What a notification shows. */
  readonly summary?: string | undefined;
};
export type Message = Content & {
  readonly id: string;
  /** `a:…`, or `19:…;messageid=…` for every message of a thread, the first one included. */
  readonly conversation: string;
  /** `bot`, or the author's Entra object id. */
  readonly from: string;
  readonly at: number;
  readonly replyToId: string | undefined;
  /** Every earlier version of this message, oldest first. */
  readonly earlier: readonly Content[];
  readonly isDeleted: boolean;
};
type Kept = { message: Message; readonly views: Map<string, Json> };

export type Dialog = {
  readonly title: string;
  readonly card: Json | undefined;
  /** A final text in place of a card. */
  readonly message: string | undefined;
  /** The card whose button opened it. */
  readonly from: { readonly conversation: string; readonly activityId: string };
};

export type Change = {
  readonly kind: 'person' | 'channel' | 'message' | 'card' | 'dialog' | 'typing' | 'delivery' | 'request';
  readonly conversation?: string;
  readonly user?: string;
};

export type NewMessage = Content & {
  readonly from: string;
  readonly summary?: string | undefined;
  readonly replyToId?: string | undefined;
};

export type World = {
  readonly settings: Settings;
  readonly people: Map<string, Person>;
  readonly channels: Map<string, Channel>;
  addPerson(person: NewPerson): void;
  alterPerson(person: Person, changes: Partial<Pick<Person, 'isInstalled' | 'hasBlocked'>>): void;
  addChannel(channel: NewChannel): void;
  /** By conversation id; a team's id stands for its General channel. */
  placeOf(conversationId: string): Place | undefined;
  /** Starts a thread where the place is a channel without a root. */
  write(place: Place, message: NewMessage): Message;
  /** Whether anything was ever written in this conversation. */
  hasBegun(conversationId: string): boolean;
  find(conversationId: string, id: string): Message | undefined;
  edit(message: Message, content: Content): void;
  remove(message: Message): void;
  messages(place: Place): readonly Message[];
  /** The card as one person sees it: after a press, the card that the bot returned to that person alone. */
  cardFor(message: Message, aadObjectId: string): Json | undefined;
  showTo(message: Message, aadObjectId: string, card: Json): void;
  dialogOf(aadObjectId: string): Dialog | undefined;
  showDialog(aadObjectId: string, dialog: Dialog | undefined): void;
  /** Every notification that Teams made of a message of the bot, oldest first. */
  readonly notifications: Notification[];
  nextId(): string;
  changed(change: Change): void;
  onChange(listener: (change: Change) => void): () => void;
};

export const ADAPTIVE_CARD = 'application/vnd.microsoft.card.adaptive';

export function cardIn(content: Content): Json | undefined {
  const attachment = content.attachments.find((one) => one['contentType'] === ADAPTIVE_CARD);
  return attachment === undefined ? undefined : recordOf(attachment['content']);
}

export function createWorld(settings: Settings): World {
  const listeners = new Set<(change: Change) => void>();
  const changed = (change: Change): void => {
    for (const listener of listeners) listener(change);
  };
  const nextId = createMessageIds(settings.now);
  const places = createPlaces(settings, changed);
  const notifications: Notification[] = [];
  return {
    settings,
    ...places,
    notifications,
    ...createHistory(settings, nextId, changed, (place, { id, conversation, text: written, ...content }, summary) => {
      const text = summary ?? written;
      for (const user of notified(places, place, cardIn({ ...content, text })))
        notifications.push({ user, conversation, id, text });
    }),
    ...createDialogs(changed),
    nextId,
    changed,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function createPlaces(settings: Settings, changed: (change: Change) => void) {
  const people = new Map<string, Person>();
  const owners = new Map<string, string>();
  const channels = new Map<string, Channel>();
  return {
    people,
    channels,
    addPerson(person: NewPerson): void {
      people.set(person.aadObjectId, personOf(person, settings));
      owners.set(personalIdOf(settings.appId, person.aadObjectId), person.aadObjectId);
      changed({ kind: 'person', user: person.aadObjectId });
    },
    alterPerson(person: Person, changes: Partial<Pick<Person, 'isInstalled' | 'hasBlocked'>>): void {
      Object.assign(person, changes);
      changed({ kind: 'person', user: person.aadObjectId });
    },
    addChannel(channel: NewChannel): void {
      const { id, name, members = [], tenantId = settings.tenantId, hasBot = true } = channel;
      const team = { id: channel.teamId ?? teamIdOf(id), name: channel.teamName ?? 'IT' };
      channels.set(id, { id, name, tenantId, team, members: new Set(members), hasBot });
      changed({ kind: 'channel', conversation: id });
    },
    placeOf(conversationId: string): Place | undefined {
      const person = people.get(owners.get(conversationId) ?? '');
      if (person !== undefined) return { kind: 'personal', person };
      const { channelId, rootId } = splitThreadId(conversationId);
      const channel = channels.get(channelId) ?? [...channels.values()].find(({ team }) => team.id === conversationId);
      return channel === undefined ? undefined : { kind: 'channel', channel, rootId };
    },
  };
}

type Notify = (place: Place, message: Message, summary: string | undefined) => void;

function createHistory(settings: Settings, nextId: () => string, changed: (change: Change) => void, notify: Notify) {
  const written = new Map<string, Kept[]>();
  const keptOf = (message: Message): Kept | undefined =>
    written.get(message.conversation)?.find((kept) => kept.message.id === message.id);
  const replace = (message: Message, next: Partial<Message>): void => {
    const kept = keptOf(message);
    if (kept === undefined) return;
    kept.message = { ...kept.message, ...next };
    kept.views.clear();
    changed({ kind: 'message', conversation: message.conversation });
  };
  return {
    write(place: Place, { from, text, attachments, replyToId, summary }: NewMessage): Message {
      const id = nextId();
      const conversation = conversationOf(settings, place, id);
      const content = { text, attachments, summary };
      const message = { id, conversation, from, ...content, replyToId, at: settings.now(), isDeleted: false };
      const kept = { message: { ...message, earlier: [] }, views: new Map<string, Json>() };
      const here = written.get(conversation) ?? [];
      here.push(kept);
      written.set(conversation, here);
      if (from === 'bot') notify(place, kept.message, summary);
      changed({ kind: 'message', conversation });
      return kept.message;
    },
    hasBegun: (conversationId: string): boolean => written.has(conversationId),
    find: (conversationId: string, id: string): Message | undefined =>
      written.get(conversationId)?.find(({ message }) => message.id === id && !message.isDeleted)?.message,
    edit(message: Message, { text, attachments, summary }: Content): void {
      const before = { text: message.text, attachments: message.attachments, summary: message.summary };
      replace(message, { text, attachments, summary, earlier: [...message.earlier, before] });
    },
    remove: (message: Message): void => replace(message, { isDeleted: true }),
    messages(place: Place): readonly Message[] {
      const mine = [...written.entries()].filter(([conversation]) => isWithin(settings, place, conversation));
      return mine.flatMap(([, kept]) => kept.map(({ message }) => message)).sort((a, b) => Number(a.id) - Number(b.id));
    },
    cardFor: (message: Message, aadObjectId: string): Json | undefined =>
      keptOf(message)?.views.get(aadObjectId) ?? cardIn(keptOf(message)?.message ?? message),
    showTo(message: Message, aadObjectId: string, card: Json): void {
      keptOf(message)?.views.set(aadObjectId, card);
      changed({ kind: 'card', conversation: message.conversation, user: aadObjectId });
    },
  };
}

function conversationOf(settings: Settings, place: Place, id: string): string {
  return place.kind === 'personal'
    ? personalIdOf(settings.appId, place.person.aadObjectId)
    : threadIdOf(place.channel.id, place.rootId ?? id);
}

function isWithin(settings: Settings, place: Place, conversation: string): boolean {
  if (place.kind === 'personal') return conversation === personalIdOf(settings.appId, place.person.aadObjectId);
  const { channelId, rootId } = splitThreadId(conversation);
  return channelId === place.channel.id && (place.rootId === undefined || place.rootId === rootId);
}

function createDialogs(changed: (change: Change) => void) {
  const dialogs = new Map<string, Dialog>();
  return {
    dialogOf: (aadObjectId: string): Dialog | undefined => dialogs.get(aadObjectId),
    showDialog(aadObjectId: string, dialog: Dialog | undefined): void {
      if (dialog === undefined) dialogs.delete(aadObjectId);
      else dialogs.set(aadObjectId, dialog);
      changed({ kind: 'dialog', user: aadObjectId });
    },
  };
}
