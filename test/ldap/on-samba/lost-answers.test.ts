// Controllers that die or lose answers: before, during and after a write. What was sent to one is never sent to another.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  type ActiveDirectory,
  type ActiveDirectoryOptions,
  createActiveDirectory,
} from '../../../src/ldap/active-directory.ts';
import { titled } from '../../skipped-reporter.ts';
import { type Administrator, administrator } from '../administrator.ts';
import { type Domain, lookupOf, missing, startDomain, type TestPerson } from '../domain.ts';
import { type FaultyProxy, startMute, startProxy } from '../proxy.ts';
import { host, type Samba, startSamba } from '../samba.ts';
import { firstPassword } from '../seed.ts';

const next = 'Tuesday-Evening-2';
const other = 'dc2.corp.example';
const done = (value: object = {}) => ({ ok: true, value: expect.objectContaining({ is: 'done', ...value }) });

describe.skipIf(missing !== undefined)(titled('two domain controllers', missing), () => {
  let domain: Domain;
  let second: Samba;
  let secondAdmin: Administrator;
  let proxy: FaultyProxy;
  let spare: FaultyProxy;
  let person: TestPerson;

  beforeAll(async () => {
    domain = await startDomain(2);
    second = await startSamba(inject('domainTemplate'), 22, other);
    secondAdmin = await administrator(second);
  }, 120_000);
  afterAll(async () => {
    await secondAdmin?.close();
    await Promise.all([domain?.stop(), second?.stop()]);
  });
  beforeEach(async () => {
    [proxy, spare] = await Promise.all([startProxy(domain.samba), startProxy(second)]);
    person = await domain.person();
  });
  afterEach(async () => {
    await Promise.all([proxy.close(), spare.close()]);
  });

  const local = { lookup: lookupOf({ [host]: '127.0.0.1', [other]: '127.0.0.1' }) };
  const urls = () => [`ldaps://${host}:${proxy.port}`, `ldaps://${other}:${spare.port}`];
  const patience = { operationTimeoutMs: 4_000, connectTimeoutMs: 4_000, settleMs: 1_000, lookEveryMs: 50 };
  const directory = (change: Partial<ActiveDirectoryOptions> = {}): ActiveDirectory =>
    createActiveDirectory(domain.options({ urls: urls(), ...local, ...patience, ...change }));
  const reset = (unlock = false) => directory().reset(person.account, { password: next, unlock });
  const works = (password: string) => domain.admin.signIn(person.dn, password);
  const writes = (one: FaultyProxy) => one.seen.filter((operation) => operation === 'modifyRequest').length;
  /** The second controller has no such person: copies of one directory do not tell each other anything. */
  const hasHeardNothing = () => expect(spare.connections()).toBe(0);

  describe('the first one is dead before the act', () => {
    it('the second one is asked, and next time at once', async () => {
      await proxy.close();
      // Only the second one knows this person.
      const sam = `spare${Date.now()}`;
      await secondAdmin.add(`CN=${sam},OU=People,DC=corp,DC=example`, {
        ...{ objectClass: 'user', sAMAccountName: sam, userAccountControl: '512' },
        unicodePwd: Buffer.from(`"${firstPassword}"`, 'utf16le'),
      });
      const account = await secondAdmin.account(await secondAdmin.dnOf(sam));
      const known = directory();
      expect(await known.unlock(account)).toEqual(done({ wasLocked: false }));
      expect(await known.reset(account, { password: next, unlock: false })).toEqual(done());
      expect(spare.connections()).toBe(2);
    });

    it('and so is the second: nothing was done, and another try helps', async () => {
      await Promise.all([proxy.close(), spare.close()]);
      expect(await reset()).toEqual({
        ok: false,
        failure: { kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: 'ldap: ECONNREFUSED' },
      });
    });

    it('or says nothing: it is given up in time, and not waited for again', async () => {
      const mute = await startMute();
      const known = directory({ urls: [`ldaps://${host}:${mute.port}`, urls()[0] ?? ''], connectTimeoutMs: 2_000 });
      expect(await known.unlock(person.account)).toEqual(done());
      expect(await known.unlock(person.account)).toEqual(done());
      expect(mute.connections()).toBe(1);
      mute.close();
    });
  });

  describe('the first one breaks off before the write', () => {
    it.each([
      ['bindRequest', 'cut'],
      ['bindRequest', 'swallow'],
      ['searchRequest', 'cut'],
      ['searchRequest', 'swallow'],
    ] as const)('at the %s (%s): the second one is asked', async (operation, fault) => {
      proxy.next(operation, fault);
      // It does not know this person, which shows that it was asked.
      expect(await reset()).toMatchObject({ ok: true, value: { is: 'not-done', because: 'absent' } });
      expect(spare.connections()).toBe(1);
      expect(writes(proxy)).toBe(0);
    });
  });

  describe('the write itself', () => {
    it.each(['cut-answer', 'lose-answer'] as const)(
      'arrives, and its answer is lost (%s): it is done',
      async (fault) => {
        proxy.next('modifyRequest', fault);
        expect(await reset()).toEqual(done({ mustChange: false, lock: 'none' }));
        expect(await works(next)).toBe('ok');
        hasHeardNothing();
      },
    );

    it.each(['cut', 'swallow'] as const)('is lost on the way (%s): it is not done', async (fault) => {
      proxy.next('modifyRequest', fault);
      expect(await reset()).toMatchObject({ ok: true, value: { is: 'not-done', because: 'lost' } });
      expect(await works(firstPassword)).toBe('ok');
      hasHeardNothing();
    });

    it('arrives, and the controller dies: nobody knows, and no other one is asked', async () => {
      proxy.next('modifyRequest', 'die');
      expect(await reset()).toEqual({ ok: true, value: { is: 'unknown' } });
      hasHeardNothing();
      expect(await works(next)).toBe('ok');
    });

    it('arrives late: it is waited for', async () => {
      proxy.next('modifyRequest', 'hold');
      const patient = directory({ operationTimeoutMs: 3_000, settleMs: 20_000 });
      const pending = patient.reset(person.account, { password: next, unlock: false });
      // The answer did not come in time, and it is looked at what became of it.
      await expect.poll(() => proxy.connections(), { timeout: 60_000 }).toBeGreaterThan(2);
      proxy.release();
      expect(await pending).toEqual(done());
      expect(await works(next)).toBe('ok');
    });

    it('is done, and the lock is lifted at the same controller, though the first answer was lost', async () => {
      await domain.lockOut(person);
      proxy.next('modifyRequest', 'cut-answer');
      expect(await reset(true)).toEqual(done({ lock: 'lifted' }));
      expect(await works(next)).toBe('ok');
      hasHeardNothing();
    });

    it('is done, and what follows cannot be read: said so, and not taken back', async () => {
      await domain.lockOut(person);
      // The root, the account twice, and the rules are read before.
      proxy.next('searchRequest', 'die', 4);
      expect(await reset(true)).toEqual(done({ mustChange: 'not-known', lock: 'locked' }));
      expect(await works(next)).toBe('775');
      hasHeardNothing();
    });
  });

  describe('an unlock', () => {
    beforeEach(() => domain.lockOut(person));
    const unlock = () => directory().unlock(person.account);

    it.each(['cut-answer', 'lose-answer'] as const)('whose answer is lost (%s) is done', async (fault) => {
      proxy.next('modifyRequest', fault);
      expect(await unlock()).toEqual(done({ wasLocked: true }));
      expect(await works(firstPassword)).toBe('ok');
    });

    it.each(['cut', 'swallow'] as const)('that is lost on the way (%s) is not done', async (fault) => {
      proxy.next('modifyRequest', fault);
      expect(await unlock()).toEqual({ ok: true, value: { is: 'not-done', because: 'lost' } });
      expect(await works(firstPassword)).toBe('775');
      expect(await unlock()).toEqual(done({ wasLocked: true }));
    });

    it('after which the controller dies is not known', async () => {
      proxy.next('modifyRequest', 'die');
      expect(await unlock()).toEqual({ ok: true, value: { is: 'unknown' } });
      hasHeardNothing();
    });
  });

  describe('a change', () => {
    const change = (old = firstPassword) => directory().change(person.account, { old, password: next });

    it.each(['cut-answer', 'lose-answer'] as const)('whose answer is lost (%s) is done', async (fault) => {
      proxy.next('modifyRequest', fault);
      expect(await change()).toEqual(done());
      expect(await works(next)).toBe('ok');
    });

    it.each(['cut', 'swallow'] as const)('that is lost on the way (%s) is not done', async (fault) => {
      proxy.next('modifyRequest', fault);
      expect(await change()).toMatchObject({ value: { is: 'not-done', because: 'lost' } });
      expect(await works(firstPassword)).toBe('ok');
    });

    it('after which the controller dies is not known', async () => {
      proxy.next('modifyRequest', 'die');
      expect(await change()).toEqual({ ok: true, value: { is: 'unknown' } });
      hasHeardNothing();
    });

    it('with a wrong old password, whose answer is lost, is not done and counts once', async () => {
      proxy.next('modifyRequest', 'lose-answer');
      expect(await change('Wrong-Password-1')).toMatchObject({ value: { is: 'not-done', because: 'lost' } });
      expect(await domain.admin.text(person.dn, 'badPwdCount')).toBe('1');
    });
  });
});
