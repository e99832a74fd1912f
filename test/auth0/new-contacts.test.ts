// New contacts at the emulated tenant: proven, linked, taken out; with everything that can happen in between.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AddUser } from '../../playground/auth0/people.ts';
import { coverageGroups } from '../../src/auth0/coverage.ts';
import type { NewAddress } from '../../src/flows/enrolment-ports.ts';
import { accountId, type ContactRef, contactRef, instant } from '../../src/flows/ids.ts';
import {
  answerOf,
  codeTo,
  createPorts,
  failureOf,
  jane,
  type Ports,
  startTenant,
  type Tenant,
  wrongCode,
} from './tenant.ts';

const account = accountId('auth0|65a0000000000000000000b1');
const colleague = accountId('auth0|65a0000000000000000000b2');
const home: NewAddress = { channel: 'email', address: 'ada@home.test' };
const mobile: NewAddress = { channel: 'sms', address: '+491701234577' };
const hour = 3_600_000;

let tenant: Tenant;
let ports: Ports;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant[Symbol.asyncDispose]());
beforeEach(() => {
  const { control } = tenant.emulator;
  control.calm();
  control.faults.clear();
  control.misbehave.signUpDisabled = false;
  control.misbehave.unknownIgnored = false;
  for (const { userId } of control.users()) if (userId !== jane.account) control.removeUser(userId);
  control.adminBlock(jane.account, false);
  add(account, 'ada@acme.test');
  add(colleague, 'ben@acme.test');
  // Past every limit, cool-off and code of the earlier tests.
  tenant.clock.pass(48 * hour);
  ports = createPorts({ baseUrl: tenant.emulator.url }, tenant.clock);
  tenant.requests();
});

const add = (userId: string, email: string, more: Partial<AddUser> = {}) =>
  tenant.emulator.control.addUser({ userId, connection: 'CorpUsers', email, ...more });
const newContacts = () => ports.auth0.newContacts;
const stored = (of = account) => tenant.emulator.control.user(of).appMetadata['latchkey'];
const userIds = () => tenant.emulator.control.users().map(({ userId }) => userId);
const linkedTo = (of: string) =>
  tenant.emulator.control.user(of).contacts.map(({ provider, userId }) => `${provider}|${userId}`);
const iso = (at: number) => new Date(at).toISOString();
const requestsTo = (path: RegExp) => tenant.requests().filter((each) => path.test(each));

/** Sends a code and types it. */
async function check(to: NewAddress, of = account) {
  const since = tenant.clock.now();
  answerOf(await newContacts().start(to));
  return answerOf(await newContacts().check(of, to, codeTo(tenant, to.address), since));
}
async function proven(to: NewAddress = home, of = account): Promise<ContactRef> {
  const verdict = await check(to, of);
  if (verdict.is !== 'proven') throw new Error(verdict.is);
  return verdict.contact;
}
const link = async (ref: ContactRef, of = account) => answerOf(await newContacts().link(of, ref, tenant.clock.now()));
async function enrolled(to: NewAddress = home): Promise<ContactRef> {
  const ref = await proven(to);
  expect(await link(ref)).toBe('linked');
  return ref;
}

