// What the operator's doctor looks at about PUBLIC_URL: its name, its certificate, that this installation answers there and nobody
// else, and that what is for the operator alone is not public. Seen from this machine, not from the internet.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { connect, type PeerCertificate } from 'node:tls';
import type { Check, Finding } from '../doctor/check.ts';
import { askOwn, noAnswer, type OwnAddress } from '../doctor/own-address.ts';
import type { Clock } from '../flows/ports.ts';
import { answerHeader, createQuestion, type ProofKeys, questionHeader } from './self-proof.ts';

export interface AddressDiagnosis {
  readonly own: OwnAddress;
  readonly keys: ProofKeys;
  readonly clock: Clock;
  /** Injected by tests: throws as `dns.lookup` does. */
  readonly resolve?: (host: string) => Promise<unknown>;
}

export function createAddressChecks(parts: AddressDiagnosis): readonly Check[] {
  return [
    { name: 'address.name', run: async () => [await name(parts)] },
    { name: 'address.certificate', run: async () => [await certificate(parts)] },
    { name: 'address.answer', run: async () => [await answer(parts)] },
    { name: 'address.operator-pages', run: () => operatorPages(parts) },
  ];
}

/** Whether this installation answers where HOST and PORT say. */
export async function isServedHere(
  { host, port }: { readonly host: string; readonly port: number },
  keys: ProofKeys,
): Promise<boolean> {
  const anywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '[::1]' };
  const name = anywhere[host] ?? (isIP(host) === 6 ? `[${host}]` : host);
  const question = createQuestion(keys);
  const here: OwnAddress = { publicUrl: `http://${name}:${port}`, isServing: async () => false };
  const asked = await askOwn(here, '/', { headers: { [questionHeader]: question.asked } });
  return asked.kind === 'answered' && question.isAnsweredBy(asked.response.headers.get(answerHeader));
}

const finding = (check: string, state: Finding['state'], what: string, remedy?: string): Finding => ({
  ...{ check, state, what },
  ...(remedy === undefined ? {} : { remedy }),
});

const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(host);

async function name({ own, resolve = lookup }: AddressDiagnosis): Promise<Finding> {
  const check = 'address.name';
  const { hostname } = new URL(own.publicUrl);
  if (isLoopback(hostname))
    return finding(
      check,
      'warning',
      `PUBLIC_URL is ${own.publicUrl}: only browsers on this machine reach it.`,
      'That is enough for a trial. For people, set PUBLIC_URL to an https address that their browsers reach.',
    );
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0)
    return finding(check, 'ok', 'PUBLIC_URL names an address, no host.');
  try {
    await resolve(hostname);
    return finding(check, 'ok', `${hostname} is in the DNS.`);
  } catch (error) {
    const code = Object(error).code;
    return finding(
      check,
      'failed',
      `${hostname} cannot be found in the DNS (${typeof code === 'string' ? code : 'no answer'}).`,
      'Correct PUBLIC_URL, or make the entry in the DNS, for this machine too.',
    );
  }
}

const dayMs = 24 * 3600 * 1000;
const soonDays = 21;
const handshakeMs = 5_000;

