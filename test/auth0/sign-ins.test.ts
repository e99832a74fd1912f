// Sign-ins in a browser at the emulated tenant, and what an attacker would bring back from one.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createVisitor } from '../../playground/auth0/visitor.ts';
import type { Auth0Options } from '../../src/auth0/auth0.ts';
import type { PendingSignIn } from '../../src/flows/enrolment-ports.ts';
import { accountId, instant } from '../../src/flows/ids.ts';
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
  tenant.emulator.control.calm();
  tenant.emulator.control.adminBlock(jane.account, false);
  // The tenant's access token of the earlier tests may have expired with their clock.
  ports = portsWith();
  tenant.requests();
});
const portsWith = (options: Partial<Auth0Options> = {}) =>
  createPorts({ baseUrl: tenant.emulator.url, ...options }, tenant.clock);

const begin = async (of: Ports = ports) =>
  answerOf(await of.auth0.signIns.begin({ redirectUri, loginHint: jane.workEmail }));
interface Returned {
  readonly pending: PendingSignIn;
  readonly to: URL;
}
async function signedIn(name = jane.workEmail): Promise<Returned> {
  const { url, pending } = await begin();
  return { pending, to: await createVisitor(tenant.emulator.url).signIn(url, name, password) };
}
const finish = async ({ pending, to }: Returned, of: Ports = ports) =>
  answerOf(await of.auth0.signIns.finish(pending, to));
const returnedAs = (account: string) => ({ is: 'returned', signIn: expect.objectContaining({ account }) });
const withQuery = (to: URL, name: string, value: string): URL => {
  const changed = new URL(to);
  changed.searchParams.set(name, value);
  return changed;
};

describe('the address of a sign-in', () => {
  it('asks for a fresh one, for nothing but who they are, and can be answered by this browser only', async () => {
    const { url, pending } = await begin();
    const { origin, pathname, searchParams } = new URL(url);
    expect([origin, pathname]).toEqual([tenant.emulator.url, '/authorize']);
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: application.clientId,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'openid',
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      prompt: 'login',
      max_age: '0',
      login_hint: jane.workEmail,
    });
    expect(url).not.toContain(pending.verifier);
    expect(pending.startedAt).toBe(tenant.clock.now());
  });

  it('is new every time', async () => {
    const [one, other] = [await begin(), await begin()];
    for (const part of ['state', 'nonce', 'verifier'] as const) expect(one.pending[part]).not.toBe(other.pending[part]);
  });

  it('is at the domain that people see, where nothing takes its place', async () => {
    const { auth0 } = createPorts({ domain: 'login.acme.test', tenantDomain: application.domain }, tenant.clock);
    const { url } = answerOf(await auth0.signIns.begin({ redirectUri }));
    expect(url).toMatch(/^https:\/\/login\.acme\.test\/authorize\?/);
    expect(new URL(url).searchParams.has('login_hint')).toBe(false);
  });

  it.each([
    [undefined, null],
    [['CorpUsers'], 'CorpUsers'],
    [['CorpUsers', 'Corp-AD'], null],
  ])('names a connection only where the policy has exactly one: %j', async (connections, named) => {
    const { url } = await begin(portsWith(connections === undefined ? {} : { connections }));
    expect(new URL(url).searchParams.get('connection')).toBe(named);
  });
});

describe('a sign-in', () => {
  it('tells the account', async () => {
    expect(await finish(await signedIn())).toEqual(returnedAs(jane.account));
  });

  it('of Active Directory too', async () => {
    expect(await finish(await signedIn('ada@acme.test'))).toEqual(returnedAs(ada));
  });

  it('that took its time is still fresh', async () => {
    const { url, pending } = await begin();
    const visitor = createVisitor(tenant.emulator.url);
    await visitor.open(url);
    tenant.clock.pass(300_000);
    const shown = await visitor.send({ username: jane.workEmail, password });
    if (shown.kind !== 'away') throw new Error('stayed');
    tenant.clock.pass(50_000);
    expect(await finish({ pending, to: shown.to })).toEqual(returnedAs(jane.account));
  });

  it('is checked by the keys of that moment: a new one is known, a revoked one is not', async () => {
    await finish(await signedIn());
    await tenant.emulator.control.rotateKeys({ revokeOld: true });
    expect(await finish(await signedIn())).toEqual(returnedAs(jane.account));
  });

  it.each([-600_000, 600_000])('is understood where Auth0’s clock is %i ms ahead', async (ahead) => {
    tenant.emulator.control.setClockAhead(ahead);
    const of = portsWith();
    for (let answer = 0; answer < 5; answer += 1) await of.auth0.directory.givenName(jane.account);
    const { url, pending } = await begin(of);
    const to = await createVisitor(tenant.emulator.url).signIn(url, jane.workEmail, password);
    expect(await finish({ pending, to }, of)).toEqual(returnedAs(jane.account));
    tenant.emulator.control.setClockAhead(0);
  });
});