describe('a code to a new address', () => {
  it.each([home, mobile])('proves it: %j', async (to) => {
    const verdict = await check(to);
    expect(verdict).toEqual({
      is: 'proven',
      contact: expect.stringMatching(`^${to.channel === 'sms' ? 'sms' : 'email'}\\|`),
    });
    expect(linkedTo(account)).toEqual([]);
  });

  it('says to which identity it was sent', async () => {
    const ref = answerOf(await newContacts().start(home));
    expect(ref).toBe(userIds().find((id) => id.startsWith('email|')));
  });

  it.each(['signUpDisabled', 'unknownIgnored'] as const)(
    'arrives although users do not make themselves: %s',
    async (how) => {
      tenant.emulator.control.misbehave[how] = true;
      for (const to of [home, mobile]) expect(await check(to)).toMatchObject({ is: 'proven' });
      expect(ports.lines.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
    },
  );

  it('makes no user where the connection is off, and says so', async () => {
    tenant.emulator.control.faults.next(
      { path: /passwordless\/start/ },
      { status: 400, body: { error: 'bad.connection' } },
    );
    tenant.emulator.control.faults.next(
      { path: /api\/v2\/users$/ },
      { status: 400, body: { message: 'Connection does not exist.' } },
    );
    expect(failureOf(await newContacts().start(home))).toMatchObject({ kind: 'misconfigured' });
    expect(userIds().filter((id) => id.startsWith('email|'))).toEqual([]);
  });

  it('leaves no user behind where Auth0 refuses for good', async () => {
    const refusal = { status: 400, body: { error: 'bad.connection' } };
    tenant.emulator.control.faults.next({ path: /passwordless\/start/ }, refusal);
    tenant.emulator.control.faults.next({ path: /passwordless\/start/ }, refusal);
    expect(failureOf(await newContacts().start(home))).toMatchObject({ kind: 'misconfigured' });
    expect(requestsTo(/POST .*\/users$/)).toHaveLength(1);
    expect(userIds().filter((id) => id.startsWith('email|'))).toEqual([]);
  });

  it.each([
    [429, 'rate-limited'],
    [503, 'unreachable'],
    [401, 'misconfigured'],
  ])('that Auth0 does not send makes no user: %i', async (status, kind) => {
    tenant.emulator.control.faults.next({ path: /passwordless\/start/ }, { status });
    expect(failureOf(await newContacts().start(home))).toMatchObject({ kind });
    expect(requestsTo(/POST .*\/users$/)).toEqual([]);
  });

  it('is wrong, used up, expired, or none', async () => {
    const since = tenant.clock.now();
    answerOf(await newContacts().start(home));
    const code = codeTo(tenant, home.address);
    const verdict = async (typed: string) => answerOf(await newContacts().check(account, home, typed, since)).is;
    tenant.requests();
    expect(await verdict('12a456')).toBe('wrong');
    expect(tenant.requests()).toEqual([]);
    expect(await verdict(wrongCode(code))).toBe('wrong');
    expect(await verdict(wrongCode(code))).toBe('wrong');
    expect(await verdict(wrongCode(code))).toBe('used-up');
    expect(await verdict(code)).toBe('used-up');
    answerOf(await newContacts().start(home));
    tenant.clock.pass(181_000);
    expect(await verdict(codeTo(tenant, home.address))).toBe('expired');
  });

  it('of an earlier request is too old', async () => {
    answerOf(await newContacts().start(home));
    const later = instant(tenant.clock.now() + 120_000);
    expect(answerOf(await newContacts().check(account, home, codeTo(tenant, home.address), later))).toEqual({
      is: 'too-old',
    });
    expect(ports.lines.join('')).toContain('proof of a new contact too old');
    expect(ports.lines.join('')).not.toContain(home.address);
  });

  it('to another address proves nothing for this one', async () => {
    const since = tenant.clock.now();
    answerOf(await newContacts().start(mobile));
    const verdict = await newContacts().check(account, home, codeTo(tenant, mobile.address), since);
    expect(answerOf(verdict)).toEqual({ is: 'wrong' });
  });
});

describe('an address that somebody has', () => {
  it('is this person’s own already', async () => {
    const ref = await enrolled();
    expect(await check(home)).toEqual({ is: 'yours', contact: ref });
  });

  it('is this person’s own also where their account cannot be read to see which it is', async () => {
    await enrolled();
    const since = tenant.clock.now();
    answerOf(await newContacts().start(home));
    tenant.emulator.control.faults.next({ path: /api\/v2\/users\//, method: 'GET', times: 9 }, { status: 503 });
    const verdict = await newContacts().check(account, home, codeTo(tenant, home.address), since);
    expect(answerOf(verdict)).toEqual({ is: 'yours' });
  });

  it('is elsewhere where a colleague has it, and whose it is is in no log', async () => {
    await enrolled();
    expect(await check(home, colleague)).toEqual({ is: 'elsewhere' });
    const warned = ports.lines.filter((line) => JSON.parse(line).level >= 40).join('');
    expect(warned).not.toContain(account);
    // The operator reads who asked.
    expect(warned).toContain('"auth0.contact.elsewhere"');
    expect(warned).toContain(colleague);
  });

  it('is elsewhere where it is the own account of somebody with other identities', async () => {
    const ref = await proven();
    tenant.emulator.control.link(ref, { provider: 'google-oauth2', id: 'g', connection: 'google-oauth2' });
    expect(await check(home)).toEqual({ is: 'elsewhere' });
    expect(await link(ref)).toBe('elsewhere');
    expect(linkedTo(account)).toEqual([]);
  });

  it('is elsewhere where it is linked to the passwordless account of somebody', async () => {
    const ref = await proven(mobile);
    tenant.emulator.control.link(ref, {
      provider: 'email',
      id: 'other',
      connection: 'email',
      profileData: { email: home.address, email_verified: true },
    });
    expect(await check(home)).toEqual({ is: 'elsewhere' });
  });

  it('is elsewhere where it is linked to them while the code is checked', async () => {
    const since = tenant.clock.now();
    const ref = answerOf(await newContacts().start(home));
    tenant.emulator.control.faults.after({ path: /oauth\/token/, method: 'POST' }, () => linkByHand(colleague, ref));
    const verdict = await newContacts().check(account, home, codeTo(tenant, home.address), since);
    expect(answerOf(verdict)).toEqual({ is: 'elsewhere' });
  });

  it('is yours where it is linked to the person in another tab while the code is checked', async () => {
    const since = tenant.clock.now();
    const ref = answerOf(await newContacts().start(home));
    tenant.emulator.control.faults.after({ path: /oauth\/token/, method: 'POST' }, () => linkByHand(account, ref));
    const verdict = await newContacts().check(account, home, codeTo(tenant, home.address), since);
    expect(answerOf(verdict)).toEqual({ is: 'yours', contact: ref });
  });

  it('is mismatched where the user whom the token names has another address', async () => {
    const since = tenant.clock.now();
    const ref = answerOf(await newContacts().start(home)) ?? contactRef('');
    tenant.emulator.control.faults.after({ path: /oauth\/token/, method: 'POST' }, () => {
      tenant.emulator.control.removeUser(ref);
      add(ref, 'eve@home.test', { connection: 'email' });
    });
    const verdict = await newContacts().check(account, home, codeTo(tenant, home.address), since);
    expect(answerOf(verdict)).toEqual({ is: 'mismatched' });
  });

  it.each(['foreignSignature', 'wrongAud', 'wrongIssuer'] as const)(
    'is mismatched where the token lies: %s',
    async (lie) => {
      tenant.emulator.control.misbehave[lie] = true;
      expect(await check(home)).toEqual({ is: 'mismatched' });
    },
  );

  it('is refused where an administrator blocked its user', async () => {
    const since = tenant.clock.now();
    const ref = answerOf(await newContacts().start(home));
    tenant.emulator.control.faults.after({ path: /oauth\/token/, method: 'POST' }, () =>
      tenant.emulator.control.adminBlock(ref ?? '', true),
    );
    const verdict = await newContacts().check(account, home, codeTo(tenant, home.address), since);
    expect(failureOf(verdict)).toMatchObject({ kind: 'refused' });
  });
});

/** As an administrator does it, past Latchkey. */
function linkByHand(to: string, ref: string | undefined): void {
  const { control } = tenant.emulator;
  const user = control.user(ref ?? '');
  control.removeUser(user.userId);
  const [provider = '', id = ''] = user.userId.split('|');
  control.link(to, {
    provider,
    id,
    connection: provider,
    profileData: { email: user.email ?? home.address, email_verified: true },
  });
}

describe('a contact is linked', () => {
  it('after it was written down since when, and what else stands there stays', async () => {
    tenant.emulator.control.removeUser(account);
    add(account, 'ada@acme.test', { appMetadata: { privileged: true, latchkey: { actors: [jane.actor], theirs: 1 } } });
    const ref = await proven();
    tenant.requests();
    expect(await link(ref)).toBe('linked');
    expect(tenant.requests().filter((each) => !each.startsWith('GET'))).toEqual([
      `PATCH /api/v2/users/${account}`,
      `POST /api/v2/users/${account}/identities`,
    ]);
    expect(linkedTo(account)).toEqual([ref]);
    expect(tenant.emulator.control.user(account).appMetadata).toEqual({
      privileged: true,
      latchkey: { actors: [jane.actor], theirs: 1, contacts: { [ref]: { since: iso(tenant.clock.now()) } } },
    });
  });

  it('and can be used for a recovery at once, if it is the first', async () => {
    const ref = await enrolled();
    expect(answerOf(await ports.auth0.directory.match('ada@acme.test', jane.actor))).toMatchObject({
      contacts: [{ ref, since: tenant.clock.now() }],
    });
    answerOf(await ports.auth0.codes.send(account, ref));
  });

  it('but rests, if it is not the first', async () => {
    const first = await enrolled();
    tenant.clock.pass(1_000);
    const second = await enrolled(mobile);
    expect(answerOf(await ports.auth0.enrolments.contacts(account))).toEqual([
      { ref: first, channel: 'email', masked: 'a•••@h•••.test', since: tenant.clock.now() - 1_000 },
      { ref: second, channel: 'sms', masked: '•••77', since: tenant.clock.now(), rests: true },
    ]);
  });

  it('and rests, if an administrator linked one before', async () => {
    linkByHand(account, await proven(home));
    const ref = await enrolled(mobile);
    expect(stored()).toMatchObject({ contacts: { [ref]: { rests: true } } });
  });

  it('and does not rest, if the only other one cannot be used', async () => {
    tenant.emulator.control.link(account, {
      provider: 'email',
      id: 'own',
      connection: 'email',
      profileData: { email: 'ada.too@acme.test', email_verified: true },
    });
    const ref = await enrolled(mobile);
    expect(stored()).toEqual({ contacts: { [ref]: { since: iso(tenant.clock.now()) } } });
  });

  it('and rests, if the only other one cannot be read', async () => {
    tenant.emulator.control.removeUser(account);
    const identities = [
      { provider: 'auth0', connection: 'CorpUsers', user_id: account.slice('auth0|'.length) },
      { odd: 1 },
    ];
    add(account, 'ada@acme.test', { record: { identities } });
    const ref = await proven(mobile);
    // The record hides what is linked, so it is never seen as linked; what counts here is the note.
    failureOf(await newContacts().link(account, ref, tenant.clock.now()));
    expect(stored()).toMatchObject({ contacts: { [ref]: { rests: true } } });
  });

  it.each([
    [23 * hour, true],
    [25 * hour, false],
  ])('and is no first one if the last was taken out %i ms before: rests is %s', async (ms, rests) => {
    const first = await enrolled();
    answerOf(await newContacts().unlink(account, first, tenant.clock.now()));
    tenant.clock.pass(ms);
    const second = await enrolled(mobile);
    const note = { since: iso(tenant.clock.now()), ...(rests ? { rests } : {}) };
    expect(stored()).toMatchObject({ contacts: { [second]: note } });
  });

  it('and rests for as long as the policy says', async () => {
    ports = createPorts({ baseUrl: tenant.emulator.url, coolOffHours: 1 }, tenant.clock);
    const first = await enrolled();
    answerOf(await newContacts().unlink(account, first, tenant.clock.now()));
    tenant.clock.pass(hour + 1);
    const second = await enrolled(mobile);
    expect(stored()).toMatchObject({ contacts: { [second]: { since: iso(tenant.clock.now()) } } });
    expect(JSON.stringify(stored())).not.toContain('rests');
  });

  it.each([['odd'], [{ contacts: 'odd' }]])('not where the record cannot be read: %j', async (latchkey) => {
    tenant.emulator.control.removeUser(account);
    add(account, 'ada@acme.test', { appMetadata: { latchkey } });
    const ref = await proven();
    expect(failureOf(await newContacts().link(account, ref, tenant.clock.now()))).toMatchObject({ kind: 'refused' });
    expect([linkedTo(account), stored()]).toEqual([[], latchkey]);
  });

  it('and rests where it cannot be read when the last was taken out', async () => {
    tenant.emulator.control.removeUser(account);
    add(account, 'ada@acme.test', { appMetadata: { latchkey: { removedAt: 'lately' } } });
    const ref = await enrolled();
    expect(stored()).toMatchObject({ contacts: { [ref]: { rests: true } } });
  });

  it('once, however often it is asked', async () => {
    const ref = await proven();
    const at = tenant.clock.now();
    for (let time = 0; time < 3; time += 1) {
      expect(answerOf(await newContacts().link(account, ref, at))).toBe('linked');
      tenant.clock.pass(60_000);
    }
    expect(stored()).toEqual({ contacts: { [ref]: { since: iso(at) } } });
  });

  it('once, where it is asked fifty times at once', async () => {
    const ref = await proven();
    const at = tenant.clock.now();
    const all = await Promise.all(Array.from({ length: 50 }, () => newContacts().link(account, ref, at)));
    expect(new Set(all.map(answerOf))).toEqual(new Set(['linked']));
    expect(linkedTo(account)).toEqual([ref]);
  });

  it('to one account, where fifty ask for it at once', async () => {
    const ref = await proven();
    const all = Array.from({ length: 50 }, (_, nth) =>
      accountId(`auth0|65b00000000000000000${String(nth).padStart(4, '0')}`),
    );
    for (const each of all) add(each, `n${each.slice(-4)}@acme.test`);
    const at = tenant.clock.now();
    const answers = await Promise.all(all.map((each) => newContacts().link(each, ref, at)));
    expect(answers.filter((each) => answerOf(each) === 'linked')).toHaveLength(1);
    const holders = all.filter((each) => linkedTo(each).includes(ref));
    expect(holders).toHaveLength(1);
    const noted = all.filter((each) => JSON.stringify(stored(each) ?? '').includes(ref));
    expect(noted).toEqual(holders);
  }, 120_000);

  it('not where a colleague has it, and nothing stays written down', async () => {
    const ref = await enrolled();
    expect(await link(ref, colleague)).toBe('elsewhere');
    expect([linkedTo(colleague), linkedTo(account)]).toEqual([[], [ref]]);
    expect(stored(colleague)).toEqual({ contacts: {} });
  });

  it.each([
    ['409', 409, 'Specified identity already exists.'],
    ['400, as for one that does not exist', 400, 'Linking to an inexistent identity is not allowed.'],
    ['400, as for one that cannot be found', 400, 'Provided secondary account not found.'],
    ['400, without a reason', 400, 'Unable to link with the secondary account.'],
  ])('not where a colleague was quicker, whatever Auth0 answers: %s', async (_what, status, message) => {
    const ref = await enrolled();
    tenant.emulator.control.faults.next(
      { path: /identities/, method: 'POST' },
      { status, body: { statusCode: status, error: 'x', message } },
    );
    expect(await link(ref, colleague)).toBe('elsewhere');
    expect([linkedTo(colleague), linkedTo(account)]).toEqual([[], [ref]]);
    expect(stored(colleague)).toEqual({ contacts: {} });
    const line = ports.lines.map((each) => JSON.parse(each)).find(({ event }) => event === 'auth0.contact.elsewhere');
    expect(line).toMatchObject({ account: colleague });
    expect(JSON.stringify(line)).not.toContain(account);
  });

  it('not where Auth0 refuses it although nobody has it', async () => {
    const ref = await proven();
    tenant.emulator.control.faults.next(
      { path: /identities/, method: 'POST' },
      { status: 400, body: { statusCode: 400, error: 'x', message: 'Unable to link with the secondary account.' } },
    );
    expect(failureOf(await newContacts().link(account, ref, tenant.clock.now()))).toMatchObject({ kind: 'refused' });
    expect([linkedTo(account), stored()]).toEqual([[], { contacts: {} }]);
    expect(ports.lines.join('')).not.toContain('auth0.contact.elsewhere');
  });

  it('not where it cannot be found out whether somebody was quicker, until it can', async () => {
    const ref = await enrolled();
    const { faults } = tenant.emulator.control;
    faults.next({ path: /identities/, method: 'POST' }, { status: 400, body: { message: 'x' } });
    faults.before({ path: /users\/auth0/, method: 'PATCH' }, () =>
      faults.next({ path: /users\/email/, method: 'GET', times: 9 }, { status: 503 }),
    );
    const first = await newContacts().link(colleague, ref, tenant.clock.now());
    expect(failureOf(first)).toMatchObject({ kind: 'unreachable' });
    faults.clear();
    expect(await link(ref, colleague)).toBe('elsewhere');
  });

  it('not where it is gone: nobody can tell that apart from one that a colleague has', async () => {
    const ref = await proven();
    tenant.emulator.control.removeUser(ref);
    expect(await link(ref)).toBe('elsewhere');
    expect([linkedTo(account), stored()]).toEqual([[], { contacts: {} }]);
  });

  it('not where the account was blocked meanwhile', async () => {
    const ref = await proven();
    tenant.emulator.control.adminBlock(account, true);
    expect(failureOf(await newContacts().link(account, ref, tenant.clock.now()))).toMatchObject({ kind: 'refused' });
    expect([linkedTo(account), stored()]).toEqual([[], undefined]);
  });

  it.each([/PATCH/, /POST/])('not where the account is deleted before the %s', async (method) => {
    const ref = await proven();
    tenant.emulator.control.faults.before({ path: /users\/auth0/, method: method.source }, () =>
      tenant.emulator.control.removeUser(account),
    );
    expect(failureOf(await newContacts().link(account, ref, tenant.clock.now()))).toMatchObject({ kind: 'absent' });
    expect(userIds()).toContain(ref);
  });

  it.each(['auth0|65a000000000000000000001', 'google-oauth2|1', 'email', 'email|', '|x'])(
    'not by what is no contact: %s',
    async (ref) => {
      tenant.requests();
      expect(failureOf(await newContacts().link(account, contactRef(ref), tenant.clock.now()))).toMatchObject({
        kind: 'refused',
      });
      expect(failureOf(await newContacts().unlink(account, contactRef(ref), tenant.clock.now()))).toMatchObject({
        kind: 'refused',
      });
      expect(tenant.requests()).toEqual([]);
    },
  );

  it('although Auth0 died over it, when it is asked again; until then it is not linked and not half linked', async () => {
    const ref = await proven();
    const at = tenant.clock.now();
    tenant.emulator.control.faults.next({ path: /identities/ }, { status: 503 });
    expect(failureOf(await newContacts().link(account, ref, at))).toMatchObject({ kind: 'unreachable' });
    expect([linkedTo(account), answerOf(await ports.auth0.enrolments.contacts(account))]).toEqual([[], []]);
    tenant.clock.pass(60_000);
    expect(answerOf(await newContacts().link(account, ref, at))).toBe('linked');
    expect(stored()).toEqual({ contacts: { [ref]: { since: iso(at) } } });
  });

  it('and rests, where another process overwrote that it was the first', async () => {
    const ref = await proven();
    const { control } = tenant.emulator;
    control.faults.after({ path: /identities/, method: 'POST' }, () => {
      const [identity] = control.user(account).contacts;
      control.removeUser(account);
      add(account, 'ada@acme.test', { appMetadata: { latchkey: { actors: [jane.actor] } } });
      control.link(account, {
        provider: 'email',
        id: identity?.userId ?? '',
        connection: 'email',
        profileData: { email: home.address },
      });
    });
    const at = tenant.clock.now();
    expect(answerOf(await newContacts().link(account, ref, at))).toBe('linked');
    expect(stored()).toEqual({ actors: [jane.actor], contacts: { [ref]: { since: iso(at), rests: true } } });
  });

  it('and drops the notes of contacts that were never linked, after a day', async () => {
    const since = (ms: number) => ({ since: iso(tenant.clock.now() - ms) });
    tenant.emulator.control.removeUser(account);
    const contacts = { 'email|old': since(25 * hour), 'email|new': since(hour), 'email|odd': 7 };
    add(account, 'ada@acme.test', { appMetadata: { latchkey: { contacts } } });
    const ref = await enrolled();
    expect(Object.keys(Object(stored()).contacts)).toEqual(['email|new', 'email|odd', ref]);
  });

  it('not as the fifty-first', async () => {
    const contacts = Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [`email|${n}`, { since: iso(tenant.clock.now()) }]),
    );
    tenant.emulator.control.removeUser(account);
    add(account, 'ada@acme.test', { appMetadata: { latchkey: { contacts } } });
    const ref = await proven();
    expect(failureOf(await newContacts().link(account, ref, tenant.clock.now()))).toMatchObject({ kind: 'refused' });
    expect(linkedTo(account)).toEqual([]);
  });
});

describe('a contact is taken out', () => {
  const unlink = async (ref: ContactRef, of = account) =>
    answerOf(await newContacts().unlink(of, ref, tenant.clock.now()));

  it('after it was written down, and no user is left of it', async () => {
    const [ref, other] = [await enrolled(), await enrolled(mobile)];
    tenant.requests();
    await unlink(ref);
    expect(tenant.requests().filter((each) => !each.startsWith('GET'))).toEqual([
      `PATCH /api/v2/users/${account}`,
      `DELETE /api/v2/users/${account}/identities/email/${ref.slice('email|'.length)}`,
      `DELETE /api/v2/users/${ref}`,
      `PATCH /api/v2/users/${account}`,
    ]);
    expect([linkedTo(account), userIds().includes(ref)]).toEqual([[other], false]);
    expect(stored()).toEqual({
      contacts: { [other]: { since: iso(tenant.clock.now()), rests: true } },
      removedAt: iso(tenant.clock.now()),
    });
  });

  it('and one that was noted and never linked is forgotten, while its user stays: it may be that of another application', async () => {
    const ref = await proven();
    tenant.emulator.control.faults.next({ path: /identities/, method: 'POST' }, { status: 503 });
    failureOf(await newContacts().link(account, ref, tenant.clock.now()));
    expect(stored()).toMatchObject({ contacts: { [ref]: {} } });
    await unlink(ref);
    expect([userIds().includes(ref), stored()]).toEqual([true, { contacts: {} }]);
  });

  it('also if an administrator linked it', async () => {
    await unlink(jane.emailRef, jane.account);
    expect([linkedTo(jane.account), userIds().includes(jane.emailRef)]).toEqual([[jane.phoneRef], false]);
    expect(stored(jane.account)).toEqual({ contacts: {}, removedAt: iso(tenant.clock.now()) });
  });

  it('once, however often it is asked', async () => {
    const ref = await enrolled();
    const at = tenant.clock.now();
    answerOf(await newContacts().unlink(account, ref, at));
    tenant.requests();
    tenant.clock.pass(60_000);
    answerOf(await newContacts().unlink(account, ref, at));
    expect(tenant.requests().filter((each) => !each.startsWith('GET'))).toEqual([]);
    expect(stored()).toMatchObject({ removedAt: iso(at) });
  });

  it.each([
    ['DELETE', /identities/],
    ['DELETE', /users\/email[^/]*$/],
  ])('although Auth0 died over the %s of %s, when it is asked again; until then it rests', async (method, path) => {
    const ref = await enrolled();
    tenant.clock.pass(48 * hour);
    const at = tenant.clock.now();
    tenant.emulator.control.faults.next({ method, path }, { status: 503 });
    expect(failureOf(await newContacts().unlink(account, ref, at))).toMatchObject({ kind: 'unreachable' });
    for (const each of answerOf(await ports.auth0.enrolments.contacts(account))) expect(each.rests).toBe(true);
    // Nobody gets a first contact in between.
    expect(stored()).toMatchObject({ removedAt: iso(at) });
    answerOf(await newContacts().unlink(account, ref, at));
    expect([linkedTo(account), userIds().includes(ref), stored()]).toEqual([
      [],
      false,
      { contacts: {}, removedAt: iso(at) },
    ]);
  });

  it('by a process that went on after it died between taking out and deleting', async () => {
    const ref = await enrolled();
    tenant.emulator.control.faults.next({ method: 'GET', path: /users\/email/ }, { status: 503 });
    failureOf(await newContacts().unlink(account, ref, tenant.clock.now()));
    expect([linkedTo(account), userIds().includes(ref)]).toEqual([[], true]);
    await unlink(ref);
    expect(userIds()).not.toContain(ref);
  });

  it('also from a record that cannot be read, because then all of them rest', async () => {
    const ref = await enrolled();
    const { control } = tenant.emulator;
    control.removeUser(account);
    add(account, 'ada@acme.test', { appMetadata: { latchkey: 'odd' } });
    control.link(account, {
      provider: 'email',
      id: ref.slice('email|'.length),
      connection: 'email',
      profileData: { email: home.address },
    });
    await unlink(ref);
    expect([linkedTo(account), stored(), userIds().includes(ref)]).toEqual([[], 'odd', false]);
  });

  it('from nobody else: a colleague’s stays, linked and whole', async () => {
    const ref = await enrolled();
    await unlink(ref, colleague);
    expect([linkedTo(account), stored(colleague)]).toEqual([[ref], undefined]);
  });

  it('from nobody: a user who is linked to no account stays', async () => {
    const ref = await proven();
    await unlink(ref);
    expect(userIds()).toContain(ref);
  });

  it('and stays where it was linked to a colleague in between', async () => {
    const ref = await enrolled();
    tenant.emulator.control.faults.after({ path: /identities/, method: 'DELETE' }, () => linkByHand(colleague, ref));
    await unlink(ref);
    expect([linkedTo(account), linkedTo(colleague), stored()]).toEqual([
      [],
      [ref],
      { contacts: {}, removedAt: iso(tenant.clock.now()) },
    ]);
  });

  it('where the account is gone, too', async () => {
    const ref = await enrolled();
    tenant.emulator.control.removeUser(account);
    await unlink(ref);
  });

  it('and may be linked again, as a new one that rests', async () => {
    const ref = await enrolled();
    await unlink(ref);
    const again = await enrolled();
    expect(again).not.toBe(ref);
    expect(stored()).toMatchObject({ contacts: { [again]: { rests: true } } });
  });
});

describe('a user who was made for a code that never came back', () => {
  /** In a request that began two minutes ago. */
  const discard = async (ref: ContactRef, since = instant(tenant.clock.now() - 120_000), isProven = false) =>
    answerOf(await newContacts().discard(ref, since, isProven));

  it('is deleted', async () => {
    const ref = answerOf(await newContacts().start(home)) ?? contactRef('');
    await discard(ref);
    await discard(ref);
    expect(userIds()).not.toContain(ref);
  });

  it('stays where it is linked', async () => {
    const ref = await enrolled();
    await discard(ref);
    expect(linkedTo(account)).toEqual([ref]);
  });

  it.each([
    [
      'has other identities',
      (ref: string) => tenant.emulator.control.link(ref, { provider: 'google-oauth2', id: 'g', connection: 'g' }),
    ],
    ['was blocked by an administrator', (ref: string) => tenant.emulator.control.adminBlock(ref, true)],
    ['was made before this request began', () => tenant.clock.pass(130_000)],
  ])('stays where it %s', async (_what, act) => {
    const ref = answerOf(await newContacts().start(home)) ?? contactRef('');
    act(ref);
    await discard(ref);
    expect(userIds()).toContain(ref);
  });

  it('stays where its code came back: for somebody else, or at another application', async () => {
    const ref = answerOf(await newContacts().start(home)) ?? contactRef('');
    expect(await proven(home, colleague)).toBe(ref);
    await discard(ref);
    expect(userIds()).toContain(ref);
    expect(await link(ref, colleague)).toBe('linked');
  });

  it.each(['many', { count: 1 }, -1, 0.5])('stays where nobody knows whether it was used: %j', async (count) => {
    const ref = contactRef('email|65a0000000000000000000c8');
    add(ref, home.address, { connection: 'email', record: { logins_count: count } });
    await discard(ref, undefined, true);
    expect(userIds()).toContain(ref);
  });

  it('is deleted although its code came back, where that was the code of this request', async () => {
    const ref = answerOf(await newContacts().start(home)) ?? contactRef('');
    expect(await proven(home, colleague)).toBe(ref);
    await discard(ref, undefined, true);
    expect(userIds()).not.toContain(ref);
  });

  it('stays where another code came back, too: for somebody else, or at another application', async () => {
    const ref = answerOf(await newContacts().start(home)) ?? contactRef('');
    expect(await proven(home, account)).toBe(ref);
    expect(await proven(home, colleague)).toBe(ref);
    await discard(ref, undefined, true);
    expect(userIds()).toContain(ref);
  });

  it('stays where it was there before this request, also if its code came back in it', async () => {
    const ref = answerOf(await newContacts().start(home)) ?? contactRef('');
    tenant.clock.pass(130_000);
    expect(await proven(home, account)).toBe(ref);
    await discard(ref, undefined, true);
    expect(userIds()).toContain(ref);
  });

  it('stays where somebody keeps something in its record', async () => {
    const ref = contactRef('email|65a0000000000000000000c9');
    add(ref, home.address, { connection: 'email', appMetadata: { plan: 'gold' } });
    await discard(ref);
    expect(userIds()).toContain(ref);
  });

  it('is never an account', async () => {
    failureOf(await newContacts().discard(contactRef(account), instant(0), true));
    expect(userIds()).toContain(account);
  });
});

describe('a code for a person in a browser', () => {
  const browser = '203.0.113.7';
  const forwarded = () =>
    tenant.emulator.control.requests
      .filter(({ path }) => path.startsWith('/passwordless/start'))
      .map(({ headers }) => headers['auth0-forwarded-for'])
      .at(-1);

  it('tells Auth0 where that browser is, in IPv4 and IPv6', async () => {
    answerOf(await newContacts().start(home, browser));
    expect(forwarded()).toBe(browser);
    answerOf(await newContacts().start(home, '2001:db8::7'));
    expect(forwarded()).toBe('2001:db8::7');
  });

  it.each([undefined, 'unknown', '203.0.113.7, 10.0.0.1', ''])(
    'tells nothing where that is no address: %j',
    async (odd) => {
      answerOf(await newContacts().start(home, odd));
      expect(forwarded()).toBeUndefined();
    },
  );

  it.each([
    [browser, browser],
    ['nowhere', undefined],
  ])('is counted for that browser when it comes back, too: %s', async (given, told) => {
    answerOf(await newContacts().start(home, given));
    answerOf(await newContacts().check(account, home, '000000', tenant.clock.now(), given));
    const exchange = tenant.emulator.control.requests.findLast(({ path }) => path.startsWith('/oauth/token'));
    expect(exchange?.headers['auth0-forwarded-for']).toBe(told);
  });

  it('typed wrong ten times by whoever knows a colleague’s address leaves that contact usable', async () => {
    await using trusting = await startTenant({}, { trustForwardedFor: true });
    const { newContacts: theirs, codes } = trusting.auth0;
    const { contacts } = trusting.emulator.control.user(jane.account);
    const address = contacts.find(({ provider }) => provider === 'email')?.address ?? '';
    const to: NewAddress = { channel: 'email', address };
    for (let nth = 0; nth < 12; nth += 1) {
      if (nth % 3 === 0) answerOf(await theirs.start(to, browser));
      const right = codeTo(trusting, address);
      const wrong = right === '000000' ? '000001' : '000000';
      await theirs.check(colleague, to, wrong, trusting.clock.now(), browser);
    }
    trusting.clock.pass(hour);
    const since = trusting.clock.now();
    answerOf(await codes.send(jane.account, jane.emailRef));
    const verdict = await codes.check(jane.account, jane.emailRef, codeTo(trusting, address), since);
    expect(answerOf(verdict)).toBe('accepted');
  });

  it('that is limited is limited for that browser alone', async () => {
    tenant.emulator.control.faults.next(
      { path: /passwordless\/start/ },
      { status: 429, headers: { 'retry-after': '3000' } },
    );
    expect(failureOf(await newContacts().start(home, browser))).toMatchObject({
      kind: 'rate-limited',
      retryAfterMs: 3_000_000,
    });
    tenant.requests();
    expect(failureOf(await newContacts().start(mobile, browser))).toMatchObject({ kind: 'rate-limited' });
    expect(tenant.requests()).toEqual([]);
    answerOf(await newContacts().start(mobile, '203.0.113.8'));
    answerOf(await ports.auth0.codes.send(jane.account, jane.phoneRef));
    tenant.clock.pass(3_000_001);
    answerOf(await newContacts().start(home, browser));
  });

  it('is sent while the chat’s codes are limited', async () => {
    tenant.emulator.control.faults.next(
      { path: /passwordless\/start/ },
      { status: 429, headers: { 'retry-after': '3000' } },
    );
    failureOf(await ports.auth0.codes.send(jane.account, jane.phoneRef));
    answerOf(await newContacts().start(home, browser));
    expect(failureOf(await newContacts().start(home))).toMatchObject({ kind: 'rate-limited' });
  });
});

describe('a contact from a file', () => {
  const taken = async (to: NewAddress, of = account) =>
    answerOf(await ports.auth0.importContact(of, to, tenant.clock.now()));
  const take = async (to: NewAddress, of = account) => (await taken(to, of)).is;

  it.each([home, mobile])('is linked as not yet confirmed, and can be asked for a code: %j', async (to) => {
    expect(await take(to)).toBe('linked');
    const [contact] = answerOf(await ports.auth0.enrolments.contacts(account));
    expect(contact).toMatchObject({ channel: to.channel, since: tenant.clock.now(), unconfirmed: true });
    expect(contact?.rests).toBeUndefined();
    answerOf(await ports.auth0.codes.send(account, contact?.ref ?? contactRef('')));
    expect(answerOf(await ports.auth0.directory.match('ada@acme.test', jane.actor))).toMatchObject({
      contacts: [{ unconfirmed: true }],
    });
  });

  const afterRemoval = (seconds: number) => ({ removedAt: iso(tenant.clock.now() - seconds * 1_000) });
  const atWork = { provider: 'email' as const, address: 'ada.too@acme.test' };
  it.each<[string, boolean, () => Partial<AddUser>]>([
    ['the first', false, () => ({})],
    ['beside one that can never be used', false, () => ({ contacts: [atWork] })],
    [
      'after a removal that is longer ago than the cool-off',
      false,
      () => ({ appMetadata: { latchkey: afterRemoval(86_401) } }),
    ],
    ['after a removal within the cool-off', true, () => ({ appMetadata: { latchkey: afterRemoval(86_399) } })],
    [
      'after a removal of which nobody can read when',
      true,
      () => ({ appMetadata: { latchkey: { removedAt: 'odd' } } }),
    ],
    ['beside an older one', true, () => ({ contacts: [{ provider: 'email', address: 'old@home.test' }] })],
  ])('says whether it rests, as it is written down: %s', async (_what, rests, more) => {
    tenant.emulator.control.removeUser(account);
    add(account, 'ada@acme.test', more());
    expect(await taken(mobile)).toEqual({ is: 'linked', rests });
    expect(JSON.stringify(stored()).includes('"rests":true')).toBe(rests);
    // The second of a row.
    expect(await taken(home)).toEqual({ is: 'linked', rests: true });
  });

  it('rests beside an identity that cannot be read, and says so', async () => {
    const { control } = tenant.emulator;
    const own = { provider: 'auth0', connection: 'CorpUsers', user_id: account.slice('auth0|'.length) };
    control.removeUser(account);
    add(account, 'ada@acme.test', { record: { identities: [own, { odd: 1 }] } });
    // Such a record hides what is linked: it is whole again when that is read.
    control.faults.after({ path: /identities/, method: 'POST' }, () => {
      const { appMetadata } = control.user(account);
      const [identity] = control.user(account).contacts;
      control.removeUser(account);
      const contacts = [{ provider: 'sms' as const, address: mobile.address, userId: identity?.userId ?? '' }];
      add(account, 'ada@acme.test', { appMetadata, contacts });
    });
    expect(await taken(mobile)).toEqual({ is: 'linked', rests: true });
    expect(JSON.stringify(stored())).toContain('"rests":true');
  });

  it('rests where another process overwrote what was written down, and says so', async () => {
    const { control } = tenant.emulator;
    control.faults.after({ path: /identities/, method: 'POST' }, () => {
      const [identity] = control.user(account).contacts;
      control.removeUser(account);
      add(account, 'ada@acme.test', {
        contacts: [{ provider: 'email', address: home.address, userId: identity?.userId ?? '' }],
      });
    });
    expect(await taken(home)).toEqual({ is: 'linked', rests: true });
    expect(JSON.stringify(stored())).toContain('"rests":true');
  });

  it('mails nothing to anybody', async () => {
    const delivered: string[] = [];
    const stop = tenant.emulator.control.onDelivery(({ to }) => delivered.push(to));
    await take(home);
    await take(mobile);
    stop();
    expect(delivered).toEqual([]);
  });

  it.each([home, mobile])('is there already, however often it is taken: %j', async (to) => {
    await take(to);
    tenant.requests();
    expect(await take({ ...to, address: to.address.toUpperCase() })).toBe('already');
    expect(tenant.requests()).toEqual([`GET /api/v2/users/${account}`]);
  });

  it.each([home, mobile])('is elsewhere where a colleague has it: %j', async (to) => {
    await take(to, colleague);
    expect(await take(to)).toBe('elsewhere');
    expect([linkedTo(account), stored()]).toEqual([[], undefined]);
  });

  it.each([home, mobile])('is linked where its user was left over: %j', async (to) => {
    tenant.emulator.control.faults.next({ path: /identities/ }, { status: 503 });
    failureOf(await ports.auth0.importContact(account, to, tenant.clock.now()));
    expect(await take(to)).toBe('linked');
    expect(linkedTo(account)).toHaveLength(1);
    expect(userIds().filter((id) => /^(email|sms)\|/.test(id))).toEqual([]);
  });

  it.each([home, mobile])('is not taken from somebody who asked for a code and never typed it: %j', async (to) => {
    answerOf(await newContacts().start(to));
    expect(failureOf(await ports.auth0.importContact(account, to, tenant.clock.now()))).toMatchObject({
      kind: 'refused',
    });
    expect(linkedTo(account)).toEqual([]);
  });

  it('is not linked to an account that an administrator blocked', async () => {
    tenant.emulator.control.adminBlock(account, true);
    expect(failureOf(await ports.auth0.importContact(account, home, tenant.clock.now()))).toMatchObject({
      kind: 'refused',
    });
    expect(userIds().some((id) => id.startsWith('email|'))).toBe(false);
  });

  it('is confirmed once, when a code came back; nothing else changes', async () => {
    await take(home);
    const [ref = contactRef('')] = linkedTo(account).map(contactRef);
    const since = tenant.clock.now();
    tenant.clock.pass(hour);
    answerOf(await newContacts().confirm(account, ref));
    tenant.requests();
    answerOf(await newContacts().confirm(account, ref));
    expect(tenant.requests()).toEqual([`GET /api/v2/users/${account}`]);
    expect(stored()).toEqual({ contacts: { [ref]: { since: iso(since) } } });
  });

  it('that is confirmed keeps resting', async () => {
    await take(home);
    await take(mobile);
    const [, ref = contactRef('')] = linkedTo(account).map(contactRef);
    answerOf(await newContacts().confirm(account, ref));
    expect(stored()).toMatchObject({ contacts: { [ref]: { since: iso(tenant.clock.now()), rests: true } } });
    expect(Object(stored()).contacts[ref]).not.toHaveProperty('unconfirmed');
  });
});

describe('the coverage of a connection', () => {
  it('is counted in two searches', async () => {
    const before = answerOf(await ports.auth0.countCoverage({ name: 'these', by: 'connection', value: 'CorpUsers' }));
    await enrolled();
    tenant.requests();
    expect(answerOf(await ports.auth0.countCoverage({ name: 'these', by: 'connection', value: 'CorpUsers' }))).toEqual({
      accounts: before.accounts,
      withContact: before.withContact + 1,
    });
    expect(tenant.requests()).toEqual(['GET /api/v2/users', 'GET /api/v2/users']);
  });

  it('is counted over every database, and over every Active Directory, where the policy names no connection', async () => {
    const counted = async () => {
      const answers = await Promise.all(coverageGroups(undefined).map((group) => ports.auth0.countCoverage(group)));
      return answers.map(answerOf);
    };
    const [databases, directories] = await counted();
    await enrolled();
    expect(await counted()).toEqual([{ ...databases, withContact: Number(databases?.withContact) + 1 }, directories]);
  });

  it('of one that has nobody is nothing', async () => {
    expect(answerOf(await ports.auth0.countCoverage({ name: 'these', by: 'connection', value: 'Nowhere' }))).toEqual({
      accounts: 0,
      withContact: 0,
    });
  });

  it.each(['Corp" OR user_id:"x', '', 'a\\b', 'a b'])('is not asked by what is no name: %j', async (name) => {
    expect(failureOf(await ports.auth0.countCoverage({ name: 'these', by: 'connection', value: name }))).toMatchObject({
      kind: 'refused',
    });
    expect(tenant.requests()).toEqual([]);
  });
});
