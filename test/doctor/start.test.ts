// The server and the operator's command as real processes, against an emulated tenant.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { planTenant } from '../../manifest/auth0/tenant-plan.ts';
import { type Auth0Server, startAuth0 } from '../../playground/auth0/server.ts';
import { freePort } from '../../playground/free-port.ts';
import { type Slack, startSlack } from '../../playground/slack/server.ts';
import { callbacksAt, neededScopes } from '../../src/auth0/application.ts';
import { lookScopes } from '../../src/auth0/scopes.ts';
import { actorId, instant } from '../../src/flows/ids.ts';
import { migrate } from '../../src/store/migrations/migrations.ts';
import { openStore } from '../../src/store/store.ts';
import { application } from '../auth0/tenant.ts';
import { installation } from '../manifest/seen-tenant.ts';

const server = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const tool = fileURLToPath(new URL('../../src/cli/cli.ts', import.meta.url));

let folder = '';
let emulator: Auth0Server;
let slack: Slack;
const signingSecret = randomBytes(16).toString('hex');
const botToken = 'xoxb-1-2-abc';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-doctor-'));
  await writeFile(join(folder, 'right.yaml'), 'connections: [CorpUsers]\n');
  await writeFile(join(folder, 'misspelt.yaml'), 'connections: [CropUsers]\n');
  emulator = await startAuth0(application);
  slack = await startSlack({
    ...{ signingSecret, botToken, teamId: 'T0ACME', appId: 'A0LATCHKEY', botUserId: 'U0LATCHKEY' },
  });
  slack.control.addUser({ id: 'U0SAM', name: 'sam', email: 'sam@acme.test' });
  slack.control.addChannel({ id: 'C0DESK', name: 'desk', isPrivate: true, members: ['U0SAM'] });
  slack.control.addChannel({ id: 'C0OLD', name: 'old', isPrivate: true, members: ['U0SAM'], isArchived: true });
  for (const channel of ['C0DESK', 'C0OLD'])
    await writeFile(
      join(folder, `${channel}.yaml`),
      `connections: [CorpUsers]\nhelpdesk: { channels: ['slack:${channel}'] }\n`,
    );
});
afterAll(async () => {
  await emulator.close();
  await slack.close();
  await rm(folder, { recursive: true, force: true });
});

const settings = (port: number, policy: string): Record<string, string> => ({
  HOST: '127.0.0.1',
  PORT: String(port),
  PUBLIC_URL: `http://127.0.0.1:${port}`,
  DATABASE_URL: `sqlite:${folder}/latchkey.db`,
  SECRET_KEYS: randomBytes(32).toString('base64'),
  POLICY_FILE: join(folder, policy),
  AUTH0_DOMAIN: application.domain,
  AUTH0_CLIENT_ID: application.clientId,
  AUTH0_CLIENT_SECRET: application.clientSecret,
  AUTH0_BASE_URL: emulator.url,
  SLACK_SIGNING_SECRET: signingSecret,
  SLACK_BOT_TOKEN: botToken,
  SLACK_API_URL: slack.apiUrl,
});

interface Running {
  readonly child: ChildProcess;
  readonly printed: () => string;
  prints(text: string): Promise<void>;
}

function run(env: Record<string, string>): Running {
  const child = spawn(process.execPath, [server], { cwd: folder, env });
  let out = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  return {
    child,
    printed: () => out,
    prints: (text) => expect.poll(() => out, { timeout: 60_000 }).toContain(text),
  };
}

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const doctor = (env: Record<string, string>, ...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(process.execPath, [tool, 'doctor', ...args], { env, cwd: folder }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });

describe('the server', () => {
  it('never says that it is ready with a connection that does not exist: it says what is wrong, and /readyz is 503', async () => {
    const port = await freePort();
    const { child, prints, printed } = run(settings(port, 'misspelt.yaml'));
    await prints('doctor.not-ready');
    expect(printed()).toContain('Did you mean “CorpUsers”?');
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    const body = await answer.json();
    expect(answer.status).toBe(503);
    expect(body).toMatchObject({ ok: false, parts: { database: 'ok' }, checks: { 'auth0.connections': 'failed' } });
    expect(JSON.stringify(body)).not.toContain('CropUsers');
    child.kill('SIGTERM');
    await once(child, 'close');
    expect(printed()).not.toContain('"msg":"ready"');
  });

  it('says that it is ready where the connection exists, and lists each check in /readyz and /metrics', async () => {
    const port = await freePort();
    const { child, prints } = run(settings(port, 'right.yaml'));
    await prints('"msg":"ready"');
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    expect([answer.status, await answer.json()]).toMatchObject([200, { checks: { 'auth0.connections': 'ok' } }]);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toContain('latchkey_check{check="auth0.connections",state="ok"} 1');
    child.kill('SIGTERM');
    await once(child, 'close');
  });
});

it('/readyz lists every check from the start on, those too that have not had their turn; the command looks at the same', async () => {
  const port = await freePort();
  const env = { ...settings(port, 'C0DESK.yaml'), DATABASE_URL: `sqlite:${folder}/listed.db` };
  const { child, prints } = run(env);
  await prints('"msg":"ready"');
  const readyz = z.object({ checks: z.record(z.string(), z.string()) });
  const { checks } = readyz.parse(await (await fetch(`http://127.0.0.1:${port}/readyz`)).json());
  const ofFirst = [
    ...['auth0.application', 'auth0.callbacks', 'auth0.clock', 'auth0.codes.email', 'auth0.codes.sms'],
    ...['auth0.connections', 'auth0.credentials', 'auth0.grant-types', 'auth0.mail-provider'],
    ...['auth0.passwordless.email', 'auth0.passwordless.sms', 'auth0.phone-provider', 'auth0.scopes'],
    ...['policy.helpdesk', 'slack.token'],
  ];
  const ofLater = [
    ...['address.answer', 'address.certificate', 'address.name', 'address.operator-pages'],
    ...['auth0.actions', 'auth0.brute-force', 'auth0.ip-throttling', 'auth0.keys', 'auth0.log-stream'],
    ...[
      'auth0.reset-mail',
      'auth0.sessions',
      'auth0.sign-in',
      'auth0.sign-in-guard',
      'auth0.tickets',
      'database.backup',
      'database.disk',
      'database.file-mode',
      'database.journal',
    ],
    ...['database.migrations', 'database.space', 'database.write', 'slack.channel', 'slack.commands'],
    ...['slack.request-url', 'slack.scopes', 'slack.signing-secret'],
  ];
  expect(Object.keys(checks).sort()).toEqual([...ofFirst, ...ofLater].sort());
  const waiting = Object.entries(checks).filter(([, state]) => state === 'not-yet-looked');
  expect(waiting.map(([check]) => check).sort()).toEqual(ofLater);
  const looked = new Set(
    JSON.parse((await doctor(env, '--json')).out).findings.map(({ check }: { check: string }) => check),
  );
  expect([...looked].sort()).toEqual([...ofFirst, ...ofLater].sort());
  child.kill('SIGTERM');
  await once(child, 'close');
}, 120_000);

describe('with the scopes that the files for the tenant grant', () => {
  const granted = z
    .object({ scope: z.array(z.string()) })
    .parse(
      JSON.parse(
        planTenant({ ...installation, tenantDomain: application.domain }, undefined).files.get(
          'grants/latchkey.json',
        ) ?? '',
      ),
    ).scope;
  const withScopes = async (scopes: readonly string[], policy: string) => {
    const tenant = await startAuth0({ ...application, scopes });
    const port = await freePort();
    const { child, prints, printed } = run({ ...settings(port, policy), AUTH0_BASE_URL: tenant.url });
    onTestFinished(async () => {
      child.kill('SIGTERM');
      await once(child, 'close');
      await tenant.close();
    });
    return { prints, printed, readyz: () => fetch(`http://127.0.0.1:${port}/readyz`) };
  };

  it('a server is not ready with a connection that does not exist', async () => {
    const { prints, printed, readyz } = await withScopes(granted, 'misspelt.yaml');
    await prints('doctor.not-ready');
    expect((await readyz()).status).toBe(503);
    expect(printed()).not.toContain('"msg":"ready"');
  });

  it('a server sees what it is ready for; with those of the service alone it says what it has not seen', async () => {
    const seeing = await withScopes(granted, 'right.yaml');
    await seeing.prints('"msg":"ready"');
    expect(seeing.printed()).not.toContain('doctor.not-seen');
    const blind = await withScopes(neededScopes, 'misspelt.yaml');
    await blind.prints('"msg":"ready"');
    expect(blind.printed()).toContain('doctor.not-seen');
    expect(blind.printed()).toContain('auth0.connections: not seen. The application lacks the scope read:connections.');
    expect(await (await blind.readyz()).json()).toMatchObject({
      checks: { 'auth0.connections': 'skipped', 'auth0.scopes': 'warning' },
    });
  });
});

