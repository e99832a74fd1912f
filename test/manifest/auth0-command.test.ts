// `latchkey manifest auth0 DIR` as the operator runs it, against a tenant that speaks https and enforces scopes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { certificateMissing } from '../notices/mail-server.ts';
import { titled } from '../skipped-reporter.ts';
import { deployScopes, everythingIn, hookSecret, openDeployedTenant } from './deployed-tenant.ts';

describe.skipIf(certificateMissing !== undefined)(titled('the command', certificateMissing), () => {
  it('reads the tenant, changes nothing in it, and writes no secret', async () => {
    const tenant = await openDeployedTenant();
    const sms = tenant.auth0.control.connections().find(({ name }) => name === 'sms');
    Object.assign(sms?.options ?? {}, { twilio_token: 'the-token-of-the-phone-company' });
    const { code, out } = await tenant.manifest();
    expect([code, out]).toEqual([0, expect.stringContaining('was read')]);
    const writes = tenant.auth0.control.requests.filter(
      ({ method, route }) => method !== 'GET' && route !== '/oauth/token',
    );
    expect(writes).toEqual([]);
    const written = everythingIn(tenant.folder);
    for (const secret of [
      hookSecret,
      'the-secret-of-the-bot',
      'the-secret-of-the-application-that-deploys',
      'the-token-of-the-phone-company',
    ]) {
      expect([secret, written.includes(secret), out.includes(secret)]).toEqual([secret, false, false]);
    }
    expect(tenant.json('tenant/config.json')).toMatchObject({
      AUTH0_ALLOW_DELETE: false,
      AUTH0_INCLUDED_CONNECTIONS: ['email', 'sms'],
      AUTH0_INCLUDED_ONLY: expect.not.arrayContaining(['databases', 'logStreams', 'tenant', 'pages']),
    });
    expect(tenant.json('log-stream/config.json')).toMatchObject({ AUTH0_INCLUDED_ONLY: ['logStreams'] });
  });

  it('says what an import would change of a stream and an Action that somebody has changed, and shows no secret', async () => {
    const tenant = await openDeployedTenant();
    const { configuration } = tenant.auth0.control;
    configuration.logStreams.push({
      ...{ id: 'lst_1', type: 'http' },
      fields: {
        name: 'Latchkey',
        sink: { httpEndpoint: 'https://siem.test/in?key=theirs', httpAuthorization: 'Bearer of-theirs' },
      },
    });
    configuration.actions.push({
      ...{ id: 'act_1', name: 'Latchkey sign-in guard', code: 'const mayUseCodes = [];', runtime: 'node18' },
      ...{ dependencies: [], secrets: [{ name: 'THEIRS', value: 'their-value' }], deployedCode: undefined },
      ...{ triggers: [{ id: 'post-login', version: 'v3' }], isAllDeployed: false, buildsLeft: 0 },
    });
    const { out } = await tenant.manifest();
    for (const line of [
      '~ log stream “Latchkey”, apart:',
      'sink.httpEndpoint: "elsewhere, at siem.test" → "https://latchkey.acme.example/hooks/auth0"',
      'sink.httpAuthorization: becomes WEBHOOK_SECRET of now',
      '~ Action “Latchkey sign-in guard”:',
      'runtime: "node18" → "node22"',
      'deployed: false → true',
      'secrets: REMOVES "THEIRS"',
    ])
      expect(out).toContain(line);
    for (const secret of ['theirs', 'their-value', hookSecret]) expect(out).not.toContain(secret);
  });

  it('says that the employees’ connection is to be turned on for the application, until it is', async () => {
    const tenant = await openDeployedTenant();
    const step = '“CorpUsers” → Applications: turn on “Latchkey”';
    expect((await tenant.manifest()).out).not.toContain(step);
    tenant.auth0.control
      .connections()
      .find(({ name }) => name === 'CorpUsers')
      ?.clients.clear();
    expect((await tenant.manifest()).out).toContain(step);
  });

  it('says why the application has each scope, and grants none for looking where the operator wants the fewest', async () => {
    const tenant = await openDeployedTenant();
    const all = await tenant.manifest();
    expect(all.out).toContain('  - read:connections: see whether the policy’s connections exist');
    expect(tenant.json('tenant/grants/latchkey.json')).toMatchObject({
      scope: expect.arrayContaining(['read:clients']),
    });
    const fewest = await tenant.manifest({}, ['--fewest-scopes']);
    expect(fewest.out).not.toContain('  - read:connections:');
    expect(tenant.json('tenant/grants/latchkey.json')).toMatchObject({
      scope: expect.not.arrayContaining(['read:clients']),
    });
  });

  it('writes a page for a new password only where it is asked for, with the company’s name and its helpdesk', async () => {
    const tenant = await openDeployedTenant({ scopes: [...deployScopes, 'read:tenant_settings'] });
    const policy = join(dirname(tenant.folder), 'policy.yaml');
    writeFileSync(policy, 'companyName: Acme Rockets\nhelpdesk: { contact: call 4711 }\n');
    const without = await tenant.manifest({ POLICY_FILE: policy });
    expect([without.code, without.out]).toEqual([0, expect.not.stringContaining('page for a new password')]);
    expect(tenant.auth0.control.requests.some(({ path }) => path.includes('/tenants/settings'))).toBe(false);
    expect(tenant.json('tenant/config.json')).toMatchObject({
      AUTH0_INCLUDED_ONLY: expect.not.arrayContaining(['pages']),
    });
    const { out } = await tenant.manifest({ POLICY_FILE: policy }, ['--reset-page']);
    expect(out).toContain('~ page for a new password, tenant/pages/password_reset.html:');
    for (const known of ['enabled: false → true', 'for everybody of this tenant', '/lo/reset', 'Way back: Branding'])
      expect(out).toContain(known);
    expect(tenant.json('tenant/config.json')).toMatchObject({ AUTH0_INCLUDED_ONLY: expect.arrayContaining(['pages']) });
    expect(tenant.json('tenant/pages/password_reset.json')).toEqual({ name: 'password_reset', enabled: true });
    const html = readFileSync(join(tenant.folder, 'tenant/pages/password_reset.html'), 'utf8');
    for (const said of ['<p>Acme Rockets</p>', 'call 4711']) expect(html).toContain(said);
    await tenant.manifest({ POLICY_FILE: policy });
    expect(() => tenant.json('tenant/pages/password_reset.json')).toThrow('ENOENT');
  });

  it('reads every page of a large tenant, and waits where Auth0 asks it to', async () => {
    const tenant = await openDeployedTenant({ limits: true });
    const { control } = tenant.auth0;
    for (let nth = 0; nth < 130; nth += 1) {
      const id = `Client${nth}`;
      control.addClient({ id, name: `App ${nth}`, secret: 'x', fields: {} }, []);
      control
        .connections()
        .find(({ name }) => name === 'email')
        ?.clients.add(id);
    }
    expect(await tenant.manifest()).toMatchObject({ code: 0 });
    expect(control.requests.some(({ status }) => status === 429)).toBe(true);
    const { enabled_clients: enabled } = Object(tenant.json('tenant/connections/email.json'));
    expect(enabled).toHaveLength(131);
    expect(enabled).toContain('Client129');
  });

  it('without access writes what is Latchkey’s alone, and says what is left', async () => {
    const tenant = await openDeployedTenant();
    const none = { AUTH0_DEPLOY_CLIENT_ID: undefined, AUTH0_DEPLOY_CLIENT_SECRET: undefined };
    const { code, out } = await tenant.manifest(none);
    expect([code, out]).toEqual([0, expect.stringContaining('was not read')]);
    expect(out).toContain('connection “email”: left out');
    expect(tenant.auth0.control.requests).toEqual([]);
  });

  it.each([
    ['read:connections_options', 'connection “email”: left out'],
    ['read:connections', 'connection “email”: left out'],
    ['read:actions', 'Actions: left out'],
    ['read:attack_protection', 'attack protection: left out'],
    ['read:client_grants', 'scopes of the Management API: left out'],
    ['read:email_templates', 'mail of “Forgot password?”: left out'],
    ['read:log_streams', 'Log stream: left out'],
    ['read:tenant_settings', 'page for a new password: left out'],
  ])('without the scope %s leaves that part out', async (missing, left) => {
    const tenant = await openDeployedTenant({ scopes: deployScopes.filter((scope) => scope !== missing) });
    const { code, out } = await tenant.manifest({}, ['--reset-page']);
    expect([code, out]).toEqual([0, expect.stringContaining(left)]);
  });

  it('writes nothing if it may not list the applications, or gets no token', async () => {
    const tenant = await openDeployedTenant({ scopes: deployScopes.filter((scope) => scope !== 'read:clients') });
    expect(await tenant.manifest()).toMatchObject({ code: 1, out: expect.stringContaining('Nothing was written') });
    const wrong = { AUTH0_DEPLOY_CLIENT_SECRET: 'something-else-that-is-long-enough' };
    expect(await tenant.manifest(wrong)).toMatchObject({
      code: 1,
      out: expect.stringContaining('AUTH0_DEPLOY_CLIENT_ID'),
    });
    expect(() => everythingIn(tenant.folder)).toThrow('ENOENT');
  });

  it('leaves the stream out on a plan that has none', async () => {
    const tenant = await openDeployedTenant();
    tenant.auth0.control.configuration.hasLogStreams = false;
    const { code, out } = await tenant.manifest();
    expect([code, out]).toEqual([0, expect.stringContaining("this tenant's plan does not allow /log-streams")]);
    expect(() => tenant.json('log-stream/config.json')).toThrow('ENOENT');
  });

  it.each([
    ['the bot’s own application deploys', { AUTH0_DEPLOY_CLIENT_ID: 'TheBotsOwnId' }, 'own application'],
    ['half of the access is set', { AUTH0_DEPLOY_CLIENT_SECRET: undefined }, 'AUTH0_DEPLOY_CLIENT_SECRET is not set'],
    ['the other half is', { AUTH0_DEPLOY_CLIENT_ID: undefined }, 'AUTH0_DEPLOY_CLIENT_ID is not set'],
    ['the application does not exist', { AUTH0_CLIENT_ID: 'Another' }, 'no application with the id in AUTH0_CLIENT_ID'],
  ])('refuses where %s', async (_what, changes, text) => {
    const tenant = await openDeployedTenant();
    expect(await tenant.manifest(changes)).toMatchObject({ code: 1, out: expect.stringContaining(text) });
  });

  it('tells everything that is wrong with settings and policy at once', async () => {
    const tenant = await openDeployedTenant();
    const policy = join(dirname(tenant.folder), 'policy.yaml');
    writeFileSync(policy, 'limits: { linkSeconds: ten }\n');
    const { code, out } = await tenant.manifest({ PUBLIC_URL: 'latchkey', POLICY_FILE: policy });
    expect([code, out]).toEqual([1, expect.stringContaining('PUBLIC_URL is no web address')]);
    expect(out).toContain('`limits.linkSeconds` must be a whole number');
  });

  it('refuses where two applications have the name by which the tool would know ours', async () => {
    const tenant = await openDeployedTenant();
    tenant.auth0.control.addClient({ id: 'Second', name: 'Latchkey', secret: 'x', fields: {} }, []);
    const twice = { code: 1, out: expect.stringContaining('Two applications are called “Latchkey”') };
    expect(await tenant.manifest()).toMatchObject(twice);
    expect(await tenant.manifest({ AUTH0_CLIENT_ID: undefined })).toMatchObject(twice);
  });

  it('leaves nothing of an earlier run, which would bring back what the tenant had then', async () => {
    const tenant = await openDeployedTenant();
    await tenant.manifest();
    expect(tenant.json('tenant/connections/email.json')).toBeDefined();
    await tenant.manifest({ AUTH0_DEPLOY_CLIENT_ID: undefined, AUTH0_DEPLOY_CLIENT_SECRET: undefined });
    expect(() => tenant.json('tenant/connections/email.json')).toThrow('ENOENT');
  });

  it('writes into no folder that is somebody else’s', async () => {
    const tenant = await openDeployedTenant();
    mkdirSync(join(tenant.folder, 'tenant'), { recursive: true });
    writeFileSync(join(tenant.folder, 'tenant', 'theirs.json'), '{}');
    expect(await tenant.manifest()).toMatchObject({ code: 1, out: expect.stringContaining('has other files') });
    writeFileSync(join(tenant.folder, 'import.mjs'), '// something else\n');
    expect(await tenant.manifest()).toMatchObject({ code: 1, out: expect.stringContaining('has other files') });
    expect(tenant.json('tenant/theirs.json')).toEqual({});
  });

  it('says in a sentence where it cannot write', async () => {
    const tenant = await openDeployedTenant();
    writeFileSync(tenant.folder, 'a file in the place of the folder');
    const { code, out } = await tenant.manifest();
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/^latchkey: \S+ cannot be written \(E[A-Z]+\)\. Say where: latchkey manifest auth0 DIR$/m),
    ]);
  });

  it.each(['--help-me', '--replace-mail-txt', '--reset-pages', '--reset-page=no', 'another'])(
    'takes no order that it does not understand: %s',
    async (word) => {
      const tenant = await openDeployedTenant();
      expect(await tenant.manifest({}, [word])).toMatchObject({ code: 2 });
    },
  );
});

