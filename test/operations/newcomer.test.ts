// The installation as docs/installing.md says it, word by word: every fenced block in its order, in a fresh folder, in production,
// against emulators that speak https. What stands for a value (`…`) comes from where the page says that it comes from.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Agent, fetch } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from '../../playground/free-port.ts';
import { startSlack } from '../../playground/slack/server.ts';
import { labelOf } from '../../playground/slack/visible.ts';
import { startTeams } from '../../playground/teams/server.ts';
import { certificate, deploySecret, openDeployedTenant } from '../manifest/deployed-tenant.ts';
import { certificateMissing } from '../notices/mail-server.ts';
import { titled } from '../skipped-reporter.ts';
import { linksIn } from '../stories/links.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** What a clone has that the commands need. */
const cloned = ['src', 'manifest', 'docs', 'package.json', 'policy.example.yaml', 'tsconfig.json'];

interface Block {
  readonly language: string;
  readonly lines: readonly string[];
}

/** The fenced blocks of a page, without the indentation of the list in which they stand. */
function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)].map(([, indent = '', language = '', text = '']) => ({
    language,
    lines: text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.slice(indent.length)])),
  }));
}

/** Not carried out here, each with where it is tried, or why not. */
const elsewhere = [
  ['git clone … latchkey && cd latchkey && npm ci', 'a clone needs the network; here it is a copy'],
  [
    'node tenant/import.mjs --dry-run',
    'a trial, in test/manifest/auth0-deploy.test.ts: each takes seconds of computing',
  ],
  ['node tenant/import.mjs log-stream', 'an import of its own, in test/manifest/auth0-deploy.test.ts'],
  ['node_modules/.bin/node --expose-gc --import ./src/compile-cache.mjs src/main.ts', 'test/deploy'],
  ['SMTP_URL=', 'test/config/mail-server.test.ts'],
  ['git pull && npm ci', 'as the clone; test/operations/upgrade.test.ts'],
] as const;

/** Jane has not enrolled here, as the page says to do at a browser: her contact comes from the file, after that. */
const exitCodeOf = (command: string): number => (command.includes('-- explain') ? 1 : 0);

const password = 'A-new-Passw0rd-2026';
const timeout = 900_000;

describe.skipIf(certificateMissing !== undefined)(
  titled('whoever types what the page says', certificateMissing),
  () => {
    it('has an installation that works, and a first reset', { timeout }, async () => {
      const walk = await beginWalk();
      for (const block of blocksOf(readFileSync(join(root, 'docs/installing.md'), 'utf8'))) await walk.takes(block);
      expect(walk.notMet()).toEqual([]);
      await walk.resets();
      await walk.stops();
      if (process.env['LATCHKEY_WALK_TIMES'] !== undefined)
        process.stderr.write(`${walk.said().join('\n')}\n${walk.times().join('\n')}\n`);
    });
  },
);

