// Who is asked, and how certain it is that it is the directory: addresses, certificates, the service account's sign-in.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createActiveDirectory } from '../../../src/ldap/active-directory.ts';
import { isControllerUrl } from '../../../src/text/controller-url.ts';
import { titled } from '../../skipped-reporter.ts';
import { makeCertificate } from '../certificates.ts';
import { type Domain, lookupOf, missing, startDomain, type TestPerson } from '../domain.ts';
import { type FaultyProxy, startProxy } from '../proxy.ts';
import { host } from '../samba.ts';
import { serviceDn, servicePassword } from '../seed.ts';

const run = promisify(execFile);

describe('the address of a controller', () => {
  it.each([
    'ldaps://dc1.corp.example',
    'ldaps://dc1.corp.example:636',
    'ldaps://dc1.corp.example:6360/',
    'ldaps://10.0.0.1',
    'ldaps://[::1]',
  ])('%s is taken', (url) => expect(isControllerUrl(url)).toBe(true));

  it.each([
    ['clear text', 'ldap://dc1.corp.example'],
    ['clear text with a port of TLS', 'ldap://dc1.corp.example:636'],
    ['another protocol', 'https://dc1.corp.example'],
    ['the port of clear text', 'ldaps://dc1.corp.example:389'],
    ['the global catalogue', 'ldaps://dc1.corp.example:3269'],
    ['the global catalogue in clear text', 'ldaps://dc1.corp.example:3268'],
    ['a login', 'ldaps://user:secret@dc1.corp.example'],
    ['a search', 'ldaps://dc1.corp.example/DC=corp?cn'],
    ['a path', 'ldaps://dc1.corp.example/DC=corp'],
    ['no host', 'ldaps://'],
    ['a bare name', 'dc1.corp.example'],
    ['nothing', ''],
  ])('with %s is refused: %s', (_what, url) => expect(isControllerUrl(url)).toBe(false));
});

