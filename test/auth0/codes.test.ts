import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountId, contactRef, type Instant, later } from '../../src/flows/ids.ts';
import type { MayText } from '../../src/flows/ports.ts';
import { phoneCountry } from '../../src/text/phone-country.ts';
import { answerOf, codeTo, createPorts, failureOf, jane, startTenant, type Tenant, wrongCode } from './tenant.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant[Symbol.asyncDispose]());
beforeEach(() => {
  tenant.emulator.control.calm();
  tenant.emulator.control.adminBlock(jane.account, false);
  tenant.clock.pass(60_000);
});

async function sent(): Promise<{ readonly code: string; readonly since: Instant }> {
  const since = tenant.clock.now();
  answerOf(await tenant.auth0.codes.send(jane.account, jane.emailRef));
  return { code: codeTo(tenant, jane.email), since };
}
const check = (code: string, since: Instant) => tenant.auth0.codes.check(jane.account, jane.emailRef, code, since);

describe('a code', () => {
  it('goes to the linked contact and proves the account when it comes back', async () => {
    const { code, since } = await sent();
    tenant.clock.pass(20_000);
    expect(answerOf(await check(code, since))).toBe('accepted');
  });

  it('goes to a phone too', async () => {
    const since = tenant.clock.now();
    expect(answerOf(await tenant.auth0.codes.send(jane.account, jane.phoneRef))).toBe('sms');
    const code = codeTo(tenant, jane.phone);
    expect(answerOf(await tenant.auth0.codes.check(jane.account, jane.phoneRef, code, since))).toBe('accepted');
  });

  it('goes to a phone only where a text message may be sent to its country', async () => {
    const asked: string[] = [];
    const mayText: MayText = async (country) => {
      asked.push(country);
      return { is: 'not-yet', again: later(tenant.clock.now(), 60) };
    };
    const before = tenant.emulator.control.outbox.length;
    expect(failureOf(await tenant.auth0.codes.send(jane.account, jane.phoneRef, mayText))).toMatchObject({
      ...{ kind: 'rate-limited', retryAfterMs: 60_000, cause: 'text-messages-used-up' },
    });
    expect(asked).toEqual([await phoneCountry(jane.phone)]);
    expect(tenant.emulator.control.outbox).toHaveLength(before);
    const may: MayText = async () => ({ is: 'yes', settle: async () => undefined });
    expect(answerOf(await tenant.auth0.codes.send(jane.account, jane.phoneRef, may))).toBe('sms');
    // Mail costs nothing.
    answerOf(await tenant.auth0.codes.send(jane.account, jane.emailRef, mayText));
    expect(asked).toHaveLength(1);
  });

  const refusal = { error: 'bad.request', error_description: 'no' };
  it.each([
    ['is sent', undefined, true],
    ['is sent, and the answer is lost', { lose: true }, true],
    ['may be sent: Auth0 breaks down over it', { status: 503 }, true],
    ['may be sent: the answer cannot be read', { status: 302, body: JSON.stringify({}) }, true],
    ['is refused', { status: 400, body: JSON.stringify(refusal) }, false],
    ['is refused, because a right is missing', { status: 403, body: JSON.stringify(refusal) }, false],
    ['is not sent, because Auth0 is over its limit', { status: 429, headers: { 'retry-after': '2' } }, false],
  ] as const)('whose text message %s says so to who counts them', async (_what, fault, mayBeSent) => {
    if (fault !== undefined) tenant.emulator.control.faults.next({ path: /passwordless\/start/ }, fault);
    const settled: boolean[] = [];
    const may: MayText = async () => ({ is: 'yes', settle: async (sent) => void settled.push(sent) });
    const outcome = await tenant.auth0.codes.send(jane.account, jane.phoneRef, may);
    expect([outcome.ok, settled]).toEqual([fault === undefined, [mayBeSent]]);
  });

  it('is always a code and never a link', async () => {
    await sent();
    expect(tenant.emulator.control.outbox.at(-1)?.code).toMatch(/^\d{6}$/);
  });

  it('works once', async () => {
    const { code, since } = await sent();
    answerOf(await check(code, since));
    expect(answerOf(await check(code, since))).toBe('wrong');
  });

  it('works once, of fifty at the same time', async () => {
    const { code, since } = await sent();
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => check(code, since)));
    expect(outcomes.filter((outcome) => outcome.ok && outcome.value === 'accepted')).toHaveLength(1);
    // This many failures lock the address at Auth0.
    answerOf(await tenant.auth0.locks.lift(jane.account));
  });

  it('is wrong twice and used up the third time, then even the right one is', async () => {
    const { code, since } = await sent();
    const wrong = wrongCode(code);
    expect(answerOf(await check(wrong, since))).toBe('wrong');
    expect(answerOf(await check(wrong, since))).toBe('wrong');
    expect(answerOf(await check(wrong, since))).toBe('used-up');
    expect(answerOf(await check(code, since))).toBe('used-up');
  });

  it('expires', async () => {
    const { code, since } = await sent();
    tenant.clock.pass(181_000);
    expect(answerOf(await check(code, since))).toBe('expired');
  });

  it.each(['', 'abc', '12 34 56', '123', '1'.repeat(41), '１２３４５６'])(
    '%j is wrong without asking',
    async (code) => {
      const { since } = await sent();
      tenant.requests();
      expect(answerOf(await check(code, since))).toBe('wrong');
      expect(tenant.requests()).toEqual([]);
    },
  );

  it('is refused where Auth0 locked the address: a new one would be as well', async () => {
    const { code, since } = await sent();
    tenant.emulator.control.lockContact('email', jane.email);
    expect(await check(code, since)).toMatchObject({ ok: false, failure: { kind: 'refused', retry: 'never' } });
    answerOf(await tenant.auth0.locks.lift(jane.account));
  });

  it('of a blocked account is refused and never accepted', async () => {
    const { code, since } = await sent();
    tenant.emulator.control.adminBlock(jane.account, true);
    expect(failureOf(await check(code, since))).toMatchObject({ kind: 'refused' });
  });

  it('behind an MFA policy tells the operator what to change', async () => {
    const { code, since } = await sent();
    tenant.emulator.control.misbehave.mfaRequired = true;
    expect(failureOf(await check(code, since))).toMatchObject({
      kind: 'misconfigured',
      cause: 'code-exchange: 403 mfa_required',
      remedy: expect.stringContaining('MFA'),
    });
  });

  it('is checked in one request, since its address is remembered', async () => {
    const { code, since } = await sent();
    tenant.requests();
    answerOf(await check(code, since));
    expect(tenant.requests()).toEqual(['POST /oauth/token']);
  });

  it('is checked by a process that did not send it', async () => {
    const { code, since } = await sent();
    const other = createPorts({ baseUrl: tenant.emulator.url }, tenant.clock);
    expect(answerOf(await other.auth0.codes.check(jane.account, jane.emailRef, code, since))).toBe('accepted');
  });

  it('outlives a rotation of the signing keys', async () => {
    const { code, since } = await sent();
    await tenant.emulator.control.rotateKeys({ revokeOld: true });
    expect(answerOf(await check(code, since))).toBe('accepted');
  });
});

