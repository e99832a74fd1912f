// What the doctor sees of a directory: what is missing, what is too much, and what it could not see.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/doctor/check.ts';
import { accountId, instant } from '../../../src/flows/ids.ts';
import { type ActiveDirectory, createActiveDirectory } from '../../../src/ldap/active-directory.ts';
import { certificateMissing } from '../../notices/mail-server.ts';
import { titled } from '../../skipped-reporter.ts';
import { connection } from '../administrator.ts';
import { type Domain, lookupOf, missing, startDomain, type TestPerson } from '../domain.ts';
import { baseDn, host } from '../samba.ts';
import { serviceDn, servicePassword } from '../seed.ts';
import { startWindows } from '../windows-controller.ts';

const clock = { now: () => instant(Date.now()) };
const dayMs = 86_400_000;

async function examined(directory: ActiveDirectory, probe?: TestPerson, resets = true): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const checks = directory.checks({ clock, resets, ...(probe === undefined ? {} : { probe: probe.account }) });
  for (const check of checks) findings.push(...(await check.run()));
  for (const { state, remedy } of findings) if (state === 'failed' || state === 'warning') expect(remedy).toMatch(/\w/);
  return findings;
}
const of = (findings: readonly Finding[], check: string) =>
  findings.filter((one) => one.check === check).map(({ state, what }) => `${state}: ${what}`);
const one = (findings: readonly Finding[], check: string) => of(findings, check).join(' ');

