import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AddUser } from '../../playground/auth0/people.ts';
import type { Auth0Options } from '../../src/auth0/auth0.ts';
import { usableContacts } from '../../src/flows/contact.ts';
import { accountId } from '../../src/flows/ids.ts';
import { factsRead } from '../../src/flows/inspection.ts';
import type { Match } from '../../src/flows/ports.ts';
import { stopwatch } from '../cpu-time.ts';
import { answerOf, createPorts, failureOf, jane, startTenant, type Tenant, withLocks } from './tenant.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant[Symbol.asyncDispose]());

const ids = new Set<string>();
function add(userId: string, input: Omit<AddUser, 'userId'>) {
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
  return answerOf(await auth0.directory.match(email, jane.actor));
};
const matchUnder = async (email: string, policy: Pick<Auth0Options, 'demandsVerified' | 'ownDomains'>) => {
  const { auth0 } = createPorts({ baseUrl: tenant.emulator.url, ...policy }, tenant.clock);
  return answerOf(await auth0.directory.match(email, jane.actor));
};

/** What a recovery may use of it: this is what decides, and the list itself is only shown. */
const usableOf = (found: Match) => {
  if (found.is !== 'account') throw new Error('no account');
  const rules = { coolOffHours: 0, blockedDomains: [], unconfirmed: 'usable' } as const;
  return usableContacts(found.contacts, rules, tenant.clock.now());
};

describe('a work email is matched to an account', () => {
  it('where exactly one verified account has it, with its contacts masked', async () => {
    expect(await match(jane.workEmail)).toEqual({
      is: 'account',
      account: jane.account,
      binding: 'free',
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

  it('of both spellings as one set: two accounts that differ in capitals only are two', async () => {
    add('ad|Corp-AD|caps', { connection: 'Corp-AD', email: 'Ada.Byron@acme.test' });
    add('auth0|ada', { connection: 'CorpUsers', email: 'ada.byron@acme.test' });
    expect(await match('Ada.Byron@acme.test')).toEqual({ is: 'none', because: 'ambiguous' });
    expect(await match('ada.byron@acme.test')).toMatchObject({ is: 'account', account: 'auth0|ada' });
  });

  it('but not in a third spelling, which Auth0 cannot be asked for: AD has capitals, and the platform has none', async () => {
    add('ad|Corp-AD|caps', { connection: 'Corp-AD', email: 'Ada.Directory@Acme.test' });
    expect(await match('ada.directory@acme.test')).toEqual({ is: 'none', because: 'absent' });
  });

  it('in AD too', async () => {
    add('ad|Corp-AD|0f0f', { connection: 'Corp-AD', email: 'ann@acme.test' });
    expect(await match('ann@acme.test')).toMatchObject({ is: 'account', account: 'ad|Corp-AD|0f0f' });
  });
});

/** White space is no letter: such an address is asked about, and found to be nobody's. */
const isConvertible = (address: string): boolean => !/[\u00a0\u200b]/.test(address);

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
    tenant.requests();
    expect(await match(address)).toEqual({ is: 'none', because: 'absent' });
    if (isConvertible(address)) expect(tenant.requests()).toEqual([]);
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
    expect(await match(jane.workEmail, ['Elsewhere'])).toEqual({ is: 'none', because: 'other-connection' });
    expect(await match(jane.workEmail, ['CorpUsers'])).toMatchObject({ is: 'account' });
  });

  it('where it is a social login and the policy names no connections', async () => {
    add('google-oauth2|4', { connection: 'google-oauth2', email: 'so@acme.test' });
    expect(await match('so@acme.test')).toEqual({ is: 'none', because: 'other-connection' });
  });

  it('a stranger with the same unverified address does not stand in her way', async () => {
    add('auth0|5', { connection: 'Customers', email: jane.workEmail, emailVerified: false });
    expect(await match(jane.workEmail)).toMatchObject({ is: 'account', account: jane.account });
  });
});

