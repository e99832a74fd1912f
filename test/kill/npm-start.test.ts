// `npm start` as it is documented: npm and the server. However npm is ended, the server finishes its work under way.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Auth0Server, startAuth0 } from '../../playground/auth0/server.ts';
import { freePort } from '../../playground/free-port.ts';
import { type Slack, startSlack } from '../../playground/slack/server.ts';
import { eventually } from '../stories/chat.ts';
import { helpdesk } from './process-harness.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The project in a folder of its own: in the real one a developer may have a `.env`. */
let project = '';
const drainMs = 8_000;
const clientSecret = 'latchkey-client-secret-0123456789abcdef';
const workspace = {
  teamId: 'T0ACME001',
  appId: 'A0LATCHKEY',
  botUserId: 'U0LATCHKEY',
  signingSecret: 'f3a1c09e7b2d4586a1b2c3d4e5f60718',
  botToken: 'xoxb-1111111111-2222222222-AbCdEfGhIjKlMnOpQrStUvWx',
};

let folder = '';
let port = 0;
let auth0: Auth0Server;
let slack: Slack;
const npms: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-npm-'));
  port = await freePort();
  auth0 = await startAuth0({
    domain: 'acme.eu.auth0.test',
    clientId: 'latchkey-client',
    clientSecret,
    ticketOrigin: 'self',
    tenantName: 'Acme',
  });
  slack = await startSlack(workspace);
  slack.control.addChannel({ id: helpdesk, name: 'helpdesk', isPrivate: true, members: [] });
  slack.control.addUser({ id: 'U0JANE', name: 'jane', realName: 'Jane Doe', email: 'jane@acme.example.com' });
  auth0.control.addUser({
    userId: 'auth0|650000000000000000000001',
    connection: 'CorpUsers',
    email: 'jane@acme.example.com',
    emailVerified: true,
    name: 'Jane Doe',
    givenName: 'Jane',
    password: 'Old-Passw0rd-of-Jane',
    contacts: [{ provider: 'email', address: 'jane@home.example.net' }],
  });
  slack.control.connect(`http://127.0.0.1:${port}/slack/events`);
  project = join(folder, 'project');
  await mkdir(project);
  await copyFile(join(root, 'package.json'), join(project, 'package.json'));
  for (const linked of ['src', 'node_modules']) await symlink(join(root, linked), join(project, linked));
  await writeFile(join(folder, 'policy.yaml'), `helpdesk: { channels: [slack:${helpdesk}] }\n`);
});

afterEach(async () => {
  // Each npm has a process group of its own: end what a failed test has left of npm and server.
  for (const { pid } of npms.splice(0)) if (pid !== undefined) endGroup(pid);
  await Promise.all([auth0.close(), slack.close()]);
  await rm(folder, { recursive: true, force: true });
});

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // No process of the group is left.
  }
}

interface Started {
  readonly npm: number;
  printed(): string;
  /** npm and every process it started have ended: none of them holds the pipe any more. Resolves to npm's exit code. */
  readonly allEnded: Promise<unknown[]>;
}

async function npmStart(): Promise<Started> {
  const npm = spawn('npm', ['start'], {
    cwd: project,
    env: settings(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  npms.push(npm);
  let printed = '';
  npm.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  npm.stderr.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const allEnded = once(npm, 'close');
  await eventually(
    () => printed.includes('"msg":"ready"') || undefined,
    () => printed,
    20_000,
  );
  return { npm: npm.pid ?? 0, printed: () => printed, allEnded };
}

const settings = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: folder,
  npm_config_cache: folder,
  HOST: '127.0.0.1',
  PORT: String(port),
  PUBLIC_URL: `http://127.0.0.1:${port}`,
  DATABASE_URL: `sqlite:${folder}/latchkey.db`,
  SECRET_KEYS: randomBytes(32).toString('base64'),
  POLICY_FILE: join(folder, 'policy.yaml'),
  AUTH0_DOMAIN: 'acme.eu.auth0.test',
  AUTH0_CLIENT_ID: 'latchkey-client',
  AUTH0_CLIENT_SECRET: clientSecret,
  AUTH0_BASE_URL: auth0.url,
  SLACK_SIGNING_SECRET: workspace.signingSecret,
  SLACK_BOT_TOKEN: workspace.botToken,
  SLACK_API_URL: slack.apiUrl,
});

describe('npm start', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('is drained where %s comes to npm alone', async (signal) => {
    const { npm, printed, allEnded } = await npmStart();
    await isLookingUp();
    const since = performance.now();
    process.kill(npm, signal);
    const [code] = await allEnded;
    expect(performance.now() - since).toBeLessThan(drainMs);
    expect(code).toBe(signal === 'SIGKILL' ? null : 0);
    expect(printed()).toContain('"msg":"stopped"');
    // The server waited for the call under way, so its result is certain.
    expect(lookUps().every(({ status }) => status === 200)).toBe(true);
    expect(leased()).toEqual([]);
    await isFree(port);
  });

  it('is drained where a signal comes twice, as to a whole group and through npm', async () => {
    const { npm, printed, allEnded } = await npmStart();
    await isLookingUp();
    process.kill(-npm, 'SIGTERM');
    await eventually(() => printed().includes('"msg":"stopping"') || undefined, printed);
    process.kill(-npm, 'SIGTERM');
    expect((await allEnded)[0]).toBe(0);
    expect(printed()).toContain('"msg":"stopped"');
    expect(lookUps().every(({ status }) => status === 200)).toBe(true);
    await isFree(port);
  });
});

const lookUps = () => auth0.control.requests.filter(({ path }) => path.startsWith('/api/v2/users-by-email'));

/** Jane has asked, and Auth0 has not answered yet who she is. */
async function isLookingUp(): Promise<void> {
  auth0.control.faults.set({ latencyMs: 1_000 });
  await slack.client('U0JANE').command('/reset-password');
  await eventually(
    () => lookUps().find(({ status }) => status === 0),
    () => JSON.stringify(auth0.control.requests.map(({ path, status }) => [path, status])),
    10_000,
  );
}

function leased(): readonly unknown[] {
  const db = new DatabaseSync(join(folder, 'latchkey.db'), { readOnly: true });
  try {
    return db.prepare('select key, effect from outbox where lease_token is not null').all();
  } finally {
    db.close();
  }
}

async function isFree(at: number): Promise<void> {
  const server = createServer().listen(at, '127.0.0.1');
  await once(server, 'listening');
  server.close();
}
