// Strangers who type names into the REST flow or into the page, each from an address of their own. A process of its own.
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { answering } from './channel.ts';

export interface Typed {
  readonly name: string;
  /** Of the client, as the reverse proxy says it. */
  readonly address: string;
}
/** `page`: the name on the page, from a browser without scripts. `wait`: until the code was sent, where one is; before that, nobody is asked about any. */
export type Act = 'page' | 'name' | 'wrong code' | 'resend' | 'wait';
export interface TypedOrder {
  readonly url: string;
  readonly typed: readonly Typed[];
  readonly concurrency: number;
  /** One after the other, for each name. A later order goes on with the session of its name. */
  readonly acts: readonly Act[];
}
/** An answer to one act, in milliseconds. `looks`: everything of it but ids and times. */
export interface TypedAnswer {
  readonly ms: number;
  readonly status: number;
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

const json = (body: unknown): string => (body === undefined ? '' : JSON.stringify(body));

function post(url: string, body: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const one = request(
      url,
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
    one.end(body);
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

const cookies = new Map<string, string>();

const paths = {
  name: '/username/identify/',
  'wrong code': '/verification/email/otp/check/',
  resend: '/verification/email/otp/resend/',
} as const;

async function perform(url: string, { name, address }: Typed, act: Exclude<Act, 'wait'>): Promise<TypedAnswer> {
  const from = { 'x-forwarded-for': address };
  if (act === 'page') return typeOnPage(url, name, from);
  if (act === 'name') cookies.set(name, (await post(`${url}${base}/flows/password-reset/select`, '', from)).cookie);
  const bodies = { name: { username: name }, 'wrong code': { otp: '000000' }, resend: undefined };
  const answer = await post(`${url}${base}${paths[act]}`, json(bodies[act]), {
    ...from,
    cookie: cookies.get(name) ?? '',
  });
  if (answer.cookie !== '') cookies.set(name, answer.cookie);
  return { ms: answer.ms, status: answer.status, looks: looksOf(answer) };
}

async function typeOnPage(url: string, name: string, from: Record<string, string>): Promise<TypedAnswer> {
  const form = new URLSearchParams({ kind: 'reset', name }).toString();
  const answer = await post(`${url}/recover`, form, { ...from, 'content-type': 'application/x-www-form-urlencoded' });
  return { ms: answer.ms, status: answer.status, looks: looksOf(answer) };
}

async function performAll({ url, acts }: TypedOrder, typed: Typed): Promise<readonly TypedAnswer[]> {
  const answers: TypedAnswer[] = [];
  for (const act of acts) {
    if (act === 'wait') await delay(sentWithinMs);
    else answers.push(await perform(url, typed, act));
  }
  return answers;
}

answering({
  /** For each name the answers to its acts. */
  async type(order: TypedOrder): Promise<readonly (readonly TypedAnswer[])[]> {
    const answers: (readonly TypedAnswer[])[] = [];
    let next = 0;
    const one = async (): Promise<void> => {
      for (let nth = next++; nth < order.typed.length; nth = next++) {
        const typed = order.typed[nth];
        if (typed !== undefined) answers[nth] = await performAll(order, typed);
      }
    };
    await Promise.all(Array.from({ length: order.concurrency }, one));
    return answers;
  },
});
process.once('SIGTERM', () => process.exit(0));
