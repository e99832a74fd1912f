// An unlock reads and lifts only the locks of its own account: whatever is linked to it, and whoever has the same
// identifier.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Identity } from '../../playground/auth0/state.ts';
import { accountId } from '../../src/flows/ids.ts';
import { factsRead } from '../../src/flows/inspection.ts';
import { answerOf, createPorts, failureOf, jane, startTenant, type Tenant, withLocks } from './tenant.ts';

const eve = accountId('auth0|65a0000000000000000000ee');
const evesMail = 'eve@acme.test';
const namesake = accountId('auth0|65a00000000000000000000a');

let tenant: Tenant;
beforeEach(async () => {
  tenant = await startTenant();
  tenant.emulator.control.addUser({ userId: eve, connection: 'CorpUsers', email: evesMail });
});
afterEach(() => tenant[Symbol.asyncDispose]());

const lift = async (id = eve) => answerOf(await tenant.auth0.locks.lift(id));
const isLocked = async (id = eve) => answerOf(await tenant.auth0.directory.inspect(id, withLocks)).locked;
const stands = (id = jane.account) => tenant.emulator.control.user(id).locked;
const link = (identity: Omit<Identity, 'id'>) => tenant.emulator.control.link(eve, { ...identity, id: '117' });
const locksAsked = () => tenant.requests().filter((request) => request.includes('user-blocks'));

const carried = { email: jane.workEmail, email_verified: true, username: 'jdoe' };
const foreign: readonly (readonly [string, Omit<Identity, 'id'>])[] = [
  ['a Google profile', { provider: 'google-oauth2', connection: 'google-oauth2', profileData: carried }],
  ['a profile of another company', { provider: 'samlp', connection: 'Partner', profileData: carried }],
  [
    'an unverified address of the passwordless connection',
    { provider: 'email', connection: 'email', profileData: { email: jane.workEmail, email_verified: false } },
  ],
  [
    'an address of which nobody says that it is verified',
    { provider: 'email', connection: 'email', profileData: { email: jane.workEmail } },
  ],
  [
    'an unverified address of another database',
    { provider: 'auth0', connection: 'Customers', profileData: { email: jane.workEmail, email_verified: false } },
  ],
  [
    'a user name of another database',
    { provider: 'auth0', connection: 'Customers', profileData: { username: 'jdoe' } },
  ],
];

describe.each(foreign)('with %s that carries somebody else’s names', (_, identity) => {
  beforeEach(() => {
    link(identity);
    tenant.emulator.control.lock(jane.account);
    tenant.emulator.control.lock(jane.account, { identifier: 'jdoe', ip: '203.0.113.8' });
  });

  it('that person’s lock is not lifted', async () => {
    tenant.emulator.control.lock(eve);
    expect(await lift()).toBe('lifted');
    expect(stands(eve)).toBe(false);
    expect(stands()).toBe(true);
    expect(await isLocked(jane.account)).toBe(true);
  });

  it('that person’s lock is not told as her own', async () => {
    expect(await isLocked()).toBe(false);
  });

  it('that person’s lock is not told as her own where Auth0 does not say in which connection it stands', async () => {
    for (const name of [jane.workEmail, 'jdoe']) {
      const path = new RegExp(`user-blocks\\?identifier=${encodeURIComponent(name)}`);
      const body = { blocked_for: [{ identifier: name }] };
      tenant.emulator.control.faults.next({ method: 'GET', path }, { status: 200, body });
    }
    expect(await isLocked()).toBe(false);
  });
});

describe('a name that two accounts have', () => {
  beforeEach(() => {
    tenant.emulator.control.addUser({ userId: namesake, connection: 'Customers', username: 'jdoe' });
  });

  it('is lifted for the one that asks', async () => {
    tenant.emulator.control.lock(jane.account, { identifier: 'jdoe' });
    tenant.emulator.control.lock(namesake);
    expect(await isLocked(jane.account)).toBe(true);
    expect(await lift(jane.account)).toBe('lifted');
    expect([stands(), stands(namesake)]).toEqual([false, true]);
  });

  it('is no lock of the one where only the other is locked', async () => {
    tenant.emulator.control.lock(namesake);
    expect(await isLocked(jane.account)).toBe(false);
    expect(await lift(jane.account)).toBe('lifted');
    expect(stands(namesake)).toBe(true);
  });

  it('is no lock of the one where the other is locked under it in its own connection', async () => {
    const evelyn = accountId('auth0|65a0000000000000000000e7');
    const other = accountId('auth0|65a0000000000000000000e8');
    tenant.emulator.control.addUser({ userId: evelyn, connection: 'CorpUsers', email: 'ev@acme.test', username: 'ev' });
    tenant.emulator.control.addUser({ userId: other, connection: 'Customers', username: 'ev' });
    tenant.emulator.control.lock(other);
    tenant.requests();
    expect(await isLocked(evelyn)).toBe(false);
    expect(locksAsked()).toContain('GET /api/v2/user-blocks');
    expect(await lift(evelyn)).toBe('lifted');
    expect(stands(other)).toBe(true);
  });

  it('is left alone where it could only be lifted for both, and that is said', async () => {
    link({ provider: 'auth0', connection: 'Retail', profileData: { username: 'jdoe' } });
    tenant.emulator.control.lockLinked({ identifier: 'jdoe', connection: 'Retail' });
    tenant.emulator.control.lock(namesake);
    expect(await isLocked()).toBe(true);
    expect(failureOf(await tenant.auth0.locks.lift(eve))).toMatchObject({ kind: 'refused', retry: 'never' });
    expect(stands(namesake)).toBe(true);
  });
});