describe('the address of an AD account', () => {
  const ann = { connection: 'Corp-AD', email: 'ann@acme.test' };

  it('is believed as Auth0’s connector makes it: without a word on verification', async () => {
    add('ad|Corp-AD|a', { ...ann, record: { email_verified: undefined } });
    expect(await match('ann@acme.test')).toMatchObject({ is: 'account', account: 'ad|Corp-AD|a' });
  });

  it('is believed where Auth0 says null, and where it says true', async () => {
    add('ad|Corp-AD|b', { ...ann, record: { email_verified: null } });
    expect(await match('ann@acme.test')).toMatchObject({ is: 'account' });
    add('ad|Corp-AD|b', { ...ann, emailVerified: true });
    expect(await match('ann@acme.test')).toMatchObject({ is: 'account' });
  });

  it.each([false, 'yes', 1, []])('is not believed where somebody says %j', async (said) => {
    add('ad|Corp-AD|c', { ...ann, record: { email_verified: said } });
    expect(await match('ann@acme.test')).toEqual({ is: 'none', because: 'unverified' });
  });

  it('needs the word where the policy demands it', async () => {
    add('ad|Corp-AD|d', ann);
    expect(await matchUnder('ann@acme.test', { demandsVerified: true })).toEqual({ is: 'none', because: 'unverified' });
    add('ad|Corp-AD|d', { ...ann, emailVerified: true });
    expect(await matchUnder('ann@acme.test', { demandsVerified: true })).toMatchObject({ is: 'account' });
  });

  it.each(['auth0|bare', 'waad|bare'])('is the only one that is believed: not that of %s', async (userId) => {
    const connection = userId.startsWith('auth0') ? 'CorpUsers' : 'Entra';
    add(userId, { connection, email: 'bare@acme.test', record: { email_verified: undefined } });
    expect(await match('bare@acme.test', [connection])).toEqual({ is: 'none', because: 'unverified' });
  });
});

describe('a field that decides nothing', () => {
  const oddities: readonly (readonly [string, unknown])[] = [
    ...['given_name', 'username', 'phone_number', 'last_password_reset'].flatMap((field) =>
      [['Ann'], 491701234512, { at: 1 }, true].map((value) => [field, value] as const),
    ),
    ['phone_verified', 'yes'],
    ['phone_verified', null],
    ['nickname', 7],
  ];

  it.each(oddities)('refuses nobody, whatever its form: %s %j', async (field, value) => {
    const contacts = [{ provider: 'email' as const, address: 'odd@home.test' }];
    add('auth0|odd', { connection: 'CorpUsers', email: 'odd@acme.test', contacts, record: { [field]: value } });
    expect(await match('odd@acme.test')).toMatchObject({ account: 'auth0|odd', contacts: [{ channel: 'email' }] });
    const id = accountId('auth0|odd');
    expect(answerOf(await tenant.auth0.directory.inspect(id, withLocks))).toMatchObject({
      choosesPassword: 'at-provider',
    });
    expect(answerOf(await tenant.auth0.directory.givenName(id))).toBeUndefined();
    expect(answerOf(await tenant.auth0.tickets.mint(id, 60))).toMatchObject({ is: 'ticket' });
    expect(answerOf(await tenant.auth0.locks.lift(id))).toBe('lifted');
    expect(answerOf(await tenant.auth0.passwordChanges.recorded(tenant.clock.now(), [id]))).toEqual([]);
  });

  it('of a stray account does not stand in the way of the good one beside it', async () => {
    add('saml|stray', { connection: 'Partner', email: jane.workEmail, record: { given_name: ['Jane', 'J.'] } });
    expect(await match(jane.workEmail)).toMatchObject({ is: 'account', account: jane.account });
  });
});

