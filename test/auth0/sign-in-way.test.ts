// How somebody signed in, as the tenant's log tells it. The browser can go to another connection than it was sent to.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createVisitor } from '../../playground/auth0/visitor.ts';
import type { Auth0Options } from '../../src/auth0/auth0.ts';
import type { PendingSignIn, ReturnedSignIn } from '../../src/flows/enrolment-ports.ts';
import { accountId } from '../../src/flows/ids.ts';
import { answerOf, application, createPorts, failureOf, jane, type Ports, startTenant, type Tenant } from './tenant.ts';

const redirectUri = 'https://latchkey.acme.test/enrol/callback';
const password = 'old-Password-1';
const ada = accountId('ad|Corp-AD|ada');

let tenant: Tenant;
let ports: Ports;
beforeAll(async () => {
  tenant = await startTenant({}, { callbacks: [redirectUri] });
  tenant.emulator.control.addUser({ userId: ada, connection: 'Corp-AD', email: 'ada@acme.test', password });
});
afterAll(() => tenant[Symbol.asyncDispose]());
beforeEach(() => {
  const { control } = tenant.emulator;
  control.calm();
  control.setLogDelay(0);
  control.setClockAhead(0);
  // Nothing of an earlier test is in the time of this one.
  tenant.clock.pass(3_600_000);
  ports = portsWith();
});
const portsWith = (options: Partial<Auth0Options> = {}) =>
  createPorts({ baseUrl: tenant.emulator.url, ...options }, tenant.clock);

const begin = async () => answerOf(await ports.auth0.signIns.begin({ redirectUri, loginHint: jane.workEmail }));
const through = (url: string, changes: Readonly<Record<string, string>>): string => {
  const changed = new URL(url);
  for (const [name, value] of Object.entries(changes)) changed.searchParams.set(name, value);
  return changed.href;
};
async function finish(pending: PendingSignIn, to: URL): Promise<ReturnedSignIn> {
  const finished = answerOf(await ports.auth0.signIns.finish(pending, to));
  if (finished.is !== 'returned') throw new Error(finished.is);
  return finished.signIn;
}
const wayOf = async (signIn: ReturnedSignIn, of: Ports = ports) => answerOf(await of.auth0.signIns.wayOf(signIn));

async function withPassword(name = jane.workEmail): Promise<ReturnedSignIn> {
  const { url, pending } = await begin();
  return finish(pending, await createVisitor(tenant.emulator.url).signIn(url, name, password));
}
/** The browser is sent to the sign-in page, and its address is changed on the way. */
async function byCode(
  changes: Readonly<Record<string, string>>,
  address: string,
  meanwhile?: () => Promise<unknown>,
): Promise<ReturnedSignIn> {
  const { url, pending } = await begin();
  await meanwhile?.();
  const visitor = createVisitor(tenant.emulator.url);
  await visitor.open(through(url, changes));
  await visitor.send({ username: address });
  const shown = await visitor.send({ code: tenant.emulator.control.lastCodeTo(address) ?? '' });
  if (shown.kind !== 'away') throw new Error('stayed on the page');
  return finish(pending, shown.to);
}
const byMail = (meanwhile?: () => Promise<unknown>) => byCode({ connection: 'email' }, jane.email, meanwhile);
/** The account's owner signs in with their password, elsewhere. */
const ownersSignIn = async () => {
  await withPassword();
  tenant.clock.pass(1_000);
};

const entryOf = ({ account, session, until }: ReturnedSignIn, change: object = {}) => ({
  type: 's',
  date: new Date(until - 500).toISOString(),
  client_id: application.clientId,
  user_id: account,
  connection: 'CorpUsers',
  strategy: 'auth0',
  strategy_type: 'database',
  details: { session_id: session },
  ...change,
});
/** The next search of the log finds these, the newest first. */
const logged = (...entries: readonly object[]) =>
  tenant.emulator.control.faults.next({ path: /api\/v2\/logs/ }, { status: 200, body: entries });
async function wayBy(change: object, of: Ports = ports) {
  const signIn = await withPassword();
  logged(entryOf(signIn, change));
  return wayOf(signIn, of);
}
const session = (signIn: ReturnedSignIn) => ({ details: { session_id: signIn.session } });

