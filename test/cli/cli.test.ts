import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../src/cli/cli.ts', import.meta.url));
const secretKey = randomBytes(32).toString('base64');
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const complete = () => ({
  PUBLIC_URL: 'https://latchkey.acme.example',
  SECRET_KEYS: secretKey,
  DATABASE_URL: `sqlite:${folder}/latchkey.db`,
  AUTH0_DOMAIN: 'acme.eu.auth0.com',
  AUTH0_CLIENT_ID: 'client',
  AUTH0_CLIENT_SECRET: 'client-secret-of-acme',
  SLACK_SIGNING_SECRET: randomBytes(16).toString('hex'),
  SLACK_BOT_TOKEN: 'xoxb-1-2-abc',
  TEAMS_APP_ID: '00000000-0000-0000-0000-0000000000aa',
  TEAMS_APP_PASSWORD: 'pass-word-of-the-bot',
  TEAMS_TENANT_ID: '00000000-0000-0000-0000-0000000000bb',
});

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function latchkey(
  args: readonly string[],
  env: Readonly<Record<string, string>> = complete(),
  cwd = folder,
): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env, cwd }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

describe("the operator's tool", () => {
  it('brings the database up to date, and says so when it is', async () => {
    expect(await latchkey(['migrate'])).toMatchObject({ code: 0, out: expect.stringContaining('Applied: 0001-first') });
    expect(await latchkey(['migrate'])).toMatchObject({ code: 0, out: 'The database is up to date.\n' });
  });

  it('prints a Slack manifest for the public address', async () => {
    const { out } = await latchkey(['manifest', 'slack']);
    expect(JSON.parse(out).settings.event_subscriptions.request_url).toBe('https://latchkey.acme.example/slack/events');
  });

  it('says beside the Slack manifest why the app asks for each scope, and not in it', async () => {
    const { out, err } = await latchkey(['manifest', 'slack']);
    for (const scope of JSON.parse(out).oauth_config.scopes.bot)
      expect(err).toMatch(new RegExp(`^  ${scope} +\\S`, 'm'));
    expect(err).toContain('names no helpdesk channel in Slack');
    await writeFile(join(folder, 'with-channel.yaml'), 'helpdesk: { channels: [slack:C0HELPDESK] }\n');
    const more = await latchkey(['manifest', 'slack'], {
      ...complete(),
      POLICY_FILE: join(folder, 'with-channel.yaml'),
    });
    expect(JSON.parse(more.out).oauth_config.scopes.bot).toContain('groups:read');
    expect(more.err).toMatch(/^ {2}groups:read +Who is in a private/m);
  });

  it('prints no manifest that Slack would not take, and says why', async () => {
    const local = { ...complete(), PUBLIC_URL: 'http://127.0.0.1:3000' };
    expect(await latchkey(['manifest', 'slack'], local)).toMatchObject({
      code: 1,
      out: '',
      err: expect.stringContaining('no address without https'),
    });
  });

  it('writes the same Teams package once, and one with a higher version when something has changed', async () => {
    const { out: first } = await latchkey(['manifest', 'teams']);
    const before = await readFile(join(folder, 'latchkey-teams.zip'));
    const { out: again } = await latchkey(['manifest', 'teams']);
    expect(again).toContain('is up to date');
    expect((await readFile(join(folder, 'latchkey-teams.zip'))).equals(before)).toBe(true);
    const { out: changed } = await latchkey(['manifest', 'teams'], {
      ...complete(),
      PUBLIC_URL: 'https://help.acme.example',
    });
    const versionIn = (text: string): number[] => (/version (\S+)\./.exec(text)?.[1] ?? '').split('.').map(Number);
    const [old, next] = [versionIn(first.includes('Wrote') ? first : again), versionIn(changed)];
    expect(changed).toContain('Wrote');
    expect((next[1] ?? 0) * 100_000 + (next[2] ?? 0)).toBeGreaterThan((old[1] ?? 0) * 100_000 + (old[2] ?? 0));
  });

  it('says in a sentence where a Teams package can be neither read nor written', async () => {
    await writeFile(join(folder, 'plain'), '');
    for (const [file, done] of [
      ['plain/latchkey-teams.zip', 'read'],
      ['none/latchkey-teams.zip', 'written'],
    ] as const) {
      const path = join(folder, file);
      const { code, err } = await latchkey(['manifest', 'teams', path]);
      expect([code, err]).toEqual([1, expect.stringContaining(`${path} cannot be ${done} (ENO`)]);
      expect(err).toContain('Say where: latchkey manifest teams FILE');
    }
  });

  it('writes a Teams package', async () => {
    expect(await latchkey(['manifest', 'teams'])).toMatchObject({ code: 0 });
    const zip = await readFile(join(folder, 'latchkey-teams.zip'));
    expect(zip.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    expect(zip.includes('manifest.json')).toBe(true);
  });

  it('wants of the settings only what a command needs: manifests come before there is any secret', async () => {
    const { PUBLIC_URL, TEAMS_APP_ID } = complete();
    expect(await latchkey(['manifest', 'slack'], { PUBLIC_URL })).toMatchObject({ code: 0 });
    expect(await latchkey(['manifest', 'teams'], { PUBLIC_URL, TEAMS_APP_ID })).toMatchObject({ code: 0, err: '' });
    const DATABASE_URL = `sqlite:${folder}/other.db`;
    expect(await latchkey(['migrate'], { DATABASE_URL })).toMatchObject({ code: 0, err: '' });
  });

  it('takes the prefix of the Slack commands from the policy', async () => {
    const POLICY_FILE = join(folder, 'prefixed.yaml');
    await writeFile(POLICY_FILE, 'slack: { commandPrefix: acme }\n');
    const { out } = await latchkey(['manifest', 'slack'], { PUBLIC_URL: complete().PUBLIC_URL, POLICY_FILE });
    expect(out).toContain('"/acme-unlock"');
  });

  it('names all that a command lacks or finds doubtful, without a stack and without a secret', async () => {
    const { PUBLIC_URL: _url, TEAMS_APP_ID: _id, ...rest } = complete();
    const { code, err } = await latchkey(['manifest', 'teams'], { ...rest, SLACK_BOT_TOKEN: 'none of its business' });
    expect(code).toBe(1);
    expect(err).toMatch(/^2 settings need attention before `latchkey manifest teams` can do its work:$/m);
    expect(err).toContain('PUBLIC_URL is not set');
    expect(err).toContain('TEAMS_APP_ID is not set');
    expect(err).not.toMatch(/at .*\.ts|client-secret-of-acme|SLACK/);
    expect(await latchkey(['migrate'], { DATABASE_URL: 'mysql://db' })).toMatchObject({
      code: 1,
      err: expect.stringContaining('DATABASE_URL is neither'),
    });
  });

  it('reads the settings from .env as the server does; the environment wins, and help needs neither', async () => {
    const own = await mkdtemp(join(folder, 'own-'));
    const { PUBLIC_URL, DATABASE_URL } = complete();
    const file = `PUBLIC_URL=${PUBLIC_URL}\nDATABASE_URL=${DATABASE_URL}\nTEAMS_APPID=planted\n`;
    await writeFile(join(own, '.env'), file, { mode: 0o600 });
    const manifest = await latchkey(['manifest', 'slack'], {}, own);
    expect(manifest).toMatchObject({ code: 0, out: expect.stringContaining('https://latchkey.acme.example/') });
    const warning = 'latchkey: .env:3: TEAMS_APPID is no setting, and has no effect. Did you mean TEAMS_APP_ID?\n';
    expect(manifest.err.startsWith(warning), manifest.err).toBe(true);
    const other = await latchkey(['manifest', 'slack'], { PUBLIC_URL: 'https://other.example' }, own);
    expect(other.out).toContain('https://other.example/');
    expect(await latchkey(['migrate'], {}, own)).toMatchObject({ code: 0 });

    await writeFile(join(own, '.env'), `${file}what?\n`);
    for (const command of [['manifest', 'slack'], ['migrate'], ['contacts', 'coverage'], ['manifest', 'teams']])
      expect(await latchkey(command, complete(), own)).toMatchObject({
        code: 1,
        out: '',
        err: expect.stringContaining('.env:4: is no setting'),
      });
    for (const page of ['env', 'policy'])
      expect(await latchkey(['help', page], {}, own)).toMatchObject({ code: 0, err: '' });
  });

  it('tells what is wrong with the settings and with the policy at once', async () => {
    const POLICY_FILE = join(folder, 'wrong.yaml');
    await writeFile(POLICY_FILE, 'limit: {}\n');
    for (const command of [
      ['manifest', 'slack'],
      ['contacts', 'coverage'],
    ]) {
      const { code, err } = await latchkey(command, { POLICY_FILE });
      expect([code, err]).toEqual([1, expect.stringMatching(/(?:PUBLIC_URL|AUTH0_DOMAIN) is not set/)]);
      expect(err).toContain('wrong.yaml:1:1: unknown key `limit`');
    }
  });

  it('names a misspelt variable of the environment', async () => {
    const { err } = await latchkey(['migrate'], { DATABASE_URL: `sqlite:${folder}/a.db`, AUTH0_DOMAINS: 'planted' });
    expect(err).toBe('latchkey: AUTH0_DOMAINS is no setting, and has no effect. Did you mean AUTH0_DOMAIN?\n');
  });

  it('explains itself, and every setting', async () => {
    expect((await latchkey(['help'], {})).out).toContain('manifest slack');
    expect((await latchkey(['help', 'env'], {})).out).toContain('SECRET_KEYS');
    expect(await latchkey(['unlock-everybody'], {})).toMatchObject({ code: 2 });
  });
});