describe('a field that decides', () => {
  const oddities: readonly (readonly [string, unknown])[] = [
    ['user_id', 7],
    ['email', [jane.workEmail]],
    ['identities', 'none'],
    ['identities', []],
    ['identities', [null]],
    ['identities', [{ provider: 'email', connection: 'email', user_id: 'x' }, null]],
    ['app_metadata', 'privileged'],
    ['blocked', 'no'],
    ['blocked', null],
  ];

  it.each(oddities)('refuses its account and no other: %s %j', async (field, value) => {
    const { auth0, lines } = createPorts({ baseUrl: tenant.emulator.url }, tenant.clock);
    const record = { [field]: value };
    add('auth0|odd', { connection: 'CorpUsers', email: 'odd@acme.test', record });
    expect(answerOf(await auth0.directory.match('odd@acme.test', jane.actor))).toEqual({
      is: 'none',
      because: 'unreadable',
    });
    add('auth0|odd', { connection: 'CorpUsers', email: jane.workEmail, record });
    expect(answerOf(await auth0.directory.match(jane.workEmail, jane.actor))).toMatchObject({ account: jane.account });
    const said = lines.filter((line) => line.includes('auth0.user.unreadable'));
    expect(said.map((line) => JSON.parse(line).fields)).toEqual([[field], [field]]);
    expect(lines.join()).not.toContain('acme.test');
  });

  it('is named in the log when the account is read by its id', async () => {
    add('auth0|odd', { connection: 'CorpUsers', email: 'odd@acme.test', record: { blocked: 'no' } });
    expect(failureOf(await tenant.auth0.directory.inspect(accountId('auth0|odd'), withLocks))).toMatchObject({
      kind: 'malformed',
      cause: 'user-read: unexpected blocked',
    });
  });

  it('of something that is no user at all does not stand in the way either', async () => {
    const { auth0, lines } = createPorts({ baseUrl: tenant.emulator.url }, tenant.clock);
    tenant.emulator.control.faults.next({ path: /users-by-email/ }, { status: 200, body: '[null,"x",[]]' });
    expect(answerOf(await auth0.directory.match('some@acme.test', jane.actor))).toEqual({
      is: 'none',
      because: 'unreadable',
    });
    expect(lines.join()).toContain('"fields":["body"]');
  });

  it('of a linked identity drops that identity alone', async () => {
    const id = 'auth0|linked';
    const contacts = [{ provider: 'email' as const, address: 'linked@home.test' }];
    add(id, { connection: 'CorpUsers', email: 'linked@acme.test', contacts });
    const own = { connection: 'CorpUsers', provider: 'auth0', user_id: 'linked' };
    const good = { connection: 'email', provider: 'email', user_id: 'e1', profileData: { email: 'l@home.test' } };
    const identities = [own, null, { provider: 'x' }, { ...good, user_id: {} }, good];
    add(id, { connection: 'CorpUsers', email: 'linked@acme.test', record: { identities } });
    expect(await match('linked@acme.test')).toMatchObject({ account: id, contacts: [{ ref: 'email|e1' }] });
  });

  it('of a linked identity may be the address of an approver, who then counts as possibly the same person', async () => {
    const id = 'auth0|linked';
    const own = { connection: 'CorpUsers', provider: 'auth0', user_id: 'linked' };
    const owns = async (identities: readonly unknown[]) => {
      add(id, { connection: 'CorpUsers', email: 'linked@acme.test', record: { identities } });
      return answerOf(await tenant.auth0.directory.hasAddress(accountId(id), 'second@acme.test'));
    };
    expect(await owns([own])).toBe(false);
    expect(await owns([own, { provider: 'saml', user_id: {}, profileData: { email: 'second@acme.test' } }])).toBe(true);
  });
});

