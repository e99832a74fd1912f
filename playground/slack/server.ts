// The emulated Slack: its Web API on loopback, the workspace behind it, and Slack's own requests to the product.
// The product knows only its address, `apiUrl`.
import { setTimeout as delay } from 'node:timers/promises';
import Fastify from 'fastify';
import { type Json, parsed, recordOf } from '../json.ts';
import { type Client, type ClientContext, createClient } from './client.ts';
import { type Crawled, createCrawler } from './crawler.ts';
import { createDeliveries, type Deliveries, type Delivery } from './deliveries.ts';
import { createFaults, type Faults } from './faults.ts';
import { stateValues } from './form.ts';
import type { Notification } from './notifications.ts';
import { eventBody } from './payloads.ts';
import type { NewPerson, Person } from './people.ts';
import { createResponseUrls } from './response-urls.ts';
import { type SlackOptions, settingsOf } from './settings.ts';
import { type LoggedRequest, mountWebApi } from './web-api.ts';
import { type Change, type Channel, createWorld, type Message, type NewChannel, type View } from './world.ts';

export type SeenModal = {
  readonly view: View;
  /** From the lowest modal to the one on top, which is `view`. */
  readonly stack: readonly View[];
  readonly values: { readonly [blockId: string]: { readonly [actionId: string]: Json } };
  readonly errors: { readonly [blockId: string]: string };
  readonly trouble: string | undefined;
};

export type Control = {
  readonly faults: Faults;
  readonly requests: readonly LoggedRequest[];
  readonly deliveries: readonly Delivery[];
  readonly crawled: readonly Crawled[];
  readonly warnings: readonly string[];
  /** Every notification that Slack made of a message, oldest first. */
  readonly notifications: readonly Notification[];
  connect(eventsUrl: string): void;
  readonly people: readonly Person[];
  readonly channels: readonly Channel[];
  /** Adds a person, or replaces the one with that id. */
  addUser(person: NewPerson): void;
  addChannel(channel: NewChannel): void;
  /** The messages in a channel, or in the bot's direct messages with a person; deleted ones are marked. */
  messages(channelOrUser: string): readonly Message[];
  ephemerals(channel: string, user: string): readonly Message[];
  openView(userId: string): SeenModal | undefined;
  home(userId: string): View | undefined;
  onChange(listener: (change: Change) => void): () => void;
  /** Waits until the check returns something truthy, and returns that. */
  until<T>(check: () => T | undefined | null | false, timeoutMs?: number): Promise<T>;
  deliverEvent(event: Json, options?: { readonly retries?: boolean }): Promise<readonly Delivery[]>;
  replay: Deliveries['replay'];
  /**
   * A trigger id as a command of this person would carry it, for tests that send very many. It expires like any other.
   */
  trigger(userId: string): string;
  sslCheck(): Promise<Delivery>;
  /** Whether the product answered the URL verification with the challenge. */
  verifyUrl(): Promise<boolean>;
  crawlSettled(): Promise<void>;
  /** Empties the logs of requests, deliveries, fetched links and warnings. */
  forget(): void;
};

export type Slack = {
  readonly url: string;
  readonly apiUrl: string;
  readonly control: Control;
  client(userId: string): Client;
  close(): Promise<void>;
};

export async function startSlack(options: SlackOptions): Promise<Slack> {
  const settings = settingsOf(options);
  const world = createWorld(settings);
  const crawler = createCrawler(settings.crawlButtons);
  let url = '';
  const context: ClientContext = {
    ...{ world, crawler, faults: createFaults(), requests: [], url: () => url },
    responseUrls: createResponseUrls(world, crawler),
    deliveries: createDeliveries(world, options.eventsUrl),
  };
  const server = Fastify({ forceCloseConnections: true, bodyLimit: 8 * 1024 * 1024 });
  mountWebApi(server, context);
  url = await server.listen({ host: options.host ?? '127.0.0.1', port: options.port ?? 0 });
  world.addChannel({ id: 'C0GENERAL', name: 'general', withBot: false });
  return {
    url,
    apiUrl: `${url}/api/`,
    control: createControl(context),
    client: (userId) => createClient(context, userId),
    close: () => server.close(),
  };
}

