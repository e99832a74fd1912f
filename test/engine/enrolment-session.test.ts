// What happens between the pages of an enrolment and Auth0, with the store and the rules as in production: for which address a code
// counts, what Auth0's trouble means, and what is left over.
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createBackground } from '../../src/concurrency/background-tasks.ts';
import { createDeliver, type Deliver } from '../../src/engine/deliver.ts';
import { createEnrolmentSession, type EnrolmentSessions } from '../../src/engine/enrolment-session.ts';
import { createFlowNotifier } from '../../src/engine/flow-notifier.ts';
import type { EnrolmentSession } from '../../src/flows/enrolment-access.ts';
import type { NewAddress, NewContacts, NewContactVerdict } from '../../src/flows/enrolment-ports.ts';
import { type ContactRef, contactRef, type FlowId, type Instant, later, linkId } from '../../src/flows/ids.ts';
import { defaultLimits } from '../../src/flows/limits.ts';
import { type Failure, failed, type Outcome, success } from '../../src/flows/outcome.ts';
import { defaultContactRules, type PolicyRules } from '../../src/flows/policy.ts';
import type { FlowState } from '../../src/flows/state.ts';
import type { FlowStore } from '../../src/flows/store.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createSigningKeys } from '../../src/signing-keys.ts';
import { openStore } from '../../src/store/store.ts';
import { beginFlow, someAccount, start } from '../store/contract-moment.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-enrolment-session-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const policy: PolicyRules = {
  rules: [],
  binding: 'optional',
  contacts: defaultContactRules,
  hasHelpdesk: true,
  limits: { ...defaultLimits, resendSeconds: 0, codesPerHour: 100 },
};
const home: NewAddress = { channel: 'email', address: 'ada@home.example.net' };
const other: NewAddress = { channel: 'email', address: 'ada@other.example.net' };
const phone: NewAddress = { channel: 'sms', address: '+4915112345678' };
const browser = '203.0.113.7';
const proven = contactRef('email|proven');
const code = '123456';

let now: Instant;
let store: FlowStore;
let deliver: Deliver;
let sessions: EnrolmentSessions;
let lines: string[];
/** Everything that Auth0 was asked, with the browser's address. */
let asked: (readonly [what: string, ...details: unknown[]])[];
let starts: () => Promise<Outcome<ContactRef | undefined>>;
let verdict: () => Promise<Outcome<NewContactVerdict>>;
let discards: Outcome<void>;
let settled: () => Promise<void>;

beforeEach(async () => {
  now = start;
  lines = [];
  asked = [];
  starts = async () => success(proven);
  verdict = async () => success({ is: 'proven', contact: proven });
  discards = success(undefined);
  const clock = { now: () => now };
  const log = createLogger({ level: 'trace', stream: { write: (line: string) => void lines.push(line) } });
  store = await openStore({ url: `sqlite:${join(folder, `${randomBytes(6).toString('hex')}.db`)}` });
  const changes = createFlowNotifier(store);
  const background = createBackground(log, 'enrolment.background.failed');
  settled = () => background.settled(5_000);
  const newLinkId = () => linkId(randomBytes(16).toString('base64url'));
  deliver = createDeliver({ store, clock, policy, changes, newLinkId, wake: { raise: () => undefined } });
  const nothing = async () => failed({ kind: 'refused', retry: 'never', cause: 'not of this test' } as const);
  const newContacts: NewContacts = {
    start: (to, from) => {
      asked.push(['start', to, from]);
      return starts();
    },
    check: (_account, to, typed, _notBefore, from) => {
      asked.push(['check', to, typed, from]);
      return verdict();
    },
    discard: async (contact, since, isProven) => {
      asked.push(['discard', contact, since, isProven]);
      return discards;
    },
    ...{ link: nothing, unlink: nothing, confirm: nothing },
  };
  sessions = createEnrolmentSession({
    ...{ store, clock, deliver, settled: changes.settled, newContacts, background, log },
    people: { lookUp: async () => success({ is: 'employee', workEmail: 'ada@acme.example', name: 'Ada' }) },
    enrolments: { workDomain: async () => success('acme.example') },
    keys: createSigningKeys([randomBytes(32)]),
    rules: { blockedDomains: ['throwaway.example'], phoneCountries: ['DE'] },
  });
});

/** Somebody who has signed in, and is bound already. */
async function signedIn(): Promise<EnrolmentSession> {
  const account = someAccount();
  const { id } = await beginFlow(store, { kind: 'enroll' });
  await deliver(id, { type: 'person.identified', account, contacts: [] });
  await deliver(id, { type: 'signed-in', account });
  await deliver(id, { type: 'actor.bound', contacts: [] });
  return { flow: id, account };
}
async function stateOf(flow: FlowId): Promise<FlowState> {
  const found = await store.read(flow);
  if (found === undefined) throw new Error('there is no such request');
  return found.state;
}
async function sentTo(session: EnrolmentSession, to: NewAddress): Promise<void> {
  expect(await sessions.resend(session, to, browser)).toEqual({ is: 'sending' });
  await settled();
  expect(await stateOf(session.flow)).toMatchObject({ at: 'challenged-new' });
}
/** In the chat. */
async function cancels({ flow }: EnrolmentSession): Promise<void> {
  const found = await store.read(flow);
  if (found !== undefined) await deliver(flow, { type: 'cancelled', by: found.actor });
}
const checks = () => asked.filter(([what]) => what === 'check');
const discarded = () => asked.filter(([what]) => what === 'discard');