describe('what a browser brings back proves nothing', () => {
  it('with another state', async () => {
    const { pending, to } = await signedIn();
    expect(await finish({ pending, to: withQuery(to, 'state', 'another') })).toEqual({ is: 'mismatched' });
    expect(tenant.requests()).not.toContain('POST /oauth/token');
  });

  it('without a state', async () => {
    const { pending, to } = await signedIn();
    to.searchParams.delete('state');
    expect(await finish({ pending, to })).toEqual({ is: 'mismatched' });
  });

  it('with two of them', async () => {
    const { pending, to } = await signedIn();
    to.searchParams.append('state', 'another');
    expect(await finish({ pending, to })).toEqual({ is: 'mismatched' });
  });

  it('from the sign-in of another browser', async () => {
    const [own, foreign] = [await signedIn(), await signedIn('ada@acme.test')];
    expect(await finish({ pending: own.pending, to: foreign.to })).toEqual({ is: 'mismatched' });
    // A code that was slipped under the right state.
    const code = foreign.to.searchParams.get('code') ?? '';
    expect(await finish({ pending: own.pending, to: withQuery(own.to, 'code', code) })).toEqual({ is: 'mismatched' });
  });

  it('with another verifier', async () => {
    const { pending, to } = await signedIn();
    const other = await begin();
    expect(await finish({ pending: { ...pending, verifier: other.pending.verifier }, to })).toEqual({
      is: 'mismatched',
    });
  });

  it('with another nonce', async () => {
    const { pending, to } = await signedIn();
    expect(await finish({ pending: { ...pending, nonce: 'another' }, to })).toEqual({ is: 'mismatched' });
  });

  it('a second time', async () => {
    const returned = await signedIn();
    expect(await finish(returned)).toMatchObject({ is: 'returned' });
    expect(await finish(returned)).toEqual({ is: 'mismatched' });
  });

  it('with a code that is too old', async () => {
    const returned = await signedIn();
    tenant.clock.pass(61_000);
    expect(await finish(returned)).toEqual({ is: 'mismatched' });
  });

  it('to another address than it was asked for', async () => {
    const { pending, to } = await signedIn();
    const elsewhere = new URL(`https://latchkey.acme.test/change/callback${to.search}`);
    expect(await finish({ pending, to: elsewhere })).toEqual({ is: 'mismatched' });
  });

  it('endlessly long', async () => {
    const { pending, to } = await signedIn();
    expect(await finish({ pending, to: withQuery(to, 'code', 'x'.repeat(10_000)) })).toEqual({ is: 'mismatched' });
    expect(tenant.requests()).not.toContain('POST /oauth/token');
  });

  it.each(['foreignSignature', 'wrongAud', 'wrongIssuer', 'wrongNonce', 'noNonce', 'noIdToken'] as const)(
    'by a token that lies: %s',
    async (lie) => {
      tenant.emulator.control.misbehave[lie] = true;
      const returned = await signedIn();
      expect(await finish(returned)).toEqual({ is: 'mismatched' });
    },
  );

  it.each(['oldAuthTime', 'noAuthTime'] as const)('by a sign-in that is not fresh: %s', async (lie) => {
    tenant.emulator.control.misbehave[lie] = true;
    expect(await finish(await signedIn())).toEqual({ is: 'not-fresh' });
  });

  it('by a sign-in of a minute and a second before it was asked for', async () => {
    const { pending, to } = await signedIn();
    const began = pending.startedAt + 62_000;
    expect(await finish({ pending: { ...pending, startedAt: instant(began) }, to })).toEqual({ is: 'not-fresh' });
  });

  it('by a sign-in in the future', async () => {
    tenant.emulator.control.setClockAhead(120_000);
    const returned = await signedIn();
    const result = await finish(returned);
    tenant.emulator.control.setClockAhead(0);
    expect(result).toEqual({ is: 'not-fresh' });
  });
});

