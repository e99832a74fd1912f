import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AddUser } from '../../playground/auth0/people.ts';
import type { Auth0Options } from '../../src/auth0/auth0.ts';
import { accountId, contactRef, flowId, knownActor } from '../../src/flows/ids.ts';
import { answerOf, createPorts, failureOf, jane, startTenant, type Tenant } from './tenant.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant[Symbol.asyncDispose]());

const account = accountId('auth0|65a0000000000000000000b1');
const mail = contactRef('email|65a0000000000000000000b2');
const phone = contactRef('sms|65a0000000000000000000b3');
const other = knownActor('slack:T0ACME:U0SAM');
const request = flowId('a-request-of-twenty-two');
const inTeams = knownActor('teams:8a1b:29:1abc');

const put = (latchkey: unknown, more: Partial<AddUser> = {}) =>
  tenant.emulator.control.addUser({
    userId: account,
    connection: 'CorpUsers',
    email: 'ada@acme.test',
    contacts: [
      { provider: 'email', address: 'ada@home.test', userId: mail.slice('email|'.length) },
      { provider: 'sms', address: '+491701234577', userId: phone.slice('sms|'.length) },
    ],
    appMetadata: { privileged: true, ...(latchkey === undefined ? {} : { latchkey }) },
    ...more,
  });
const now = () => new Date(tenant.clock.now()).toISOString();
const stored = () => tenant.emulator.control.user(account).appMetadata;
const enrolments = (policy: Partial<Auth0Options> = {}) =>
  createPorts({ baseUrl: tenant.emulator.url, ...policy }, tenant.clock).auth0.enrolments;
const directory = (policy: Partial<Auth0Options> = {}) =>
  createPorts({ baseUrl: tenant.emulator.url, ...policy }, tenant.clock).auth0.directory;

beforeEach(() => {
  tenant.emulator.control.removeUser(account);
  tenant.emulator.control.removeUser('auth0|65a0000000000000000000b9');
  tenant.emulator.control.calm();
});

describe('a chat person is bound', () => {
  it('to an account, and what else stands in its record stays', async () => {
    put({ theirs: { kept: 1 }, contacts: { [mail]: { since: '2026-01-01T00:00:00.000Z' } } });
    answerOf(await enrolments().bind(account, jane.actor, request, tenant.clock.now()));
    expect(stored()).toEqual({
      privileged: true,
      latchkey: {
        theirs: { kept: 1 },
        contacts: { [mail]: { since: '2026-01-01T00:00:00.000Z' } },
        actors: [jane.actor],
        bindings: { [jane.actor]: { since: now(), request, rests: true } },
      },
    });
  });

  it('once, however often it is asked, and without a second write', async () => {
    put(undefined);
    answerOf(await enrolments().bind(account, jane.actor, request, tenant.clock.now()));
    tenant.requests();
    answerOf(await enrolments().bind(account, jane.actor, request, tenant.clock.now()));
    expect(tenant.requests().filter((each) => each.startsWith('PATCH'))).toEqual([]);
    expect(Object(stored()['latchkey']).actors).toEqual([jane.actor]);
  });

  it('beside others, also where twenty are bound at once by one process', async () => {
    put(undefined);
    const all = Array.from({ length: 20 }, (_, nth) => knownActor(`slack:T0ACME:U${nth}`));
    const one = enrolments();
    for (const outcome of await Promise.all(all.map((each) => one.bind(account, each, request, tenant.clock.now()))))
      answerOf(outcome);
    expect(new Set(Object(stored()['latchkey']).actors)).toEqual(new Set(all));
  });

  it('but not as the twenty-first, and the operator reads why', async () => {
    put({ actors: Array.from({ length: 20 }, (_, nth) => `slack:T0ACME:U${nth}`) });
    expect(failureOf(await enrolments().bind(account, jane.actor, request, tenant.clock.now()))).toMatchObject({
      kind: 'refused',
      retry: 'never',
    });
    expect(Object(stored()['latchkey']).actors).toHaveLength(20);
  });

  it('where another process wrote in between: nothing of either is lost', async () => {
    put(undefined);
    const { control } = tenant.emulator;
    // The other process read before our write, and writes right after it.
    let wasPreempted = false;
    const ports = createPorts(
      {
        baseUrl: tenant.emulator.url,
        observe: (call) => {
          if (call !== 'record-write' || wasPreempted) return;
          wasPreempted = true;
          control.removeUser(account);
          put({ actors: [other] });
        },
      },
      tenant.clock,
    );
    answerOf(await ports.auth0.enrolments.bind(account, jane.actor, request, tenant.clock.now()));
    expect(wasPreempted).toBe(true);
    expect(Object(stored()['latchkey']).actors).toEqual([other, jane.actor]);
  });

  it('not for ever: where somebody writes in between every time, it is tried later', async () => {
    put(undefined);
    const ports = createPorts(
      {
        baseUrl: tenant.emulator.url,
        observe: (call) => {
          if (call !== 'record-write') return;
          tenant.emulator.control.removeUser(account);
          put({ actors: [other] });
        },
      },
      tenant.clock,
    );
    tenant.requests();
    expect(
      failureOf(await ports.auth0.enrolments.bind(account, jane.actor, request, tenant.clock.now())),
    ).toMatchObject({
      kind: 'unreachable',
      mayHaveHappened: true,
    });
    expect(tenant.requests().filter((each) => each.startsWith('PATCH'))).toHaveLength(4);
  });

  it.each([
    ['text'],
    [7],
    [['a']],
    [{ actors: 'slack:T:U' }],
    [{ actors: [7] }],
    [{ actors: [''] }],
    [{ bindings: 'odd' }],
  ])('not where %j stands in the record: it is left as it is', async (latchkey) => {
    put(latchkey);
    expect(failureOf(await enrolments().bind(account, jane.actor, request, tenant.clock.now()))).toMatchObject({
      kind: 'refused',
    });
    expect(stored()['latchkey']).toEqual(latchkey);
  });
});