describe('a sign-in with the work account', () => {
  it('is one, in a database and in Active Directory', async () => {
    expect(await wayOf(await withPassword())).toBe('own');
    expect(await wayOf(await withPassword('ada@acme.test'))).toBe('own');
  });

  it('is one where the policy names its connection, and the other connection is none', async () => {
    const of = portsWith({ connections: ['CorpUsers'] });
    expect(await wayOf(await withPassword(), of)).toBe('own');
    expect(await wayBy({ connection: 'OtherUsers' }, of)).toBe('other');
  });

  it('is not known before the log tells it, and then it is', async () => {
    tenant.emulator.control.setLogDelay(5_000);
    const signIn = await withPassword();
    expect(await wayOf(signIn)).toBe('unknown');
    tenant.clock.pass(5_000);
    expect(await wayOf(signIn)).toBe('own');
  });

  it.each([-600_000, 600_000])('is one where Auth0’s clock is %i ms ahead', async (ahead) => {
    tenant.emulator.control.setClockAhead(ahead);
    for (let answer = 0; answer < 5; answer += 1) await ports.auth0.directory.givenName(jane.account);
    const signIn = await withPassword();
    expect(await wayOf(signIn)).toBe('own');
    // Another process, which has not measured the clocks yet.
    expect(await wayOf(signIn, portsWith())).toBe('own');
  });

  it('that took its time, and whose page was open over midnight, is one', async () => {
    tenant.clock.pass(24 * 3_600_000 - (tenant.clock.now() % (24 * 3_600_000)) - 60_000);
    const { url, pending } = await begin();
    const visitor = createVisitor(tenant.emulator.url);
    await visitor.open(url);
    tenant.clock.pass(300_000);
    const shown = await visitor.send({ username: jane.workEmail, password });
    if (shown.kind !== 'away') throw new Error('stayed');
    expect(await wayOf(await finish(pending, shown.to))).toBe('own');
  });

  it('with a second factor after the password is one', async () => {
    const prompts = [
      { name: 'prompt-authenticate', connection: 'CorpUsers' },
      { name: 'mfa' },
      { name: 'mfa-otp-challenge' },
    ];
    const signIn = await withPassword();
    logged(entryOf(signIn, { details: { session_id: signIn.session, prompts } }));
    expect(await wayOf(signIn)).toBe('own');
  });
});

describe('a sign-in by a code at a contact', () => {
  it.each([
    ['email', jane.email],
    ['sms', jane.phone],
  ])('that the browser chose by itself is none: connection=%s', async (connection, address) => {
    const signIn = await byCode({ connection }, address);
    // The token says nothing of it.
    expect(signIn.account).toBe(jane.account);
    expect(await wayOf(signIn)).toBe('other');
    expect(ports.lines.join('')).toContain('auth0.sign-in.other-way');
  });

  it.each(['logsWithoutSession', 'logsNameMainConnection', 'logsUnderContact'] as const)(
    'is none however the log has it: %s',
    async (how) => {
      tenant.emulator.control.misbehave[how] = true;
      const signIn = await byMail();
      expect(await wayOf(signIn)).toBe('other');
      tenant.clock.pass(60_000);
      expect(await wayOf(signIn)).toBe('other');
    },
  );

  it('is not known before the log tells it', async () => {
    tenant.emulator.control.setLogDelay(5_000);
    const signIn = await byMail();
    expect(await wayOf(signIn)).toBe('unknown');
    tenant.clock.pass(5_000);
    expect(await wayOf(signIn)).toBe('other');
  });

  it('is none whatever the policy names', async () => {
    expect(await wayOf(await byMail(), portsWith({ connections: ['CorpUsers', 'email'] }))).toBe('other');
  });

  it.each([
    ['its connection', { connection: 'email', strategy: undefined }],
    ['its strategy', { connection: 'Home mail', strategy: 'email' }],
    ['the type of its strategy', { strategy_type: 'passwordless' }],
    ['a prompt’s connection', { details: { prompts: [{ connection: 'sms' }] } }],
    ['a prompt’s strategy', { details: { prompts: [{ connection: 'CorpUsers', strategy: 'sms' }] } }],
    ['a prompt’s method', { details: { prompts: [{ connection: 'CorpUsers', passwordless_amr: 'otp' }] } }],
    ['a prompt’s name', { details: { prompts: [{ name: 'prompt-email-otp-challenge' }] } }],
    ['any of several prompts', { details: { prompts: [{ connection: 'CorpUsers' }, { connection: 'email' }] } }],
  ])('is known by %s', async (_what, change) => {
    expect(await wayBy(change)).toBe('other');
  });
});