describe.skipIf(missing !== undefined)(titled('a domain controller', missing), () => {
  let domain: Domain;
  let person: TestPerson;
  let proxy: FaultyProxy;
  beforeAll(async () => {
    domain = await startDomain(4);
    person = await domain.person();
  }, 120_000);
  afterAll(() => domain?.stop());
  beforeEach(async () => {
    proxy = await startProxy(domain.samba);
  });
  afterEach(() => proxy.close());

  const near = { lookup: lookupOf({ [host]: '127.0.0.1', 'other.corp.example': '127.0.0.1' }) };
  const url = () => `ldaps://${host}:${proxy.port}`;
  const unreachable = (cause: string) => ({
    ok: false,
    failure: { kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: `ldap: ${cause}` },
  });

  describe('is not believed', () => {
    it('under a name that is not in its certificate', async () => {
      const directory = domain.directory({ urls: [`ldaps://other.corp.example:${proxy.port}`], ...near });
      expect(await directory.unlock(person.account)).toEqual(unreachable('ERR_TLS_CERT_ALTNAME_INVALID'));
      expect(proxy.seen).toEqual([]);
    });

    it('by an address that is not in its certificate', async () => {
      const directory = domain.directory({ urls: [`ldaps://127.0.0.1:${proxy.port}`] });
      expect(await directory.unlock(person.account)).toEqual(unreachable('ERR_TLS_CERT_ALTNAME_INVALID'));
      expect(proxy.seen).toEqual([]);
    });

    it('with a certificate of another authority, or of one that only the system knows', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'ca-'));
      await makeCertificate(folder);
      const foreign = domain.directory({ urls: [url()], ...near, caFile: join(folder, 'ca.pem') });
      expect(await foreign.unlock(person.account)).toEqual(unreachable('UNABLE_TO_VERIFY_LEAF_SIGNATURE'));
      const { caFile: _, ...withoutFile } = domain.options({ urls: [url()], ...near });
      const system = createActiveDirectory(withoutFile);
      expect(await system.unlock(person.account)).toEqual(unreachable('UNABLE_TO_VERIFY_LEAF_SIGNATURE'));
      expect(proxy.seen).toEqual([]);
      await rm(folder, { recursive: true });
    });

    it('under another name, also where the environment says not to look', async () => {
      const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
      try {
        const directory = domain.directory({ urls: [`ldaps://other.corp.example:${proxy.port}`], ...near });
        expect(await directory.unlock(person.account)).toEqual(unreachable('ERR_TLS_CERT_ALTNAME_INVALID'));
      } finally {
        if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
        else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
      }
      expect(proxy.seen).toEqual([]);
    });

    it('with a file for the authority that is not there: said at once, and nothing is sent', async () => {
      const directory = domain.directory({ urls: [url()], ...near, caFile: '/nowhere/ca.pem' });
      expect(await directory.unlock(person.account)).toMatchObject({
        ok: false,
        failure: { kind: 'misconfigured', cause: 'ldap: no authority' },
      });
      expect(proxy.connections()).toBe(0);
    });

    it('with a certificate that has ended', async () => {
      await domain.samba.restart({ days: -1 });
      try {
        expect(await domain.directory().unlock(person.account)).toEqual(unreachable('CERT_HAS_EXPIRED'));
      } finally {
        await domain.samba.restart({ days: 90 });
      }
    });
  });

  it('is never spoken to in clear text', async () => {
    const directory = domain.directory({ urls: [`ldap://${host}:389`] });
    expect(await directory.unlock(person.account)).toMatchObject({ ok: false, failure: { kind: 'misconfigured' } });
  });

  it('is asked over one connection for each act, which is closed after it', async () => {
    const directory = domain.directory({ urls: [url()], ...near });
    await Promise.all([directory.unlock(person.account), directory.inspect(person.account)]);
    expect(proxy.connections()).toBe(2);
    expect(proxy.seen.filter((one) => one === 'bindRequest')).toHaveLength(2);
    await expect.poll(() => proxy.open()).toBe(0);
  });

  it('answers many who ask at once', async () => {
    const directory = domain.directory({ urls: [url()], ...near });
    const people: TestPerson[] = [];
    for (let count = 0; count < 12; count += 1) people.push(await domain.person());
    const answers = await Promise.all(people.map(({ account }) => directory.unlock(account)));
    expect(answers.every((answer) => answer.ok && answer.value.is === 'done')).toBe(true);
  });

  describe('the service account', () => {
    const failures = () => domain.admin.text(serviceDn('few'), 'badPwdCount');

    it.each([
      ['password', { password: '' }],
      ['name', { bindDn: ' ' }],
    ])('without a %s never signs in: some directories would take it for nobody, and say yes', async (_what, change) => {
      const directory = domain.directory({ urls: [url()], ...near, ...change });
      expect(await directory.unlock(person.account)).toMatchObject({
        ok: false,
        failure: { kind: 'misconfigured', retry: 'never', cause: 'ldap: no login' },
      });
      expect(proxy.connections()).toBe(0);
    });

    it('with a wrong password tries it once, at one controller, and again after a quarter of an hour', async () => {
      let now = 0;
      const directory = domain.directory({
        ...{ as: 'few', urls: [url(), url()], ...near, password: 'Wrong-Password-1', now: () => now },
      });
      for (let tries = 0; tries < 5; tries += 1)
        expect(await directory.inspect(person.account)).toMatchObject({
          ok: false,
          failure: { kind: 'misconfigured', retry: 'later', cause: 'ldap: 49 80090308 52e' },
        });
      expect(proxy.connections()).toBe(1);
      expect(await failures()).toBe('1');
      now = 900_001;
      await directory.inspect(person.account);
      expect(proxy.connections()).toBe(2);
    });

    it('that is locked is said to be, and works again as soon as it is not', async () => {
      const directory = domain.directory({ as: 'few' });
      for (let tries = 0; tries < 3; tries += 1) await domain.admin.signIn(serviceDn('few'), 'Wrong-Password-1');
      expect(await directory.inspect(person.account)).toMatchObject({
        ok: false,
        failure: { kind: 'misconfigured', retry: 'later', remedy: expect.stringContaining('is locked') },
      });
      await domain.admin.set(serviceDn('few'), { lockoutTime: '0' });
      expect(await directory.inspect(person.account)).toMatchObject({ ok: true });
    });

    it.each([
      ['disabled', { userAccountControl: '514' }, 'disabled'],
      ['expired', { accountExpires: '116444736010000000' }, 'expired'],
      ['to change its password', { userAccountControl: '512', pwdLastSet: '0' }, 'must be changed'],
    ])('that is %s is said to be', async (_what, values, words) => {
      const dn = serviceDn('writeOnly');
      await domain.admin.set(dn, values);
      try {
        expect(await domain.directory({ as: 'writeOnly' }).inspect(person.account)).toMatchObject({
          ok: false,
          failure: { kind: 'misconfigured', retry: 'later', remedy: expect.stringContaining(words) },
        });
      } finally {
        await domain.admin.set(dn, { userAccountControl: '66048', accountExpires: '0', pwdLastSet: '-1' });
      }
    });

    it('that may sign in but not write: nothing is done, and what is missing is said', async () => {
      const locked = await domain.person();
      await domain.lockOut(locked);
      const reading = domain.directory({ as: 'readOnly' });
      const refused = {
        ok: false,
        failure: { kind: 'misconfigured', retry: 'never', remedy: expect.stringContaining('Reset Password') },
      };
      expect(await reading.unlock(locked.account)).toMatchObject(refused);
      expect(await reading.reset(locked.account, { password: 'Tuesday-Evening-2', unlock: true })).toMatchObject(
        refused,
      );
    });

    it('does nothing where a debugging mode would print new passwords, and prints none', async () => {
      const options = domain.options();
      const { lookup: _, ...plain } = options;
      const code = `const { createActiveDirectory } = await import('./src/ldap/active-directory.ts');
        const lookup = (name, options, done) => done(null, [{ address: '${domain.samba.address}', family: 4 }]);
        const directory = createActiveDirectory({ ...${JSON.stringify(plain)}, lookup });
        const result = await directory.reset('${person.account}', { password: 'Secret-of-Tests-7', unlock: false });
        process.stdout.write(JSON.stringify(result));`;
      const printed = async (mode: string) => {
        const env = { PATH: process.env['PATH'], NODE_DEBUG: mode };
        return run(process.execPath, ['--input-type=module', '-e', code], { env });
      };
      const refused = await printed('ldapts');
      expect(refused.stdout).toContain('NODE_DEBUG');
      expect(refused.stderr).not.toContain('LDAPTS');
      const allowed = await printed('tls,net,stream');
      expect(allowed.stdout).toContain('"is":"done"');
      const bytes = [...Buffer.from('Secret-of-Tests-7', 'utf16le')].slice(0, 8).join(',');
      for (const secret of [servicePassword, 'Secret-of-Tests-7', bytes]) expect(allowed.stderr).not.toContain(secret);
    });
  });
});