describe('a sign-in that is not theirs to have', () => {
  it('in another connection is foreign', async () => {
    expect(await finish(await signedIn('ada@acme.test'), portsWith({ connections: ['CorpUsers'] }))).toEqual({
      is: 'foreign',
    });
  });

  it('with a passwordless user is foreign, whatever the policy names', async () => {
    const contact = 'email|65a0000000000000000000d1';
    tenant.emulator.control.addPasswordlessUser({
      provider: 'email',
      address: 'x@home.test',
      userId: contact.slice(6),
    });
    tenant.emulator.control.misbehave.subIs = contact;
    expect(await finish(await signedIn(), portsWith({ connections: ['email', 'CorpUsers'] }))).toEqual({
      is: 'foreign',
    });
  });

  it('with an account that is gone is foreign', async () => {
    tenant.emulator.control.misbehave.subIs = 'auth0|gone';
    expect(await finish(await signedIn())).toEqual({ is: 'foreign' });
  });

  it('because the person cancelled is denied', async () => {
    const { url, pending } = await begin();
    const visitor = createVisitor(tenant.emulator.url);
    await visitor.open(url);
    const shown = await visitor.send({ action: 'cancel' });
    if (shown.kind !== 'away') throw new Error('stayed');
    expect(await finish({ pending, to: shown.to })).toEqual({ is: 'denied' });
  });

  it('because an administrator blocked them is denied', async () => {
    tenant.emulator.control.adminBlock(jane.account, true);
    expect(await finish(await signedIn())).toEqual({ is: 'denied' });
  });

  it('because an Action refused it is denied', async () => {
    tenant.emulator.control.misbehave.signInDenied = true;
    expect(await finish(await signedIn())).toEqual({ is: 'denied' });
  });

  it('is not denied by an error under another state', async () => {
    const { pending } = await begin();
    const to = new URL(`${redirectUri}?error=access_denied&state=another`);
    expect(await finish({ pending, to })).toEqual({ is: 'mismatched' });
  });
});

describe('trouble at a sign-in', () => {
  it.each([
    ['server_error', { kind: 'unreachable' }],
    ['temporarily_unavailable', { kind: 'unreachable' }],
    ['unauthorized_client', { kind: 'refused', cause: 'sign-in: unauthorized_client' }],
    ['login_required', { kind: 'refused', cause: 'sign-in: login_required' }],
    ['<jane@acme.test>', { kind: 'refused', cause: 'sign-in: another error' }],
  ])('that Auth0 sends the browser back with is a failure: %s', async (error, failure) => {
    const { pending } = await begin();
    const to = new URL(redirectUri);
    to.search = new URLSearchParams({ error, error_description: 'jane@acme.test', state: pending.state }).toString();
    expect(failureOf(await ports.auth0.signIns.finish(pending, to))).toMatchObject(failure);
    expect(ports.lines.join('')).not.toContain('jane@acme.test');
  });

  it.each([
    [503, {}, 'unreachable'],
    [429, { 'retry-after': '20' }, 'rate-limited'],
    [401, {}, 'misconfigured'],
  ])('at the exchange is a failure: %i', async (status, headers, kind) => {
    const returned = await signedIn();
    tenant.emulator.control.faults.next({ path: /oauth\/token/ }, { status, headers });
    expect(failureOf(await ports.auth0.signIns.finish(returned.pending, returned.to))).toMatchObject({ kind });
  });

  it('with the keys is a failure', async () => {
    const returned = await signedIn();
    tenant.emulator.control.faults.next({ path: /jwks/ }, { status: 500 });
    expect(failureOf(await ports.auth0.signIns.finish(returned.pending, returned.to))).toMatchObject({
      kind: 'unreachable',
    });
  });

  it('while the account is read is a failure', async () => {
    const returned = await signedIn();
    tenant.emulator.control.faults.next({ path: /api\/v2\/users/ }, { status: 502 });
    expect(failureOf(await ports.auth0.signIns.finish(returned.pending, returned.to))).toMatchObject({
      kind: 'unreachable',
    });
  });

  it('leaves nothing secret in a log', async () => {
    const { pending, to } = await signedIn();
    await finish({ pending, to });
    await finish({ pending, to });
    await finish({ pending: { ...pending, nonce: 'another' }, to: (await signedIn()).to });
    const secrets = [pending.state, pending.nonce, pending.verifier, to.searchParams.get('code') ?? '', jane.workEmail];
    const log = ports.lines.join('');
    expect(log).toContain('auth0.sign-in.mismatched');
    for (const secret of [...secrets, 'eyJ']) expect(log).not.toContain(secret);
  });
});
