// The real auth0-deploy-cli, from npm, imports what the command wrote into an emulated tenant, and exports it again. Few imports,
// because each takes seconds of computing.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { certificateMissing } from '../notices/mail-server.ts';
import { titled } from '../skipped-reporter.ts';
import {
  type DeployedTenant,
  deployScopes,
  everythingIn,
  exportScopes,
  hookSecret,
  openDeployedTenant,
  stateOf,
} from './deployed-tenant.ts';

/** On a machine with nothing else to do an import takes ten seconds. */
const timeout = 900_000;

const clientNamed = ({ auth0 }: DeployedTenant, name: string) =>
  auth0.control.configuration.clients.find((client) => client.name === name);
const connectionNamed = ({ auth0 }: DeployedTenant, name: string) =>
  auth0.control.connections().find((connection) => connection.name === name);
const boundTo = ({ auth0 }: DeployedTenant, trigger: string) =>
  auth0.control.configuration.bindings
    .get(trigger)
    ?.map(({ actionId }) => auth0.control.configuration.actions.find(({ id }) => id === actionId)?.name);

async function succeeds(tenant: DeployedTenant, words: readonly string[] = []): Promise<void> {
  const { code, out } = await tenant.deploy(words);
  expect([code, out]).toEqual([0, expect.stringContaining(words.includes('--dry-run') ? '' : 'Import Successful')]);
}

describe.skipIf(certificateMissing !== undefined)(titled('a new tenant', certificateMissing), () => {
  it('is set up, and a second time nothing of it changes; what is exported says the same', { timeout }, async () => {
    const tenant = await openDeployedTenant({ isNew: true, scopes: exportScopes });
    const { control } = tenant.auth0;
    expect((await tenant.manifest()).code).toBe(0);
    await succeeds(tenant);
    await succeeds(tenant, ['log-stream']);
    const client = clientNamed(tenant, 'Latchkey');
    expect(client?.fields).toMatchObject({
      grant_types: ['client_credentials', 'authorization_code', 'http://auth0.com/oauth/grant-type/passwordless/otp'],
      callbacks: ['https://latchkey.acme.example/enrol/callback', 'https://latchkey.acme.example/change/callback'],
    });
    expect(connectionNamed(tenant, 'email')?.options).toMatchObject({ totp: { length: 6, time_step: 180 } });
    expect([...(connectionNamed(tenant, 'sms')?.clients ?? [])]).toEqual([client?.id]);
    expect(boundTo(tenant, 'post-login')).toEqual(['Latchkey sign-in guard']);
    expect(boundTo(tenant, 'post-change-password')).toEqual(['Latchkey password notice']);
    expect(control.configuration.actions.every(({ isAllDeployed }) => isAllDeployed)).toBe(true);
    const notice = control.configuration.actions.find(({ name }) => name === 'Latchkey password notice');
    expect(notice?.secrets).toEqual([{ name: 'WEBHOOK_SECRET', value: hookSecret }]);
    expect(control.configuration.logStreams.map(({ fields }) => fields)).toMatchObject([
      {
        sink: { httpAuthorization: `Bearer ${hookSecret}`, httpEndpoint: 'https://latchkey.acme.example/hooks/auth0' },
      },
    ]);
    expect(control.configuration.emailTemplates.get('reset_email')).toMatchObject({ urlLifetimeInSeconds: 600 });
    expect(everythingIn(tenant.folder)).not.toContain(hookSecret);

    const before = stateOf(tenant.auth0);
    await succeeds(tenant);
    await succeeds(tenant, ['log-stream']);
    expect(stateOf(tenant.auth0)).toEqual(before);
    // Written anew, only the guard differs: it is told the id that the application has now.
    const { out } = await tenant.manifest({ AUTH0_CLIENT_ID: client?.id });
    expect(out.split('\n').filter((line) => /^ {2}[+~?] /.test(line))).toEqual([
      '  ~ Action “Latchkey sign-in guard”:',
    ]);

    // What is left to be done by hand.
    connectionNamed(tenant, 'CorpUsers')?.clients.add(client?.id ?? '');
    const bot = { AUTH0_CLIENT_ID: client?.id, AUTH0_CLIENT_SECRET: client?.secret };
    const ofAuth0 = (await tenant.doctor(bot)).filter(({ check }) => check.startsWith('auth0.'));
    expect(ofAuth0.length).toBeGreaterThan(15);
    // Auth0 does not say whether wrong codes count against our address. Whether the plan lets people be signed out shows when somebody is.
    expect(ofAuth0.filter(({ state }) => state !== 'ok').map(({ check, state }) => `${check} ${state}`)).toEqual([
      'auth0.ip-throttling skipped',
      'auth0.sessions skipped',
    ]);

    const exported = await tenant.exported();
    expect([exported.code, exported.out]).toEqual([0, expect.not.stringContaining('rror')]);
    const read = (path: string): unknown => JSON.parse(readFileSync(join(exported.folder, path), 'utf8'));
    expect(read('triggers/triggers.json')).toMatchObject({ 'post-login': [{ action_name: 'Latchkey sign-in guard' }] });
    expect(read('connections/email.json')).toMatchObject({ options: { totp: { length: 6, time_step: 180 } } });
    expect(readdirSync(join(exported.folder, 'clients'))).toContain('Latchkey.json');
  });
});