describe.skipIf(missing !== undefined)(titled('the doctor', missing), () => {
  let domain: Domain;
  let probe: TestPerson;
  beforeAll(async () => {
    domain = await startDomain(5);
    probe = await domain.person();
    await domain.admin.set(probe.dn, { adminCount: '1' });
  }, 120_000);
  afterAll(() => domain?.stop());

  it('finds a directory that is set up as described to be right, but for what Samba cannot do', async () => {
    const findings = await examined(domain.directory(), probe);
    expect(findings.map(({ check, state }) => `${check} ${state}`)).toEqual([
      ...['directory.controllers ok', 'directory.certificates ok', 'directory.history warning'],
      ...['directory.service-account ok', 'directory.service-account ok'],
      ...['directory.rights ok', 'directory.rights ok', 'directory.rights ok', 'directory.rights skipped'],
    ]);
  });

  it('says nothing of a secret, and no name of a person', async () => {
    const text = JSON.stringify(await examined(domain.directory(), probe));
    for (const secret of [servicePassword, probe.sam, probe.account, 'Person']) expect(text).not.toContain(secret);
  });

  describe('of the rights', () => {
    it('names what cannot be read and written where nothing was delegated', async () => {
      const seen = of(await examined(domain.directory({ as: 'few' }), probe), 'directory.rights');
      expect(seen[0]).toBe(
        'failed: The service account cannot read Account Restrictions, pwdLastSet, badPwdCount, tokenGroups, so no account is touched.',
      );
      expect(seen).toContain('failed: The service account cannot write lockoutTime and pwdLastSet.');
    });

    it('names what cannot be read where only writing was delegated', async () => {
      const seen = of(await examined(domain.directory({ as: 'writeOnly' }), probe), 'directory.rights');
      expect(seen[0]).toContain('failed: The service account cannot read Account Restrictions');
      expect(seen).toContain('ok: The service account can write lockoutTime and pwdLastSet, and nothing else.');
    });

    it('names what cannot be written where only reading was delegated', async () => {
      const seen = of(await examined(domain.directory({ as: 'readOnly' }), probe), 'directory.rights');
      expect(seen[0]).toBe('ok: The service account can read everything that an act depends on.');
      expect(seen).toContain('failed: The service account cannot write lockoutTime and pwdLastSet.');
    });

    it('names the one that is missing', async () => {
      const seen = of(await examined(domain.directory({ as: 'failureless' }), probe), 'directory.rights');
      expect(seen[0]).toContain('cannot read badPwdCount,');
    });

    it('asks for none to set passwords where the policy leaves them to the helpdesk', async () => {
      const findings = await examined(domain.directory(), probe, false);
      expect(of(findings, 'directory.history')).toEqual([]);
      expect(of(findings, 'directory.rights')).toContain(
        'warning: The service account can write more than it needs: pwdLastSet.',
      );
      expect(findings.find(({ state }) => state === 'warning')).toMatchObject({
        remedy: 'Take away every right but writing lockoutTime.',
      });
    });

    it('warns where everything was given', async () => {
      const seen = one(await examined(domain.directory({ as: 'many' }), probe), 'directory.rights');
      expect(seen).toMatch(/warning: The service account can write more than it needs: .+ and \d+ more\./);
    });

    it('does not call right what it could not see: a mark of an administrator', async () => {
      const blind = of(await examined(domain.directory({ as: 'countless' }), probe), 'directory.rights');
      expect(blind[1]).toMatch(/^skipped: not seen\. Whether it can read adminCount/);
    });

    it('are not seen without an account for trials', async () => {
      expect(one(await examined(domain.directory()), 'directory.rights')).toMatch(
        /^skipped: not seen\. Name an account/,
      );
    });

    it('are not seen on an account outside the base, which is said', async () => {
      const outside = await domain.person({}, { ou: `CN=Users,${baseDn}` });
      expect(one(await examined(domain.directory(), outside), 'directory.rights')).toMatch(
        /^failed: .*not below the base/,
      );
      const odd = { ...outside, account: accountId(`ad|${connection}|jane`) };
      expect(one(await examined(domain.directory(), odd), 'directory.rights')).toMatch(/^failed: .*not below the base/);
    });
  });

  describe('of the service account', () => {
    it('fails one that is an administrator', async () => {
      await domain.admin.addTo(`CN=Account Operators,CN=Builtin,${baseDn}`, 'member', serviceDn('many'));
      const seen = one(await examined(domain.directory({ as: 'many' }), probe), 'directory.service-account');
      expect(seen).toContain('failed: The service account is in S-1-5-32-548.');
    });

    it.each([
      [38, /warning: The password of the service account expires in [34] days\./],
      [2, /ok: The password of the service account lasts for (39|40) days\./],
    ])('says when its password expires: %i days old', async (days, words) => {
      await domain.admin.set(serviceDn('readOnly'), { userAccountControl: '512' });
      await domain.samba.datePassword(serviceDn('readOnly'), new Date(Date.now() - days * dayMs));
      expect(one(await examined(domain.directory({ as: 'readOnly' }), probe), 'directory.service-account')).toMatch(
        words,
      );
    });

    it('says what is wrong with its sign-in, and tries a wrong password once for all checks', async () => {
      const findings = await examined(domain.directory({ as: 'few', password: 'Wrong-Password-1' }), probe);
      expect(one(findings, 'directory.controllers')).toMatch(
        /^failed: .* does not let us in \(ldap: 49 80090308 52e\)\.$/,
      );
      expect(one(findings, 'directory.rights')).toMatch(/^skipped: /);
      expect(await domain.admin.text(serviceDn('few'), 'badPwdCount')).toBe('1');
    });

    it('says that it is locked', async () => {
      for (let tries = 0; tries < 3; tries += 1) await domain.admin.signIn(serviceDn('countless'), 'Wrong-Password-1');
      const findings = await examined(domain.directory({ as: 'countless' }), probe);
      expect(findings[0]).toMatchObject({ state: 'failed', remedy: expect.stringContaining('is locked') });
    });
  });

  describe('of the controllers', () => {
    const remedyOf = async (directory: ActiveDirectory) => (await examined(directory))[0]?.remedy;

    it('names a certificate for another name', async () => {
      const other = 'other.corp.example';
      const lookup = lookupOf({ [other]: domain.samba.address });
      const findings = await examined(domain.directory({ urls: [`ldaps://${other}`], lookup }));
      expect(findings[0]).toMatchObject({ state: 'failed', remedy: expect.stringContaining('for another name') });
      expect(one(findings, 'directory.certificates')).toMatch(/^skipped/);
    });

    it('names one that nobody can reach, beside one that is well', async () => {
      const urls = [`ldaps://${host}`, 'ldaps://gone.corp.example'];
      const seen = of(await examined(domain.directory({ urls })), 'directory.controllers');
      expect(seen[0]).toMatch(/^ok/);
      expect(seen[1]).toBe('failed: ldaps://gone.corp.example does not let us in (ldap: ENOTFOUND).');
    });

    it('names an authority that is not ours', async () => {
      const { caFile: _, ...options } = domain.options();
      expect(await remedyOf(createActiveDirectory(options))).toContain('`caFile`');
    });

    it.each([
      [10, 'warning', /ends in (9|10) days/],
      [29, 'warning', /ends in (28|29) days/],
      [31, 'ok', /lasts for (30|31) days/],
    ])('says how long a certificate lasts: %i days', async (days, state, words) => {
      await domain.samba.restart({ days });
      const seen = one(await examined(domain.directory()), 'directory.certificates');
      expect(seen.startsWith(state)).toBe(true);
      expect(seen).toMatch(words);
    });

    it('names one that has ended', async () => {
      await domain.samba.restart({ days: -1 });
      expect(await remedyOf(domain.directory())).toContain('has ended');
      await domain.samba.restart({ days: 90 });
    });
  });
});

describe.skipIf(certificateMissing !== undefined)(titled('the doctor, on Windows', certificateMissing), () => {
  it('finds that earlier passwords are looked at', async () => {
    await using windows = await startWindows();
    expect(one(await examined(windows.directory()), 'directory.history')).toMatch(/^ok/);
  });

  it('warns where the first controller hears of wrong passwords late', async () => {
    await using windows = await startWindows({ domain: { fSMORoleOwner: 'CN=NTDS Settings,CN=WIN9,CN=Servers' } });
    expect(one(await examined(windows.directory()), 'directory.controllers')).toMatch(/^warning: .*PDC emulator/);
  });

  it('fails a controller that cannot write', async () => {
    await using windows = await startWindows({ root: { supportedCapabilities: ['1.2.840.113556.1.4.1920'] } });
    expect(one(await examined(windows.directory()), 'directory.controllers')).toMatch(/^failed: .*read-only/);
  });

  it('does not call the service account ordinary where the directory does not say its groups', async () => {
    await using windows = await startWindows();
    expect(of(await examined(windows.directory()), 'directory.service-account')[0]).toMatch(/^skipped/);
  });
});