describe.skipIf(certificateMissing !== undefined)(titled('the import', certificateMissing), () => {
  it('says of a Node.js that cannot read .env which one can', async () => {
    const tenant = await openDeployedTenant();
    await tenant.manifest();
    const none = { AUTH0_DEPLOY_CLIENT_SECRET: undefined };
    const old = { ...none, NODE_OPTIONS: '--import=data:text/javascript,process.loadEnvFile=undefined' };
    const hint = 'This Node.js cannot read .env: take Node.js 20.12 or later';
    expect((await tenant.deploy([], old, tenant.folder)).out).not.toContain(hint);
    writeFileSync(join(tenant.folder, '.env'), 'AUTH0_DEPLOY_CLIENT_SECRET=\n');
    expect(await tenant.deploy([], old, tenant.folder)).toMatchObject({ code: 2, out: expect.stringContaining(hint) });
    expect((await tenant.deploy([], none, tenant.folder)).out).not.toContain(hint);
  });

  it.each([
    ['WEBHOOK_SECRET', 'WEBHOOK_SECRET must be set'],
    ['AUTH0_DEPLOY_CLIENT_ID', 'AUTH0_DEPLOY_CLIENT_ID must be set'],
    ['AUTH0_DEPLOY_CLIENT_SECRET', 'AUTH0_DEPLOY_CLIENT_SECRET must be set'],
  ])('does not begin without %s', async (name, text) => {
    const tenant = await openDeployedTenant();
    await tenant.manifest();
    expect(await tenant.deploy([], { [name]: undefined })).toMatchObject({
      code: 2,
      out: expect.stringContaining(text),
    });
  });

  it('does not begin with the bot’s own application, nor with a word that it does not know', async () => {
    const tenant = await openDeployedTenant();
    await tenant.manifest();
    const own = { AUTH0_DEPLOY_CLIENT_ID: 'TheBotsOwnId' };
    expect(await tenant.deploy([], own)).toMatchObject({ code: 2, out: expect.stringContaining('own application') });
    expect(await tenant.deploy(['--dryrun'])).toMatchObject({ code: 2, out: expect.stringContaining('--dryrun') });
  });

  it('reads .env as the command does, and the environment wins', async () => {
    const tenant = await openDeployedTenant();
    await tenant.manifest();
    const folder = dirname(tenant.folder);
    writeFileSync(
      join(folder, '.env'),
      'AUTH0_DEPLOY_CLIENT_ID=OfTheFile\nAUTH0_DEPLOY_CLIENT_SECRET=also-of-the-file\n',
    );
    // In the place of the tool.
    writeFileSync(
      join(folder, 'npx'),
      '#!/bin/sh\necho "$AUTH0_CLIENT_ID" "$AUTH0_CLIENT_SECRET" "$AUTH0_DEPLOY_CLIENT_ID"\n',
      { mode: 0o755 },
    );
    const PATH = `${folder}:${process.env['PATH']}`;
    const unset = { AUTH0_DEPLOY_CLIENT_ID: undefined, AUTH0_DEPLOY_CLIENT_SECRET: undefined };
    expect(await tenant.deploy([], { ...unset, PATH }, folder)).toEqual({
      code: 0,
      out: 'OfTheFile also-of-the-file \n',
    });
    expect(await tenant.deploy([], { PATH }, folder)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^TheDeployersId /),
    });
  });

  it('says that there is no stream to import', async () => {
    const tenant = await openDeployedTenant();
    tenant.auth0.control.configuration.hasLogStreams = false;
    await tenant.manifest();
    expect(await tenant.deploy(['log-stream'])).toMatchObject({ code: 2, out: expect.stringContaining('no folder') });
  });
});
