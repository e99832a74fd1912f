import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountId } from '../../src/flows/ids.ts';
import { factsRead } from '../../src/flows/inspection.ts';
import { answerOf, createPorts, failureOf, jane, startTenant, type Tenant, withLocks } from './tenant.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant[Symbol.asyncDispose]());

const ids = new Set<string>();
function add(
  userId: string,
  input: { connection: string; email?: string; emailVerified?: boolean; username?: string },
) {
  ids.add(userId);
  tenant.emulator.control.addUser({ userId, ...input });
}
beforeEach(() => {
  for (const id of ids) tenant.emulator.control.removeUser(id);
  ids.clear();
  tenant.emulator.control.adminBlock(jane.account, false);
});

const match = async (email: string, connections?: readonly string[]) => {
  const { auth0 } =
    connections === undefined ? tenant : createPorts({ baseUrl: tenant.emulator.url, connections }, tenant.clock);
  return answerOf(await auth0.directory.match(email));
};

describe('a work email is matched to an account', () => {
  it('where exactly one verified account has it, with its contacts masked', async () => {
    expect(await match(jane.workEmail)).toEqual({
      is: 'account',
      account: jane.account,
      contacts: [
        { ref: jane.emailRef, channel: 'email', masked: 'j•••@g•••.test' },
        { ref: jane.phoneRef, channel: 'sms', masked: '•••12' },
      ],
    });
  });

  it('however the platform writes it', async () => {
    expect(await match(' Jane@ACME.test ')).toMatchObject({ is: 'account', account: jane.account });
  });

  it('also where AD wrote it with capitals, as the platform does', async () => {
    add('ad|Corp-AD|caps', { connection: 'Corp-AD', email: 'Ada.Byron@acme.test' });
    expect(await match('Ada.Byron@acme.test')).toMatchObject({ is: 'account', account: 'ad|Corp-AD|caps' });
  });

  it('in one request', async () => {
    await match(jane.workEmail);
    tenant.requests();
    await match(jane.workEmail);
    expect(tenant.requests()).toEqual(['GET /api/v2/users-by-email']);
  });

  it('beyond ASCII as it is written, letter by letter', async () => {
    add('ad|Corp-AD|joerg', { connection: 'Corp-AD', email: 'jörg@münchen.example' });
    expect(await match('Jörg@münchen.EXAMPLE')).toMatchObject({ is: 'account', account: 'ad|Corp-AD|joerg' });
    expect(await match('jorg@munchen.example')).toEqual({ is: 'none', because: 'absent' });
    expect(await match('JÖRG@MÜNCHEN.example')).toEqual({ is: 'none', because: 'absent' });
  });

  it('in AD too', async () => {
    add('ad|Corp-AD|0f0f', { connection: 'Corp-AD', email: 'ann@acme.test' });
    expect(await match('ann@acme.test')).toMatchObject({ is: 'account', account: 'ad|Corp-AD|0f0f' });
  });
});

