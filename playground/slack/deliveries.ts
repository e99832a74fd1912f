// Requests from Slack to the product: signed, on loopback, abandoned after three real seconds. All are recorded.
import { request as httpRequest } from 'node:http';
import { signatureOf } from './signing.ts';
import type { World } from './world.ts';

export type DeliveryKind = 'command' | 'interaction' | 'event' | 'ssl_check' | 'url_verification';

export type Delivery = {
  readonly kind: DeliveryKind;
  readonly at: number;
  /** undefined when no answer came in time. */
  readonly status: number | undefined;
  /** Real milliseconds until the answer was complete, or until Slack gave up. */
  readonly ms: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly timedOut: boolean;
  readonly error: string | undefined;
  readonly sent: Sent;
};
type Sent = { readonly url: string; readonly headers: Readonly<Record<string, string>>; readonly body: string };

/** How a request differs from what Slack would send. */
export type Departure = {
  readonly timestamp?: number | string;
  /** null omits the header. */
  readonly signature?: string | null;
  readonly secret?: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Deliveries = {
  readonly all: Delivery[];
  connect(url: string): void;
  send(kind: DeliveryKind, body: string, departure?: Departure): Promise<Delivery>;
  /** Sends the same bytes with the same headers once more. */
  replay(delivery: Delivery): Promise<Delivery>;
};

const FORM = 'application/x-www-form-urlencoded';
const CONTENT_TYPES: { readonly [kind in DeliveryKind]: string } = {
  command: FORM,
  interaction: FORM,
  ssl_check: FORM,
  event: 'application/json',
  url_verification: 'application/json',
};

export function createDeliveries(world: World, eventsUrl: string | undefined): Deliveries {
  let target = eventsUrl;
  const all: Delivery[] = [];
  const dispatch = async (kind: DeliveryKind, sent: Sent): Promise<Delivery> => {
    const at = world.settings.now();
    const delivery = { kind, at, sent, ...(await exchange(sent, world.settings.answerLimitMs)) };
    all.push(delivery);
    world.changed({ kind: 'delivery' });
    return delivery;
  };
  return {
    all,
    connect: (url) => {
      target = url;
    },
    send(kind, body, departure = {}) {
      if (target === undefined) throw new Error('Slack does not know where the app is: control.connect(url)');
      const headers = signedHeaders(world, kind, body, departure);
      return dispatch(kind, { url: target, headers, body });
    },
    replay: (delivery) => dispatch(delivery.kind, delivery.sent),
  };
}

function signedHeaders(world: World, kind: DeliveryKind, body: string, departure: Departure): Record<string, string> {
  const timestamp = String(departure.timestamp ?? Math.floor(world.settings.now() / 1000));
  const signature =
    departure.signature ?? signatureOf(departure.secret ?? world.settings.signingSecret, timestamp, body);
  return {
    accept: 'application/json,*/*',
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    'content-type': departure.contentType ?? CONTENT_TYPES[kind],
    'content-length': String(Buffer.byteLength(body)),
    'x-slack-request-timestamp': timestamp,
    ...(departure.signature === null ? {} : { 'x-slack-signature': signature }),
    ...departure.headers,
  };
}

type Exchange = Pick<Delivery, 'status' | 'ms' | 'body' | 'headers' | 'timedOut' | 'error'>;

function exchange({ url, headers, body }: Sent, limitMs: number): Promise<Exchange> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const settle = (outcome: Partial<Exchange>): void => {
      clearTimeout(timer);
      const empty = { status: undefined, body: '', headers: {}, timedOut: false, error: undefined };
      resolve({ ...empty, ...outcome, ms: performance.now() - startedAt });
    };
    // Each request has a connection of its own: the product may be killed and restarted between two requests.
    const request = httpRequest(url, { method: 'POST', headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => settle({ error: error.message }));
      response.on('end', () =>
        settle({ status: response.statusCode, body: Buffer.concat(chunks).toString(), headers: response.headers }),
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