describe('what is her own is lifted:', () => {
  const own: readonly (readonly [string, Omit<Identity, 'id'>, string])[] = [
    [
      'the verified address of another database',
      { provider: 'auth0', connection: 'Retail', profileData: { email: 'eve@home.test', email_verified: true } },
      'eve@home.test',
    ],
    [
      'the address that the directory has',
      { provider: 'ad', connection: 'Corp-AD', profileData: { email: 'Eve@corp.test' } },
      'Eve@corp.test',
    ],
    [
      'the user name that the directory has',
      { provider: 'ad', connection: 'Corp-AD', profileData: { username: 'CORP\\eve' } },
      'CORP\\eve',
    ],
    [
      'the number of a contact',
      { provider: 'sms', connection: 'sms', profileData: { phone_number: '+491700000099', phone_verified: true } },
      '+491700000099',
    ],
  ];
  it.each(own)('%s, though the id does not tell of it', async (_, identity, identifier) => {
    link(identity);
    tenant.emulator.control.lockLinked({ identifier, connection: identity.connection });
    expect(await isLocked()).toBe(true);
    expect(await lift()).toBe('lifted');
    expect(await isLocked()).toBe(false);
  });

  it('her work address, where the id does not tell of it', async () => {
    tenant.emulator.control.lock(jane.account);
    tenant.emulator.control.faults.next({ method: 'GET', path: /user-blocks\// }, { status: 200, body: {} });
    expect(await isLocked(jane.account)).toBe(true);
    expect(await lift(jane.account)).toBe('lifted');
    expect(stands()).toBe(false);
  });

  it('a name that only the id’s answer tells of', async () => {
    tenant.emulator.control.lock(jane.account);
    await isLocked(jane.account);
    const body = { blocked_for: [{ identifier: jane.phone }] };
    tenant.emulator.control.faults.next({ method: 'GET', path: /user-blocks\// }, { status: 200, body });
    expect(await lift(jane.account)).toBe('lifted');
  });
});

describe('calls of the scarce group', () => {
  const kinds: readonly (readonly [string, () => void])[] = [
    ['the account', () => tenant.emulator.control.lock(jane.account)],
    ['a contact', () => tenant.emulator.control.lockContact('sms', jane.phone)],
    ['another contact', () => tenant.emulator.control.lockContact('email', jane.email)],
    [
      'both contacts',
      () => {
        tenant.emulator.control.lockContact('sms', jane.phone);
        tenant.emulator.control.lockContact('email', jane.email);
      },
    ],
    [
      'the account and a contact',
      () => {
        tenant.emulator.control.lock(jane.account);
        tenant.emulator.control.lockContact('sms', jane.phone);
      },
    ],
    [
      'the account and both contacts',
      () => {
        tenant.emulator.control.lock(jane.account);
        tenant.emulator.control.lockContact('email', jane.email);
        tenant.emulator.control.lockContact('sms', jane.phone);
      },
    ],
  ];
  it.each(kinds)('are six at most for an unlock where %s is locked', async (_, lock) => {
    lock();
    expect(await isLocked(jane.account)).toBe(true);
    expect(await lift(jane.account)).toBe('lifted');
    expect(locksAsked().length).toBeLessThanOrEqual(6);
    tenant.requests();
    expect(await isLocked(jane.account)).toBe(false);
  });

  it('are three for an unlock of an account without contacts: looked, lifted, looked again', async () => {
    tenant.emulator.control.lock(eve);
    await isLocked();
    await lift();
    const path = `/api/v2/user-blocks/${eve}`;
    expect(locksAsked()).toEqual([`GET ${path}`, `DELETE ${path}`, `GET ${path}`]);
  });

  it('are two for a reset: the ticket and the sessions', async () => {
    const { directory, tickets, sessions } = tenant.auth0;
    answerOf(await directory.inspect(jane.account, factsRead.reset));
    answerOf(await tickets.mint(jane.account, 600));
    answerOf(await sessions.end(jane.account));
    const scarce = tenant.requests().filter((request) => /user-blocks|tickets|sessions|revoke-access/.test(request));
    expect(scarce).toEqual([
      'POST /api/v2/tickets/password-change',
      `POST /api/v2/users/${jane.account}/revoke-access`,
    ]);
  });

  it('are asked anew by a process that remembers nothing of the look, and the lock is lifted all the same', async () => {
    tenant.emulator.control.lockContact('email', jane.email);
    expect(await isLocked(jane.account)).toBe(true);
    const another = createPorts({ baseUrl: tenant.emulator.url }, tenant.clock);
    expect(answerOf(await another.auth0.locks.lift(jane.account))).toBe('lifted');
    expect(await isLocked(jane.account)).toBe(false);
  });
});
