// A password that is changed with the old one: what Auth0 says of the old one, what becomes of the new one, and that nothing of either
// is kept.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { passwordRealmGrant } from '../../playground/auth0/password-grant.ts';
import { accountId } from '../../src/flows/ids.ts';
import type { TypedChange } from '../../src/flows/ports.ts';
import { answerOf, application, failureOf, jane, startTenant, type Tenant } from './tenant.ts';

const grants = [
  ...['client_credentials', 'authorization_code', 'http://auth0.com/oauth/grant-type/passwordless/otp'],
  passwordRealmGrant,
];
const old = 'old-Password-1';
const next = 'Kraken-under-9-bridges';
const browser = '198.51.100.7';
const patch = { method: 'PATCH', path: /\/users\// };
const token = { method: 'POST', path: /\/oauth\/token/ };

let tenant: Tenant;
let turn = 0;
/** A new one for each test, since each changes a password. */
let person = jane.account;

beforeAll(async () => {
  tenant = await startTenant({ connections: ['CorpUsers', 'Corp-AD'] }, { grants, trustForwardedFor: true });
  const { control } = tenant.emulator;
  control.addUser({ userId: 'ad|Corp-AD|1', connection: 'Corp-AD', email: 'ann@acme.test' });
  control.addUser({ userId: 'auth0|customer', connection: 'Customers', email: 'c@acme.test', password: old });
  control.addUser({ userId: 'auth0|name', connection: 'CorpUsers', username: 'nobody', password: old });
  control.addUser({
    ...{ userId: 'auth0|mia', connection: 'CorpUsers', email: 'mia@acme.test', password: old },
    multifactor: ['guardian'],
  });
  await tenant.auth0.warmUp();
});
afterAll(() => tenant[Symbol.asyncDispose]());
beforeEach(() => {
  const { control } = tenant.emulator;
  control.calm();
  for (const name of ['mfaRequired', 'wrongSub', 'foreignSignature', 'wrongAud', 'staleIat', 'noIdToken'] as const)
    control.misbehave[name] = false;
  turn += 1;
  person = accountId(`auth0|known${turn}`);
  control.addUser({ userId: person, connection: 'CorpUsers', email: `p${turn}@acme.test`, password: old });
  control.requests.length = 0;
  tenant.clock.pass(600_000);
});

const change = (typed: Partial<TypedChange> = {}, account = person) =>
  tenant.auth0.knownPasswords.change(account, { current: old, password: next, ...typed });
const sent = () =>
  tenant.emulator.control.requests.flatMap(({ method, path, body, headers }) =>
    method === 'PATCH' || path.startsWith('/oauth/token') ? [{ method, body, headers }] : [],
  );
const works = (password: string, account = person) => tenant.emulator.control.signIn(account, password).ok === true;
const unchanged = () => expect([sent().filter(({ method }) => method === 'PATCH'), works(old)]).toEqual([[], true]);

describe('a known password', () => {
  it('is changed: the old one is looked at once as at a sign-in, then the new one is set', async () => {
    expect(answerOf(await change())).toEqual({ is: 'set' });
    expect(sent().map(({ body }) => body)).toEqual([
      {
        ...{ grant_type: passwordRealmGrant, realm: 'CorpUsers', username: `p${turn}@acme.test`, password: old },
        ...{ scope: 'openid', client_id: application.clientId, client_secret: application.clientSecret },
      },
      { password: next, connection: 'CorpUsers' },
    ]);
    expect([works(next), works(old)]).toEqual([true, false]);
  });

  it('is changed in every database of the policy, without the page of ours for forgotten ones', async () => {
    expect(answerOf(await change({}, accountId('auth0|name')))).toEqual({ is: 'set' });
    expect(works(next, accountId('auth0|name'))).toBe(true);
  });

  it('is counted at the address of the browser, and an address that is none is not sent', async () => {
    await change({ current: 'wrong', browser });
    await change({ current: 'wrong', browser: '2001:db8::7' });
    await change({ current: 'wrong', browser: 'unknown, 10.0.0.1\r\nx-more: 1' });
    await change({ current: 'wrong' });
    expect(sent().map(({ headers }) => headers['auth0-forwarded-for'])).toEqual([
      ...[browser, '2001:db8::7', undefined, undefined],
    ]);
  });
});

describe('the old password', () => {
  it('is wrong: nothing is changed, and Auth0 has counted it', async () => {
    expect(answerOf(await change({ current: 'wrong' }))).toEqual({ is: 'wrong' });
    expect(sent()).toHaveLength(1);
    unchanged();
  });

  it.each([
    ['', 'nothing'],
    ['a'.repeat(600), 'too much'],
    ['Abc\ud83d', 'half a character'],
  ])('that nobody can have is wrong unasked: %#', async (current) => {
    expect(answerOf(await change({ current }))).toEqual({ is: 'wrong' });
    expect(tenant.emulator.control.requests).toEqual([]);
  });

  it('is not looked at any more where too many were wrong', async () => {
    for (let wrong = 0; wrong < 10; wrong += 1)
      expect(answerOf(await change({ current: 'wrong', browser }))).toEqual({ is: 'wrong' });
    expect(answerOf(await change({ browser }))).toEqual({ is: 'locked' });
    expect(sent().every(({ method }) => method === 'POST')).toBe(true);
  });

  it('of an account that an administrator blocked is not asked for, and the block stays', async () => {
    tenant.emulator.control.adminBlock(person, true);
    expect(answerOf(await change())).toEqual({ is: 'disabled' });
    expect([sent(), tenant.emulator.control.user(person).blocked]).toEqual([[], true]);
  });

  it('of an account that was blocked since it was read: Auth0 says so, and the block stays', async () => {
    tenant.emulator.control.faults.next(token, {
      ...{ status: 403, body: { error: 'unauthorized', error_description: 'user is blocked' } },
    });
    expect(answerOf(await change())).toEqual({ is: 'disabled' });
    unchanged();
  });

  it.each([
    ['of Active Directory', 'ad|Corp-AD|1'],
    ['of a database that the policy does not name', 'auth0|customer'],
  ])('of an account %s is sent to nobody', async (_which, id) => {
    expect(answerOf(await change({}, accountId(id)))).toEqual({ is: 'unsupported' });
    expect(sent()).toEqual([]);
  });

  it('of an account with a second factor is sent to nobody: it signs in', async () => {
    expect(answerOf(await change({}, accountId('auth0|mia')))).toEqual({ is: 'second-factor' });
    expect(sent()).toEqual([]);
  });

  it.each([
    ['mfa_required', 403],
    ['interaction_required', 403],
    ['login_required', 403],
    ['consent_required', 403],
    ['requires_verification', 401],
    ['password_leaked', 401],
    ['access_denied', 403],
    ['unauthorized', 403],
  ])('is not enough where Auth0 says %s: never around it', async (error, status) => {
    const body = { error, error_description: 'More is needed.', mfa_token: 'Fe26.2*secret' };
    tenant.emulator.control.faults.next(token, { status, body });
    expect(answerOf(await change())).toEqual({ is: 'second-factor' });
    unchanged();
    expect(tenant.lines.join('')).not.toContain('Fe26.2');
  });

  it('is not enough where a policy of the tenant asks for more', async () => {
    tenant.emulator.control.misbehave.mfaRequired = true;
    expect(answerOf(await change())).toEqual({ is: 'second-factor' });
    expect(answerOf(await change({ current: 'wrong' }))).toEqual({ is: 'wrong' });
    unchanged();
  });

  it.each(['wrongSub', 'foreignSignature', 'wrongAud', 'staleIat', 'noIdToken'] as const)(
    'proves nothing by a token with %s, and the operator hears of it',
    async (misbehaviour) => {
      tenant.emulator.control.misbehave[misbehaviour] = true;
      const lines = tenant.lines.length;
      expect(failureOf(await change())).toMatchObject({ retry: 'never' });
      expect(tenant.lines.slice(lines).some((line) => JSON.parse(line).level >= 50)).toBe(true);
      unchanged();
    },
  );
});

describe('a new password', () => {
  it('that is the old one is refused, once the old one was right', async () => {
    expect(answerOf(await change({ password: old }))).toEqual({
      is: 'refused',
      rules: ['used-before'],
      isOldRight: true,
    });
    expect(answerOf(await change({ current: 'wrong', password: 'wrong' }))).toEqual({ is: 'wrong' });
    unchanged();
  });

  it.each([
    ['PasswordStrengthError: Password is too weak', 'too-weak'],
    ['PasswordHistoryError: Password has previously been used', 'used-before'],
    ['PasswordDictionaryError: Password is too common', 'too-common'],
    ['PasswordNoUserInfoError: Password contains user information', 'holds-name'],
  ] as const)('that Auth0 refuses with “%s” breaks that rule', async (message, rule) => {
    const body = { statusCode: 400, error: 'Bad Request', message };
    tenant.emulator.control.faults.next(patch, { status: 400, body });
    expect(answerOf(await change())).toEqual({ is: 'refused', rules: [rule], isOldRight: true });
  });

  it.each([
    ['the connection breaks after it was sent', { lose: true }],
    ['no answer comes', { disconnect: true }],
    ['a gateway answers', { html: '<p>502</p>', status: 502 }],
    ['Auth0 fails', { status: 500, body: { statusCode: 500, error: 'Internal Server Error', message: 'x' } }],
  ] as const)('of which %s may have been set: nobody knows', async (_how, fault) => {
    tenant.emulator.control.faults.next(patch, fault);
    expect(answerOf(await change())).toEqual({ is: 'unknown' });
  });
});

describe('nothing was changed, for certain,', () => {
  it.each([
    ['the account cannot be read', { method: 'GET', path: /\/users\// }, { disconnect: true }, 'unreachable'],
    ['the answer about the old password is lost', token, { lose: true }, 'unreachable'],
    ['a gateway answers in its place', token, { html: '<p>403</p>', status: 403 }, 'unreachable'],
    ['Auth0 fails', token, { status: 500, body: { error: 'server_error' } }, 'unreachable'],
    ['Auth0 says something new', token, { status: 400, body: { error: 'something_new' } }, 'refused'],
    ['the realm is not known', token, { status: 400, body: { error: 'invalid_request' } }, 'refused'],
    ['an old password is answered with 200 and no object', token, { status: 200, body: [] }, 'malformed'],
    ['our secret is wrong', token, { status: 401, body: { error: 'access_denied' } }, 'misconfigured'],
  ] as const)('where %s', async (_why, call, fault, kind) => {
    tenant.emulator.control.faults.next(call, fault);
    const failure = failureOf(await change());
    expect(failure.kind).toBe(kind);
    if (failure.kind === 'unreachable') expect(failure.mayHaveHappened).toBe(false);
    unchanged();
  });

  it('where the new one cannot be set now: the old one is looked at no more until it can', async () => {
    const busy = { status: 429, body: { error: 'too_many_requests' }, headers: { 'retry-after': '7' } };
    tenant.emulator.control.faults.next(patch, busy);
    expect(failureOf(await change())).toMatchObject({ kind: 'rate-limited' });
    const before = sent().length;
    expect(failureOf(await change())).toMatchObject({ kind: 'rate-limited' });
    expect(sent()).toHaveLength(before);
    tenant.clock.pass(8_000);
    expect(answerOf(await change())).toEqual({ is: 'set' });
  });

  it('where Auth0 has no time for this account, and others and codes go on', async () => {
    const busy = { status: 429, body: { error: 'too_many_requests' }, headers: { 'retry-after': '7' } };
    tenant.emulator.control.faults.next(token, busy);
    expect(failureOf(await change())).toMatchObject({ kind: 'rate-limited' });
    expect(failureOf(await change())).toMatchObject({ kind: 'rate-limited' });
    expect(answerOf(await change({}, jane.account))).toEqual({ is: 'set' });
    answerOf(await tenant.auth0.codes.send(jane.account, jane.emailRef));
    const code = tenant.emulator.control.lastCodeTo(jane.email) ?? '';
    const since = tenant.clock.now();
    expect(answerOf(await tenant.auth0.codes.check(jane.account, jane.emailRef, code, since))).toBe('accepted');
  });

  it('where the application lacks the grant, and the operator reads which one', async () => {
    await using bare = await startTenant({}, { grants: grants.slice(0, 3) });
    const failure = failureOf(await bare.auth0.knownPasswords.change(jane.account, { current: old, password: next }));
    expect(failure).toMatchObject({ kind: 'misconfigured', retry: 'never' });
    expect('remedy' in failure && failure.remedy).toContain('password-realm');
    expect(bare.lines.join('')).toContain('change: { via: form }');
  });
});

it('keeps neither password nor token in a log line, whatever is answered', () => {
  const all = tenant.lines.join('');
  for (const secret of [old, next, 'eyJ', 'Fe26.2', '@acme.test']) expect(all).not.toContain(secret);
});

/** Everything arrives by standard input: with NODE_DEBUG, Node prints its own source and arguments. */
const inChild = `
import { pino } from ${JSON.stringify(import.meta.resolve('pino'))};
import { createAuth0 } from ${JSON.stringify(new URL('../../src/auth0/auth0.ts', import.meta.url).href)};
let read = '';
for await (const chunk of process.stdin) read += chunk;
const { options, account, typed } = JSON.parse(read);
const auth0 = createAuth0({ ...options, clock: { now: () => options.now }, log: pino({ level: 'silent' }) });
const { value } = await auth0.knownPasswords.change(account, typed);
process.stdout.write('answered ' + value?.is);
`;

it('has neither password, nor the token, in what Node prints of its network with NODE_DEBUG', {
  timeout: 60_000,
}, async () => {
  const now = tenant.clock.now();
  const typed = { current: old, password: next };
  const child = spawn(process.execPath, ['--input-type=module', '-e', inChild], {
    env: { PATH: process.env['PATH'], NODE_DEBUG: 'fetch,undici,http,http2,https,net,tls,stream,stream_wrap' },
  });
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += String(chunk)));
  child.stderr.on('data', (chunk) => (printed += String(chunk)));
  const options = { ...application, baseUrl: tenant.emulator.url, connections: ['CorpUsers'], now };
  child.stdin.end(JSON.stringify({ options, account: person, typed }));
  await once(child, 'close');
  expect(printed).toContain('answered set');
  expect(printed).toMatch(/NET \d+/);
  for (const secret of [old, next, application.clientSecret, 'eyJ']) {
    expect(printed).not.toContain(secret);
    expect(printed).not.toContain(Buffer.from(secret).toString('hex'));
  }
});