describe('a code counts only for the address that this request awaits', () => {
  it.each([
    ['another address of the same kind', other],
    ['a number', phone],
    ['the same words as the other kind', { channel: 'sms', address: home.address } as const],
  ])('not for %s, which nobody is asked about', async (_what, cookies) => {
    const session = await signedIn();
    await sentTo(session, home);
    expect(await sessions.submitCode(session, cookies, code, browser)).toEqual({ is: 'strayed' });
    await settled();
    expect(checks()).toEqual([]);
    expect(await stateOf(session.flow)).toMatchObject({ at: 'challenged-new', attemptsLeft: 3 });
  });

  it('not for the address of an earlier step, although a code was sent to it', async () => {
    const session = await signedIn();
    await sentTo(session, home);
    await sentTo(session, other);
    expect(await sessions.submitCode(session, home, code, browser)).toEqual({ is: 'strayed' });
    await settled();
    expect(checks()).toEqual([]);
    expect(await sessions.submitCode(session, other, code, browser)).toEqual({ is: 'checking' });
    await settled();
    expect(checks()).toEqual([['check', other, code, browser]]);
    expect(await stateOf(session.flow)).toMatchObject({ at: 'linking', about: { ref: proven } });
  });

  it('not for the address that another request awaits', async () => {
    const [one, another] = [await signedIn(), await signedIn()];
    await sentTo(one, home);
    await sentTo(another, other);
    expect(await sessions.submitCode(one, other, code, browser)).toEqual({ is: 'strayed' });
    expect(await sessions.submitCode({ ...one, flow: another.flow }, other, code, browser)).toEqual({ is: 'over' });
    await settled();
    expect(checks()).toEqual([]);
  });

  it('not where the address changed while it was pressed', async () => {
    const session = await signedIn();
    await sentTo(session, home);
    const read = store.read;
    // Between the look at the request and the try, another tab asks for a code to another address.
    store.read = async (id) => {
      const seen = await read(id);
      store.read = read;
      await sentTo(session, other);
      return seen;
    };
    await sessions.submitCode(session, home, code, browser);
    await settled();
    expect(checks()).toEqual([]);
  });

  it('nor before a code was sent, nor after it was dropped', async () => {
    const session = await signedIn();
    expect(await sessions.submitCode(session, home, code, browser)).toEqual({ is: 'strayed' });
    await sentTo(session, home);
    expect(await sessions.forget(session)).toEqual({ is: 'done' });
    expect(await sessions.submitCode(session, home, code, browser)).toEqual({ is: 'strayed' });
    await settled();
    expect(checks()).toEqual([]);
  });
});

describe('a right code that nobody waits for any more', () => {
  it.each<[string, (session: EnrolmentSession) => Promise<unknown>]>([
    ['the person cancels it in the chat', cancels],
    ['the account is paused', ({ flow }) => deliver(flow, { type: 'account.frozen', until: later(now, 3_600) })],
    [
      'the check took too long',
      async ({ flow }) => {
        now = later(now, 300);
        await deliver(flow, { type: 'deadline' });
      },
    ],
  ])('leaves nothing behind: %s', async (_why, happens) => {
    const session = await signedIn();
    await sentTo(session, home);
    verdict = async () => {
      await happens(session);
      return success({ is: 'proven', contact: proven });
    };
    await sessions.submitCode(session, home, code, browser);
    await settled();
    expect(discarded()).toEqual([['discard', proven, start, true]]);
    expect((await stateOf(session.flow)).at).not.toBe('linking');
  });

  it('leaves what is linked alone, and what nobody proved', async () => {
    const session = await signedIn();
    await sentTo(session, home);
    await sessions.submitCode(session, home, code, browser);
    await settled();
    expect(await stateOf(session.flow)).toMatchObject({ at: 'linking' });
    const second = await signedIn();
    await sentTo(second, home);
    verdict = async () => {
      await cancels(second);
      return success({ is: 'elsewhere' });
    };
    await sessions.submitCode(second, home, code, browser);
    await settled();
    expect(discarded()).toEqual([]);
  });

  it('is told to the operator where what was made for it cannot be deleted', async () => {
    const session = await signedIn();
    await sentTo(session, home);
    verdict = async () => {
      await cancels(session);
      return success({ is: 'proven', contact: proven });
    };
    discards = failed({ kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: 'x' });
    await sessions.submitCode(session, home, code, browser);
    await settled();
    expect(lines.join('')).toMatch(new RegExp(`${session.flow}.*what was made for a new contact could not be deleted`));
    expect(lines.join('')).not.toContain(home.address);
  });
});

