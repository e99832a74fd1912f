// What an operator sees of a directory: `latchkey explain` and `latchkey doctor` as real processes, against a real controller.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Auth0Server, startAuth0 } from '../../../playground/auth0/server.ts';
import { openStore } from '../../../src/store/store.ts';
import { application } from '../../auth0/tenant.ts';
import { runLatchkey } from '../../cli/run-latchkey.ts';
import { titled } from '../../skipped-reporter.ts';
import { type Domain, missing, startDomain, type TestPerson } from '../domain.ts';
import { people, serviceDn, servicePassword } from '../seed.ts';

describe.skipIf(missing !== undefined)(titled('latchkey', missing), { timeout: 120_000 }, () => {
  let domain: Domain;
  let emulator: Auth0Server;
  let folder = '';
  beforeAll(async () => {
    domain = await startDomain(7, 'its-address');
    emulator = await startAuth0(application);
    emulator.control.addConnection('CorpAD', 'ad');
    folder = await mkdtemp(join(tmpdir(), 'latchkey-operator-'));
    await (await openStore({ url: `sqlite:${folder}/latchkey.db` })).close();
  }, 120_000);
  afterAll(async () => {
    await emulator?.close();
    await domain?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const policy = (more = '') =>
    writeFile(
      join(folder, 'policy.yaml'),
      `connections: [CorpAD]
rules: [{ unlock: { approvals: 0 } }]
directories:
  - connection: CorpAD
    urls: ["ldaps://${domain.samba.host}"]
    baseDn: "${people}"
    bindDn: "${serviceDn('exact')}"
    caFile: "${domain.samba.caFile}"
${more}`,
    );
  const env = (password = servicePassword) => ({
    ...{ DATABASE_URL: `sqlite:${folder}/latchkey.db`, POLICY_FILE: `${folder}/policy.yaml`, NODE_ENV: 'development' },
    ...{ AUTH0_DOMAIN: application.domain, AUTH0_BASE_URL: emulator.url },
    ...{ AUTH0_CLIENT_ID: application.clientId, AUTH0_CLIENT_SECRET: application.clientSecret },
    ...{
      DIRECTORY_PASSWORD: password,
      PUBLIC_URL: 'http://127.0.0.1:9',
      SECRET_KEYS: randomBytes(32).toString('base64'),
    },
    ...{ SLACK_SIGNING_SECRET: randomBytes(16).toString('hex'), SLACK_BOT_TOKEN: 'xoxb-1-2-abc' },
    SLACK_API_URL: 'http://127.0.0.1:9/api/',
  });
  const known = async (person: TestPerson): Promise<TestPerson> => {
    emulator.control.addUser({
      ...{ userId: person.account, connection: 'CorpAD', email: `${person.sam}@acme.test`, username: person.sam },
      contacts: [{ provider: 'email', address: `${person.sam}@home.test` }],
    });
    return person;
  };

  it('explain says where an account is locked, since when and after how many failures', async () => {
    await policy();
    const person = await known(await domain.person());
    await domain.lockOut(person);
    const { code, out, err } = await runLatchkey(['explain', `${person.sam}@acme.test`, 'unlock'], env());
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('An unlock would go through.');
    expect(out).toMatch(/^Locked in the directory since \S.* until \S.*, after 3 failed sign-ins\.$/m);
    const { out: json } = await runLatchkey(['explain', person.account, 'unlock', '--json'], env());
    expect(JSON.parse(json)).toMatchObject({ ok: true, locked: true, lock: { of: 'directory', failures: 3 } });
    expect(`${out}${json}`).not.toContain(servicePassword);
  });

  it('explain says why an account is not touched', async () => {
    await policy('    unlock: false\n');
    const [disabled, locked] = [
      await known(await domain.person({ userAccountControl: '514' })),
      await known(await domain.person()),
    ];
    await domain.lockOut(locked);
    const told = async (person: TestPerson) => (await runLatchkey(['explain', person.account, 'unlock'], env())).out;
    expect(await told(disabled)).toContain('barred: it is disabled in the directory');
    expect(await told(locked)).toContain('the policy leaves that lock to the helpdesk (`unlock: false`)');
  });

  it('explain says that a new password can be set in the directory, or that the policy leaves it to the helpdesk', async () => {
    await policy();
    const person = await known(await domain.person());
    const { code, out } = await runLatchkey(['explain', person.account, 'reset'], env());
    expect([code, out.includes('A reset would go through.')]).toEqual([0, true]);
    await policy('    reset: false\n');
    const left = await runLatchkey(['explain', person.account, 'reset'], env());
    expect([left.code, left.out.includes('unsupported')]).toEqual([1, true]);
  });

  it('explain says that the directory did not answer, and how to mend it', async () => {
    await policy();
    const person = await known(await domain.person());
    const wrong = await runLatchkey(['explain', person.account, 'unlock'], env('Wrong-Password-1'));
    expect(wrong.code).toBe(2);
    expect(wrong.err).toContain('The directory did not say (misconfigured: ldap: 49');
    expect(wrong.err).toContain('Check the name and the password of the service account.');
    const unset = await runLatchkey(['explain', person.account, 'unlock'], { ...env(), DIRECTORY_PASSWORD: '' });
    expect(unset.err).toContain('DIRECTORY_PASSWORD is not set.');
  });

  it('doctor looks at the directory, with the rights on the account for trials', async () => {
    const probe = await domain.person({ adminCount: '1' });
    await policy(`    probe: "${probe.account}"\n`);
    const { out } = await runLatchkey(['doctor', '--json'], env());
    const findings: { readonly check: string; readonly state: string; readonly what: string }[] =
      JSON.parse(out).findings;
    const of = (name: string) => findings.filter(({ check }) => check === name).map(({ state }) => state);
    expect(of('directory.controllers')).toEqual(['ok']);
    expect(of('directory.certificates')).toEqual(['ok']);
    expect(of('directory.service-account')).toEqual(['ok', 'ok']);
    expect(of('directory.rights').slice(0, 3)).toEqual(['ok', 'ok', 'ok']);
    expect(of('auth0.connections')).toEqual(['ok']);
    expect(out).not.toContain(servicePassword);
  });
});