async function certificate({ own, clock }: AddressDiagnosis): Promise<Finding> {
  const check = 'address.certificate';
  const { protocol, hostname, port } = new URL(own.publicUrl);
  if (protocol !== 'https:')
    return finding(check, 'skipped', 'PUBLIC_URL is not https, as only a trial on this machine may be.');
  const shown = await showCertificate(hostname, port === '' ? 443 : Number(port));
  if (shown === undefined)
    return finding(check, 'skipped', `The certificate of ${hostname} cannot be seen directly from this machine.`);
  const { validTo, problem } = shown;
  const renew = 'Renew the certificate in the proxy, and look why it was not renewed by itself.';
  const days = Math.floor((validTo - clock.now()) / dayMs);
  const until = new Date(validTo).toISOString().slice(0, 10);
  if (validTo <= clock.now() || problem === 'CERT_HAS_EXPIRED')
    return finding(check, 'failed', `The certificate of ${hostname} expired on ${until}.`, renew);
  if (problem === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return finding(
      check,
      'failed',
      `The certificate that is shown at ${hostname} is for another host.`,
      'Give the proxy a certificate for the host of PUBLIC_URL, or correct PUBLIC_URL.',
    );
  if (problem !== undefined)
    return finding(
      check,
      'failed',
      `The certificate of ${hostname} is not believed (${problem}).`,
      'Let the proxy send the whole chain of a public certificate authority: Slack and Teams believe no other.',
    );
  if (days <= soonDays)
    return finding(check, 'warning', `The certificate of ${hostname} ends on ${until} (days left: ${days}).`, renew);
  return finding(check, 'ok', `The certificate of ${hostname} is valid until ${until} (days left: ${days}).`);
}

interface Shown {
  /** Epoch milliseconds. */
  readonly validTo: number;
  /** Node's name of what is wrong with it. */
  readonly problem?: string;
}

/** Undefined where there was no connection, or no TLS. Nothing is sent, so an untrusted certificate may be looked at. */
function showCertificate(host: string, port: number): Promise<Shown | undefined> {
  const servername = isIP(host) === 0 ? host : '';
  return new Promise((resolve) => {
    const socket = connect({ host, port, servername, rejectUnauthorized: false, timeout: handshakeMs });
    const done = (shown: Shown | undefined): void => {
      socket.destroy();
      resolve(shown);
    };
    socket.once('timeout', () => done(undefined));
    socket.once('error', () => done(undefined));
    socket.once('secureConnect', () => done(shownBy(socket.getPeerCertificate(), socket.authorizationError)));
  });
}

/** `problem` is an Error by its type, and a code in fact. */
function shownBy({ valid_to }: PeerCertificate, problem: unknown): Shown | undefined {
  const validTo = Date.parse(valid_to);
  if (Number.isNaN(validTo)) return undefined;
  if (problem === null || problem === undefined) return { validTo };
  return { validTo, problem: String(problem instanceof Error ? Object(problem).code : problem) };
}

async function answer({ own, keys }: AddressDiagnosis): Promise<Finding> {
  const check = 'address.answer';
  const question = createQuestion(keys);
  const asked = await askOwn(own, '/', { headers: { [questionHeader]: question.asked } });
  const silence = await noAnswer(check, own, asked);
  if (silence !== undefined || asked.kind === 'unanswered')
    return silence ?? finding(check, 'skipped', 'Nobody answers.');
  const { status, headers } = asked.response;
  if (question.isAnsweredBy(headers.get(answerHeader)))
    return finding(check, 'ok', `This installation answers at ${own.publicUrl}.`);
  if (status >= 300 && status < 400)
    return finding(
      check,
      'failed',
      `${own.publicUrl} sends visitors on to ${originOf(headers.get('location'), own.publicUrl)}.`,
      'Set PUBLIC_URL to the address at which Latchkey itself answers, and let the proxy redirect nothing: Slack and Teams follow no redirect.',
    );
  return finding(
    check,
    'failed',
    `Something answers at ${own.publicUrl}, but not this installation (status ${status}).`,
    'Let the proxy lead to this server. If it does: the server that runs has other SECRET_KEYS than these settings, or is an older release.',
  );
}

/** The origin alone: a path could hold anything. */
const originOf = (location: string | null, base: string): string =>
  URL.parse(location ?? '', base)?.origin ?? 'another address';

async function operatorPages({ own }: AddressDiagnosis): Promise<readonly Finding[]> {
  const check = 'address.operator-pages';
  if (isLoopback(new URL(own.publicUrl).hostname))
    return [finding(check, 'skipped', 'PUBLIC_URL is of this machine, so there is no proxy to look through.')];
  const looks = await Promise.all(
    (['/metrics', '/readyz'] as const).map(async (path) => ({ path, asked: await askOwn(own, path) })),
  );
  if (looks.some(({ asked }) => asked.kind === 'unanswered'))
    return [finding(check, 'skipped', `Nobody answers at ${own.publicUrl}.`)];
  const open = looks.filter(({ path, asked }) => asked.kind === 'answered' && isOurs(path, asked.text));
  if (open.length === 0)
    return [finding(check, 'ok', 'The proxy does not forward /metrics and /readyz, as seen from this machine.')];
  return open.map(({ path }) =>
    finding(
      check,
      'warning',
      `${own.publicUrl}${path} can be read, at least from this machine: it is for the operator alone.`,
      `Let the proxy refuse ${path}, and /healthz with it; ask the server itself at HOST and PORT.`,
    ),
  );
}

/** A proxy's own page of errors may have any status. */
const isOurs = (path: '/metrics' | '/readyz', text: string): boolean =>
  path === '/metrics' ? text.includes('latchkey_') : /^\{"ok":(?:true|false),/.test(text);
