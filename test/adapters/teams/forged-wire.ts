// Every kind of forged request as raw HTTP, each different from every other; and connections that send thousands of
// them.
import { once } from 'node:events';
import { connect } from 'node:net';
import { FORGERY_NAMES, type ForgeryName } from '../../../playground/teams/forgeries.ts';
import { janeId, type Scene, tenantId } from './scene.ts';

/** Refused because of the body, after the token was accepted. */
const malformed: readonly ForgeryName[] = ['noType', 'malformedJson', 'notAnObject', 'plainText'];
export function refusalOf(name: ForgeryName): number {
  if (name === 'oversize') return 413;
  return malformed.includes(name) ? 400 : 401;
}

export interface Forged {
  readonly name: string;
  readonly status: number;
  /** The whole request. Another `nth` has other key ids, tenants, people and texts. */
  request(nth: number): string;
}

/**
 * The emulated connector's forgeries, made from what it sent. The forgery with two megabytes of text is left out: it
 * does not concern tokens.
 */
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

/** Forgeries that the connector did not sign: an attacker can choose every claim in them. */
const strangers: ReadonlyMap<ForgeryName, Vary> = new Map<ForgeryName, Vary>([
  ['garbage', (_bearer, nth) => `Bearer not.a.token${nth}`],
  // The id of a published key stays, so that the signature is checked.
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

/** Some of them claim our own tenant as issuer, like the bot's own token, which the service has seen. */
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

/**
 * Sends the requests down one connection without waiting between them. Returns the status and the body of each answer.
 */
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