describe.skipIf(certificateMissing !== undefined)(titled('a tenant that has grown', certificateMissing), () => {
  it('loses nothing: Actions, bindings, applications, options, metadata, protection; and a second time nothing changes', {
    timeout,
  }, async () => {
    const tenant = await openDeployedTenant();
    const { control } = tenant.auth0;
    const { configuration } = control;
    control.addClient({ id: 'WikiId', name: 'Wiki', secret: 'x', fields: { client_metadata: { owner: 'it' } } }, [
      'read:users',
    ]);
    Object.assign(clientNamed(tenant, 'Latchkey')?.fields ?? {}, { client_metadata: { owner: 'helpdesk' } });
    for (const name of ['CorpUsers', 'email', 'sms']) connectionNamed(tenant, name)?.clients.add('WikiId');
    Object.assign(connectionNamed(tenant, 'email')?.options ?? {}, { auth_params: { scope: 'openid' } });
    Object.assign(connectionNamed(tenant, 'sms')?.options ?? {}, { twilio_sid: 'AC1', twilio_token: 'theirs' });
    Object.assign(connectionNamed(tenant, 'CorpUsers')?.options ?? {}, { disable_self_service_change_password: true });
    for (const [nth, trigger] of ['post-login', 'post-change-password'].entries()) {
      const name = `Theirs ${nth}`;
      const code = {
        code: '// theirs',
        runtime: 'node18',
        dependencies: [],
        secrets: [{ name: 'S', value: 'theirs' }],
      };
      const state = { deployedCode: '// theirs', isAllDeployed: true, buildsLeft: 0 };
      configuration.actions.push({
        id: `act_${nth}`,
        name,
        ...code,
        triggers: [{ id: trigger, version: 'v2' }],
        ...state,
      });
      configuration.bindings.set(trigger, [
        { id: `bnd_${nth}`, actionId: `act_${nth}`, displayName: 'Their own words' },
      ]);
    }
    configuration.protection['brute-force-protection']['allowlist'] = ['192.0.2.1'];
    configuration.emailTemplates.set('reset_email', {
      template: 'reset_email',
      body: 'Theirs',
      from: 'it@acme.test',
      subject: 'S',
      syntax: 'liquid',
      enabled: true,
    });
    const before = JSON.parse(JSON.stringify(stateOf(tenant.auth0)));

    expect((await tenant.manifest()).code).toBe(0);
    await succeeds(tenant);

    const after = JSON.parse(JSON.stringify(stateOf(tenant.auth0)));
    expect(boundTo(tenant, 'post-login')).toEqual(['Theirs 0', 'Latchkey sign-in guard']);
    expect(boundTo(tenant, 'post-change-password')).toEqual(['Theirs 1', 'Latchkey password notice']);
    expect(configuration.bindings.get('post-login')?.[0]?.displayName).toBe('Their own words');
    const theirs = (state: { readonly actions: readonly { readonly name: string }[] }) =>
      state.actions.filter(({ name }) => name.startsWith('Theirs'));
    expect(theirs(after)).toEqual(theirs(before));
    for (const name of ['email', 'sms', 'CorpUsers']) {
      const find = (state: {
        readonly connections: readonly { readonly name: string; readonly clients: readonly string[] }[];
      }) => state.connections.find((each) => each.name === name);
      expect([name, find(after)?.clients]).toEqual([name, find(before)?.clients]);
      if (name !== 'email') expect(find(after)).toEqual(find(before));
    }
    expect(connectionNamed(tenant, 'email')?.options).toMatchObject({
      auth_params: { scope: 'openid' },
      email: { body: '{{ code }}' },
    });
    expect(clientNamed(tenant, 'Wiki')?.fields).toEqual({ client_metadata: { owner: 'it' } });
    expect(clientNamed(tenant, 'Latchkey')?.fields).toMatchObject({ client_metadata: { owner: 'helpdesk' } });
    expect(after.clientGrants.filter((grant: { readonly clientId: string }) => grant.clientId === 'WikiId')).toEqual(
      before.clientGrants.filter((grant: { readonly clientId: string }) => grant.clientId === 'WikiId'),
    );
    expect(configuration.protection['brute-force-protection']).toMatchObject({
      allowlist: ['192.0.2.1'],
      max_attempts: 11,
    });
    expect(after.protection['suspicious-ip-throttling']).toEqual(before.protection['suspicious-ip-throttling']);
    expect(configuration.emailTemplates.get('reset_email')).toMatchObject({
      body: 'Theirs',
      urlLifetimeInSeconds: 600,
    });
    expect(after.settings).toEqual(before.settings);

    // As the documentation says: both commands again, after a release or a change of the tenant. Their own things have changed.
    configuration.bindings.set('post-login', (configuration.bindings.get('post-login') ?? []).toReversed());
    connectionNamed(tenant, 'email')?.clients.delete('WikiId');
    Object.assign(connectionNamed(tenant, 'email')?.options ?? {}, { auth_params: { scope: 'openid profile' } });
    const second = stateOf(tenant.auth0);
    const again = await tenant.manifest();
    const differs = again.out.split('\n').filter((line) => /^ {2}[+~?] /.test(line));
    // The log stream is apart, and was not imported.
    expect([again.code, differs]).toEqual([0, ['  + log stream “Latchkey”, apart: new']]);
    await succeeds(tenant);
    expect(stateOf(tenant.auth0)).toEqual(second);
  });

  it('is the same after an export was imported back: applications, grants, protection, Actions, streams', {
    timeout,
  }, async () => {
    const tenant = await openDeployedTenant({ scopes: exportScopes });
    const { configuration } = tenant.auth0.control;
    const code = { code: '// theirs', runtime: 'node22', dependencies: [], secrets: [{ name: 'S', value: 'theirs' }] };
    configuration.actions.push({
      ...{ id: 'act_1', name: 'Theirs', ...code, triggers: [{ id: 'post-login', version: 'v3' }] },
      ...{ deployedCode: '// theirs', isAllDeployed: true, buildsLeft: 0 },
    });
    configuration.bindings.set('post-login', [{ id: 'bnd_1', actionId: 'act_1', displayName: 'Theirs' }]);
    configuration.protection['brute-force-protection']['max_attempts'] = 17;
    const sink = { httpEndpoint: 'https://siem.test/in', httpContentType: 'application/json' };
    configuration.logStreams.push({
      ...{ id: 'lst_1', type: 'http' },
      fields: {
        ...{ name: 'SIEM', status: 'active', filters: [] },
        sink: { ...sink, httpContentFormat: 'JSONLINES', httpAuthorization: `Bearer ${hookSecret}` },
      },
    });
    // What Auth0 shows where nothing was set: the tool writes it out.
    for (const { name, fields, options } of tenant.auth0.control.connections()) {
      Object.assign(fields, { authentication: { active: true }, show_as_button: false });
      if (name !== 'CorpUsers') continue;
      Object.assign(fields, { realms: [name] });
      Object.assign(options, { disable_self_service_change_password: false });
    }
    const exported = await tenant.exported();
    expect(exported.code).toBe(0);
    const read = (path: string): unknown => JSON.parse(readFileSync(join(exported.folder, path), 'utf8'));
    const grants = readdirSync(join(exported.folder, 'grants')).map((name) => read(`grants/${name}`));
    const scope = configuration.clientGrants.find(({ clientId }) => clientId === 'TheBotsOwnId')?.scope;
    expect(grants).toContainEqual(expect.objectContaining({ client_id: 'Latchkey', scope }));
    expect(read('attack-protection/brute-force-protection.json')).toMatchObject({ max_attempts: 17 });
    expect(read('log-streams/SIEM.json')).toMatchObject({ name: 'SIEM', sink });
    expect(read('actions/Theirs.json')).toMatchObject({ runtime: 'node22', deployed: true, secrets: [{ name: 'S' }] });
    const before = JSON.parse(JSON.stringify(stateOf(tenant.auth0)));
    const back = await tenant.importedBack(exported.folder);
    expect([back.code, back.out]).toEqual([0, expect.stringContaining('Import Successful')]);
    expect(JSON.parse(JSON.stringify(stateOf(tenant.auth0)))).toEqual(before);
  });

  it('is not touched by a trial', { timeout }, async () => {
    const tenant = await openDeployedTenant();
    await tenant.manifest();
    const before = stateOf(tenant.auth0);
    await succeeds(tenant, ['--dry-run']);
    expect(stateOf(tenant.auth0)).toEqual(before);
  });
});

