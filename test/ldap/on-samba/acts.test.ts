// Unlock and reset on a real domain controller, for every state that an account can be in.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountId } from '../../../src/flows/ids.ts';
import type { ActiveDirectory } from '../../../src/ldap/active-directory.ts';
import { titled } from '../../skipped-reporter.ts';
import { connection, passwordValue } from '../administrator.ts';
import { asService } from '../as-service.ts';
import { type Domain, missing, startDomain, type TestPerson } from '../domain.ts';
import { baseDn } from '../samba.ts';
import { container, firstPassword, people } from '../seed.ts';

const next = 'Tuesday-Evening-2';
const dayTicks = 864_000_000_000;
const done = (value: object) => ({ ok: true, value: expect.objectContaining({ is: 'done', ...value }) });
const notDone = (value: object) => ({ ok: true, value: expect.objectContaining({ is: 'not-done', ...value }) });

describe.skipIf(missing !== undefined)(titled('on a real domain controller', missing), () => {
  let domain: Domain;
  let directory: ActiveDirectory;
  beforeAll(async () => {
    domain = await startDomain(1);
    directory = domain.directory();
  }, 120_000);
  afterAll(() => domain?.stop());

  const works = (person: TestPerson, password: string) => domain.admin.signIn(person.dn, password);
  const expire = (person: TestPerson) => domain.samba.datePassword(person.dn, new Date(Date.now() - 60 * 86_400_000));
  const states: Readonly<Record<string, () => Promise<TestPerson>>> = {
    ordinary: () => domain.person(),
    locked: async () => {
      const person = await domain.person();
      await domain.lockOut(person);
      return person;
    },
    'with an expired password': async () => {
      const person = await domain.person();
      await expire(person);
      return person;
    },
    'that must change its password': () => domain.person({ pwdLastSet: '0' }),
    'that is locked and must change its password': async () => {
      const person = await domain.person();
      await domain.lockOut(person);
      await domain.admin.set(person.dn, { pwdLastSet: '0' });
      return person;
    },
    'whose password never expires': () => domain.person({ userAccountControl: '66048' }),
    disabled: () => domain.person({ userAccountControl: '514' }),
    'that has expired': () => domain.person({ accountExpires: '116444736010000000' }),
    'that signs in with a smart card only': () => domain.person({ userAccountControl: '262656' }),
    'of an administrator': async () => {
      const person = await domain.person();
      await domain.admin.addTo(`CN=Domain Admins,CN=Users,${baseDn}`, 'member', person.dn);
      return person;
    },
  };
  const inState = (state: string): Promise<TestPerson> => states[state]?.() ?? Promise.reject(new Error(state));

  describe('an account', () => {
    it.each([
      ['ordinary', { locked: false, disabled: false, expired: false, smartCardOnly: false, password: 'valid' }],
      ['locked', { locked: true, password: 'valid' }],
      ['with an expired password', { locked: false, password: 'expired' }],
      ['that must change its password', { password: 'must-change' }],
      ['that is locked and must change its password', { locked: true, password: 'must-change' }],
      ['whose password never expires', { password: 'valid' }],
      ['disabled', { disabled: true }],
      ['that has expired', { expired: true, disabled: false }],
      ['that signs in with a smart card only', { smartCardOnly: true }],
    ])('%s is seen as such', async (state, seen) => {
      const person = await inState(state);
      const inspected = await directory.inspect(person.account);
      expect(inspected).toMatchObject({ ok: true, value: { is: 'account', state: seen, rules: { minLength: 10 } } });
    });

    it('that is locked says since when and until when', async () => {
      const person = await inState('locked');
      const inspected = await directory.inspect(person.account);
      const state = inspected.ok && inspected.value.is === 'account' ? inspected.value.state : undefined;
      expect(Math.abs((state?.lockedSince ?? 0) - Date.now())).toBeLessThan(120_000);
      expect(state?.lockedUntil).toBe((state?.lockedSince ?? 0) + 1_800_000);
    });

    it('whose lock has run out is not locked, though the time of the lock is still there', async () => {
      const person = await domain.person();
      const rules = `CN=Short lock,${container}`;
      await domain.admin.add(rules, {
        ...{ objectClass: 'msDS-PasswordSettings', 'msDS-PasswordSettingsPrecedence': '5' },
        ...{ 'msDS-PasswordReversibleEncryptionEnabled': 'FALSE', 'msDS-PasswordComplexityEnabled': 'TRUE' },
        ...{ 'msDS-PasswordHistoryLength': '0', 'msDS-MinimumPasswordLength': '16', 'msDS-MinimumPasswordAge': '0' },
        ...{ 'msDS-MaximumPasswordAge': `-${42 * dayTicks}`, 'msDS-LockoutThreshold': '3' },
        ...{ 'msDS-LockoutObservationWindow': '-20000000', 'msDS-LockoutDuration': '-20000000' },
        'msDS-PSOAppliesTo': person.dn,
      });
      await domain.lockOut(person);
      await expect
        .poll(() => directory.inspect(person.account), { timeout: 60_000 })
        .toMatchObject({ value: { state: { locked: false } } });
      expect(await domain.admin.text(person.dn, 'lockoutTime')).not.toBe('0');
      await domain.admin.remove(rules);
    });
  });

  describe('an unlock', () => {
    it.each([
      ['ordinary', done({ wasLocked: false })],
      ['locked', done({ wasLocked: true })],
      ['with an expired password', done({ wasLocked: false })],
      ['that must change its password', done({ wasLocked: false })],
      ['that is locked and must change its password', done({ wasLocked: true })],
      ['whose password never expires', done({ wasLocked: false })],
      ['disabled', notDone({ because: 'disabled' })],
      ['that has expired', notDone({ because: 'account-expired' })],
      ['that signs in with a smart card only', notDone({ because: 'smart-card' })],
      ['of an administrator', notDone({ because: 'protected' })],
    ])('of an account %s', async (state, result) => {
      const person = await inState(state);
      expect(await directory.unlock(person.account)).toEqual(result);
      if (state === 'locked') expect(await works(person, firstPassword)).toBe('ok');
    });

    it('forgets the failed sign-ins, and may be repeated', async () => {
      const person = await inState('locked');
      await directory.unlock(person.account);
      expect(await domain.admin.text(person.dn, 'badPwdCount')).toBe('0');
      expect(await directory.unlock(person.account)).toEqual(done({ wasLocked: false }));
    });
  });

  describe('a reset', () => {
    const usual = { mustChange: false, lock: 'none', isHistoryChecked: false };

    it.each([
      ['ordinary', done(usual)],
      ['locked', done({ ...usual, lock: 'lifted' })],
      ['with an expired password', done(usual)],
      ['that must change its password', done(usual)],
      ['that is locked and must change its password', done({ ...usual, lock: 'lifted' })],
      ['whose password never expires', done(usual)],
      ['disabled', notDone({ because: 'disabled' })],
      ['that has expired', notDone({ because: 'account-expired' })],
      ['that signs in with a smart card only', notDone({ because: 'smart-card' })],
      ['of an administrator', notDone({ because: 'protected' })],
    ])('of an account %s', async (state, result) => {
      const person = await inState(state);
      const before = await domain.admin.text(person.dn, 'pwdLastSet');
      expect(await directory.reset(person.account, { password: next, unlock: true })).toEqual(result);
      if (result.value.sample['is'] === 'done') expect(await works(person, next)).toBe('ok');
      else expect(await domain.admin.text(person.dn, 'pwdLastSet')).toBe(before);
    });

    it('that is not to unlock leaves the lock, and says so', async () => {
      const person = await inState('locked');
      expect(await directory.reset(person.account, { password: next, unlock: false })).toEqual(
        done({ lock: 'locked' }),
      );
      expect(await works(person, next)).toBe('775');
    });

    it('takes an earlier password where the directory does not look at them, and says that nobody looked', async () => {
      const person = await domain.person();
      const again = await directory.reset(person.account, { password: firstPassword, unlock: false });
      expect(again).toEqual(done({ isHistoryChecked: false }));
    });

    it.each([
      ['128 characters', `Aa1-${'x'.repeat(124)}`],
      ['256 characters', `Aa1-${'x'.repeat(252)}`],
      ['umlauts', 'Grüße-aus-Köln-1'],
      ['other alphabets', 'Пароль-密码-Один-1'],
      ['an emoji', 'Abcdefgh-😀-1'],
      ['quotation marks', 'A"b"c"d"e"f-1'],
      ['a backslash and a comma', 'Abc\\def,ghi-1'],
      ['spaces at both ends', ' Abcdefgh-1 '],
    ])('with a password with %s lets the person in with it', async (_what, password) => {
      const person = await domain.person();
      expect(await directory.reset(person.account, { password, unlock: false })).toEqual(done(usual));
      expect(await works(person, password)).toBe('ok');
    });

    it('with a decomposed password lets the person in as keyboards type it', async () => {
      const person = await domain.person();
      expect(await directory.reset(person.account, { password: 'Gru\u0308ne-Wiese-1', unlock: false })).toEqual(
        done(usual),
      );
      expect(await works(person, 'Gr\u00fcne-Wiese-1')).toBe('ok');
    });

    it.each([
      ['too short', 'Short-1', { because: 'rules', broken: ['too-short'] }],
      ['too plain', 'abcdefghijkl', { because: 'rules', broken: ['too-plain'] }],
      ['257 characters long', `Aa1-${'x'.repeat(253)}`, { because: 'unusable', problem: 'too-long' }],
      ['with a NUL', 'Abcdefgh-\u00001', { because: 'unusable', problem: 'control-character' }],
      ['with half a character', 'Abcdefgh-1\ud83d', { because: 'unusable', problem: 'unpaired-surrogate' }],
      ['empty', '', { because: 'unusable', problem: 'empty' }],
    ])('with a password that is %s is refused before it is sent', async (_what, password, reason) => {
      const person = await domain.person();
      const before = await domain.admin.text(person.dn, 'pwdLastSet');
      expect(await directory.reset(person.account, { password, unlock: false })).toEqual(notDone(reason));
      expect(await domain.admin.text(person.dn, 'pwdLastSet')).toBe(before);
    });

    it('with the name of the person in it is refused, which Samba would not do', async () => {
      const person = await domain.person({ displayName: 'Annabel Lee' });
      const result = await directory.reset(person.account, { password: 'xx-annabel-XX1', unlock: false });
      expect(result).toEqual(notDone({ because: 'rules', broken: ['contains-name'] }));
    });
  });

  describe('rules of an account’s own', () => {
    const own = `CN=Long ones,${container}`;
    const values = (person: TestPerson) => ({
      ...{ objectClass: 'msDS-PasswordSettings', 'msDS-PasswordSettingsPrecedence': '10' },
      ...{ 'msDS-PasswordReversibleEncryptionEnabled': 'FALSE', 'msDS-PasswordComplexityEnabled': 'FALSE' },
      ...{ 'msDS-PasswordHistoryLength': '7', 'msDS-MinimumPasswordLength': '16' },
      ...{ 'msDS-MinimumPasswordAge': `-${dayTicks}`, 'msDS-MaximumPasswordAge': `-${42 * dayTicks}` },
      ...{ 'msDS-LockoutThreshold': '6', 'msDS-LockoutObservationWindow': `-${dayTicks}` },
      ...{ 'msDS-LockoutDuration': '-9223372036854775808', 'msDS-PSOAppliesTo': person.dn },
    });

    it('are read and hold, in place of those of the domain', async () => {
      const person = await domain.person();
      await domain.admin.add(own, values(person));
      try {
        expect(await directory.inspect(person.account)).toMatchObject({
          value: {
            rules: {
              ...{ of: 'account', minLength: 16, complexity: false, history: 7, minAgeMs: 86_400_000 },
              ...{ lockoutThreshold: 6, lockoutMs: 'until-lifted', lockoutWindowMs: 86_400_000 },
            },
          },
        });
        expect(await directory.reset(person.account, { password: next, unlock: false })).toMatchObject({ ok: true });
        const short = await directory.reset(person.account, { password: 'Fifteen-signs-1', unlock: false });
        expect(short).toEqual(notDone({ because: 'rules', broken: ['too-short'] }));
      } finally {
        await domain.admin.remove(own);
      }
    });

    it('that cannot be read leave nothing known, not the weaker ones of the domain', async () => {
      const person = await domain.person();
      await domain.admin.add(own, values(person));
      try {
        const blind = domain.directory({ as: 'many' });
        expect(await blind.inspect(person.account)).toMatchObject({
          value: { rules: { of: 'domain', minLength: 'not-known', lockoutThreshold: 'not-known' } },
        });
        // The directory has the last word, and its refusal is told as such.
        const short = await blind.reset(person.account, { password: 'Fifteen-signs-1', unlock: false });
        expect(short).toEqual(notDone({ because: 'rules', broken: [] }));
      } finally {
        await domain.admin.remove(own);
      }
    });
  });

  describe('an account is found', () => {
    it.each([
      'Müller\\, Jörg (IT)',
      '\\#hash',
      'back\\\\slash',
      'plus\\+equal\\=semi\\;',
      'quotes \\"x\\"',
      'star*',
      'end with a space\\ ',
      'less \\< than \\>',
      '漢字',
      "o'brien",
    ])('whatever its name is: %s', async (name) => {
      const person = await domain.person({}, { name });
      await domain.lockOut(person);
      expect(await directory.unlock(person.account)).toEqual(done({ wasLocked: true }));
      expect(await directory.reset(person.account, { password: next, unlock: false })).toEqual(done({}));
      expect(await works(person, next)).toBe('ok');
    });

    it('also where two have the same address', async () => {
      const mail = 'same@corp.example';
      const [one, other] = [await domain.person({ mail }), await domain.person({ mail })];
      await directory.reset(one.account, { password: next, unlock: false });
      expect(await works(one, next)).toBe('ok');
      expect(await works(other, firstPassword)).toBe('ok');
    });

    it.each([
      ['outside the base', () => domain.person({}, { ou: `CN=Users,${baseDn}` })],
      [
        'outside the base, with a name that looks like it',
        () => domain.person({}, { name: 'x\\,OU\\=People', ou: baseDn }),
      ],
      ['that is a computer', () => domain.person({ objectClass: 'computer', userAccountControl: '4096' })],
    ])('never %s', async (_what, create) => {
      const person = await create();
      expect(await directory.inspect(person.account)).toEqual({ ok: true, value: { is: 'absent' } });
      expect(await directory.unlock(person.account)).toEqual(notDone({ because: 'absent' }));
      expect(await directory.reset(person.account, { password: next, unlock: true })).toEqual(
        notDone({ because: 'absent' }),
      );
      expect(await works(person, next)).not.toBe('ok');
    });

    it.each([
      ['the id of nobody', `ad|${connection}|3b3bfcd0-036b-4413-aee9-204412b943ce`],
      ['an id of another form', `ad|${connection}|alice@corp.example`],
      ['an id of another connection', 'ad|OtherAD|3b3bfcd0-036b-4413-aee9-204412b943ce'],
    ])('never by %s', async (_what, id) =>
      expect(await directory.inspect(accountId(id))).toEqual({ ok: true, value: { is: 'absent' } }),
    );

    it('also where the base is the whole domain, which points to other parts of the directory', async () => {
      const person = await inState('locked');
      const whole = domain.directory({ baseDn });
      expect(await whole.unlock(person.account)).toEqual(done({ wasLocked: true }));
    });

    it('that was deleted is absent', async () => {
      const person = await domain.person();
      await domain.admin.remove(person.dn);
      expect(await directory.unlock(person.account)).toEqual(notDone({ because: 'absent' }));
    });
  });

  describe('an administrator’s account', () => {
    it('could be reset by the service account, and is refused before', async () => {
      const person = await inState('of an administrator');
      await asService(domain, (service) => service.replace(person.dn, 'unicodePwd', passwordValue('Taken-over-1')));
      expect(await works(person, 'Taken-over-1')).toBe('ok');
      expect(await directory.inspect(person.account)).toMatchObject({ value: { unfit: 'protected' } });
      const result = await directory.reset(person.account, { password: next, unlock: true });
      expect(result).toEqual(notDone({ because: 'protected' }));
      expect(await works(person, 'Taken-over-1')).toBe('ok');
    });

    it.each([
      ['by way of two groups', 'Domain Admins'],
      ['of account operators, by way of two groups', 'Account Operators'],
    ])('%s is refused', async (_what, group) => {
      const person = await domain.person();
      const place = group === 'Domain Admins' ? 'CN=Users' : 'CN=Builtin';
      const [inner, outer] = [`CN=inner ${group},${people}`, `CN=outer ${group},${people}`];
      await domain.admin.add(outer, { objectClass: 'group', sAMAccountName: `outer ${group}` });
      await domain.admin.add(inner, { objectClass: 'group', sAMAccountName: `inner ${group}` });
      await domain.admin.addTo(outer, 'member', inner);
      await domain.admin.addTo(inner, 'member', person.dn);
      await domain.admin.addTo(`CN=${group},${place},${baseDn}`, 'member', outer);
      expect(await directory.unlock(person.account)).toEqual(notDone({ because: 'protected' }));
    });

    it('that was one once, and is marked, is refused', async () => {
      const person = await domain.person();
      await domain.admin.set(person.dn, { adminCount: '1' });
      expect(await directory.unlock(person.account)).toEqual(notDone({ because: 'protected' }));
    });

    it('that Windows has closed is not touched: nobody sees enough of it', async () => {
      const person = await domain.person();
      await domain.admin.protect(person.dn);
      expect(await directory.reset(person.account, { password: next, unlock: true })).toMatchObject({
        value: { is: 'not-done' },
      });
      expect(await works(person, firstPassword)).toBe('ok');
    });

    it('in a group that the company names is refused, by DN and by SID', async () => {
      const person = await domain.person();
      const group = `CN=Board,${people}`;
      await domain.admin.add(group, { objectClass: 'group', sAMAccountName: 'Board' });
      await domain.admin.addTo(group, 'member', person.dn);
      const sid = await domain.admin.sid(group);
      for (const name of [group, sid]) {
        const careful = domain.directory({ protectedGroups: [name] });
        expect(await careful.unlock(person.account)).toEqual(notDone({ because: 'protected' }));
      }
      const unknown = domain.directory({ protectedGroups: [`CN=Nobody,${people}`] });
      expect(await unknown.unlock(person.account)).toEqual(notDone({ because: 'not-readable' }));
      expect(await directory.unlock(person.account)).toEqual(done({ wasLocked: false }));
    });
  });

  describe('a service account', () => {
    it('that cannot see who is marked as an administrator still knows them by their groups', async () => {
      const person = await inState('of an administrator');
      const blind = domain.directory({ as: 'countless' });
      expect(await blind.inspect(person.account)).toMatchObject({ value: { unfit: 'protected' } });
      expect(await blind.unlock(person.account)).toEqual(notDone({ because: 'protected' }));
    });

    it('that may not read is never told that nothing is locked', async () => {
      const person = await inState('locked');
      for (const as of ['few', 'writeOnly'] as const) {
        const blind = domain.directory({ as });
        expect(await blind.inspect(person.account)).toMatchObject({
          value: {
            state: { locked: 'not-known', disabled: 'not-known', password: 'not-known' },
            unfit: 'not-readable',
          },
        });
        expect(await blind.unlock(person.account)).toEqual(notDone({ because: 'not-readable' }));
        const result = await blind.reset(person.account, { password: next, unlock: true });
        expect(result).toEqual(notDone({ because: 'not-readable' }));
      }
    });
  });
});
