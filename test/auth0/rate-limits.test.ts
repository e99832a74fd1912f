import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerOf, createPorts, failureOf, jane, type Ports, startTenant, type Tenant, withLocks } from './tenant.ts';

let tenant: Tenant;
let ports: Ports;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant[Symbol.asyncDispose]());
beforeEach(() => {
  tenant.emulator.control.calm();
  tenant.requests();
  ports = createPorts({ baseUrl: tenant.emulator.url }, tenant.clock);
});
const limit = (path: RegExp, seconds: number) =>
  tenant.emulator.control.faults.next({ path }, { status: 429, headers: { 'retry-after': String(seconds) } });
const match = () => ports.auth0.directory.match(jane.workEmail, jane.actor);

describe('a rate limit', () => {
  it('is passed on with Auth0’s own time', async () => {
    limit(/users-by-email/, 20);
    expect(failureOf(await match())).toMatchObject({ kind: 'rate-limited', retry: 'later', retryAfterMs: 20_000 });
  });

  it('is kept without asking until its time has come', async () => {
    limit(/users-by-email/, 20);
    await match();
    tenant.requests();
    tenant.clock.pass(12_000);
    expect(failureOf(await match())).toMatchObject({ kind: 'rate-limited', retryAfterMs: 8_000 });
    expect(failureOf(await ports.auth0.directory.inspect(jane.account, withLocks))).toMatchObject({
      kind: 'rate-limited',
    });
    expect(tenant.requests().filter((request) => request.includes('users'))).toEqual([]);
    tenant.clock.pass(8_000);
    expect(answerOf(await match())).toMatchObject({ is: 'account' });
  });

  it('of one group does not stop another', async () => {
    limit(/\/logs/, 60);
    expect(failureOf(await ports.auth0.passwordChanges.since(tenant.clock.now(), [jane.account]))).toMatchObject({
      kind: 'rate-limited',
    });
    expect(answerOf(await match())).toMatchObject({ is: 'account' });
    expect(answerOf(await ports.auth0.tickets.mint(jane.account, 600))).toMatchObject({ is: 'ticket' });
  });

  it('of codes is said and then kept', async () => {
    limit(/passwordless\/start/, 3_000);
    const failure = failureOf(await ports.auth0.codes.send(jane.account, jane.emailRef));
    expect(failure).toMatchObject({ kind: 'rate-limited', retryAfterMs: 3_000_000 });
    tenant.requests();
    expect(failureOf(await ports.auth0.codes.send(jane.account, jane.phoneRef))).toMatchObject({
      kind: 'rate-limited',
    });
    expect(tenant.requests()).not.toContain('POST /passwordless/start');
    tenant.clock.pass(3_001_000);
    answerOf(await ports.auth0.codes.send(jane.account, jane.phoneRef));
  });

  it('of the token stops everything that needs it, without a request', async () => {
    limit(/oauth\/token/, 10);
    await match();
    tenant.requests();
    expect(failureOf(await match())).toMatchObject({ kind: 'rate-limited', cause: expect.stringContaining('token') });
    expect(tenant.requests()).toEqual([]);
    tenant.clock.pass(10_000);
    expect(answerOf(await match())).toMatchObject({ is: 'account' });
  });

  it('is never retried by ourselves within a call', async () => {
    limit(/users-by-email/, 1);
    await match();
    expect(tenant.requests().filter((request) => request.includes('users-by-email'))).toHaveLength(1);
  });
});

describe('what is measured', () => {
  it('is every request that was made, by name and outcome', async () => {
    await match();
    limit(/users-by-email/, 20);
    await match();
    await match();
    expect(ports.observed).toEqual([
      { call: 'management-token', outcome: 'ok' },
      { call: 'users-by-email', outcome: 'ok' },
      { call: 'users-by-email', outcome: 'rate-limited' },
    ]);
  });
});

describe('starting', () => {
  it('fetches token and keys ahead, once', async () => {
    await ports.auth0.warmUp();
    expect(new Set(tenant.requests())).toEqual(new Set(['POST /oauth/token', 'GET /.well-known/jwks.json']));
    await ports.auth0.warmUp();
    expect((await ports.auth0.check()).ok).toBe(true);
    await match();
    expect(tenant.requests()).toEqual(['GET /api/v2/users-by-email']);
  });

  it('is not ready with wrong credentials, and says so', async () => {
    const wrong = createPorts({ baseUrl: tenant.emulator.url, clientSecret: 'wrong' }, tenant.clock);
    expect(failureOf(await wrong.auth0.check())).toMatchObject({ kind: 'misconfigured' });
    expect(wrong.lines.join('')).toContain('AUTH0_CLIENT_SECRET');
    expect(wrong.lines.join('')).not.toContain('"wrong"');
  });

  it('fetches a revoked token anew, once for everybody who meets it', async () => {
    await ports.auth0.warmUp();
    tenant.clock.pass(1_000);
    tenant.emulator.control.revokeManagementTokens();
    tenant.clock.pass(1_000);
    tenant.requests();
    const outcomes = await Promise.all([match(), match(), match()]);
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(tenant.requests().filter((request) => request === 'POST /oauth/token')).toHaveLength(1);
  });
});

describe('where many wait for the scarce endpoints', () => {
  const busy = () => limit(/tickets/, 2);
  const mint = () => ports.auth0.tickets.mint(jane.account, 600);
  const revoked = () => tenant.requests().filter((request) => request.endsWith('revoke-access'));

  it('sessions of a finished reset end after the tickets that people wait for', async () => {
    busy();
    await mint();
    tenant.clock.pass(2_000);
    expect(failureOf(await ports.auth0.sessions.end(jane.account, true))).toMatchObject({ retryAfterMs: 1_500 });
    expect(answerOf(await mint())).toMatchObject({ is: 'ticket' });
    tenant.clock.pass(1_500);
    expect(answerOf(await ports.auth0.sessions.end(jane.account, true))).toBe('asked');
    expect(revoked()).toHaveLength(1);
  });

  it('sessions that are ended for safety go as soon as anything does', async () => {
    busy();
    await mint();
    expect((await ports.auth0.sessions.end(jane.account)).ok).toBe(false);
    tenant.clock.pass(2_000);
    expect(answerOf(await ports.auth0.sessions.end(jane.account))).toBe('asked');
  });

  it('patient endpoints do not make each other wait', async () => {
    limit(/revoke-access/, 2);
    expect(failureOf(await ports.auth0.sessions.end(jane.account, true))).toMatchObject({ retryAfterMs: 2_000 });
    tenant.clock.pass(2_000);
    expect(answerOf(await ports.auth0.sessions.end(jane.account, true))).toBe('asked');
  });
});