describe('a server with which nobody can be helped is not ready', () => {
  const approvals = 'rules: [{ reset: { approvals: 1 }, unlock: { approvals: 1 } }]\n';
  const channelOf = (id: string): string => `helpdesk: { channels: ['slack:${id}'] }\n`;
  type Plant = (tenant: Auth0Server) => void;
  const channels = ['email', 'sms'] as const;
  const eachChannel = ({ control }: Auth0Server, change: (one: Connection) => void): void => {
    for (const one of control.connections()) if (channels.some((name) => name === one.name)) change(one);
  };
  type Connection = ReturnType<Auth0Server['control']['connections']>[number];
  interface Planted {
    readonly theirs?: Partial<Parameters<typeof startAuth0>[0]>;
    readonly plant?: Plant;
    readonly policy?: string;
  }

  async function started({ theirs, plant, policy = '' }: Planted) {
    const tenant = await startAuth0({ ...application, ...theirs });
    plant?.(tenant);
    const port = await freePort();
    const file = `planted-${port}.yaml`;
    await writeFile(join(folder, file), `connections: [CorpUsers]\n${policy}`);
    const { child, prints, printed } = run({ ...settings(port, file), AUTH0_BASE_URL: tenant.url });
    onTestFinished(async () => {
      child.kill('SIGTERM');
      await once(child, 'close');
      await tenant.close();
    });
    return { prints, printed, readyz: async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status };
  }

  const theirScopes = [...neededScopes, ...lookScopes];
  const lasting: readonly (readonly [string, string, Planted])[] = [
    [
      'the grant for codes is missing',
      'auth0.grant-types',
      { theirs: { scopes: theirScopes, grants: ['client_credentials'] } },
    ],
    [
      'the tenant sends no codes',
      'auth0.passwordless',
      {
        plant: ({ control }) => {
          control.removeConnection('email');
          control.removeConnection('sms');
        },
      },
    ],
    [
      'no way for codes is on for the application',
      'auth0.passwordless.email',
      { plant: (tenant) => eachChannel(tenant, ({ clients }) => clients.clear()) },
    ],
    [
      'all codes are too short',
      'auth0.codes.sms',
      { plant: (tenant) => eachChannel(tenant, ({ options }) => Object.assign(options, { totp: { length: 4 } })) },
    ],
    ['its clock is a minute off', 'auth0.clock', { plant: ({ control }) => control.setClockAhead(75_000) }],
    ['every request needs a channel that is archived', 'slack.channel', { policy: approvals + channelOf('C0OLD') }],
    ['every request needs a channel that does not exist', 'slack.channel', { policy: approvals + channelOf('C0GONE') }],
    ['every request needs a channel, and there is none', 'policy.helpdesk', { policy: approvals }],
  ];
  it.each(lasting)('where %s (%s)', async (_what, check, planted) => {
    const { prints, printed, readyz } = await started(planted);
    await prints('doctor.not-ready');
    const [line = ''] = printed()
      .split('\n')
      .filter((one) => one.includes('doctor.not-ready'));
    expect(JSON.parse(line).checks).toContain(check);
    expect(await readyz()).toBe(503);
    expect(printed()).not.toContain('"msg":"ready"');
  });

  const bearable: readonly (readonly [string, string, Planted])[] = [
    [
      'one way for codes is off, and the other is on',
      'is off for the application',
      {
        plant: ({ control }) =>
          control
            .connections()
            .find(({ name }) => name === 'sms')
            ?.clients.clear(),
      },
    ],
    [
      'only unlocks need a channel that is archived',
      '"msg":"ready"',
      { policy: `rules: [{ reset: { approvals: 0 }, unlock: { approvals: 1 } }]\n${channelOf('C0OLD')}` },
    ],
    [
      'one of two channels is archived',
      'is archived',
      { policy: `${approvals}helpdesk: { channels: ['slack:C0OLD', 'slack:C0DESK'] }\n` },
    ],
  ];
  it.each(bearable)('but is ready where %s', async (_what, said, planted) => {
    const { prints, printed, readyz } = await started(planted);
    await prints('"msg":"ready"');
    expect(printed()).toMatch(new RegExp(said));
    expect(printed()).not.toContain('doctor.not-ready');
    expect(await readyz()).toBe(200);
  });
});