describe('a chat person who was bound', () => {
  const nobody = { contacts: [] };
  const bind = async (by = request) => answerOf(await enrolments().bind(account, jane.actor, by, tenant.clock.now()));

  it.each([
    ['to an account that has nobody and nothing', undefined, nobody, 'first'],
    ['to an account that has a contact', undefined, {}, 'another'],
    ['to an account that has another chat person', { actors: [other] }, nobody, 'another'],
    ['to an account whose last contact was removed a moment ago', { removedAt: true }, nobody, 'another'],
    ['and had been before', { actors: [jane.actor] }, {}, 'before'],
    ['by another request', { actors: [jane.actor], bindings: { [jane.actor]: { since: true } } }, {}, 'before'],
  ])('%s is told apart, also when it is asked again', async (_what, latchkey, more, told) => {
    put(latchkey === undefined ? undefined : JSON.parse(JSON.stringify(latchkey).replace('true', `"${now()}"`)), more);
    expect(await bind()).toBe(told);
    expect(await bind()).toBe(told);
  });

  it('by one request is no new one in the next', async () => {
    put(undefined);
    expect(await bind()).toBe('another');
    expect(await bind(flowId('a-later-request-of-hers'))).toBe('before');
  });

  it('is taken out by the request that bound them, once, and nobody else is', async () => {
    put({ actors: [other], bindings: { [other]: { since: now(), request } }, kept: 1 });
    await bind();
    const one = enrolments();
    expect(answerOf(await one.unbind(account, jane.actor, request))).toBe('unbound');
    expect(stored()['latchkey']).toEqual({
      ...{ actors: [other], bindings: { [other]: { since: now(), request } }, kept: 1 },
    });
    tenant.requests();
    expect(answerOf(await one.unbind(account, jane.actor, request))).toBe('not-ours');
    expect(tenant.requests().filter((each) => each.startsWith('PATCH'))).toEqual([]);
  });

  it.each([
    ['by another request', { actors: [jane.actor], bindings: { [jane.actor]: { since: 'T', request: 'another' } } }],
    ['before there were notes', { actors: [jane.actor] }],
    ['with a note that cannot be read', { actors: [jane.actor], bindings: { [jane.actor]: 7 } }],
  ])('%s stays', async (_how, latchkey) => {
    const written = JSON.parse(JSON.stringify(latchkey).replace('"T"', `"${now()}"`));
    put(written);
    expect(answerOf(await enrolments().unbind(account, jane.actor, request))).toBe('not-ours');
    expect(stored()['latchkey']).toEqual(written);
  });

  it('to an account that is gone is taken out already', async () => {
    expect(answerOf(await enrolments().unbind(account, jane.actor, request))).toBe('not-ours');
  });

  it('may say "it wasn’t me" when they are as old as a contact must be, or were the first', async () => {
    const at = tenant.clock.now();
    const noted = (hours: number, rests: boolean) => ({
      ...{ since: new Date(at - hours * 3_600_000).toISOString(), request, rests },
    });
    const actors = ['slack:T:OLD', 'slack:T:NEW', 'slack:T:FIRST', 'slack:T:UNNOTED', 'slack:T:ODD'];
    put({
      actors,
      bindings: {
        ...{ 'slack:T:OLD': noted(24, true), 'slack:T:NEW': noted(23, true), 'slack:T:FIRST': noted(0, false) },
        ...{ 'slack:T:ODD': { since: 'yesterday' } },
      },
    });
    const people = answerOf(await enrolments().boundPeople(account, at));
    expect(people.map(({ mayDisown }) => mayDisown)).toEqual([true, false, true, true, false]);
    put({ actors, bindings: 'odd' });
    const unread = answerOf(await enrolments().boundPeople(account, at));
    expect(unread.map(({ mayDisown }) => mayDisown)).toEqual(actors.map(() => false));
  });
});

