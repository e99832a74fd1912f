// Requests from Teams to the product: signed, on loopback, abandoned after fifteen real seconds, then sent again. All
// are recorded.
import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { request as httpRequest } from 'node:http';
import { parsed } from '../json.ts';
import type { Activity } from './activities.ts';
import type { ChannelTokens } from './channel-token.ts';
import type { Departure } from './forgeries.ts';
import { note } from './journal.ts';
import type { World } from './world.ts';

export type Sent = { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string };
export type Delivery = {
  readonly activity: Activity;
  /** 1; for redeliveries 2 and 3. */
  readonly attempt: number;
  readonly at: number;
  /** undefined when no answer came in time. */
  readonly status: number | undefined;
  /** Real milliseconds until the answer was complete, or until Teams gave up. */
  readonly ms: number;
  /** Slower than the five seconds after which people see an error. */
  readonly isLate: boolean;
  readonly text: string;
  /** The answer where it is JSON. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly timedOut: boolean;
  readonly error: string | undefined;
  readonly sent: Sent;
};

export type Deliveries = {
  readonly all: Delivery[];
  readonly isConnected: () => boolean;
  connect(url: string): void;
  send(activity: Activity, departure?: Departure): Promise<Delivery>;
  /** The same activity once more. With a new id its timestamp is new as well. */
  redeliver(delivery: Delivery, how?: { readonly newId?: boolean }): Promise<Delivery>;
  /** Waits until no delivery is under way, redeliveries after a timeout included. */
  settled(): Promise<void>;
  /** Aborts every delivery that still waits for an answer. */
  close(): void;
};

const LATE_MS = 5000;

export function createDeliveries(world: World, tokens: ChannelTokens, messagesUrl: string | undefined): Deliveries {
  const { settings } = world;
  let target = messagesUrl;
  const closing = new AbortController();
  // One listener for each request under way, without a limit.
  setMaxListeners(0, closing.signal);
  const all: Delivery[] = [];
  const running = new Set<Promise<unknown>>();
  const dispatch = async (activity: Activity, departure: Departure, attempt: number): Promise<Delivery> => {
    if (target === undefined) throw new Error('Teams does not know where the bot is: control.connect(url)');
    const at = settings.now();
    const sent = await sentOf(target, tokens, activity, departure);
    const exchanged = await exchange(sent, settings.answerLimitMs, closing.signal);
    const isLate = exchanged.ms > LATE_MS;
    const delivery = { activity, attempt, at, sent, isLate, ...exchanged, body: parsed(exchanged.text) };
    note(all, delivery);
    world.changed({ kind: 'delivery' });
    return delivery;
  };
  const track = <T>(work: Promise<T>): Promise<T> => {
    running.add(work);
    void work.finally(() => running.delete(work)).catch(() => undefined);
    return work;
  };
  const redeliver: Deliveries['redeliver'] = (delivery, { newId = false } = {}) =>
    track(dispatch(newId ? renewed(world, delivery.activity) : delivery.activity, {}, delivery.attempt + 1));
  const persist = async (first: Delivery): Promise<void> => {
    let last = first;
    for (const newId of [false, true]) {
      if (!last.timedOut || closing.signal.aborted) return;
      last = await redeliver(last, { newId });
    }
  };
  return {
    all,
    isConnected: () => target !== undefined,
    connect: (url) => {
      target = url;
    },
    async send(activity, departure) {
      const delivery = await track(dispatch(activity, departure ?? {}, 1));
      if (settings.redelivers && departure === undefined) void track(persist(delivery));
      return delivery;
    },
    redeliver,
    async settled() {
      while (running.size > 0) await Promise.allSettled([...running]);
    },
    close: () => closing.abort(),
  };
}

function renewed(world: World, activity: Activity): Activity {
  const timestamp = new Date(world.settings.now()).toISOString();
  const id = activity.id.startsWith('f:') ? `f:${randomUUID()}` : world.nextId();
  return { ...activity, id, timestamp, localTimestamp: timestamp.replace('Z', '+00:00') };
}

async function sentOf(url: string, tokens: ChannelTokens, activity: Activity, departure: Departure): Promise<Sent> {
  const body = departure.rawBody ?? JSON.stringify(activity);
  const claimed = departure.claimedServiceUrl ?? activity.serviceUrl;
  const authorization = await tokens.authorization(departure.token ?? 'proper', claimed, departure.claims);
  return {
    url,
    body,
    headers: {
      'user-agent': 'Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)',
      'content-type': departure.contentType ?? 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      ...(authorization === undefined ? {} : { authorization }),
      ...departure.headers,
    },
  };
}

type Exchange = Pick<Delivery, 'status' | 'ms' | 'text' | 'headers' | 'timedOut' | 'error'>;

function exchange({ url, headers, body }: Sent, limitMs: number, signal: AbortSignal): Promise<Exchange> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const settle = (outcome: Partial<Exchange>): void => {
      clearTimeout(timer);
      const empty = { status: undefined, text: '', headers: {}, timedOut: false, error: undefined };
      resolve({ ...empty, ...outcome, ms: performance.now() - startedAt });
    };
    // Each request has a connection of its own: the product may be killed and restarted between two requests.
    const request = httpRequest(url, { method: 'POST', headers, agent: false, signal }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => settle({ error: error.message }));
      response.on('end', () =>
        settle({ status: response.statusCode, text: Buffer.concat(chunks).toString(), headers: response.headers }),
      );
    });
    const timer = setTimeout(() => {
      settle({ timedOut: true, error: 'operation_timeout' });
      request.destroy();
    }, limitMs);
    request.on('error', (error) => settle({ error: error.message }));
    request.end(body);
  });
}