describe.skipIf(certificateMissing !== undefined)(titled('a page for a new password', certificateMissing), () => {
  it('arrives in the tenant to the letter, touches no other page, and a second time nothing changes', {
    timeout,
  }, async () => {
    const tenant = await openDeployedTenant({
      scopes: [...deployScopes, 'read:tenant_settings', 'update:tenant_settings'],
    });
    const { settings } = tenant.auth0.control.configuration;
    Object.assign(settings, {
      change_password: { enabled: true, html: '<p>theirs</p>' },
      guardian_mfa_page: { enabled: true, html: '<p>of MFA</p>' },
    });
    const first = await tenant.manifest({}, ['--reset-page']);
    expect([first.code, first.out]).toEqual([0, expect.stringContaining('pages/password_reset.html')]);
    const html = readFileSync(join(tenant.folder, 'tenant/pages/password_reset.html'), 'utf8');
    await succeeds(tenant);
    const after = tenant.auth0.control.configuration.settings;
    expect(after).toMatchObject({
      change_password: { enabled: true, html },
      guardian_mfa_page: { enabled: true, html: '<p>of MFA</p>' },
    });
    const second = await tenant.manifest({}, ['--reset-page']);
    expect(second.out).toContain('= page for a new password, tenant/pages/password_reset.html: stays as it is');
    // What the tenant had is still there, though by now it has ours.
    expect(readFileSync(join(tenant.folder, 'replaced/pages/password_reset.html'), 'utf8')).toBe('<p>theirs</p>');
  });
});
