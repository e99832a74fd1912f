// Strangers who type names into the REST flow, each from an address of their own. A process of its own.
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { answering } from './channel.ts';

export interface Typed {
  readonly name: string;
  /** Of the client, as the reverse proxy says it. */
  readonly address: string;
}
export interface TypedOrder {
  readonly url: string;
  readonly typed: readonly Typed[];
  readonly concurrency: number;
  /** Whether a wrong code is typed as well. */
  readonly withCode: boolean;
}
/** Milliseconds; absent where the answer was not the one that is timed. `looks`: everything of the answers but ids and times. */
export interface TypedAnswer {
  readonly identifyMs?: number;
  readonly checkMs?: number;
  readonly looks: string;
}

const sentWithinMs = 2_000;
const base = '/rest/public/self-service';
const agent = new Agent({ keepAlive: true, maxSockets: 512 });

interface Answer {
  readonly status: number;
  readonly cookie: string;
  readonly text: string;
  readonly ms: number;
  readonly headers: string;
}

function post(url: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const one = request(
      `${url}${base}${path}`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => {
          text += part;
        });
        response.once('end', () => {
          const cookie = String(response.headers['set-cookie'] ?? '').split(';', 1)[0] ?? '';
          const names = Object.keys(response.headers).toSorted().join();
          resolve({ status: response.statusCode ?? 0, cookie, text, ms: performance.now() - began, headers: names });
        });
      },
    );
    one.once('error', reject);
    one.end(body === undefined ? '' : JSON.stringify(body));
  });
}

/** Ids, times and the sealed value differ in every answer; how long they are does not. */
const looksOf = ({ status, cookie, text, headers }: Answer): string =>
  JSON.stringify([
    status,
    cookie.length,
    headers,
    text.replaceAll(/"(id|timestamp)":"([^"]*)"/g, (_all, key: string, value: string) => `"${key}":${value.length}`),
  ]);

async function type({ url, withCode }: TypedOrder, { name, address }: Typed): Promise<TypedAnswer> {
  const from = { 'x-forwarded-for': address };
  const selected = await post(url, '/flows/password-reset/select', undefined, from);
  const identified = await post(url, '/username/identify/', { username: name }, { ...from, cookie: selected.cookie });
  if (identified.status !== 200) return { looks: String(identified.status) };
  if (!withCode) return { identifyMs: identified.ms, looks: looksOf(identified) };
  // Until the code was sent, where one is: before that, nobody is asked about any.
  await delay(sentWithinMs);
  const cookie = identified.cookie === '' ? selected.cookie : identified.cookie;
  const checked = await post(url, '/verification/email/otp/check/', { otp: '000000' }, { ...from, cookie });
  return { identifyMs: identified.ms, checkMs: checked.ms, looks: looksOf(identified) + looksOf(checked) };
}

answering({
  async type(order: TypedOrder): Promise<readonly TypedAnswer[]> {
    const answers: TypedAnswer[] = [];
    let next = 0;
    const one = async (): Promise<void> => {
      for (let nth = next++; nth < order.typed.length; nth = next++) {
        const typed = order.typed[nth];
        if (typed !== undefined) answers[nth] = await type(order, typed);
      }
    };
    await Promise.all(Array.from({ length: order.concurrency }, one));
    return answers;
  },
});
process.once('SIGTERM', () => process.exit(0));
