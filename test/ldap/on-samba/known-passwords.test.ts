// A known password of an account in Active Directory, through the flows' own ports, on a real domain controller: what is said of it
// before, the change itself, and the look at what became of it.
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instant } from '../../../src/flows/ids.ts';
import { success } from '../../../src/flows/outcome.ts';
import type { AccountFacts } from '../../../src/flows/policy.ts';
import type { TypedChange } from '../../../src/flows/ports.ts';
import type { ConnectedDirectory } from '../../../src/ldap/connected-directory.ts';
import { joinDirectories } from '../../../src/ldap/directories.ts';
import { titled } from '../../skipped-reporter.ts';
import { connection } from '../administrator.ts';
import { type Domain, missing, startDomain, type TestPerson } from '../domain.ts';
import { baseDn } from '../samba.ts';
import { firstPassword } from '../seed.ts';

const next = 'Kraken-under-9-bridges';
const hour = 3_600_000;

describe.skipIf(missing !== undefined)(titled('a known password, on a real domain controller', missing), () => {
  let domain: Domain;
  const lines: string[] = [];
  beforeAll(async () => {
    domain = await startDomain(12);
  }, 60_000);
  afterAll(() => domain?.stop());

  /** Auth0 knows the account and does nothing for it. `aheadMs`: how far our clock is ahead of the controller's. */
  function ports(aheadMs = 0, home: Partial<ConnectedDirectory> = {}) {
    const facts: AccountFacts = {
      ...{ connection, appMetadata: {}, multifactor: false, disabled: false, choosesPassword: 'nowhere' },
    };
    const never = () => Promise.reject(new Error('not asked here'));
    const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
    return joinDirectories({
      directories: [
        {
          ...{ connection, activeDirectory: domain.directory(), replicationMinutes: 15 },
          ...{ reset: true, change: true, unlock: true, ...home },
        },
      ],
      directory: {
        ...{ match: never, bound: never, hasAddress: never, givenName: never, owner: never },
        inspect: async () => success(facts),
      },
      passwords: {
        ...{ set: never, settled: never },
        page: async () => success({ rules: { isComplete: true }, username: 'p@corp.example', ownWords: [] }),
      },
      ...{ locks: { lift: never }, knownPasswords: { change: async () => success({ is: 'unsupported' }) } },
      clock: { now: () => instant(Date.now() + aheadMs) },
      log,
    });
  }
  const read = ({ account }: TestPerson) => ports().directory.inspect(account, { locks: false, password: 'known' });
  const change = ({ account }: TestPerson, typed: Partial<TypedChange> = {}, by = ports()) =>
    by.knownPasswords.change(account, { current: firstPassword, password: next, ...typed });
  const works = ({ dn }: TestPerson, password: string) => domain.admin.signIn(dn, password);
  const failures = ({ dn }: TestPerson) => domain.admin.text(dn, 'badPwdCount');

  it('is changed: the page says the rules, the old one works no more, and the time of it can be found', async () => {
    const person = await domain.person();
    const since = instant(Date.now());
    expect(await read(person)).toMatchObject({ value: { choosesPassword: 'here' } });
    expect(await ports().passwords.page(person.account)).toMatchObject({
      value: { username: 'p@corp.example', rules: { isComplete: false, minLength: 10, refusesNames: true } },
    });
    expect(await change(person)).toEqual(success({ is: 'set' }));
    expect([await works(person, next), await works(person, firstPassword)]).toEqual(['ok', '52e']);
    expect(await ports().passwords.settled(person.account, since)).toMatchObject({ value: { is: 'set' } });
  });

  it.each([
    [
      'has expired',
      (person: TestPerson) => domain.samba.datePassword(person.dn, new Date(Date.now() - 60 * 24 * hour)),
    ],
    ['must be changed', (person: TestPerson) => domain.admin.set(person.dn, { pwdLastSet: '0' })],
  ])('is changed although it %s', async (_what, prepare) => {
    const person = await domain.person();
    await prepare(person);
    expect(await read(person)).toMatchObject({ value: { choosesPassword: 'here' } });
    expect(await change(person)).toEqual(success({ is: 'set' }));
    expect(await works(person, next)).toBe('ok');
  });

  it('that is typed wrongly counts once each time, and never so often that the account is locked', async () => {
    const person = await domain.person();
    const by = ports();
    const answers = [];
    for (let tries = 0; tries < 3; tries += 1) answers.push(await change(person, { current: 'Wrong-1' }, by));
    expect(answers).toEqual([success({ is: 'wrong' }), success({ is: 'wrong' }), success({ is: 'no-tries' })]);
    expect([await failures(person), await works(person, firstPassword)]).toEqual(['2', 'ok']);
  });

  it('of a locked account is asked for by nobody', async () => {
    const person = await domain.person();
    await domain.lockOut(person);
    expect(await read(person)).toMatchObject({ value: { locked: true, lock: { of: 'directory' } } });
    expect(await change(person)).toEqual(success({ is: 'locked' }));
  });

  it('of an administrator is not touched', async () => {
    const person = await domain.person();
    await domain.admin.addTo(`CN=Domain Admins,CN=Users,${baseDn}`, 'member', person.dn);
    expect(await read(person)).toMatchObject({ value: { barrier: 'protected' } });
    expect(await change(person)).toEqual(success({ is: 'disabled' }));
    expect(await works(person, firstPassword)).toBe('ok');
  });

  it('is replaced by none that breaks a rule, is the same, or was used before', async () => {
    const person = await domain.person();
    expect(await change(person, { password: 'Short-1' })).toEqual(success({ is: 'refused', rules: ['too-short'] }));
    const same = success({ is: 'refused', rules: ['used-before'] });
    expect(await change(person, { password: firstPassword })).toEqual(same);
    expect(await change(person)).toEqual(success({ is: 'set' }));
    const back = await change(person, { current: next, password: firstPassword });
    expect(back).toEqual(success({ is: 'refused', rules: [] }));
    expect(await failures(person)).toBe('0');
  });

  it('that is too young says from when on, by our clock', async () => {
    const dayTicks = 864_000_000_000;
    await domain.admin.set(baseDn, { minPwdAge: `-${dayTicks}` });
    try {
      const person = await domain.person();
      for (const aheadMs of [0, hour, -hour]) {
        const answer = await change(person, {}, ports(aheadMs));
        expect(answer).toMatchObject({ value: { is: 'too-soon' } });
        const from = answer.ok && answer.value.is === 'too-soon' ? answer.value.from : 0;
        expect(Math.abs(from - (Date.now() + aheadMs + 24 * hour))).toBeLessThan(120_000);
      }
      expect(await works(person, firstPassword)).toBe('ok');
    } finally {
      await domain.admin.set(baseDn, { minPwdAge: '0' });
    }
  });

  it('is left alone where the policy does not let it be changed here', async () => {
    const person = await domain.person();
    expect(await change(person, {}, ports(0, { change: false }))).toEqual(success({ is: 'unsupported' }));
    expect(await works(person, firstPassword)).toBe('ok');
  });

  it('is in no log line', () => {
    for (const secret of [firstPassword, next, 'Wrong-1']) expect(lines.join('')).not.toContain(secret);
  });
});