describe('a work email is matched to nobody', () => {
  it('where no account has it', async () => {
    expect(await match('nobody@acme.test')).toEqual({ is: 'none', because: 'absent' });
  });

  it.each([
    ['the Kelvin sign', 'mi\u212ae@acme.test'],
    ['a dotless i', 'm\u0131ke@acme.test'],
    ['a dotted I', 'm\u0130ke@acme.test'],
    ['full-width letters', '\uff4d\uff49\uff4b\uff45@acme.test'],
    ['a long s in the domain', 'mike@acme.te\u017ft'],
    ['a no-break space behind it', 'mike@acme.test\u00a0'],
    ['a zero-width space in it', 'mi\u200bke@acme.test'],
  ])('where a platform writes an address that only looks like it: %s', async (_how, address) => {
    add('auth0|mike', { connection: 'CorpUsers', email: 'mike@acme.test' });
    expect(await match(address)).toEqual({ is: 'none', because: 'absent' });
    expect(await match('MIKE@acme.test')).toMatchObject({ is: 'account', account: 'auth0|mike' });
  });

  it('where two accounts have it', async () => {
    add('auth0|2', { connection: 'OtherUsers', email: jane.workEmail });
    expect(await match(jane.workEmail)).toEqual({ is: 'none', because: 'ambiguous' });
  });

  it('where the address is not verified', async () => {
    add('auth0|3', { connection: 'CorpUsers', email: 'eve@acme.test', emailVerified: false });
    expect(await match('eve@acme.test')).toEqual({ is: 'none', because: 'unverified' });
  });

  it('where only a passwordless user has it', async () => {
    const user = tenant.emulator.control.addPasswordlessUser({
      provider: 'email',
      address: 'pl@acme.test',
      verified: true,
    });
    ids.add(user.userId);
    expect(await match('pl@acme.test')).toEqual({ is: 'none', because: 'absent' });
    expect(await match('pl@acme.test', ['email'])).toEqual({ is: 'none', because: 'absent' });
  });

  it('where it is only the address of a contact', async () => {
    expect(await match(jane.email)).toEqual({ is: 'none', because: 'absent' });
  });

  it('where the account is not in the connections that the policy names', async () => {
    expect(await match(jane.workEmail, ['Elsewhere'])).toEqual({ is: 'none', because: 'absent' });
    expect(await match(jane.workEmail, ['CorpUsers'])).toMatchObject({ is: 'account' });
  });

  it('where it is a social login and the policy names no connections', async () => {
    add('google-oauth2|4', { connection: 'google-oauth2', email: 'so@acme.test' });
    expect(await match('so@acme.test')).toEqual({ is: 'none', because: 'absent' });
  });

  it('a stranger with the same unverified address does not stand in her way', async () => {
    add('auth0|5', { connection: 'Customers', email: jane.workEmail, emailVerified: false });
    expect(await match(jane.workEmail)).toMatchObject({ is: 'account', account: jane.account });
  });
});

