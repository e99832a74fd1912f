import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerOf, createPorts, failureOf, jane, startTenant, type Tenant } from './tenant.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant[Symbol.asyncDispose]());
beforeEach(() => {
  tenant.emulator.control.calm();
  tenant.requests();
});
/** Ports without any cached value, like a new process. */
const fresh = () => createPorts({ baseUrl: tenant.emulator.url }, tenant.clock).auth0.sessions;
const posts = () => tenant.requests().filter((request) => !request.endsWith('/oauth/token'));

describe('ending sessions', () => {
  it('is an order that Auth0 took, for sessions and refresh tokens', async () => {
    tenant.emulator.control.signIn(jane.workEmail, 'old-Password-1');
    expect(answerOf(await fresh().end(jane.account))).toBe('asked');
    await expect
      .poll(() => tenant.emulator.control.user(jane.account))
      .toMatchObject({ sessions: 0, refreshTokens: 0 });
  });

  it('is unavailable where the plan has no such thing, and is not asked again for an hour', async () => {
    tenant.emulator.control.misbehave.sessionsUnavailable = true;
    const sessions = fresh();
    expect(answerOf(await sessions.end(jane.account))).toBe('unavailable');
    expect(posts()).toHaveLength(3);
    expect(answerOf(await sessions.end(jane.account))).toBe('unavailable');
    expect(posts()).toEqual([]);
    tenant.clock.pass(3_601_000);
    tenant.emulator.control.misbehave.sessionsUnavailable = false;
    expect(answerOf(await sessions.end(jane.account))).toBe('asked');
  });

  it.each([402, 403, 404])('falls back to the two separate calls on %i', async (status) => {
    tenant.emulator.control.faults.next(
      { path: /revoke-access/ },
      { status, body: { statusCode: status, error: 'x' } },
    );
    expect(answerOf(await fresh().end(jane.account))).toBe('asked');
    expect(posts()).toHaveLength(3);
  });

  it('is not called asked where only one half was taken', async () => {
    tenant.emulator.control.faults.next({ path: /revoke-access/ }, { status: 403, body: {} });
    tenant.emulator.control.faults.next({ path: /refresh-tokens/ }, { status: 403, body: {} });
    expect(answerOf(await fresh().end(jane.account))).toBe('unavailable');
  });

  it('does not fail a reset for an answer that will not get better', async () => {
    tenant.emulator.control.faults.next({ path: /revoke-access/ }, { status: 400, body: { statusCode: 400 } });
    expect(answerOf(await fresh().end(jane.account))).toBe('unavailable');
  });

  it('may be tried again where Auth0 was not reached', async () => {
    tenant.emulator.control.faults.next({ path: /revoke-access/ }, { status: 503 });
    expect(failureOf(await fresh().end(jane.account))).toMatchObject({ kind: 'unreachable', retry: 'later' });
  });
});
