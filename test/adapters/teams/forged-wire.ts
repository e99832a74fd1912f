// Every forged request there is, as it goes over the wire, each time unlike every other; and the connections that take thousands of them.
import { once } from 'node:events';
import { connect } from 'node:net';
import { FORGERY_NAMES, type ForgeryName } from '../../../playground/teams/forgeries.ts';
import { janeId, type Scene, tenantId } from './scene.ts';

/** Refused for what the body says, once the token was good. */
const malformed: readonly ForgeryName[] = ['noType', 'malformedJson', 'notAnObject', 'plainText'];
export function refusalOf(name: ForgeryName): number {
  if (name === 'oversize') return 413;
  return malformed.includes(name) ? 400 : 401;
}

export interface Forged {
  readonly name: string;
  readonly status: number;
  /** The whole request. Another `nth`: other names of keys, tenants and people, and other words. */
  request(nth: number): string;
}

/** What the emulated connector forges, made of what it sent. Two megabytes of text are no matter of tokens. */
export async function everyForgery({ jane }: Scene): Promise<readonly Forged[]> {
  const names = FORGERY_NAMES.filter((name) => name !== 'oversize');
  const all = names.map(async (name): Promise<Forged> => {
    const { headers, body } = (await jane.send(jane.activity({ text: 'unlock' }), name)).sent;
    const { authorization, 'content-type': contentType = '' } = headers;
    const vary = strangers.get(name);
    const bearer = (nth: number) =>
      authorization === undefined ? undefined : (vary?.(authorization, nth) ?? authorization);
    return { name, status: refusalOf(name), request: (nth) => written(bearer(nth), contentType, unlike(body, nth)) };
  });
  return Promise.all(all);
}

type Vary = (authorization: string, nth: number) => string;

/** Whose signature is none of the connector's: anybody can write into them what they like. */
const strangers: ReadonlyMap<ForgeryName, Vary> = new Map<ForgeryName, Vary>([
  ['garbage', (_bearer, nth) => `Bearer not.a.token${nth}`],
  // The name of a published key stays: its signature is looked at.
  ['wrongKey', (bearer, nth) => rewritten(bearer, {}, { nth })],
  ['unknownKid', (bearer, nth) => rewritten(bearer, { kid: `kid-${nth}` }, { nth })],
  ['algNone', (bearer, nth) => rewritten(bearer, { kid: `kid-${nth}` }, { nth })],
  ['hs256', (bearer, nth) => rewritten(bearer, {}, { nth })],
  ['wrongAudience', (bearer, nth) => rewritten(bearer, {}, { aud: guid(nth) })],
  ['wrongIssuer', (bearer, nth) => rewritten(bearer, {}, { iss: `https://api${nth}.botframework.example` })],
  [
    'emulatorStyle',
    (bearer, nth) =>
      rewritten(
        bearer,
        {},
        issuedBy(nth, (tid) => `https://sts.windows.net/${tid}/`),
      ),
  ],
  [
    'emulatorStyleV2',
    (bearer, nth) =>
      rewritten(
        bearer,
        {},
        issuedBy(nth, (tid) => `https://login.microsoftonline.com/${tid}/v2.0`),
      ),
  ],
]);

/** Now and then by our own tenant, like the bot's own token that its service has seen. */
function issuedBy(nth: number, issuer: (tid: string) => string): object {
  const tid = nth % 10 === 0 ? tenantId : guid(nth);
  return { tid, iss: issuer(tid), nth };
}

function rewritten(authorization: string, header: object, claims: object): string {
  const [head = '', payload = '', signature = ''] = authorization.slice('Bearer '.length).split('.');
  const changed = (part: string, more: object): string =>
    Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(part, 'base64url').toString()), ...more })).toString(
      'base64url',
    );
  return `Bearer ${changed(head, header)}.${changed(payload, claims)}.${signature}`;
}

const guid = (nth: number): string => `${nth.toString(16).padStart(8, '0')}-0000-4000-8000-00000000f0f0`;
const unlike = (body: string, nth: number): string =>
  body.replace('"unlock"', `"unlock ${nth}"`).replaceAll(janeId, guid(nth));

function written(authorization: string | undefined, contentType: string, body: string): string {
  const bearer = authorization === undefined ? '' : `authorization: ${authorization}\r\n`;
  const length = Buffer.byteLength(body);
  return `POST /api/messages HTTP/1.1\r\nhost: x\r\n${bearer}content-type: ${contentType}\r\ncontent-length: ${length}\r\n\r\n${body}`;
}

/** Sends one after the other down one connection without waiting in between. Answers what came back for each: its status, and its body. */
export async function pipelined(port: number, requests: readonly string[]): Promise<readonly string[]> {
  const socket = connect(port, '127.0.0.1');
  let received = '';
  let answers = 0;
  const all = Promise.withResolvers<void>();
  socket.on('data', (data) => {
    const text = data.toString('latin1');
    received += text;
    answers = received.split('HTTP/1.1 ').length - 1;
    if (answers === requests.length && received.endsWith('\r\n\r\n')) all.resolve();
  });
  socket.once('error', all.reject);
  socket.once('close', all.resolve);
  await once(socket, 'connect');
  socket.write(requests.join(''));
  await all.promise;
  socket.destroy();
  return received
    .split('HTTP/1.1 ')
    .slice(1)
    .map((answer) => `${answer.slice(0, 3)}${answer.split('\r\n\r\n').slice(1).join('')}`);
}