async function beginWalk() {
  const tenant = await openDeployedTenant({ isNew: true });
  const { control } = tenant.auth0;
  const [port, publicPort] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-newcomer-'));
  const secrets = {
    signing: randomBytes(16).toString('hex'),
    bot: 'xoxb-1-2-abc',
    teams: randomBytes(16).toString('hex'),
  };
  const ids = { appId: '9d2b6c1e-4f57-4a08-8e3b-6b1f00000001', tenantId: '9d2b6c1e-4f57-4a08-8e3b-6b1f00000002' };
  const slack = await startSlack({
    ...{ signingSecret: secrets.signing, botToken: secrets.bot, teamId: 'T0ACME', appId: 'A0LATCHKEY' },
    botUserId: 'U0LATCHKEY',
  });
  const teams = await startTeams({ ...ids, appPassword: secrets.teams, botName: 'Latchkey' });
  const proxy = createServer(certificate, (incoming, outgoing) => {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const onward = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.writeHead(502).end());
    incoming.pipe(onward);
  }).listen(publicPort, '127.0.0.1');
  await once(proxy, 'listening');
  let server: ChildProcess | undefined;
  onTestFinished(async () => {
    server?.kill('SIGKILL');
    proxy.close();
    await Promise.all([slack.close(), teams.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  for (const name of cloned) cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const [id, name] of [
    ['U0SAM', 'sam'],
    ['U0PIA', 'pia'],
    ['U0JANE', 'jane'],
  ] as const)
    slack.control.addUser({ id, name, realName: name, email: `${name}@acme.example` });
  slack.control.addChannel({ id: 'C0DESK', name: 'desk', isPrivate: true, members: ['U0SAM', 'U0PIA'] });
  for (const name of ['jane', 'mike', 'sam', 'pia'])
    control.addUser({
      ...{
        userId: `auth0|${name}`,
        connection: 'CorpUsers',
        email: `${name}@acme.example`,
        name,
        password: 'Old-Passw0rd',
      },
      contacts: [],
    });

  const client = () => control.configuration.clients.find(({ name }) => name === 'Latchkey');
  /** Where the page says that each value comes from. */
  const values: Readonly<Record<string, () => string | undefined>> = {
    SECRET_KEYS: () => randomBytes(32).toString('base64'),
    AUTH0_DEPLOY_CLIENT_ID: () => 'TheDeployersId',
    AUTH0_DEPLOY_CLIENT_SECRET: () => deploySecret,
    WEBHOOK_SECRET: () => randomBytes(32).toString('hex'),
    AUTH0_CLIENT_ID: () => client()?.id,
    AUTH0_CLIENT_SECRET: () => client()?.secret,
    SLACK_SIGNING_SECRET: () => secrets.signing,
    SLACK_BOT_TOKEN: () => secrets.bot,
    TEAMS_APP_ID: () => ids.appId,
    TEAMS_APP_PASSWORD: () => secrets.teams,
    TEAMS_TENANT_ID: () => ids.tenantId,
  };
  /** What the page has as an example, and what it is here. */
  const examples: readonly (readonly [string, string])[] = [
    ['https://latchkey.acme.example', `https://127.0.0.1:${publicPort}`],
    ['acme.eu.auth0.com', tenant.domain],
    ['slack:C0123456789', 'slack:C0DESK'],
    ['U0123456789, U9876543210', 'U0SAM, U0PIA'],
  ];
  const here = (text: string): string => examples.reduce((said, [page, real]) => said.replaceAll(page, real), text);
  /** In the place of the real services, which are found without any setting. */
  const ofEmulators = [
    `PORT=${port}`,
    `SLACK_API_URL=${slack.apiUrl}`,
    `TEAMS_OPENID_METADATA_URL=${teams.openIdMetadataUrl}`,
    `TEAMS_LOGIN_URL=${teams.loginUrl}`,
    `TEAMS_SERVICE_URLS=${teams.url}`,
  ];

  const { PATH = '', HOME = '' } = process.env;
  // The tool is in node_modules: npx must fetch nothing here.
  const env = { PATH, HOME, NODE_EXTRA_CA_CERTS: tenant.caFile, npm_config_offline: 'true', NO_COLOR: '1' };
  const said: string[] = [];
  const times: string[] = [];
  const skipped = new Set<string>();
  let log = '';

  const runs = (line: string) =>
    new Promise<{ readonly code: number; readonly out: string }>((resolve) => {
      execFile('bash', ['-c', line], { cwd: folder, env, maxBuffer: 1e8 }, (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out: out + err });
      });
    });

  async function starts(): Promise<void> {
    server = spawn('npm', ['start'], { cwd: folder, env });
    server.stdout?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    await expect.poll(() => log, { timeout: 60_000 }).toContain('"msg":"ready"');
    slack.control.connect(`http://127.0.0.1:${port}/slack/events`);
    expect(await slack.control.verifyUrl()).toBe(true);
  }

  /** What the page says to do at a console after this command. */
  function atConsoles(line: string): void {
    if (line === 'node tenant/import.mjs') {
      const { id = '' } = client() ?? {};
      control.useClient(id);
      for (const { name, clients } of control.connections()) if (name === 'CorpUsers') clients.add(id);
    }
    if (line.includes('manifest slack')) {
      JSON.parse(readFileSync(join(folder, 'slack.json'), 'utf8'));
      slack.control.addChannel({
        id: 'C0DESK',
        name: 'desk',
        isPrivate: true,
        members: ['U0SAM', 'U0PIA', 'U0LATCHKEY'],
      });
    }
  }

  function isElsewhere(line: string): boolean {
    const other = elsewhere.find(([beginning]) => line.startsWith(beginning));
    if (other !== undefined) skipped.add(other[0]);
    return other !== undefined;
  }

  async function shell(line: string): Promise<void> {
    if (isElsewhere(line)) return;
    const since = performance.now();
    const command = line.replace(/ +#.*$/, '');
    if (command === 'npm start') {
      // The doctor that was asked before has seen the tenant.
      expect(said.at(-1)).toMatch(/✓ auth0\.sign-in: People of “CorpUsers” can sign in to enrol\./);
      expect(said.at(-1)).not.toContain('lacks the scope');
      await starts();
    } else {
      const { code, out } = await runs(command);
      said.push(out);
      expect([command, code, out]).toEqual([command, exitCodeOf(command), out]);
      // A doctor that finds something wrong, or a command that is no more, would be told here.
      expect(out).not.toMatch(/✗|there is no (?:command|option)|is no setting|not used by this version/);
    }
    atConsoles(command);
    times.push(`${((performance.now() - since) / 1000).toFixed(1).padStart(6)} s  ${command}`);
  }

  async function takes({ language, lines }: Block): Promise<void> {
    switch (language) {
      case 'sh':
        for (const line of lines) await shell(line);
        return;
      case 'ini':
        if (!said.some((line) => line === 'emulators')) {
          said.push('emulators');
          appendFileSync(join(folder, '.env'), `${ofEmulators.join('\n')}\n`);
        }
        for (const line of lines) {
          if (line.startsWith('#') || isElsewhere(line)) continue;
          const [, name = '', value = ''] = /^([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
          const real = value === '…' ? values[name]?.() : here(value);
          expect([line, typeof real]).toEqual([line, 'string']);
          appendFileSync(join(folder, '.env'), `${name}=${real}\n`);
        }
        expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
        return;
      case 'yaml':
        writeFileSync(join(folder, 'policy.yaml'), `${here(lines.join('\n'))}\n`);
        return;
      case 'csv':
        writeFileSync(join(folder, 'people.csv'), `${lines.join('\n')}\n`);
        return;
      default:
        // Whole files with these are read by test/deploy/proxies.test.ts.
        expect(['nginx', 'caddyfile']).toContain(language);
    }
  }

  const browser = new Agent({ connect: { ca: certificate.cert } });

  /** As *Try it* says, with the contact from the file. */
  async function resets(): Promise<void> {
    const since = performance.now();
    const jane = slack.client('U0JANE');
    const window = () => slack.control.openView('U0JANE');
    await jane.command('/reset-password');
    await slack.control.until(() => labelOf({ text: window()?.view['submit'] }) === 'Send code', 20_000);
    await jane.submit();
    const contacts = ['jane.doe@home.example', '+4915123456789'];
    const code = await slack.control
      .until(() => contacts.map((one) => control.lastCodeTo(one)).find((one) => one !== undefined), 20_000)
      .catch((error: unknown) => {
        throw new Error(`${String(error)}\n${JSON.stringify(window()?.view)}\n${log.slice(-4_000)}`);
      });
    await slack.control.until(() => labelOf({ text: window()?.view['submit'] }) === 'Verify', 20_000);
    await jane.fill(code);
    await jane.submit();
    const link = await slack.control.until(
      () => linksIn(slack.control.messages('U0JANE')).find((one) => one.includes('/go/')),
      20_000,
    );
    expect(link).toMatch(new RegExp(`^https://127\\.0\\.0\\.1:${publicPort}/go/`));
    const pressed = await fetch(link, {
      method: 'POST',
      dispatcher: browser,
      redirect: 'manual',
      headers: { origin: new URL(link).origin },
    });
    const ticket = pressed.headers.get('location') ?? '';
    const body = new URLSearchParams({ 'password-reset': password, 're-enter-password': password });
    const saved = await fetch(ticket.replace(/#$/, ''), {
      ...{ method: 'POST', body, dispatcher: browser, redirect: 'manual' },
    });
    expect(saved.status).toBe(303);
    await slack.control.until(
      () => JSON.stringify(slack.control.messages('U0JANE')).includes('Password changed') || undefined,
      60_000,
    );
    expect(control.signIn('auth0|jane', password)).toMatchObject({ ok: true });
    times.push(`${((performance.now() - since) / 1000).toFixed(1).padStart(6)} s  the first reset`);
  }

  async function stops(): Promise<void> {
    server?.kill('SIGTERM');
    if (server !== undefined) expect((await once(server, 'close'))[0]).toBe(0);
    server = undefined;
    await browser.close();
  }

  return {
    takes,
    resets,
    stops,
    times: () => times,
    said: () => said,
    /** What the list above names and the page does not have any more. */
    notMet: () => elsewhere.flatMap(([line]) => (skipped.has(line) ? [] : [line])),
  };
}
