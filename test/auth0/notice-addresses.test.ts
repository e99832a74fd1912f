// Who gets the notice about a changed contact, and who may say there that it was not them.
import { afterEach, describe, expect, it } from 'vitest';
import { type AccountId, accountId, contactRef } from '../../src/flows/ids.ts';
import { answerOf, createClock, failureOf, startTenant, type Tenant } from './tenant.ts';

let tenant: Tenant;
afterEach(() => tenant[Symbol.asyncDispose]());

const newcomer = accountId('auth0|65a000000000000000000099');
const added = contactRef('email|65a0000000000000000000a1');
const older = contactRef('email|65a0000000000000000000a2');
const hour = 3_600_000;
const at = createClock().now();
const isoHoursAgo = (hours: number): string => new Date(at - hours * hour).toISOString();

interface Person {
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly contacts?: Readonly<Record<string, unknown>>;
  readonly olderAddress?: string;
  readonly record?: Readonly<Record<string, unknown>>;
}

/** Somebody with an older contact, a phone, and one that was added just now. */
async function somebody(person: Person = {}) {
  tenant = await startTenant();
  tenant.emulator.control.addUser({
    userId: newcomer,
    connection: 'CorpUsers',
    email: person.email ?? 'new@acme.test',
    ...(person.emailVerified === undefined ? {} : { emailVerified: person.emailVerified }),
    contacts: [
      { provider: 'email', address: 'fresh@home.test', userId: added.slice('email|'.length) },
      { provider: 'email', address: person.olderAddress ?? 'old@home.test', userId: older.slice('email|'.length) },
      { provider: 'sms', address: '+491701234599' },
    ],
    ...(person.contacts === undefined ? {} : { appMetadata: { latchkey: { contacts: person.contacts } } }),
    ...(person.record === undefined ? {} : { record: person.record }),
  });
}

const change = (what: 'added' | 'removed', account: AccountId = newcomer) =>
  ({ account, what, contact: { ref: added, channel: 'email', masked: 'f•••@h•••.test' }, at }) as const;
const told = async (what: 'added' | 'removed' = 'added') =>
  answerOf(await tenant.auth0.noticeAddresses.noticeAddresses(change(what)));
const addresses = async (what: 'added' | 'removed' = 'added') =>
  (await told(what)).map(({ address }) => address).toSorted();
const mayDisown = async (address: string) => (await told()).find((each) => each.address === address)?.mayDisown;

describe('a notice goes to', () => {
  it('every older email contact and the work address, never to the new contact or a phone', async () => {
    await somebody();
    expect(await addresses()).toEqual(['new@acme.test', 'old@home.test']);
  });

  it('a contact that was removed too, as long as it is still linked', async () => {
    await somebody();
    expect(await addresses('removed')).toEqual(['fresh@home.test', 'new@acme.test', 'old@home.test']);
  });

  it('an address that is both once, in whatever case', async () => {
    await somebody({ olderAddress: 'NEW@acme.test' });
    expect(await addresses()).toEqual(['new@acme.test']);
  });

  it('no work address that Auth0 calls unverified', async () => {
    await somebody({ emailVerified: false });
    expect(await addresses()).toEqual(['old@home.test']);
  });

  it.each(['ne@w@acme.test', 'new@acme.test,mallory@evil.test', 'new @acme.test', 'new@acme.test\r\nBcc: m@evil.test'])(
    'nothing that is not one address: %j',
    async (email) => {
      await somebody({ record: { email } });
      expect(await addresses()).toEqual(['old@home.test']);
    },
  );

  it('nobody where the account is gone, and says so', async () => {
    await somebody();
    const gone = await tenant.auth0.noticeAddresses.noticeAddresses(change('added', accountId('auth0|gone')));
    expect(failureOf(gone)).toMatchObject({ kind: 'absent', retry: 'never' });
  });
});

