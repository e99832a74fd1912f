// One emulated tenant with Jane in it, and the ports connected to it. Keeps every log line, so that tests can read
// them.
import { pino } from 'pino';
import { type Auth0Server, type Auth0Options as EmulatorOptions, startAuth0 } from '../../playground/auth0/server.ts';
import { type Auth0, type Auth0Options, createAuth0 } from '../../src/auth0/auth0.ts';
import { accountId, contactRef, type Instant, instant, knownActor } from '../../src/flows/ids.ts';
import { factsRead } from '../../src/flows/inspection.ts';
import type { Failure, Outcome } from '../../src/flows/outcome.ts';

export const application = {
  domain: 'acme.eu.auth0.test',
  clientId: 'LatchkeyClientId0000000000000001',
  clientSecret: 'secret-of-the-application-0123456789',
};

export const jane = {
  account: accountId('auth0|65a000000000000000000001'),
  actor: knownActor('slack:T0ACME:U0JANE'),
  workEmail: 'jane@acme.test',
  email: 'jane.doe@gmail.test',
  emailRef: contactRef('email|65a0000000000000000000e1'),
  phone: '+491701234512',
  phoneRef: contactRef('sms|65a0000000000000000000f1'),
};

/** What an unlock reads; a reset reads only the user record. */
export const withLocks = factsRead.unlock;

export interface Clockwork {
  now(): Instant;
  pass(ms: number): void;
}

export function createClock(): Clockwork {
  let at = Date.parse('2026-03-02T08:00:00.250Z');
  return {
    now: () => instant(at),
    pass: (ms) => {
      at += ms;
    },
  };
}

interface Observed {
  readonly call: string;
  readonly outcome: string;
}

export interface Ports {
  readonly auth0: Auth0;
  readonly clock: Clockwork;
  readonly lines: string[];
  readonly observed: Observed[];
}

export function createPorts(options: Partial<Auth0Options> = {}, clock: Clockwork = createClock()): Ports {
  const lines: string[] = [];
  const observed: Observed[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  const observe = (call: string, outcome: string) => observed.push({ call, outcome });
  return { auth0: createAuth0({ ...application, clock, log, observe, ...options }), clock, lines, observed };
}

export interface Tenant extends Ports, AsyncDisposable {
  readonly emulator: Auth0Server;
  /** Requests since the last call of this function, as `METHOD /path`, without queries. */
  requests(): readonly string[];
}

export async function startTenant(
  options: Partial<Auth0Options> = {},
  emulated: Partial<EmulatorOptions> = {},
): Promise<Tenant> {
  const clock = createClock();
  const emulator = await startAuth0({ ...application, now: clock.now, ...emulated });
  emulator.control.addUser({
    userId: jane.account,
    connection: 'CorpUsers',
    email: jane.workEmail,
    givenName: 'Jane',
    familyName: 'Doe',
    username: 'jdoe',
    password: 'old-Password-1',
    contacts: [
      { provider: 'email', address: jane.email, userId: jane.emailRef.slice('email|'.length) },
      { provider: 'sms', address: jane.phone, userId: jane.phoneRef.slice('sms|'.length) },
    ],
  });
  let seen = 0;
  return {
    ...createPorts({ baseUrl: emulator.url, ...options }, clock),
    emulator,
    requests: () => {
      const fresh = emulator.control.requests.slice(seen);
      seen = emulator.control.requests.length;
      return fresh.map(({ method, path }) => `${method} ${decodeURIComponent(path.split('?')[0] ?? '')}`);
    },
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

export function answerOf<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(`expected a value, got ${outcome.failure.kind}: ${outcome.failure.cause}`);
}

export function failureOf(outcome: Outcome<unknown>): Failure {
  if (outcome.ok) throw new Error('expected a failure');
  return outcome.failure;
}

/** The code that the person reads in their mailbox or on their phone. */
export function codeTo(tenant: Tenant, address: string): string {
  const code = tenant.emulator.control.lastCodeTo(address);
  if (code === undefined) throw new Error('no code arrived');
  return code;
}

/** Six other digits. */
export const wrongCode = (code: string): string => (code === '000000' ? '111111' : '000000');
