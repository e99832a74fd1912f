// Passwords that are set from here: one request, what Auth0's answers mean, and that nothing of a password is kept.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountId, later } from '../../src/flows/ids.ts';
import { answerOf, failureOf, jane, startTenant, type Tenant } from './tenant.ts';

let tenant: Tenant;
const good = 'Kraken-under-9-bridges';
const patch = { method: 'PATCH', path: /\/users\// };

beforeAll(async () => {
  tenant = await startTenant({ setPasswordHere: ['CorpUsers', 'Corp-AD'] });
  const { control } = tenant.emulator;
  control.addUser({ userId: 'ad|Corp-AD|1', connection: 'Corp-AD', email: 'ann@acme.test' });
  control.addUser({
    userId: 'auth0|other',
    connection: 'OldUsers',
    email: 'otto@acme.test',
    password: 'old-Password-1',
  });
  control.addUser({
    userId: 'auth0|noaddress',
    connection: 'CorpUsers',
    username: 'nobody',
    password: 'old-Password-1',
  });
});
afterAll(() => tenant[Symbol.asyncDispose]());
beforeEach(() => {
  tenant.emulator.control.calm();
  tenant.emulator.control.adminBlock(jane.account, false);
  tenant.emulator.control.requests.length = 0;
  tenant.clock.pass(600_000);
});

const bodies = () =>
  tenant.emulator.control.requests.filter(({ method }) => method === 'PATCH').map(({ body }) => body);
const set = (password = good, account = jane.account) => tenant.auth0.passwords.set(account, password);
const refusal = (message: string) => ({ status: 400, body: { statusCode: 400, error: 'Bad Request', message } });

describe('a password', () => {
  it('is set by one request with the connection, and its owner signs in with it', async () => {
    expect(answerOf(await set())).toEqual({ is: 'set' });
    expect(bodies()).toEqual([{ password: good, connection: 'CorpUsers' }]);
    expect(tenant.emulator.control.signIn(jane.account, good)).toMatchObject({ ok: true });
    expect(tenant.lines.join('')).not.toContain(good);
  });

  it('is set for an account without an address, too: no ticket could be', async () => {
    expect(answerOf(await set(good, accountId('auth0|noaddress')))).toEqual({ is: 'set' });
  });

  it('is not set where the account is blocked, read right before, and the block stays', async () => {
    tenant.emulator.control.adminBlock(jane.account, true);
    expect(answerOf(await set('Another-9-bridges'))).toEqual({ is: 'disabled' });
    expect([bodies(), tenant.emulator.control.user(jane.account).blocked]).toEqual([[], true]);
  });

  it.each([
    ['of a connection that the policy does not name', 'auth0|other'],
    ['of Active Directory, although the policy names its connection', 'ad|Corp-AD|1'],
  ])('is not set for an account %s', async (_which, id) => {
    expect(answerOf(await set(good, accountId(id)))).toEqual({ is: 'unsupported' });
    expect(bodies()).toEqual([]);
  });

  it.each([
    ['PasswordStrengthError: Password is too weak', 'too-weak'],
    ['PasswordHistoryError: Password has previously been used', 'used-before'],
    ['PasswordDictionaryError: Password is too common', 'too-common'],
    ['PasswordNoUserInfoError: Password contains user information', 'holds-name'],
  ] as const)('that Auth0 refuses with “%s” breaks that rule', async (message, rule) => {
    tenant.emulator.control.faults.next(patch, refusal(message));
    expect(answerOf(await set())).toEqual({ is: 'refused', rules: [rule] });
  });

  it('that Auth0 refuses for another reason is a refusal, and its text is passed on to nobody', async () => {
    tenant.emulator.control.faults.next(patch, refusal(`Payload validation error: ${good}`));
    const failure = failureOf(await set());
    expect(failure).toMatchObject({ kind: 'refused', retry: 'never' });
    expect(JSON.stringify(failure) + tenant.lines.join('')).not.toContain(good);
  });

  it.each([
    ['the connection breaks after it was sent', { lose: true }],
    ['no answer comes', { disconnect: true }],
    ['a gateway answers', { html: '<p>502</p>', status: 502 }],
    ['Auth0 fails', { status: 500, body: { statusCode: 500, error: 'Internal Server Error', message: 'x' } }],
  ] as const)('of which %s may have been set: nobody knows', async (_how, fault) => {
    tenant.emulator.control.faults.next(patch, fault);
    expect(answerOf(await set('Yet-another-9-bridges'))).toEqual({ is: 'unknown' });
  });

  it('is certainly not set where the account could not be read, or Auth0 is busy', async () => {
    tenant.emulator.control.faults.next({ method: 'GET', path: /\/users\// }, { disconnect: true });
    expect(failureOf(await set())).toMatchObject({ kind: 'unreachable', mayHaveHappened: false });
    tenant.emulator.control.faults.next(patch, { ...refusal('x'), status: 429, headers: { 'retry-after': '7' } });
    expect(failureOf(await set())).toMatchObject({ kind: 'rate-limited' });
    tenant.clock.pass(60_000);
  });
});

describe('the look at a password that was sent', () => {
  it('finds that it was set, by our clock, and only reads', async () => {
    const since = tenant.clock.now();
    expect(answerOf(await set('Found-under-9-bridges'))).toEqual({ is: 'set' });
    tenant.emulator.control.requests.length = 0;
    const settled = answerOf(await tenant.auth0.passwords.settled(jane.account, since));
    expect(settled).toMatchObject({ is: 'set' });
    expect(settled.is === 'set' && Math.abs(settled.at - since)).toBeLessThan(3_000);
    expect(tenant.emulator.control.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('never says for certain that it was not: whether Auth0 writes the time down is not confirmed', async () => {
    const since = later(tenant.clock.now(), 60);
    expect(answerOf(await tenant.auth0.passwords.settled(jane.account, since))).toEqual({ is: 'unknown' });
    const never = accountId('auth0|other');
    expect(answerOf(await tenant.auth0.passwords.settled(never, since))).toEqual({ is: 'unknown' });
  });
});

describe('what is known before a password is typed', () => {
  const rulesOf = async (options: Record<string, unknown> | undefined, scopes?: readonly string[]) => {
    await using other = await startTenant(
      { setPasswordHere: ['CorpUsers'] },
      { scopes: scopes ?? ['read:users', 'read:connections', 'read:connections_options'] },
    );
    const connection = other.emulator.control.connections().find(({ name }) => name === 'CorpUsers');
    if (options !== undefined && connection !== undefined) connection.options = options;
    return answerOf(await other.auth0.passwords.page(jane.account));
  };

  it('are the account’s names, and the rules of its connection', async () => {
    const page = await rulesOf(undefined);
    expect(page.username).toBe('jane@acme.test');
    expect(page.ownWords).toEqual(expect.arrayContaining(['jane@acme.test', 'Jane', 'Doe', 'jdoe']));
    expect(page.rules).toEqual({
      ...{ isComplete: true, minLength: 8, maxLength: { of: 72, counts: 'bytes' }, history: 5 },
      kinds: { atLeast: 3, of: ['lower', 'upper', 'digit', 'sign'] },
      ...{ refusesCommon: true, refusesNames: true },
    });
  });

  it.each([
    ['none', { minLength: 1 }],
    ['low', { minLength: 6 }],
    ['fair', { minLength: 8, kinds: { atLeast: 3, of: ['lower', 'upper', 'digit'] } }],
    ['excellent', { minLength: 10, repeatsAtMost: 2 }],
  ])('are the rules of the strength “%s”', async (passwordPolicy, rules) => {
    expect((await rulesOf({ passwordPolicy })).rules).toMatchObject({ isComplete: true, ...rules });
  });

  it('are the flexible rules where the connection has them, and that there are more where we cannot tell them', async () => {
    const complexity = { min_length: 14, character_types: ['lowercase', 'number'], character_type_rule: 'all' };
    const history = { active: true, size: 3 };
    const { rules } = await rulesOf({ password_options: { complexity, history, dictionary: { active: true } } });
    expect(rules).toMatchObject({
      ...{ isComplete: true, minLength: 14, history: 3, refusesCommon: true },
      kinds: { atLeast: 2, of: ['lower', 'digit'] },
    });
    const strict = { ...complexity, sequential_characters: 'block', identical_characters: 'block' };
    const more = await rulesOf({ password_options: { complexity: strict } });
    expect(more.rules).toMatchObject({ isComplete: false, repeatsAtMost: 2 });
  });

  it.each([
    ['the application may not see options', ['read:users', 'read:connections']],
    ['it may not see connections', ['read:users']],
  ])('is only bcrypt’s length where %s', async (_why, scopes) => {
    expect((await rulesOf(undefined, scopes)).rules).toEqual({
      isComplete: false,
      maxLength: { of: 72, counts: 'bytes' },
    });
  });
});
