// What a test or the playground's page sets up and inspects from outside. The product has no access to it.
import { setTimeout as delay } from 'node:timers/promises';
import type { Json } from '../json.ts';
import type { Activity } from './activities.ts';
import type { CardProblem } from './card-check.ts';
import type { TokenKind } from './channel-token.ts';
import { uninstall } from './client.ts';
import type { LoggedRequest, ServerContext } from './connector.ts';
import type { Deliveries, Delivery } from './deliveries.ts';
import type { Faults } from './faults.ts';
import { type Departure, type ForgeryName, sendAs } from './forgeries.ts';
import { personalIdOf } from './identifiers.ts';
import { rotate } from './keys.ts';
import type { Notification } from './notifications.ts';
import type { NewPerson, Person } from './people.ts';
import type { ClientContext } from './presses.ts';
import { type Change, type Channel, cardIn, type Dialog, type Message, type NewChannel, type World } from './world.ts';

export type SeenMessage = Message & {
  /** The Adaptive Card as everybody sees it who has not pressed a button; earlier ones are in `earlierCards`. */
  readonly card: Json | undefined;
  readonly earlierCards: readonly Json[];
};

export type Control = {
  readonly faults: Faults;
  readonly requests: readonly LoggedRequest[];
  readonly deliveries: readonly Delivery[];
  readonly cardProblems: readonly CardProblem[];
  /** Every notification that Teams made of a message of the bot, oldest first. */
  readonly notifications: readonly Notification[];
  readonly channels: readonly Channel[];
  connect(messagesUrl: string): void;
  /** Adds a person, or replaces the one with this Entra object id. */
  addUser(person: NewPerson): void;
  addTeamChannel(channel: NewChannel): void;
  /**
   * The messages of a conversation, a thread, a whole channel, or a person's personal chat; deleted ones are marked.
   */
  messages(conversationOrUser: string): readonly SeenMessage[];
  dialog(userId: string): Dialog | undefined;
  /** The id of the personal chat with the bot. */
  personalConversation(userId: string): string;
  /** Removes the app from the personal scope. The bot is notified if it is connected. */
  uninstall(userId: string): Promise<Delivery | undefined>;
  blockBot(userId: string): void;
  unblockBot(userId: string): void;
  /** Removes the app from the channel's team. The bot is not notified. */
  removeFromTeam(channelId: string): void;
  /** From now on a new key signs. The old one stays published unless it is revoked. */
  rotateKeys(options?: { readonly revokeOld?: boolean }): Promise<void>;
  /** The Authorization header of such a request to the bot, for tests that send very many; undefined for `missing`. */
  authorization(kind?: TokenKind): Promise<string | undefined>;
  /** From now on the connector refuses every token that the login has issued so far. */
  revokeTokens(): void;
  send(activity: Activity, departure?: Departure | ForgeryName): Promise<Delivery>;
  redeliver: Deliveries['redeliver'];
  /** Waits until no delivery to the bot is under way. */
  settled(): Promise<void>;
  onChange(listener: (change: Change) => void): () => void;
  /** Waits until the check returns something truthy, and returns that. */
  until<T>(check: () => T | undefined | null | false, timeoutMs?: number): Promise<T>;
};

export function createControl(
  context: ServerContext,
  clientDesk: ClientContext,
  authorization: (kind: TokenKind) => Promise<string | undefined>,
): Control {
  const { world } = context;
  const { deliveries } = clientDesk;
  const personOf = (userId: string): Person => {
    const person = world.people.get(userId);
    if (person === undefined) throw new Error(`nobody here is called ${userId}`);
    return person;
  };
  return {
    ...{ faults: context.book.faults, requests: context.requests, deliveries: deliveries.all },
    cardProblems: context.cards.problems,
    notifications: world.notifications,
    get channels() {
      return [...world.channels.values()];
    },
    connect: deliveries.connect,
    addUser: world.addPerson,
    addTeamChannel: world.addChannel,
    messages: (id) => seenMessages(world, id),
    dialog: (userId) => structuredClone(world.dialogOf(userId)),
    personalConversation: (userId) => personalIdOf(world.settings.appId, personOf(userId).aadObjectId),
    async uninstall(userId) {
      if (deliveries.isConnected()) return uninstall(clientDesk, personOf(userId));
      world.alterPerson(personOf(userId), { isInstalled: false });
      return undefined;
    },
    blockBot: (userId) => world.alterPerson(personOf(userId), { hasBlocked: true }),
    unblockBot: (userId) => world.alterPerson(personOf(userId), { hasBlocked: false }),
    removeFromTeam(channelId) {
      const channel = world.channels.get(channelId);
      if (channel === undefined) throw new Error(`there is no channel ${channelId}`);
      channel.hasBot = false;
      world.changed({ kind: 'channel', conversation: channelId });
    },
    rotateKeys: (options) => rotate(context.keyring, options),
    authorization: (kind = 'proper') => authorization(kind),
    revokeTokens: context.login.revokeAll,
    send: (activity, departure) => sendAs(deliveries, activity, departure),
    redeliver: deliveries.redeliver,
    settled: deliveries.settled,
    onChange: world.onChange,
    until: (check, timeoutMs) => until(context, check, timeoutMs),
  };
}

function seenMessages(world: World, id: string): readonly SeenMessage[] {
  const person = world.people.get(id);
  const place = person === undefined ? world.placeOf(id) : ({ kind: 'personal', person } as const);
  if (place === undefined) return [];
  return structuredClone(world.messages(place).map(seen));
}

function seen(message: Message): SeenMessage {
  const earlierCards = message.earlier.map(cardIn).filter((card) => card !== undefined);
  return { ...message, card: cardIn(message), earlierCards };
}

const POLL_MS = 10;

async function until<T>(
  context: ServerContext,
  check: () => T | undefined | null | false,
  timeoutMs = 15_000,
): Promise<T> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < timeoutMs) {
    const found = check();
    if (found !== undefined && found !== null && found !== false) return found;
    await delay(POLL_MS);
  }
  const last = context.requests.slice(-5).map(({ kind, status }) => `${kind} ${status}`);
  throw new Error(`waited ${timeoutMs} ms in vain; the last calls of the bot: ${last.join(', ') || 'none'}`);
}