function createControl(context: ClientContext): Control {
  const { world, crawler, deliveries } = context;
  const placeOf = (id: string): string => (world.people.has(id) ? world.dmOf(id).id : id);
  return {
    ...{ faults: context.faults, requests: context.requests, deliveries: deliveries.all, crawled: crawler.crawled },
    warnings: world.warnings,
    notifications: world.notifications,
    get people() {
      return [...world.people.values()];
    },
    get channels() {
      return [...world.channels.values()];
    },
    connect: deliveries.connect,
    addUser(person) {
      world.addPerson(person);
      world.channels.get('C0GENERAL')?.members.add(person.id);
    },
    addChannel: world.addChannel,
    messages: (id) => structuredClone(world.messages(placeOf(id))),
    ephemerals: (channel, user) => structuredClone(world.ephemerals(placeOf(channel), user)),
    openView: (userId) => seenModal(context, userId),
    home: (userId) => structuredClone(world.homes.get(userId)?.view),
    onChange: world.onChange,
    until: (check, timeoutMs) => until(context, check, timeoutMs),
    deliverEvent: (event, how = {}) => deliverEvent(context, event, how.retries === true),
    replay: deliveries.replay,
    trigger: (userId) => world.triggers.issue(userId),
    sslCheck: () => deliveries.send('ssl_check', 'ssl_check=1&token=retired-verification-token'),
    verifyUrl: () => verifyUrl(context),
    crawlSettled: crawler.settled,
    forget() {
      for (const log of [context.requests, deliveries.all, crawler.crawled, world.warnings]) log.length = 0;
    },
  };
}

function seenModal({ world }: ClientContext, userId: string): SeenModal | undefined {
  const stack = world.modals.stackOf(userId);
  const top = stack.at(-1);
  if (top === undefined) return undefined;
  return structuredClone({
    view: top.view,
    stack: stack.map(({ view }) => view),
    values: stateValues(top.form),
    errors: top.errors,
    trouble: top.trouble,
  });
}

const POLL_MS = 10;

async function until<T>(
  context: ClientContext,
  check: () => T | undefined | null | false,
  timeoutMs = 15_000,
): Promise<T> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < timeoutMs) {
    const found = check();
    if (found !== undefined && found !== null && found !== false) return found;
    await delay(POLL_MS);
  }
  const last = context.requests.slice(-5).map(({ method, reply }) => `${method} ${String(reply?.['error'] ?? 'ok')}`);
  throw new Error(`waited ${timeoutMs} ms in vain; the last calls of the app: ${last.join(', ') || 'none'}`);
}

const RETRIES = 3;

/**
 * With retries, Slack does what it does when an answer is missing or not 200: it sends the event three more times, each
 * with the reason.
 */
async function deliverEvent(
  { world, deliveries }: ClientContext,
  event: Json,
  isRetried: boolean,
): Promise<Delivery[]> {
  const body = eventBody(world, event);
  const tries = [await deliveries.send('event', body)];
  for (let retry = 1; isRetried && retry <= RETRIES; retry += 1) {
    const last = tries.at(-1);
    if (last === undefined || last.status === 200 || last.headers['x-slack-no-retry'] === '1') break;
    const reason = last.timedOut ? 'http_timeout' : last.status === undefined ? 'connection_failed' : 'http_error';
    const headers = { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': reason };
    tries.push(await deliveries.send('event', body, { headers }));
  }
  return tries;
}

async function verifyUrl({ world, deliveries }: ClientContext): Promise<boolean> {
  const challenge = world.token();
  const body = JSON.stringify({ token: 'retired-verification-token', challenge, type: 'url_verification' });
  const { status, body: answer } = await deliveries.send('url_verification', body);
  return status === 200 && (answer === challenge || recordOf(parsed(answer))['challenge'] === challenge);
}
