// A real SMTP server on loopback, with a certificate that is made here. It records who logged in and what was delivered to whom.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import tls from 'node:tls';
import { pino } from 'pino';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { instant } from '../../src/flows/ids.ts';
import { createMail, type Mail, type MailMessage, type MailOptions } from '../../src/notices/mail.ts';

/** Why no certificate can be made; undefined where one can. */
export const certificateMissing: string | undefined =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'no openssl';

interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** Self-signed, for 127.0.0.1 and `localhost`, or for another host. */
export function makeCertificate(names = 'IP:127.0.0.1,DNS:localhost'): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-mail-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const how = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=mail.test'.split(
    ' ',
  );
  spawnSync('openssl', [...how, '-addext', `subjectAltName=${names}`, '-keyout', key, '-out', cert]);
  const made = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  rmSync(folder, { recursive: true, force: true });
  return made;
}

/** What `NODE_EXTRA_CA_CERTS` does at the start of a process. */
export function trust(certificate: Certificate): void {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), certificate.cert]);
}

export interface Delivered {
  readonly from: string;
  readonly to: readonly string[];
  readonly isEncrypted: boolean;
  /** As it came over the wire. */
  readonly raw: string;
}

export interface MailServer extends AsyncDisposable {
  readonly port: number;
  readonly delivered: readonly Delivered[];
  /** User names of all tries to log in. */
  readonly logins: readonly string[];
  readonly connections: () => number;
}

export const login = { user: 'mailer@acme.test', password: 'p4ss/of:the@mailer' };

/** An answer that refuses, e.g. `refusal(550, '5.1.1 no such mailbox')`. */
export const refusal = (responseCode: number, text: string): Error => Object.assign(new Error(text), { responseCode });

/** `to`: what the server answers to a recipient; undefined accepts. */
export interface MailServerBehaviour extends Omit<SMTPServerOptions, 'onAuth' | 'onRcptTo' | 'onData' | 'onConnect'> {
  readonly to?: (address: string) => Error | undefined;
  readonly from?: (address: string) => Error | undefined;
  readonly data?: () => Error | undefined;
  readonly loginAnswer?: () => Error | undefined;
  readonly port?: number;
}

export async function startMailServer(behaviour: MailServerBehaviour = {}): Promise<MailServer> {
  const { to, from, data, loginAnswer, port = 0, ...options } = behaviour;
  const delivered: Delivered[] = [];
  const logins: string[] = [];
  let connections = 0;
  const server = new SMTPServer({
    disableReverseLookup: true,
    closeTimeout: 200,
    ...options,
    onConnect: (_session, done) => {
      connections += 1;
      done();
    },
    onAuth: ({ username = '', password }, _session, done) => {
      logins.push(username);
      const wrong = loginAnswer?.();
      if (wrong !== undefined) return done(wrong);
      const isRight = username === login.user && password === login.password;
      return isRight ? done(null, { user: username }) : done(refusal(535, '5.7.8 wrong'));
    },
    onMailFrom: ({ address }, _session, done) => done(from?.(address)),
    onRcptTo: ({ address }, _session, done) => done(to?.(address)),
    onData: (stream, session, done) => {
      void buffer(stream).then((raw) => {
        const wrong = data?.();
        if (wrong !== undefined) return done(wrong);
        const { mailFrom, rcptTo } = session.envelope;
        delivered.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          isEncrypted: session.secure === true,
          raw: raw.toString('utf8'),
        });
        return done();
      });
    },
  });
  // A client that does not trust the certificate goes away; the server calls that an error.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    ...{ delivered, logins, connections: () => connections },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

export interface TestMail {
  readonly mail: Mail;
  readonly lines: readonly string[];
  readonly observed: readonly string[];
}

export const sentAt = instant(Date.parse('2026-03-02T08:45:30.000Z'));

export function createTestMail(
  port: number,
  { isAnonymous = false, ...options }: Partial<MailOptions> & { readonly isAnonymous?: boolean } = {},
): TestMail {
  const lines: string[] = [];
  const observed: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  const mail = createMail({
    ...{ host: '127.0.0.1', port, tls: 'starttls', ...(isAnonymous ? {} : { login }) },
    sender: { name: 'Latchkey', address: 'no-reply@acme.test' },
    ...{ clock: { now: () => sentAt }, log, timeoutMs: 3_000 },
    observe: (call, outcome) => observed.push(`${call} ${outcome}`),
    ...options,
  });
  return { mail, lines, observed };
}

export const message = (change: Partial<MailMessage> = {}): MailMessage => ({
  to: 'jane.doe@gmail.test',
  subject: 'A subject',
  text: 'Some text',
  html: '<p>Some text</p>',
  id: 'abc-DEF_123',
  ...change,
});