describe('the link It wasn’t me', () => {
  it('is in the notice to the work address and to a contact that nothing is written down of', async () => {
    await somebody();
    expect(await told()).toEqual(expect.arrayContaining([{ address: 'new@acme.test', mayDisown: true }]));
    expect(await mayDisown('old@home.test')).toBe(true);
  });

  it.each([
    ['was the first', { since: isoHoursAgo(1) }],
    ['came from a file', { since: isoHoursAgo(1), unconfirmed: true }],
    ['has rested', { since: isoHoursAgo(24), rests: true }],
  ])('is in the notice to a contact that %s', async (_what, record) => {
    await somebody({ contacts: { [older]: record } });
    expect(await mayDisown('old@home.test')).toBe(true);
  });

  it.each([
    ['still rests', { since: isoHoursAgo(23.999), rests: true }],
    ['rests since nobody knows when', { since: 'planted', rests: true }],
    ['rests since no time at all', { rests: true }],
  ])('is not in the notice to a contact that %s, which is told all the same', async (_what, record) => {
    await somebody({ contacts: { [older]: record } });
    expect(await mayDisown('old@home.test')).toBe(false);
    expect(await mayDisown('new@acme.test')).toBe(true);
  });

  it('follows the cool-off of the policy', async () => {
    await somebody({ contacts: { [older]: { since: isoHoursAgo(24), rests: true } } });
    await tenant[Symbol.asyncDispose]();
    tenant = await startTenant({ coolOffHours: 72 });
    tenant.emulator.control.addUser({
      userId: newcomer,
      connection: 'CorpUsers',
      email: 'new@acme.test',
      contacts: [{ provider: 'email', address: 'old@home.test', userId: older.slice('email|'.length) }],
      appMetadata: { latchkey: { contacts: { [older]: { since: isoHoursAgo(24), rests: true } } } },
    });
    expect(await mayDisown('old@home.test')).toBe(false);
  });

  it.each([[{}], [{ latchkey: null }], [{ latchkey: { contacts: {} } }], [{ latchkey: { contacts: { other: 7 } } }]])(
    'is there where nothing is written down of the contact: %j',
    async (appMetadata) => {
      await somebody({ record: { app_metadata: appMetadata } });
      expect(await mayDisown('old@home.test')).toBe(true);
    },
  );

  it.each([[{ latchkey: 7 }], [{ latchkey: { contacts: [] } }], [{ latchkey: { contacts: { [older]: 7 } } }]])(
    'is not there where what is written down cannot be read: %j',
    async (appMetadata) => {
      await somebody({ record: { app_metadata: appMetadata } });
      expect(await mayDisown('old@home.test')).toBe(false);
      expect(await mayDisown('new@acme.test')).toBe(true);
    },
  );
});

describe('a contact that is being removed', () => {
  const mayUndo = async () => {
    const reply = await tenant.auth0.noticeAddresses.addressOf(newcomer, added, at);
    return answerOf(reply)?.mayDisown;
  };

  it.each([
    ['that nothing is written down of', undefined, true],
    ['that was the first', { since: isoHoursAgo(1) }, true],
    ['that has rested', { since: isoHoursAgo(24), rests: true }, true],
    // The owner takes an attacker's contact out: with the link in that notice the attacker could freeze the account.
    ['that still rests', { since: isoHoursAgo(23), rests: true }, false],
    ['whose note cannot be read', 7, false],
    // Taken up again after the process died: what was written before it is what counts.
    ['that was the first, for the second time', { since: isoHoursAgo(1), removing: true }, true],
    ['that nothing was written down of, for the second time', { removing: true }, true],
    ['that still rests, for the second time', { since: isoHoursAgo(1), rests: true, removing: true }, false],
  ])('%s is told, and may say "it wasn’t me" or not', async (_what, record, expected) => {
    await somebody(record === undefined ? {} : { contacts: { [added]: record } });
    expect(await mayUndo()).toBe(expected);
  });
});

it('no address is in the log or in a failure', async () => {
  await somebody();
  await told();
  tenant.emulator.control.faults.next({ path: /users/ }, { status: 400, body: { message: 'new@acme.test' } });
  const failure = failureOf(await tenant.auth0.noticeAddresses.noticeAddresses(change('added')));
  expect(JSON.stringify(failure)).not.toMatch(/@/);
  expect(tenant.lines.join('')).not.toMatch(/@home|@acme/);
});
