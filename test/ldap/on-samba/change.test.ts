// Changing a password that one knows, on a real domain controller; and tries that never lock an account.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActiveDirectory } from '../../../src/ldap/active-directory.ts';
import { titled } from '../../skipped-reporter.ts';
import { type Domain, missing, startDomain, type TestPerson } from '../domain.ts';
import { baseDn } from '../samba.ts';
import { firstPassword } from '../seed.ts';

const next = 'Tuesday-Evening-2';
const wrong = 'Wrong-Password-1';
const dayTicks = 864_000_000_000;
const done = { ok: true, value: { is: 'done', mustChange: false } };
const notDone = (value: object) => ({ ok: true, value: { is: 'not-done', ...value } });

describe.skipIf(missing !== undefined)(titled('a change of a known password', missing), () => {
  let domain: Domain;
  let directory: ActiveDirectory;
  beforeAll(async () => {
    domain = await startDomain(3);
    directory = domain.directory();
  }, 120_000);
  afterAll(() => domain?.stop());
  const works = (person: TestPerson, password: string) => domain.admin.signIn(person.dn, password);
  const change = (person: TestPerson, old = firstPassword, password = next, by = directory) =>
    by.change(person.account, { old, password });
  const failures = (person: TestPerson) => domain.admin.text(person.dn, 'badPwdCount');

  it('works, and the old password works no more', async () => {
    const person = await domain.person();
    expect(await change(person)).toEqual(done);
    expect(await works(person, next)).toBe('ok');
    expect(await works(person, firstPassword)).toBe('52e');
  });

  it.each([
    [
      'has expired',
      (person: TestPerson) => domain.samba.datePassword(person.dn, new Date(Date.now() - 60 * 86_400_000)),
    ],
    ['must be changed', (person: TestPerson) => domain.admin.set(person.dn, { pwdLastSet: '0' })],
  ])('works where the password %s, though the person could not sign in', async (_what, prepare) => {
    const person = await domain.person();
    await prepare(person);
    expect(await works(person, firstPassword)).toMatch(/^(532|773)$/);
    expect(await change(person)).toEqual(done);
    expect(await works(person, next)).toBe('ok');
  });

  it.each([
    ['locked', 'locked', async (person: TestPerson) => domain.lockOut(person)],
    ['disabled', 'disabled', (person: TestPerson) => domain.admin.set(person.dn, { userAccountControl: '514' })],
    [
      'expired',
      'account-expired',
      (person: TestPerson) => domain.admin.set(person.dn, { accountExpires: '116444736010000000' }),
    ],
    [
      'for a smart card only',
      'smart-card',
      (person: TestPerson) => domain.admin.set(person.dn, { userAccountControl: '262656' }),
    ],
    [
      'an administrator’s',
      'protected',
      (person: TestPerson) => domain.admin.addTo(`CN=Domain Admins,CN=Users,${baseDn}`, 'member', person.dn),
    ],
  ])('is refused where the account is %s, and puts nothing to the test', async (_what, because, prepare) => {
    const person = await domain.person();
    await prepare(person);
    const before = await failures(person);
    expect(await change(person)).toEqual(notDone({ because }));
    expect(await change(person, wrong)).toEqual(notDone({ because }));
    expect(await failures(person)).toBe(before);
  });

  it('is refused by the history, which the directory keeps here', async () => {
    const person = await domain.person();
    expect(await change(person)).toEqual(done);
    expect(await change(person, next, firstPassword)).toEqual(notDone({ because: 'rules', broken: [] }));
    expect(await works(person, next)).toBe('ok');
    expect(await failures(person)).toBe('0');
  });

  it('that breaks a rule is refused before the old password is put to the test', async () => {
    const person = await domain.person();
    expect(await change(person, wrong, 'Short-1')).toEqual(notDone({ because: 'rules', broken: ['too-short'] }));
    expect(await change(person, wrong, 'abcdefghijkl')).toEqual(notDone({ because: 'rules', broken: ['too-plain'] }));
    expect(await change(person, wrong, 'Abcdefgh-\u00001')).toEqual(
      notDone({ because: 'unusable', problem: 'control-character' }),
    );
    expect(await failures(person)).toBe('0');
  });

  it.each(['', 'a'.repeat(600), 'Abc\ud83d'])(
    'with an old password that nobody can have is refused unasked',
    async (old) => {
      const person = await domain.person();
      expect(await change(person, old)).toEqual(notDone({ because: 'wrong-password' }));
      expect(await failures(person)).toBe('0');
    },
  );

  it('takes umlauts and an old password that is decomposed', async () => {
    const decomposed = 'Gru\u0308ne-Wiese-1';
    const person = await domain.person();
    await domain.admin.set(person.dn, { unicodePwd: Buffer.from(`"${decomposed}"`, 'utf16le') });
    expect(await change(person, decomposed, 'Große-Straße-2')).toEqual(done);
    expect(await works(person, 'Große-Straße-2')).toBe('ok');
  });

  describe('within the minimum age', () => {
    beforeAll(() => domain.admin.set(baseDn, { minPwdAge: `-${dayTicks}` }));
    afterAll(() => domain.admin.set(baseDn, { minPwdAge: '0' }));

    it('says from when it is possible, and puts nothing to the test', async () => {
      const person = await domain.person();
      const result = await change(person, wrong);
      expect(result).toMatchObject(notDone({ because: 'too-soon' }));
      const from = result.ok && 'from' in result.value ? result.value.from : 0;
      expect(Math.abs(from - Date.now() - 86_400_000)).toBeLessThan(120_000);
      expect(await failures(person)).toBe('0');
      expect(await directory.reset(person.account, { password: next, unlock: false })).toMatchObject({
        value: { is: 'done' },
      });
    });

    it('is possible for whoever must change, and after that age', async () => {
      const [due, old] = [await domain.person({ pwdLastSet: '0' }), await domain.person()];
      await domain.samba.datePassword(old.dn, new Date(Date.now() - 2 * 86_400_000));
      expect(await change(due)).toEqual(done);
      expect(await change(old)).toEqual(done);
    });
  });

  describe('with a wrong old password', () => {
    it('is refused, counts once, and leaves the password as it was', async () => {
      const person = await domain.person();
      expect(await change(person, wrong)).toEqual(notDone({ because: 'wrong-password' }));
      expect(await failures(person)).toBe('1');
      expect(await works(person, firstPassword)).toBe('ok');
    });

    it('is never tried so often that the account is locked: one failure is left to its owner', async () => {
      const person = await domain.person();
      const answers = [];
      for (let tries = 0; tries < 5; tries += 1) answers.push(await change(person, wrong));
      expect(answers.map((answer) => (answer.ok && 'because' in answer.value ? answer.value.because : ''))).toEqual([
        ...['wrong-password', 'wrong-password', 'no-tries', 'no-tries', 'no-tries'],
      ]);
      expect(await failures(person)).toBe('2');
      expect(await works(person, firstPassword)).toBe('ok');
    });

    it('is not tried at all where somebody has failed before', async () => {
      const person = await domain.person();
      await domain.admin.signIn(person.dn, wrong);
      await domain.admin.signIn(person.dn, wrong);
      expect(await change(person)).toEqual(notDone({ because: 'no-tries' }));
      expect(await works(person, firstPassword)).toBe('ok');
    });

    it('is tried twice at most when many come at once', async () => {
      const person = await domain.person();
      await Promise.all(Array.from({ length: 8 }, () => change(person, wrong)));
      expect(await failures(person)).toBe('2');
      expect(await works(person, firstPassword)).toBe('ok');
    });

    it('is tried three times in an hour where the directory locks nobody', async () => {
      const person = await domain.person();
      await domain.admin.set(baseDn, { lockoutThreshold: '0' });
      try {
        let now = 0;
        const patient = domain.directory({ now: () => now });
        const answers = [];
        for (let tries = 0; tries < 4; tries += 1) answers.push(await change(person, wrong, next, patient));
        answers.push(await change(person, firstPassword, next, patient));
        expect(answers.map((answer) => (answer.ok && 'because' in answer.value ? answer.value.because : ''))).toEqual([
          ...['wrong-password', 'wrong-password', 'wrong-password', 'no-tries', 'no-tries'],
        ]);
        now = 3_600_001;
        expect(await change(person, firstPassword, next, patient)).toEqual(done);
      } finally {
        await domain.admin.set(baseDn, { lockoutThreshold: '3' });
      }
    });

    it('is not tried where the failures so far cannot be read', async () => {
      const person = await domain.person();
      const blind = domain.directory({ as: 'failureless' });
      expect(await change(person, firstPassword, next, blind)).toEqual(notDone({ because: 'not-readable' }));
      expect(await works(person, firstPassword)).toBe('ok');
    });
  });
});