describe('latchkey doctor', () => {
  it('ends with 1 where something is wrong, and says what to do', async () => {
    const { code, out } = await doctor(settings(3000, 'misspelt.yaml'));
    expect(code).toBe(1);
    expect(out).toContain('✗ auth0.connections: The policy names the connection “CropUsers”, which does not exist.');
    expect(out).toContain('Did you mean “CorpUsers”?');
    expect(out).not.toContain('\u001b');
    expect(out).not.toContain('"level"');
  });

  it('prints one JSON document for a program', async () => {
    const { code, out } = await doctor(settings(3000, 'misspelt.yaml'), '--json');
    const report = JSON.parse(out);
    expect([code, report.ok]).toEqual([1, false]);
    expect(report.findings).toContainEqual(expect.objectContaining({ check: 'auth0.connections', state: 'failed' }));
  });

  it('ends with 0 where there are only warnings', async () => {
    emulator.control.setCallbacks(callbacksAt('http://127.0.0.1:3000'));
    const { code, out } = await doctor(settings(3000, 'right.yaml'));
    expect(out).toMatch(/ ! auth0\./);
    expect([code, /✗.*/.exec(out)?.[0]]).toEqual([0, undefined]);
  });

  it('ends with 2 where it could not look, and says each setting that is refused in the same form', async () => {
    const { AUTH0_CLIENT_SECRET: _, ...rest } = settings(3000, 'right.yaml');
    await writeFile(join(folder, 'wrong.yaml'), 'limits: { linkSeconds: soon }\n');
    const env = { ...rest, POLICY_FILE: join(folder, 'wrong.yaml'), SLACK_BOT_TOKEN: '"xoxb-quoted"' };
    const text = await doctor(env);
    expect(text.code).toBe(2);
    expect(text.out).toMatch(/^settings\n {2}✗ settings\.AUTH0_CLIENT_SECRET: AUTH0_CLIENT_SECRET is not set/);
    expect(text.out).toContain('3 wrong, 1 not seen');
    expect(text.err).toContain('AUTH0_CLIENT_SECRET');
    const json = await doctor(env, '--json');
    const report = JSON.parse(json.out);
    expect([json.code, report.ok]).toEqual([2, false]);
    expect(report.findings).toEqual([
      ...[/AUTH0_CLIENT_SECRET is not set/, /SLACK_BOT_TOKEN/, /wrong\.yaml:1:/].map((what) => ({
        ...{ check: expect.stringMatching(/^settings\./), state: 'failed' },
        ...{ what: expect.stringMatching(what), remedy: expect.stringContaining('npm run latchkey -- help') },
      })),
      { check: 'settings.services', state: 'skipped', what: expect.any(String) },
    ]);
    expect(json.out).not.toContain('xoxb-quoted');
  });

  it('leaves the database alone and listens nowhere: it may run beside the server, and before its first start', async () => {
    const port = await freePort();
    const { child, prints } = run({ ...settings(port, 'right.yaml'), DATABASE_URL: `sqlite:${folder}/beside.db` });
    await prints('"msg":"ready"');
    expect((await doctor(settings(port, 'right.yaml'), '--json')).code).not.toBe(2);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    child.kill('SIGTERM');
    await once(child, 'close');
    const fresh = join(folder, 'never-started.db');
    await doctor({ ...settings(port, 'right.yaml'), DATABASE_URL: `sqlite:${fresh}` });
    expect(existsSync(fresh)).toBe(false);
  });

  it('sees at which address people were met in Teams, and leaves a database alone that is not there', async () => {
    const url = `sqlite:${folder}/teams.db`;
    const { SLACK_SIGNING_SECRET: _s, SLACK_BOT_TOKEN: _t, SLACK_API_URL: _u, ...rest } = settings(3000, 'right.yaml');
    const env = {
      ...{ ...rest, DATABASE_URL: url, TEAMS_APP_ID: '0a0a0a0a-0000-4000-8000-000000000001' },
      ...{ TEAMS_APP_PASSWORD: 'x7~Q.abcdefghijklmnopqrstuvwxyz0123456789', TEAMS_LOGIN_URL: 'http://127.0.0.1:9' },
      ...{ TEAMS_TENANT_ID: '0b0b0b0b-0000-4000-8000-000000000001', TEAMS_OPENID_METADATA_URL: 'http://127.0.0.1:9/' },
    };
    const service = async () => statesIn((await doctor(env, '--json')).out)['teams.service-url'];
    expect(await service()).toBe('skipped');
    expect(existsSync(join(folder, 'teams.db'))).toBe(false);
    await migrate(url);
    expect(await service()).toBe('skipped');
    const store = await openStore({ url });
    const met = (serviceUrl: string, at: number) =>
      store.conversationReferences.keep(
        actorId({ platform: 'teams', tenant: 'T', user: 'U' }),
        JSON.stringify({ serviceUrl, conversationId: 'a:1', userId: '29:1', isPersonal: true }),
        instant(at),
      );
    await met('https://smba.trafficmanager.net/emea/', 1);
    expect(await service()).toBe('ok');
    await met('https://elsewhere.example/', 2);
    expect(await service()).toBe('failed');
    await store.close();
  }, 120_000);

  const statesIn = (out: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      JSON.parse(out).findings.map(({ check, state }: { check: string; state: string }) => [check, state]),
    );

  it('sees before the start that nobody answers yet, and beside the server that it is this one', {
    timeout: 120_000,
  }, async () => {
    const env = { ...settings(await freePort(), 'C0DESK.yaml'), DATABASE_URL: `sqlite:${folder}/both.db` };
    const before = statesIn((await doctor(env, '--json')).out);
    expect(before).toMatchObject({
      ...{ 'address.answer': 'skipped', 'slack.request-url': 'skipped', 'database.write': 'skipped' },
      ...{ 'slack.token': 'ok', 'slack.channel': 'ok' },
    });
    const { child, prints } = run(env);
    await prints('"msg":"ready"');
    const beside = statesIn((await doctor(env, '--json')).out);
    expect(beside).toMatchObject({
      ...{ 'address.answer': 'ok', 'slack.request-url': 'ok', 'database.write': 'ok', 'database.migrations': 'ok' },
      'database.backup': 'warning',
    });
    const otherKeys = { ...env, SECRET_KEYS: randomBytes(32).toString('base64') };
    expect(statesIn((await doctor(otherKeys, '--json')).out)['address.answer']).toBe('failed');
    child.kill('SIGTERM');
    await once(child, 'close');
  });

  it('fails an archived channel, and says what to do', async () => {
    const { code, out } = await doctor(settings(3000, 'C0OLD.yaml'));
    expect(code).toBe(1);
    expect(out).toContain('✗ slack.channel: Channel C0OLD is archived: no card can be posted.');
    expect(out).toContain('Unarchive it');
  });

  it('keeps a server with a refused token from saying that it is ready', async () => {
    const { child, prints, printed } = run({
      ...settings(await freePort(), 'right.yaml'),
      SLACK_BOT_TOKEN: 'xoxb-other',
    });
    await prints('doctor.not-ready');
    child.kill('SIGTERM');
    await once(child, 'close');
    expect(printed()).toContain('slack.token');
    expect(printed()).not.toContain('"msg":"ready"');
  });
});
