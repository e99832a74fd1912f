// The emulated workspace: its people, its messages, and the listeners for changes. It stores and finds; the Web API
// methods decide what an app may do, and the client decides what a person sends.
import { randomBytes } from 'node:crypto';
import type { Json } from '../json.ts';
import { drawnForm, type Form, withIds } from './form.ts';
import { createModals, type Modals } from './modals.ts';
import { type Notification, notificationsOf } from './notifications.ts';
import { type NewPerson, type Person, personOf } from './people.ts';
import type { Settings } from './settings.ts';
import { createTriggers, type Triggers } from './triggers.ts';

export type Channel = {
  readonly id: string;
  readonly name: string;
  readonly kind: 'public' | 'private' | 'im';
  readonly isExtShared: boolean;
  readonly isPendingExtShared?: boolean;
  readonly isOrgShared?: boolean;
  readonly isArchived?: boolean;
  readonly members: Set<string>;
};
export type NewChannel = {
  readonly id: string;
  readonly name: string;
  readonly members?: readonly string[];
  readonly isPrivate?: boolean;
  readonly isExtShared?: boolean;
  /** Another company was invited and has not accepted yet. */
  readonly isPendingExtShared?: boolean;
  /** Shared with other workspaces of the organisation. */
  readonly isOrgShared?: boolean;
  readonly isArchived?: boolean;
  /** Whether the bot was invited. Default true. */
  readonly withBot?: boolean;
};

export type Message = {
  readonly ts: string;
  readonly channel: string;
  readonly user: string;
  text: string;
  blocks: readonly Json[];
  readonly unfurl_links: boolean | undefined;
  readonly unfurl_media: boolean | undefined;
  metadata: Json | undefined;
  readonly thread_ts?: string;
  /** Every earlier version of this message, oldest first. */
  readonly earlier: { readonly text: string; readonly blocks: readonly Json[] }[];
  edited?: boolean;
  deleted?: boolean;
  /** Only this person sees it. */
  readonly ephemeralFor?: string;
};

export type View = Json & {
  readonly id: string;
  readonly type: 'modal' | 'home';
  readonly hash: string;
  readonly blocks: readonly Json[];
  readonly callback_id: string;
  readonly external_id: string;
  readonly private_metadata: string;
};

export type Change = {
  readonly kind: 'person' | 'channel' | 'message' | 'ephemeral' | 'modal' | 'home' | 'delivery' | 'request';
  readonly user?: string;
  readonly channel?: string;
};

export type World = {
  readonly settings: Settings;
  readonly people: Map<string, Person>;
  readonly channels: Map<string, Channel>;
  readonly homes: Map<string, { view: View; form: Form }>;
  readonly modals: Modals;
  readonly triggers: Triggers;
  /** Problems that make no call fail, such as a message without a text for notifications. */
  readonly warnings: string[];
  /** Every notification that was made, oldest first. */
  readonly notifications: Notification[];
  addPerson(person: NewPerson): void;
  addChannel(channel: NewChannel): void;
  dmOf(userId: string): Channel;
  write(message: NewMessage): Message;
  find(channelId: string, ts: string): Message | undefined;
  edit(
    message: Message,
    change: { text?: string; blocks?: readonly unknown[]; metadata?: Json },
    isEdited: boolean,
  ): void;
  remove(message: Message): void;
  messages(channelId: string): readonly Message[];
  ephemerals(channelId: string, userId: string): readonly Message[];
  /** What a person filled into the inputs of a message. */
  formOf(message: Message, userId: string): Form;
  token(): string;
  changed(change: Change): void;
  onChange(listener: (change: Change) => void): () => void;
};

type NewMessage = {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
  readonly blocks?: readonly unknown[];
  readonly unfurl_links?: boolean | undefined;
  readonly unfurl_media?: boolean | undefined;
  readonly metadata?: Json | undefined;
  readonly thread_ts?: string | undefined;
  readonly ephemeralFor?: string;
};