describe('an account without a contact that may be used', () => {
  const profileOf = (profileData: object, provider = 'email') => ({
    ...{ connection: provider, provider, user_id: 'x', profileData },
  });
  const main = { connection: 'CorpUsers', provider: 'auth0', user_id: 'lacks' };
  const cases: readonly (readonly [string, string, readonly object[]])[] = [
    ['no-contact', 'nothing is linked', []],
    ['no-contact', 'something else is linked', [profileOf({ email: 'l@home.test' }, 'google-oauth2')]],
    ['own-domain-contact', 'it is at the company', [profileOf({ email: 'l@acme.test' })]],
    ['unverified-contact', 'it is not verified', [profileOf({ email: 'l@home.test', email_verified: false })]],
    ['unverified-contact', 'its number is not verified', [profileOf({ phone_verified: false }, 'sms')]],
    ['unusable-contact', 'it has no address', [profileOf({})]],
    ['unusable-contact', 'it has no number', [profileOf({ phone_number: 7 }, 'sms')]],
    ['unusable-contact', 'its address is disguised', [profileOf({ email: 'mi\u212ae@home.test' })]],
    ['unusable-contact', 'its address is at no domain', [profileOf({ email: 'l@[198.51.100.7].x' })]],
    ['own-domain-contact', 'several reasons', [profileOf({}), profileOf({ email: 'l@acme.test' })]],
  ];
  it.each(cases)('says why, for the operator: %s, because %s', async (lacks, _why, linked) => {
    const record = { identities: [main, ...linked] };
    add('auth0|lacks', { connection: 'CorpUsers', email: 'lacks@acme.test', record });
    const found = await match('lacks@acme.test');
    expect(found).toMatchObject({ is: 'account', binding: 'free', account: 'auth0|lacks', lacks });
    expect(usableOf(found)).toEqual({ usable: [] });
  });

  it('shows its owner each one with the reason, and none of them in clear', async () => {
    const linked = [
      profileOf({ email: 'l@acme.test' }),
      { ...profileOf({ email: 'l@home.test', email_verified: false }), user_id: 'y' },
      { ...profileOf({ phone_number: 7 }, 'sms'), user_id: 'z' },
    ];
    add('auth0|lacks', {
      connection: 'CorpUsers',
      email: 'lacks@acme.test',
      record: { identities: [main, ...linked] },
    });
    expect(await match('lacks@acme.test')).toMatchObject({
      contacts: [
        { ref: 'email|x', masked: 'l•••@a•••.test', unusable: 'own-domain' },
        { ref: 'email|y', masked: 'l•••@h•••.test', unusable: 'unverified' },
        { ref: 'sms|z', masked: '•••', unusable: 'unclear' },
      ],
    });
  });

  it('says nothing of the kind where there is one', async () => {
    const linked = [profileOf({ email: 'l@acme.test' }), profileOf({ email: 'l@home.test' })];
    add('auth0|lacks', {
      connection: 'CorpUsers',
      email: 'lacks@acme.test',
      record: { identities: [main, ...linked] },
    });
    expect(await match('lacks@acme.test')).not.toHaveProperty('lacks');
  });
});