const failures: readonly (readonly [name: string, failure: Failure])[] = [
  ['down', { kind: 'unreachable', retry: 'later', mayHaveHappened: true, cause: 'x' }],
  ['not connected', { kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: 'x' }],
  ['busy', { kind: 'rate-limited', retry: 'later', retryAfterMs: 90_000, cause: 'x' }],
  ['our secret is wrong', { kind: 'misconfigured', retry: 'later', cause: 'x', remedy: 'y' }],
  ['refuses', { kind: 'refused', retry: 'never', cause: 'x' }],
];

describe('where a code cannot be sent, because Auth0', () => {
  const newsOf: Readonly<Record<string, unknown>> = {
    down: { is: 'unreachable' },
    'not connected': { is: 'unreachable' },
    busy: { is: 'limited', again: later(start, 90) },
    'our secret is wrong': { is: 'refused' },
    refuses: { is: 'refused' },
  };

  it.each(failures)(
    '%s, the person reads why, and the operator reads it without the address',
    async (name, failure) => {
      const session = await signedIn();
      starts = async () => failed(failure);
      expect(await sessions.resend(session, home, browser)).toEqual({ is: 'sending' });
      await settled();
      expect(await stateOf(session.flow)).toMatchObject({ at: 'managing', news: newsOf[name] });
      const line = lines.find((each) => each.includes('a code to a new address could not be sent'));
      expect(JSON.parse(line ?? '{}')).toMatchObject({ flow: session.flow, failure: { kind: failure.kind } });
      expect(lines.join('')).not.toContain(home.address);
    },
  );
});

describe('where a code cannot be checked, because Auth0', () => {
  const asked = { at: 'challenged-new', after: 'unchecked' };
  /** With the tries that are left: one is gone only where the code may have been looked at. */
  const stateAfter: Readonly<Record<string, unknown>> = {
    down: { ...asked, attemptsLeft: 2 },
    'not connected': { ...asked, attemptsLeft: 3 },
    busy: { at: 'managing', news: { is: 'limited', again: later(start, 90) } },
    'our secret is wrong': { at: 'managing', news: { is: 'refused' } },
    refuses: { at: 'managing', news: { is: 'refused' } },
  };

  it.each(failures)(
    '%s, the person reads why, and the operator reads it without the address',
    async (name, failure) => {
      const session = await signedIn();
      await sentTo(session, home);
      verdict = async () => failed(failure);
      expect(await sessions.submitCode(session, home, code, browser)).toEqual({ is: 'checking' });
      await settled();
      expect(await stateOf(session.flow)).toMatchObject(Object(stateAfter[name]));
      const line = lines.find((each) => each.includes('the code of a new address could not be checked'));
      expect(JSON.parse(line ?? '{}')).toMatchObject({ flow: session.flow, failure: { kind: failure.kind } });
      for (const secret of [home.address, code]) expect(lines.join('')).not.toContain(secret);
    },
  );

  it.each(['wrong', 'used-up', 'expired', 'too-old'] as const)('says that the code is %s', async (is) => {
    const session = await signedIn();
    await sentTo(session, home);
    verdict = async () => success({ is });
    await sessions.submitCode(session, home, code, browser);
    await settled();
    expect(await stateOf(session.flow)).toMatchObject({ at: 'challenged-new', after: is });
  });
});

describe('the address of the browser', () => {
  it('goes along where a code is sent first, sent again and checked', async () => {
    const session = await signedIn();
    expect(await sessions.add(session, 'email', home.address, browser)).toEqual({ is: 'sending', address: home });
    await settled();
    await sessions.resend(session, home, '203.0.113.8');
    await settled();
    await sessions.submitCode(session, home, code, '203.0.113.9');
    await settled();
    expect(asked).toEqual([
      ['start', home, browser],
      ['start', home, '203.0.113.8'],
      ['check', home, code, '203.0.113.9'],
    ]);
  });

  it('is nobody’s where it is not known', async () => {
    const session = await signedIn();
    await sessions.add(session, 'email', home.address, undefined);
    await settled();
    expect(asked).toEqual([['start', home, undefined]]);
  });
});

describe('an address that is not taken', () => {
  it.each([
    ['email', 'ada@mail.throwaway.example', 'blocked-domain'],
    ['email', 'ada@acme.example', 'own-domain'],
    ['sms', '+41791234567', 'country'],
    ['sms', '+493012345678', 'not-a-mobile'],
    ['sms', 'twelve', 'malformed'],
  ] as const)('is asked for no code: %s %s', async (channel, typed, because) => {
    const session = await signedIn();
    expect(await sessions.add(session, channel, typed, browser)).toEqual({ is: 'not-taken', because });
    await settled();
    expect(asked).toEqual([]);
  });
});