describe('an inspection', () => {
  it('says what policy and flow need to know', async () => {
    tenant.emulator.control.addUser({
      userId: 'auth0|6',
      connection: 'CorpUsers',
      email: 'six@acme.test',
      appMetadata: { privileged: true, deep: { list: [1, null, 'x'] } },
    });
    expect(answerOf(await tenant.auth0.directory.inspect(accountId('auth0|6'), withLocks))).toEqual({
      connection: 'CorpUsers',
      appMetadata: { privileged: true, deep: { list: [1, null, 'x'] } },
      disabled: false,
      locked: false,
      resettable: true,
    });
  });

  it('tells an administrator’s block from a lock', async () => {
    tenant.emulator.control.adminBlock(jane.account, true);
    expect(answerOf(await tenant.auth0.directory.inspect(jane.account, withLocks))).toMatchObject({
      disabled: true,
    });
    tenant.emulator.control.adminBlock(jane.account, false);
    tenant.emulator.control.lock(jane.account);
    expect(answerOf(await tenant.auth0.directory.inspect(jane.account, withLocks))).toMatchObject({
      disabled: false,
      locked: true,
    });
    expect(answerOf(await tenant.auth0.locks.isLocked(jane.account))).toBe(true);
    answerOf(await tenant.auth0.locks.lift(jane.account));
  });

  it('sees a lock that stands on a linked contact only', async () => {
    tenant.emulator.control.lockContact('email', jane.email);
    expect(answerOf(await tenant.auth0.directory.inspect(jane.account, withLocks))).toMatchObject({ locked: true });
    answerOf(await tenant.auth0.locks.lift(jane.account));
    expect(answerOf(await tenant.auth0.directory.inspect(jane.account, withLocks))).toMatchObject({ locked: false });
  });

  it('says that AD accounts and accounts without an address cannot have a ticket', async () => {
    add('ad|Corp-AD|7', { connection: 'Corp-AD', email: 'seven@acme.test' });
    add('auth0|8', { connection: 'CorpUsers', username: 'eight' });
    expect(answerOf(await tenant.auth0.directory.inspect(accountId('ad|Corp-AD|7'), withLocks))).toMatchObject({
      connection: 'Corp-AD',
      resettable: false,
    });
    expect(answerOf(await tenant.auth0.directory.inspect(accountId('auth0|8'), withLocks))).toMatchObject({
      resettable: false,
    });
  });

  it('for a reset asks for the record and nothing else', async () => {
    tenant.emulator.control.lock(jane.account);
    tenant.requests();
    expect(answerOf(await tenant.auth0.directory.inspect(jane.account, factsRead.reset))).not.toHaveProperty('locked');
    expect(tenant.requests()).toEqual([`GET /api/v2/users/${jane.account}`]);
    answerOf(await tenant.auth0.locks.lift(jane.account));
  });

  it('takes one round of requests where the id tells of a lock', async () => {
    const slow = createPorts({ baseUrl: tenant.emulator.url }, tenant.clock);
    await slow.auth0.warmUp();
    tenant.emulator.control.lock(jane.account);
    tenant.emulator.control.faults.set({ latencyMs: 400 });
    const began = performance.now();
    expect(answerOf(await slow.auth0.directory.inspect(jane.account, withLocks))).toMatchObject({ locked: true });
    const took = performance.now() - began;
    tenant.emulator.control.faults.clear();
    answerOf(await tenant.auth0.locks.lift(jane.account));
    expect(took).toBeLessThan(780);
  });

  it.each([429, 503])(
    'keeps the record that it has read where the look for locks was answered with %i',
    async (status) => {
      const ports = createPorts({ baseUrl: tenant.emulator.url }, tenant.clock);
      tenant.emulator.control.faults.next({ path: /user-blocks/ }, { status, headers: { 'retry-after': '2' } });
      expect((await ports.auth0.directory.inspect(jane.account, withLocks)).ok).toBe(false);
      tenant.clock.pass(2_000);
      tenant.requests();
      expect(answerOf(await ports.auth0.directory.inspect(jane.account, withLocks))).toMatchObject({ locked: false });
      expect(tenant.requests().filter((request) => !request.includes('user-blocks'))).toEqual([]);
    },
  );

  it('asks on where a look was refused half-way, and for nothing twice', async () => {
    const ports = createPorts({ baseUrl: tenant.emulator.url }, tenant.clock);
    tenant.emulator.control.faults.next({ path: /user-blocks\?/ }, { status: 429, headers: { 'retry-after': '2' } });
    expect(failureOf(await ports.auth0.directory.inspect(jane.account, withLocks))).toMatchObject({
      retryAfterMs: 2_000,
    });
    tenant.clock.pass(2_000);
    tenant.requests();
    answerOf(await ports.auth0.directory.inspect(jane.account, withLocks));
    expect(tenant.requests()).toEqual(Array(3).fill('GET /api/v2/user-blocks'));
  });

  it('tells of an administrator’s block even where locks cannot be looked for', async () => {
    tenant.emulator.control.adminBlock(jane.account, true);
    tenant.emulator.control.faults.next({ path: /user-blocks/ }, { status: 503 });
    expect(answerOf(await tenant.auth0.directory.inspect(jane.account, withLocks))).toMatchObject({ disabled: true });
  });

  it('of an account that is gone answers absent', async () => {
    expect(failureOf(await tenant.auth0.directory.inspect(accountId('auth0|gone'), withLocks))).toMatchObject({
      kind: 'absent',
    });
  });
});

describe('a given name', () => {
  it('is what the directory has', async () => {
    expect(answerOf(await tenant.auth0.directory.givenName(jane.account))).toBe('Jane');
  });

  it.each([undefined, '', '  ', 'http://evil.test', '<b>Jane</b>', 'J'.repeat(60)])('%j is none', async (givenName) => {
    tenant.emulator.control.addUser({
      userId: 'auth0|9',
      connection: 'CorpUsers',
      email: 'nine@acme.test',
      ...(givenName === undefined ? {} : { givenName }),
    });
    expect(answerOf(await tenant.auth0.directory.givenName(accountId('auth0|9')))).toBeUndefined();
  });
});