it('the domain of the account’s own address is known, in the form of the DNS', async () => {
  put(undefined, { email: 'ada@Bücher.example' });
  expect(answerOf(await enrolments().workDomain(account))).toBe('xn--bcher-kva.example');
});

describe('the account of a sign-in is the person’s own', () => {
  const isOwn = async (workEmail: string, policy: Partial<Auth0Options> = {}) =>
    answerOf(await enrolments(policy).isOwn(account, jane.actor, workEmail));

  it('by their work address, however it is written', async () => {
    put(undefined);
    expect(await isOwn(' Ada@ACME.test ')).toBe(true);
    put(undefined, { connection: 'Corp-AD', email: 'ADA@Acme.TEST' });
    expect(await isOwn('ada@acme.test')).toBe(true);
  });

  it('by the binding, whatever the address', async () => {
    put({ actors: [jane.actor] });
    expect(await isOwn('jane.doe@acme.test')).toBe(true);
  });

  it.each([
    ['with another address', {}, 'jane@acme.test'],
    ['with an address that has one dot more', { email: 'a.da@acme.test' }, 'ada@acme.test'],
    ['with an address that has a word after a plus', { email: 'ada+1@acme.test' }, 'ada@acme.test'],
    ['with an address at a domain below', { email: 'ada@mail.acme.test' }, 'ada@acme.test'],
    ['with an address that has an accent', { email: 'adá@acme.test' }, 'ada@acme.test'],
    ['with an address that only looks the same', { email: 'kate@acme.test' }, '\u212aate@acme.test'],
    ['with an address that Auth0 calls unverified', { emailVerified: false }, 'ada@acme.test'],
    ['of another person', { appMetadata: { latchkey: { actors: [other] } } }, 'jane@acme.test'],
    [
      'with a record that cannot be read',
      { appMetadata: { latchkey: { actors: { 0: jane.actor } } } },
      'jane@acme.test',
    ],
  ])('but not %s', async (_which, more: Partial<AddUser>, workEmail) => {
    put(undefined, more);
    expect(await isOwn(workEmail)).toBe(false);
  });

  it('but not in another connection, even if bound', async () => {
    put({ actors: [jane.actor] });
    expect(await isOwn('ada@acme.test', { connections: ['Corp-AD'] })).toBe(false);
    expect(await isOwn('ada@acme.test', { connections: ['CorpUsers'] })).toBe(true);
  });

  it('but not where an administrator blocked it, even if bound', async () => {
    put({ actors: [jane.actor] });
    tenant.emulator.control.adminBlock(account, true);
    expect(await isOwn('ada@acme.test')).toBe(false);
  });

  it('but not where it is gone', async () => {
    expect(await isOwn('ada@acme.test')).toBe(false);
  });

  it('but not where it is a passwordless user, even if the policy names the connection', async () => {
    const ref = contactRef('email|65a0000000000000000000c1');
    tenant.emulator.control.addPasswordlessUser({ provider: 'email', address: 'p@acme.test', userId: ref.slice(6) });
    const own = await enrolments({ connections: ['email'] }).isOwn(accountId(ref), jane.actor, 'p@acme.test');
    expect(answerOf(own)).toBe(false);
  });
});