describe('a sign-in at another place is not taken for this one', () => {
  it('the owner’s own, with their password, at the same time', async () => {
    tenant.emulator.control.setLogDelay(5_000);
    const attackers = await byMail(ownersSignIn);
    tenant.clock.pass(4_500);
    // Only the owner's is in the log.
    expect(await wayOf(attackers)).toBe('unknown');
    tenant.clock.pass(5_000);
    expect(await wayOf(attackers)).toBe('other');
  });

  it('the owner’s own, where no entry names a session: it waits for its own', async () => {
    tenant.emulator.control.misbehave.logsWithoutSession = true;
    tenant.emulator.control.setLogDelay(5_000);
    const attackers = await byMail(ownersSignIn);
    tenant.clock.pass(4_500);
    expect(await wayOf(attackers)).toBe('unknown');
    tenant.clock.pass(5_000);
    expect(await wayOf(attackers)).toBe('other');
  });

  it('one by a code refuses both, also the one with the password', async () => {
    const { url, pending } = await begin();
    await byMail();
    const to = await createVisitor(tenant.emulator.url).signIn(url, jane.workEmail, password);
    expect(await wayOf(await finish(pending, to))).toBe('other');
    // One of before or after is nobody's business.
    tenant.clock.pass(10_000);
    const next = await withPassword();
    tenant.clock.pass(10_000);
    await byMail();
    expect(await wayOf(next)).toBe('own');
  });

  it('one by a code in another application refuses: with its session the browser comes here unasked', async () => {
    const signIn = await withPassword();
    const here = entryOf(signIn, { details: { session_id: signIn.session, prompts: [] } });
    const there = { client_id: 'AnotherClientId', date: new Date(signIn.signedInAt).toISOString() };
    logged(here, entryOf(signIn, { ...there, connection: 'email', strategy: 'email' }));
    expect(await wayOf(signIn)).toBe('other');
    // With the password, it is nobody's business.
    logged(here, entryOf(signIn, { ...there, details: { session_id: 'of-there' } }));
    expect(await wayOf(signIn)).toBe('own');
  });

  it.each([
    ['of another session', { details: { session_id: 'another' } }],
    ['of another account', { user_id: ada }],
    ['of another application', { client_id: 'AnotherClientId' }],
    ['that failed', { type: 'f' }],
    ['that was silent', { type: 'ssa' }],
    ['of before', { date: '2026-03-01T08:00:00Z' }],
    ['without a date', { date: undefined }],
    ['without a connection', { connection: undefined }],
    ['without a strategy', { strategy: undefined }],
    ['whose details cannot be read', { details: 'a text' }],
    ['whose prompts cannot be read', { details: { session_id: 'x', prompts: 'one' } }],
  ])('%s', async (_what, change) => {
    expect(await wayBy(change)).toBe('unknown');
  });

  it('one of the same session, before this one', async () => {
    const signIn = await withPassword();
    logged(entryOf({ ...signIn, until: signIn.signedInAt - 4_000 }, session(signIn)));
    expect(await wayOf({ ...signIn, from: signIn.from - 60_000 })).toBe('unknown');
  });

  it.each([
    [
      'in a connection of nobody’s',
      { connection: 'google-oauth2', strategy: 'google-oauth2', strategy_type: 'social' },
    ],
    ['with a prompt for one', { details: { prompts: [{ connection: 'google-oauth2', strategy: 'google-oauth2' }] } }],
  ])('%s', async (_what, change) => {
    expect(await wayBy(change)).toBe('other');
  });
});

describe('where the log names no session', () => {
  it.each(['log', 'token'])('one sign-in counts once no other can follow, and two never do: %s', async (place) => {
    tenant.emulator.control.misbehave.logsWithoutSession = place === 'log';
    const { session: _session, ...unnamed } = await withPassword();
    expect(await wayOf(unnamed)).toBe('unknown');
    tenant.clock.pass(9_000);
    expect(await wayOf(unnamed)).toBe('unknown');
    tenant.clock.pass(3_000);
    expect(await wayOf(unnamed)).toBe('own');
    logged(entryOf(unnamed), entryOf(unnamed));
    expect(await wayOf(unnamed)).toBe('unknown');
  });
});

