// Sends one message to one address over SMTP. Loaded only where SMTP_URL is set. Nothing is sent in clear, but to this machine in
// a trial; no file and no URL is read for a message.
import { domainToASCII } from 'node:url';
import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import { createAnswerCache } from '../concurrency/answer-cache.ts';
import { withTimeout } from '../concurrency/timeout.ts';
import { failed, type Outcome, success } from '../flows/outcome.ts';
import type { Clock } from '../flows/ports.ts';
import { type Observe, observed } from '../outbound/observe.ts';
import { isMailAddress } from '../text/mail-address.ts';
import { mailFailure } from './mail-errors.ts';

export interface MailOptions {
  readonly host: string;
  readonly port: number;
  /** `none` only to this machine, in a trial. */
  readonly tls: 'implicit' | 'starttls' | 'none';
  readonly login?: { readonly user: string; readonly password: string };
  readonly sender: { readonly address: string; readonly name?: string };
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe?: Observe;
  /** For one message, or one check, from the first to the last byte; 10 s by default. */
  readonly timeoutMs?: number;
  /** Probes have a few seconds for all parts together; 2.5 s by default. */
  readonly checkWithinMs?: number;
  /** Monotonic milliseconds, for the age of a check. */
  readonly now?: () => number;
}

export interface MailMessage {
  /** One address, and never a list. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Letters, digits, `-` and `_`. The same for the same message, so that a mailbox may drop a second copy. */
  readonly id: string;
}

export interface Mail {
  send(message: MailMessage): Promise<Outcome<void>>;
  /** Whether the server lets us in. Asks it at most every few minutes, and never keeps anybody waiting for long. */
  check(): Promise<Outcome<void>>;
  /** The same for somebody who waits until the server has answered. */
  look(): Promise<Outcome<void>>;
  /** Checks at the start, so that the log says early when no notice can be sent. Never rejects. */
  warmUp(): Promise<void>;
  /** Ends the connections. */
  close(): void;
}

const defaultTimeoutMs = 10_000;
/** A login that fails is not repeated with every probe: servers lock accounts after some. */
const checkedMs = { ok: 300_000, failing: 120_000 };

export function createMail(options: MailOptions): Mail {
  const { sender, clock, observe, timeoutMs = defaultTimeoutMs } = options;
  const transport = createTransport(transportOptions(options, timeoutMs));
  const senderDomain = domainToASCII(sender.address.slice(sender.address.lastIndexOf('@') + 1));

  async function send(message: MailMessage): Promise<Outcome<void>> {
    // Nodemailer reads commas and line breaks in an address as further addresses.
    if (!isMailAddress(message.to)) return failed({ kind: 'refused', retry: 'never', cause: 'mail: not one address' });
    const to = { name: '', address: message.to };
    const from = { name: sender.name ?? '', address: sender.address };
    return outcomeOf(
      transport.sendMail({
        ...{ from, to, subject: message.subject, text: message.text, html: message.html },
        messageId: `<${message.id}@${senderDomain}>`,
        date: new Date(clock.now()),
        // No answer by a machine: RFC 3834, and Exchange's own.
        headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        xMailer: false,
        signal: AbortSignal.timeout(timeoutMs),
      }),
    );
  }

  const checks = createChecks(() => observed(observe, 'login', () => outcomeOf(transport.verify())), options);
  return {
    send: (message) => observed(observe, 'send', () => send(message)),
    ...checks,
    warmUp: async () => {
      await checks.check();
    },
    close: () => transport.close(),
  };
}

const outcomeOf = (work: Promise<unknown>): Promise<Outcome<void>> =>
  work.then(
    () => success(undefined),
    (error: unknown) => failed(mailFailure(error)),
  );

function transportOptions({ host, port, tls, login, sender }: MailOptions, timeoutMs: number) {
  return {
    ...{ host, port, secure: tls === 'implicit' },
    // Without it nodemailer sends in clear where the server offers no TLS.
    ...(tls === 'none' ? { ignoreTLS: true } : { requireTLS: true }),
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2' as const },
    ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password } }),
    // Else the name of this machine would stand in every message.
    name: domainToASCII(sender.address.slice(sender.address.lastIndexOf('@') + 1)),
    ...{ dnsTimeout: timeoutMs, connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs },
    ...{ disableFileAccess: true, disableUrlAccess: true, logger: false, maxResponseSize: 64 * 1024 },
    // The few messages of one change share a connection, which is closed soon after. Repeats are the caller's.
    ...{ pool: true as const, maxConnections: 2, maxRequeues: 0, idleTimeout: 5_000 },
  };
}

function createChecks(login: () => Promise<Outcome<void>>, options: MailOptions): Pick<Mail, 'check' | 'look'> {
  const { log, now, timeoutMs = defaultTimeoutMs, checkWithinMs = 2_500 } = options;
  const late = failed({ kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: 'mail: timeout' });
  let isFailing: boolean | undefined;
  async function ask(): Promise<{ readonly ok: true; readonly outcome: Outcome<void> }> {
    const outcome = (await withTimeout(login(), timeoutMs)) ?? late;
    if (!outcome.ok) {
      log.warn(
        { event: 'mail.unavailable', failure: outcome.failure },
        'the mail server does not let us in; no notice goes out',
      );
    } else if (isFailing === true) log.info({ event: 'mail.available' }, 'the mail server lets us in again');
    isFailing = !outcome.ok;
    return { ok: true, outcome };
  }
  const answers = createAnswerCache<'login', Awaited<ReturnType<typeof ask>>>({
    ask,
    keptMs: ({ outcome }) => (outcome.ok ? checkedMs.ok : checkedMs.failing),
    atMost: 1,
    ...(now === undefined ? {} : { now }),
  });
  return {
    check: async () => (await withTimeout(answers.get('login'), checkWithinMs))?.outcome ?? late,
    look: async () => (await answers.get('login')).outcome,
  };
}