export function createWorld(settings: Settings): World {
  const listeners = new Set<(change: Change) => void>();
  const changed = (change: Change): void => {
    for (const listener of listeners) listener(change);
  };
  const places = createPlaces(settings, changed);
  const notifications: Notification[] = [];
  const world: World = {
    settings,
    ...places,
    homes: new Map(),
    modals: createModals((user) => changed({ kind: 'modal', user })),
    triggers: createTriggers(settings.now),
    warnings: [],
    notifications,
    ...createHistory(settings, changed, (message) =>
      notifications.push(...notificationsOf(message, places.channels.get(message.channel))),
    ),
    token: randomToken,
    changed,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  world.addPerson({ id: settings.botUserId, name: settings.botName, realName: settings.botName, is_bot: true });
  return world;
}

export function randomToken(): string {
  return randomBytes(8).toString('hex').toUpperCase();
}

function createPlaces(settings: Settings, changed: (change: Change) => void) {
  const people = new Map<string, Person>();
  const channels = new Map<string, Channel>();
  return {
    people,
    channels,
    addPerson(person: NewPerson): void {
      people.set(person.id, personOf(person, settings));
      changed({ kind: 'person', user: person.id });
    },
    addChannel(channel: NewChannel): void {
      const { id, members = [], isPrivate = false, isExtShared = false, withBot = true, ...more } = channel;
      const all = new Set(withBot ? [...members, settings.botUserId] : members);
      channels.set(id, { ...more, id, kind: isPrivate ? 'private' : 'public', isExtShared, members: all });
      changed({ kind: 'channel', channel: id });
    },
    dmOf(userId: string): Channel {
      const id = `D${userId.slice(1)}`;
      const members = new Set([userId, settings.botUserId]);
      const channel = channels.get(id) ?? { id, name: 'directmessage', kind: 'im', isExtShared: false, members };
      channels.set(id, channel);
      return channel;
    },
  };
}

function createHistory(settings: Settings, changed: (change: Change) => void, notify: (message: Message) => void) {
  const written = new Map<string, Message[]>();
  const forms = new WeakMap<Message, Map<string, Form>>();
  let lastMicros = 0;
  const nextTs = (): string => {
    lastMicros = Math.max(lastMicros + 1, Math.floor(settings.now() * 1000));
    return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, '0')}`;
  };
  const touched = (message: Message): void =>
    changed(
      message.ephemeralFor === undefined
        ? { kind: 'message', channel: message.channel }
        : { kind: 'ephemeral', channel: message.channel, user: message.ephemeralFor },
    );
  const listed = (channelId: string): readonly Message[] => written.get(channelId) ?? [];
  return {
    write({ thread_ts, ephemeralFor, ...rest }: NewMessage): Message {
      const message: Message = {
        ...rest,
        ts: nextTs(),
        blocks: withIds(rest.blocks ?? [], randomToken),
        unfurl_links: rest.unfurl_links,
        unfurl_media: rest.unfurl_media,
        metadata: rest.metadata,
        earlier: [],
        ...(thread_ts === undefined ? {} : { thread_ts }),
        ...(ephemeralFor === undefined ? {} : { ephemeralFor }),
      };
      const here = written.get(message.channel) ?? [];
      here.push(message);
      written.set(message.channel, here);
      notify(message);
      touched(message);
      return message;
    },
    find: (channelId: string, ts: string): Message | undefined =>
      listed(channelId).find((message) => message.ts === ts && message.deleted !== true),
    edit(
      message: Message,
      change: { text?: string; blocks?: readonly unknown[]; metadata?: Json },
      isEdited: boolean,
    ): void {
      message.earlier.push({ text: message.text, blocks: message.blocks });
      if (change.text !== undefined) message.text = change.text;
      if (change.blocks !== undefined) message.blocks = withIds(change.blocks, randomToken);
      if (change.metadata !== undefined) message.metadata = change.metadata;
      if (isEdited) message.edited = true;
      touched(message);
    },
    remove(message: Message): void {
      message.deleted = true;
      touched(message);
    },
    messages: (channelId: string) => listed(channelId).filter((message) => message.ephemeralFor === undefined),
    ephemerals: (channelId: string, userId: string) =>
      listed(channelId).filter((message) => message.ephemeralFor === userId && message.deleted !== true),
    formOf(message: Message, userId: string): Form {
      const byUser = forms.get(message) ?? new Map<string, Form>();
      const form = drawnForm(message.blocks, byUser.get(userId));
      forms.set(message, byUser.set(userId, form));
      return form;
    },
  };
}