describe('where the log names every session by another name than the token', () => {
  it('one sign-in counts after a minute, and two never do', async () => {
    const signIn = await withPassword();
    const entry = entryOf(signIn, { details: { session_id: 'another' } });
    logged(entry);
    tenant.clock.pass(59_000);
    expect(await wayOf(signIn)).toBe('unknown');
    tenant.clock.pass(2_000);
    logged(entry);
    expect(await wayOf(signIn)).toBe('own');
    logged(entry, entryOf(signIn, { details: { session_id: 'a third' } }));
    expect(await wayOf(signIn)).toBe('unknown');
  });

  it('one by a code, which came late, still refuses', async () => {
    const signIn = await withPassword();
    tenant.clock.pass(61_000);
    const byCode = { connection: 'email', strategy: 'email', details: { session_id: 'a third' } };
    logged(entryOf(signIn, { details: { session_id: 'another' } }), entryOf(signIn, byCode));
    expect(await wayOf(signIn)).toBe('other');
  });
});

describe('the log', () => {
  it('is searched for this account and its contacts, in every application, by day', async () => {
    const signIn = await withPassword();
    await wayOf(signIn);
    const path = tenant.emulator.control.requests.findLast(({ route }) => route === '/api/v2/logs')?.path ?? '';
    const query = new URL(path, 'https://a.test').searchParams;
    const users = [jane.account, jane.emailRef, jane.phoneRef].map((user) => `user_id:"${user}"`).join(' OR ');
    const day = new Date(signIn.from).toISOString().slice(0, 10);
    expect(query.get('q')).toBe(`type:s AND (${users}) AND date:[${day} TO *]`);
    expect(query.has('fields')).toBe(false);
  });

  it('that is full of others says nothing: what does not fit may be the one that matters', async () => {
    const signIn = await withPassword();
    logged(...Array.from({ length: 50 }, () => entryOf(signIn)));
    expect(await wayOf(signIn)).toBe('unknown');
    const before = entryOf(signIn, { date: new Date(signIn.from - 60_000).toISOString() });
    logged(...Array.from({ length: 49 }, () => entryOf(signIn)), before);
    expect(await wayOf(signIn)).toBe('own');
  });

  it('with totals is read as well', async () => {
    const signIn = await withPassword();
    tenant.emulator.control.faults.next(
      { path: /api\/v2\/logs/ },
      { status: 200, body: { start: 0, limit: 50, length: 1, total: 1, logs: [null, entryOf(signIn)] } },
    );
    expect(await wayOf(signIn)).toBe('own');
  });

  it('that must not be read is a failure for good, and nobody has signed in', async () => {
    const signIn = await withPassword();
    tenant.emulator.control.misbehave.logsForbidden = true;
    expect(failureOf(await ports.auth0.signIns.wayOf(signIn))).toMatchObject({ kind: 'misconfigured', retry: 'never' });
  });

  it.each([
    [503, {}, 'unreachable'],
    [429, { 'retry-after': '20' }, 'rate-limited'],
  ])('that cannot be read now is a failure that passes: %i', async (status, headers, kind) => {
    const signIn = await withPassword();
    tenant.emulator.control.faults.next({ path: /api\/v2\/logs/ }, { status, headers });
    expect(failureOf(await ports.auth0.signIns.wayOf(signIn))).toMatchObject({ kind });
  });

  it('holds addresses, and none of them reaches ours', async () => {
    await wayOf(await byMail());
    expect(ports.lines.join('')).not.toContain(jane.email);
  });
});

/** What whoever has the browser can put into the address of the sign-in page. */
describe('a changed address of the sign-in page', () => {
  it.each([
    ['without prompt and age', { prompt: '', max_age: '' }],
    ['with another age', { max_age: '86400' }],
    ['silently', { prompt: 'none', max_age: '86400' }],
    [
      'for more claims and other forms',
      { acr_values: 'none', screen_hint: 'signup', organization: 'org_1', login_hint: '' },
    ],
  ])('%s never makes an old session, or another account, a sign-in of this one', async (_what, changes) => {
    const visitor = createVisitor(tenant.emulator.url);
    const first = await begin();
    await visitor.signIn(first.url, jane.workEmail, password);
    tenant.clock.pass(600_000);
    const { url, pending } = await begin();
    const shown = await visitor.open(through(url, changes));
    const to = shown.kind === 'away' ? shown.to : undefined;
    if (to === undefined) return expect(shown).toMatchObject({ kind: 'page' });
    const finished = answerOf(await ports.auth0.signIns.finish(pending, to));
    return expect(['not-fresh', 'denied', 'mismatched']).toContain(finished.is);
  });
});