describe('a domain that the policy names as the company’s', () => {
  it('has no contact that is offered, nor one to which a code is sent', async () => {
    const contacts = [{ provider: 'email' as const, address: 'kim@mail.acme-group.test' }];
    add('auth0|kim', { connection: 'CorpUsers', email: 'kim@acme.test', contacts });
    const before = await match('kim@acme.test');
    if (before.is !== 'account' || before.contacts[0] === undefined) throw new Error('no contact');
    const under = await matchUnder('kim@acme.test', { ownDomains: ['acme-group.test'] });
    expect(under).toMatchObject({ contacts: [{ unusable: 'blocked-domain' }], lacks: 'own-domain-contact' });
    expect(usableOf(under)).toEqual({ usable: [] });
    const { auth0 } = createPorts({ baseUrl: tenant.emulator.url, ownDomains: ['acme-group.test'] }, tenant.clock);
    expect(await auth0.codes.send(accountId('auth0|kim'), before.contacts[0].ref)).toMatchObject({
      failure: { kind: 'refused' },
    });
    expect(tenant.emulator.control.lastCodeTo('kim@mail.acme-group.test')).toBeUndefined();
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
      multifactor: false,
      disabled: false,
      locked: false,
      choosesPassword: 'at-provider',
    });
  });

  it.each([
    [['guardian'], true],
    [[], false],
    [null, false],
    // In another form than Auth0's description says: doubt asks for more, not for less.
    ['guardian', true],
    [{ guardian: true }, true],
    [false, true],
  ])('takes the second factors %j as %s', async (multifactor, expected) => {
    const userId = `auth0|mfa-${JSON.stringify(multifactor).replaceAll(/\W/g, '')}`;
    tenant.emulator.control.addUser({
      ...{ userId, connection: 'CorpUsers', email: `${userId.slice(6)}@acme.test` },
      record: { multifactor },
    });
    expect(answerOf(await tenant.auth0.directory.inspect(accountId(userId), withLocks))).toMatchObject({
      multifactor: expected,
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
      choosesPassword: 'nowhere',
    });
    expect(answerOf(await tenant.auth0.directory.inspect(accountId('auth0|8'), withLocks))).toMatchObject({
      choosesPassword: 'nowhere',
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
    const passedMs = stopwatch();
    expect(answerOf(await slow.auth0.directory.inspect(jane.account, withLocks))).toMatchObject({ locked: true });
    const took = passedMs();
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

describe('the owner of an account', () => {
  const nine = accountId('auth0|9');
  const ownerWith = async (more: object) => {
    tenant.emulator.control.addUser({ userId: nine, connection: 'CorpUsers', email: 'nine@acme.test', ...more });
    return answerOf(await tenant.auth0.directory.owner(nine));
  };

  it('is everybody whom its record names, in one call', async () => {
    const actors = ['slack:T1:NINE', 'teams:X1:NINE'];
    tenant.requests();
    expect(await ownerWith({ appMetadata: { latchkey: { actors } } })).toMatchObject({ people: actors });
    expect(tenant.requests()).toEqual([`GET /api/v2/users/${nine}`]);
  });

  it.each([
    ['the whole name', { name: 'Nine Nobody', givenName: 'N' }, 'Nine Nobody'],
    ['as a directory writes it', { name: 'O’Neill-Ruiz, José (Berlin)' }, 'O’Neill-Ruiz, José (Berlin)'],
    [
      'its parts where the whole is the address',
      { name: 'nine@acme.test', givenName: 'Nine', familyName: 'Nobody' },
      'Nine Nobody',
    ],
    ['one part', { name: 'nine@acme.test', familyName: 'Nobody' }, 'Nobody'],
    ['without what turns the text beside it', { name: 'Nine\u202e Nobody' }, 'Nine Nobody'],
    ['cut', { name: `Nine ${'x'.repeat(80)}` }, `Nine ${'x'.repeat(54)}…`],
  ])('is called by a name that looks like one: %s', async (_how, given, name) => {
    expect(await ownerWith(given)).toEqual({ people: [], name });
  });

  it.each([
    ['the address', { name: 'nine@acme.test' }],
    ['the local part of it', { nickname: 'nine.nobody' }],
    ['the address in a part', { givenName: 'nine@acme.test' }],
    ['an address inside', { name: 'Nine (nine@acme.test)' }],
    ['a link', { name: 'https://evil.test' }],
    ['markup', { name: '<b>Nine</b>' }],
    ['a number', { name: '+49 157 000 00012' }],
    ['nothing', { name: ' ' }],
  ])('is not called by what is no name: %s', async (_what, given) => {
    expect(await ownerWith(given)).toEqual({ people: [] });
  });

  it('is nobody’s where the record cannot be read, and where the account is gone', async () => {
    expect(await ownerWith({ appMetadata: { latchkey: { actors: 'NINE' } } })).toMatchObject({ people: [] });
    expect(failureOf(await tenant.auth0.directory.owner(accountId('auth0|gone')))).toMatchObject({ kind: 'absent' });
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