describe('an id_token proves nothing', () => {
  it.each([
    ['foreignSignature', 'signature'],
    ['wrongSub', 'subject'],
    ['wrongAud', 'claims'],
    ['wrongIssuer', 'claims'],
  ] as const)('with %s', async (misbehaviour, because) => {
    const { code, since } = await sent();
    tenant.emulator.control.misbehave[misbehaviour] = true;
    expect(answerOf(await check(code, since))).toBe('mismatched');
    expect(tenant.lines.at(-1)).toContain(`"because":"${because}"`);
  });

  it('issued before this flow began', async () => {
    const { code } = await sent();
    expect(answerOf(await check(code, later(tenant.clock.now(), 62)))).toBe('too-old');
  });

  it('that is two hours old, and no alarm is raised', async () => {
    const { code, since } = await sent();
    tenant.emulator.control.misbehave.staleIat = true;
    expect(answerOf(await check(code, since))).toBe('too-old');
    expect(JSON.parse(tenant.lines.at(-1) ?? '')).toMatchObject({ level: 40, msg: 'proof too old' });
  });

  it('that is missing', async () => {
    const { code, since } = await sent();
    tenant.emulator.control.misbehave.noIdToken = true;
    expect(failureOf(await check(code, since))).toMatchObject({ kind: 'malformed' });
  });

  it('for another account that holds the same contact now', async () => {
    const other = 'auth0|65a000000000000000000002';
    tenant.emulator.control.addUser({
      userId: other,
      connection: 'CorpUsers',
      email: 'other@acme.test',
      contacts: [{ provider: 'email', address: 'shared@home.test', userId: '65a0000000000000000000e2' }],
    });
    const ref = contactRef('email|65a0000000000000000000e2');
    const owner = tenant.emulator.control.user(other);
    const since = tenant.clock.now();
    answerOf(await tenant.auth0.codes.send(accountId(other), ref));
    const code = codeTo(tenant, 'shared@home.test');
    tenant.emulator.control.removeUser(owner.userId);
    tenant.emulator.control.addPasswordlessUser({ provider: 'email', address: 'shared@home.test', verified: true });
    expect(answerOf(await tenant.auth0.codes.check(accountId(other), ref, code, since))).toBe('mismatched');
  });
});

describe('sending', () => {
  it('is refused where the contact is not linked any more', async () => {
    const gone = contactRef('email|65a0000000000000000000ff');
    tenant.requests();
    expect(failureOf(await tenant.auth0.codes.send(jane.account, gone))).toMatchObject({ kind: 'refused' });
    expect(tenant.requests()).not.toContain('POST /passwordless/start');
  });

  it('reads the address from the account every time', async () => {
    await sent();
    tenant.requests();
    await sent();
    expect(tenant.requests()).toEqual([`GET /api/v2/users/${jane.account}`, 'POST /passwordless/start']);
  });

  it('goes on where Auth0 names another id, and says so with ids only', async () => {
    tenant.emulator.control.misbehave.idMismatch = true;
    const { code, since } = await sent();
    const warning = tenant.lines.find((line) => line.includes('names another id')) ?? '';
    expect(JSON.parse(warning)).toMatchObject({ level: 40, account: jane.account, contact: jane.emailRef });
    expect(warning).not.toContain('@');
    expect(answerOf(await check(code, since))).toBe('accepted');
  });
});
