// Passwords of Active Directory through Auth0's connector: only where the policy names the connection, only while a connector is connected,
// and never more certain than what Auth0 has said.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { accountId } from '../../src/flows/ids.ts';
import { answerOf, failureOf, jane, startTenant, type Tenant } from './tenant.ts';

let tenant: Tenant;
const ann = accountId('ad|BranchAD|3b3bfcd0-036b-4413-aee9-204412b943ce');
const other = accountId('ad|CorpAD|3b3bfcd0-036b-4413-aee9-204412b943cf');
const old = 'Old-Passw0rd-of-Ann';
const good = 'Kraken-under-9-bridges';
const patch = { method: 'PATCH', path: /\/users\// };
const status = { method: 'GET', path: /\/status/ };

beforeAll(async () => {
  tenant = await startTenant({ connectorWriteBack: ['BranchAD', 'CorpUsers'] });
  const { control } = tenant.emulator;
  control.addUser({ userId: ann, connection: 'BranchAD', email: 'ann@acme.test', password: old });
  control.addUser({ userId: other, connection: 'CorpAD', email: 'otto@acme.test', password: old });
  control.setConnection('CorpAD', { writeBack: true });
});
afterAll(() => tenant[Symbol.asyncDispose]());
beforeEach(() => {
  const { control } = tenant.emulator;
  control.calm();
  control.setConnection('BranchAD', { online: true, writeBack: true });
  control.adminBlock(ann, false);
  control.requests.length = 0;
  tenant.lines.length = 0;
  tenant.clock.pass(600_000);
});

const writes = () =>
  tenant.emulator.control.requests
    .filter(({ method, path }) => method !== 'GET' && path !== '/oauth/token')
    .map(({ body }) => body);
const set = (password = good, account = ann) => tenant.auth0.passwords.set(account, password);
const signsIn = (password: string, account: string = ann) => tenant.emulator.control.signIn(account, password).ok;
const says = (message: string, code = 400) => ({
  status: code,
  body: { statusCode: code, error: 'Bad Request', message },
});

describe('a password through the connector', () => {
  it('is set by one request, after the connector was found connected, and its owner signs in with it', async () => {
    expect(answerOf(await set())).toEqual({ is: 'set' });
    expect(writes()).toEqual([{ password: good, connection: 'BranchAD' }]);
    const paths = tenant.emulator.control.requests.map(({ method, path }) => `${method} ${path.split('?')[0]}`);
    expect(paths.at(-2)).toMatch(/^GET .*\/connections\/con_[0-9a-f]+\/status$/);
    expect(signsIn(good)).toBe(true);
    expect(tenant.lines.join('')).not.toContain(good);
  });

  it('is not sent while no connector is connected: nothing has happened, and the operator reads why', async () => {
    tenant.emulator.control.setConnection('BranchAD', { online: false });
    const failure = failureOf(await set('Another-9-bridges'));
    expect(failure).toMatchObject({ kind: 'unreachable', retry: 'later', mayHaveHappened: false });
    expect(writes()).toEqual([]);
    expect(tenant.lines.join('')).toMatch(/auth0\.connector\.offline.*Start the AD\/LDAP connector/);
  });

  it.each([
    ['Auth0 does not say', { disconnect: true }, { kind: 'unreachable', mayHaveHappened: false }],
    ['Auth0 fails', says('x', 500), { kind: 'unreachable', mayHaveHappened: false }],
    ['Auth0 is busy', { ...says('x', 429), headers: { 'retry-after': '7' } }, { kind: 'rate-limited' }],
    ['the scope for it is missing', { ...says('Insufficient scope', 403) }, { kind: 'misconfigured' }],
  ] as const)('is not sent where nobody knows whether it is connected: %s', async (_why, fault, expected) => {
    tenant.emulator.control.faults.next(status, fault);
    expect(failureOf(await set('Another-9-bridges'))).toMatchObject(expected);
    expect(writes()).toEqual([]);
    tenant.clock.pass(60_000);
  });

  it('is not set where the account is blocked, and the block stays', async () => {
    tenant.emulator.control.adminBlock(ann, true);
    expect(answerOf(await set('Another-9-bridges'))).toEqual({ is: 'disabled' });
    expect([writes(), tenant.emulator.control.user(ann).blocked]).toEqual([[], true]);
  });

  it.each([
    ['of another directory', other],
    ['of a database that is named by mistake', jane.account],
  ])('is not set for an account %s', async (_which, account) => {
    expect(answerOf(await set('Another-9-bridges', account))).toEqual({ is: 'unsupported' });
    expect(writes()).toEqual([]);
  });

  it.each(['Übergrößen-9-träger', 'forty-€-For-2', 'Squid-🦑-nine-9'])(
    'beyond ASCII is not sent, since it would arrive damaged: %s',
    async (password) => {
      expect(answerOf(await set(password))).toEqual({ is: 'refused', rules: ['not-ascii'] });
      expect(writes()).toEqual([]);
    },
  );

  it('that the directory finds too plain is refused by that rule, and the old one stays', async () => {
    const before = tenant.emulator.control.user(ann).password ?? '';
    expect(answerOf(await set('plainly-plain'))).toEqual({ is: 'refused', rules: ['too-weak'] });
    expect(signsIn(before)).toBe(true);
  });

  it.each([
    ['write-back is off', undefined, /Switch write-back on/],
    ['the service account may not', 'InsufficientAccessRightsError', /right to reset passwords/],
    ['the service account may not, in other words', 'Service Account has Insufficient Access Rights', /right to reset/],
    ['the connection is off', 'Cannot change email or password for users in a disabled connection.', /Turn it on/],
  ])('is not set where %s, and the operator reads what to do', async (_why, message, remedy) => {
    if (message === undefined) tenant.emulator.control.setConnection('BranchAD', { writeBack: false });
    else tenant.emulator.control.faults.next(patch, says(message));
    expect(failureOf(await set('Another-9-bridges'))).toMatchObject({
      ...{ kind: 'misconfigured', retry: 'never', remedy: expect.stringMatching(remedy) },
    });
  });

  it.each([
    ['the connection breaks after it was sent', { lose: true }],
    ['no answer comes', { disconnect: true }],
    ['the connector ends over it', says('UnexpectedError')],
    ['Auth0 refuses it for a reason that nobody knows', says('The connector said something')],
    ['Auth0 fails', says('x', 500)],
    ['a gateway answers', { html: '<p>502</p>', status: 502 }],
  ] as const)('of which %s may have been set: nobody knows', async (_how, fault) => {
    tenant.emulator.control.faults.next(patch, fault);
    expect(answerOf(await set('Yet-another-9-bridges'))).toEqual({ is: 'unknown' });
  });

  it('is certainly not set where Auth0 says that the request itself is wrong, or that it is busy', async () => {
    const body = { statusCode: 400, error: 'Bad Request', errorCode: 'invalid_body', message: good };
    tenant.emulator.control.faults.next(patch, { status: 400, body });
    const failure = failureOf(await set());
    expect(failure).toMatchObject({ kind: 'refused' });
    tenant.emulator.control.faults.next(patch, { ...says('x', 429), headers: { 'retry-after': '7' } });
    expect(failureOf(await set())).toMatchObject({ kind: 'rate-limited' });
    expect(JSON.stringify(failure) + tenant.lines.join('')).not.toContain(good);
    tenant.clock.pass(60_000);
  });

  it('is never called set or not set afterwards: Auth0 notes no time for it', async () => {
    const since = tenant.clock.now();
    expect(answerOf(await set())).toEqual({ is: 'set' });
    expect(answerOf(await tenant.auth0.passwords.settled(ann, since))).toEqual({ is: 'unknown' });
  });

  it('of a connection that does not exist any more is not sent', async () => {
    await using gone = await startTenant({ connectorWriteBack: ['BranchAD'] });
    gone.emulator.control.addUser({ userId: ann, connection: 'BranchAD', email: 'ann@acme.test', password: old });
    gone.emulator.control.removeConnection('BranchAD');
    expect(failureOf(await gone.auth0.passwords.set(ann, good))).toMatchObject({
      ...{ kind: 'misconfigured', remedy: expect.stringContaining('connectorWriteBack') },
    });
    expect(gone.emulator.control.requests.every(({ method }) => method !== 'PATCH')).toBe(true);
  });
});

describe('its page', () => {
  it('says that only ASCII is taken, and no rule that nobody knows', async () => {
    const page = answerOf(await tenant.auth0.passwords.page(ann));
    expect(page).toMatchObject({ username: 'ann@acme.test' });
    expect(page.rules).toEqual({ isComplete: false, isAsciiOnly: true, maxLength: { of: 256, counts: 'units' } });
  });

  it('does not open while no connector is connected: nobody thinks of a password in vain', async () => {
    tenant.emulator.control.setConnection('BranchAD', { online: false });
    expect(failureOf(await tenant.auth0.passwords.page(ann))).toMatchObject({ kind: 'unreachable' });
  });

  it('is that of a database for everybody else', async () => {
    expect(answerOf(await tenant.auth0.passwords.page(jane.account)).rules.isAsciiOnly).toBeUndefined();
  });
});

it('an account chooses its password here only where its connection is named', async () => {
  const facts = async (account: typeof ann) =>
    answerOf(await tenant.auth0.directory.inspect(account, { locks: false })).choosesPassword;
  expect([await facts(ann), await facts(other), await facts(jane.account)]).toEqual(['here', 'nowhere', 'at-provider']);
});