describe('the contacts of an account', () => {
  const contacts = async () => answerOf(await enrolments().contacts(account));
  const shownMail = { ref: mail, channel: 'email', masked: 'a•••@h•••.test' };
  const shownPhone = { ref: phone, channel: 'sms', masked: '•••77' };

  it('that an administrator linked say nothing of when', async () => {
    put(undefined);
    expect(await contacts()).toEqual([shownMail, shownPhone]);
  });

  it('say since when, whether they rest, whether they are confirmed; the oldest first', async () => {
    put({
      contacts: {
        [mail]: { since: '2026-03-02T07:00:00.000Z', rests: true },
        [phone]: { since: '2026-03-01T07:00:00+01:00', unconfirmed: true },
      },
    });
    expect(await contacts()).toEqual([
      { ...shownPhone, since: Date.parse('2026-03-01T06:00:00Z'), unconfirmed: true },
      { ...shownMail, since: Date.parse('2026-03-02T07:00:00Z'), rests: true },
    ]);
  });

  it('are all shown, usable or not, so that each can be removed', async () => {
    put(undefined);
    tenant.emulator.control.link(account, {
      provider: 'email',
      id: 'own',
      connection: 'email',
      profileData: { email: 'ada.private@acme.test', email_verified: false },
    });
    tenant.emulator.control.link(account, { provider: 'sms', id: 'odd', connection: 'sms', profileData: {} });
    tenant.emulator.control.link(account, { provider: 'google-oauth2', id: 'g', connection: 'google-oauth2' });
    expect((await contacts()).map(({ ref, masked }) => [ref, masked])).toEqual([
      [mail, 'a•••@h•••.test'],
      [phone, '•••77'],
      ['email|own', 'a•••@a•••.test'],
      ['sms|odd', '•••'],
    ]);
  });

  it('say why they can never be used', async () => {
    put(undefined);
    const addresses = { own: 'a@mail.acme.test', blocked: 'a@BLOCKED.test', home: 'a@elsewhere.test' };
    for (const [id, email] of Object.entries(addresses)) {
      tenant.emulator.control.link(account, { provider: 'email', id, connection: 'email', profileData: { email } });
    }
    tenant.emulator.control.link(account, {
      ...{ provider: 'email', id: 'unverified', connection: 'email' },
      profileData: { email: 'b@elsewhere.test', email_verified: false },
    });
    tenant.emulator.control.link(account, { provider: 'sms', id: 'odd', connection: 'sms', profileData: {} });
    const found = answerOf(await enrolments({ ownDomains: ['blocked.test'] }).contacts(account));
    expect(Object.fromEntries(found.map(({ ref, unusable }) => [ref, unusable]))).toEqual({
      ...{ [mail]: undefined, [phone]: undefined, 'email|home': undefined },
      ...{ 'email|own': 'own-domain', 'email|blocked': 'blocked-domain' },
      ...{ 'email|unverified': 'unverified', 'sms|odd': 'unclear' },
    });
  });

  it.each([
    ['the whole record', 'odd'],
    ['the contacts', { contacts: [] }],
    [
      'the contacts, because there are too many',
      {
        contacts: Object.fromEntries(
          Array.from({ length: 51 }, (_, n) => [`email|${n}`, { since: '2020-01-01T00:00:00Z' }]),
        ),
      },
    ],
    ['the note', { contacts: { [mail]: 'long ago' } }],
    ['the time', { contacts: { [mail]: { since: 'long ago' } } }],
    ['no time', { contacts: { [mail]: {} } }],
    ['the time, a number', { contacts: { [mail]: { since: 1 } } }],
    ['the day only', { contacts: { [mail]: { since: '2020-01-01' } } }],
    ['whether it rests', { contacts: { [mail]: { since: '2020-01-01T00:00:00Z', rests: 'no' } } }],
    ['whether it is confirmed', { contacts: { [mail]: { since: '2020-01-01T00:00:00Z', unconfirmed: 0 } } }],
    ['a removal under way', { contacts: { [mail]: { since: '2020-01-01T00:00:00Z', removing: true } } }],
  ])('rest from now on, as long as this cannot be read: %s', async (_what, latchkey) => {
    put(latchkey);
    const restingNow = { ref: mail, since: tenant.clock.now(), rests: true };
    expect((await contacts()).find(({ ref }) => ref === mail)).toMatchObject(restingNow);
    const match = answerOf(await directory().match('ada@acme.test', jane.actor));
    expect(match.is === 'account' && match.contacts.find(({ ref }) => ref === mail)).toMatchObject(restingNow);
  });

  it('that cannot be read are told to the operator, without an address', async () => {
    put({ contacts: 7 });
    const ports = createPorts({ baseUrl: tenant.emulator.url }, tenant.clock);
    answerOf(await ports.auth0.enrolments.contacts(account));
    const line = ports.lines.find((each) => each.includes('auth0.enrolment.unreadable')) ?? '';
    expect(JSON.parse(line)).toMatchObject({ account, remedy: expect.stringContaining('app_metadata.latchkey') });
    expect(line).not.toContain('ada@');
  });
});

describe('a match says', () => {
  const match = async (actor = jane.actor) => answerOf(await directory().match('ada@acme.test', actor));

  it.each([
    ['free, where nobody is bound', undefined, 'free'],
    ['free, where the list is empty', { actors: [] }, 'free'],
    ['bound, where the person is', { actors: [inTeams, jane.actor] }, 'bound'],
    ['others, where only others are', { actors: [inTeams, other] }, 'others'],
    ['others, where it cannot be read', { actors: jane.actor }, 'others'],
    ['others, where the record is none', [jane.actor], 'others'],
  ])('who is bound: %s', async (_what, latchkey, binding) => {
    put(latchkey);
    expect(await match()).toMatchObject({ is: 'account', binding });
  });

  it('which of two accounts with one address is the person’s, where they are bound to exactly one', async () => {
    const second = accountId('auth0|65a0000000000000000000b9');
    const twin = (latchkey: unknown) => put(latchkey, { userId: second, connection: 'Corp-Second', contacts: [] });
    put({ actors: [other] });
    twin(undefined);
    expect(await match()).toEqual({ is: 'none', because: 'ambiguous' });
    expect(await match(other)).toMatchObject({ is: 'account', account });
    tenant.emulator.control.removeUser(second);
    twin({ actors: [jane.actor] });
    expect(await match()).toMatchObject({ is: 'account', account: second, binding: 'bound' });
    tenant.emulator.control.removeUser(second);
    twin({ actors: [other] });
    expect(await match(other)).toEqual({ is: 'none', because: 'ambiguous' });
  });
});

describe('a bound account', () => {
  const bound = async (policy: Partial<Auth0Options> = {}) =>
    answerOf(await directory(policy).bound(account, jane.actor));

  it('is found although its address changed', async () => {
    put({ actors: [jane.actor] }, { email: 'renamed@acme.test' });
    expect(await bound()).toMatchObject({
      is: 'account',
      account,
      binding: 'bound',
      contacts: [{ ref: mail }, { ref: phone }],
    });
  });

  it.each([
    ['its record names others only', { actors: [other] }],
    ['its record names nobody', undefined],
    ['its record cannot be read', { actors: { [jane.actor]: true } }],
  ])('is none where %s', async (_what, latchkey) => {
    put(latchkey);
    expect(await bound()).toEqual({ is: 'none', because: 'absent' });
  });

  it('is none where it is gone', async () => {
    expect(await bound()).toEqual({ is: 'none', because: 'absent' });
  });

  it('is none in another connection', async () => {
    put({ actors: [jane.actor] });
    expect(await bound({ connections: ['Corp-AD'] })).toEqual({ is: 'none', because: 'other-connection' });
  });

  it('is not known to be none while Auth0 does not answer', async () => {
    put({ actors: [jane.actor] });
    tenant.emulator.control.faults.next({ path: /users/ }, { status: 503 });
    expect(failureOf(await directory().bound(account, jane.actor))).toMatchObject({ kind: 'unreachable' });
    tenant.emulator.control.faults.clear();
  });
});
