import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
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
  SLACK_SIGNING_SECRET: 'signing-secret-of-acme',
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

function latchkey(args: readonly string[], env: Readonly<Record<string, string>> = complete()): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env, cwd: folder }, (error, out, err) => {
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

  it('writes a Teams package', async () => {
    expect(await latchkey(['manifest', 'teams'])).toMatchObject({ code: 0 });
    const zip = await readFile(join(folder, 'latchkey-teams.zip'));
    expect(zip.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    expect(zip.includes('manifest.json')).toBe(true);
  });

  it('names what is missing, without a stack and without a secret', async () => {
    const { PUBLIC_URL: _url, ...rest } = complete();
    const { code, err } = await latchkey(['migrate'], rest);
    expect(code).toBe(1);
    expect(err).toContain('PUBLIC_URL is not set');
    expect(err).not.toMatch(/at .*\.ts|client-secret-of-acme/);
  });

  it('explains itself, and every setting', async () => {
    expect((await latchkey(['help'], {})).out).toContain('manifest slack');
    expect((await latchkey(['help', 'env'], {})).out).toContain('SECRET_KEYS');
    expect(await latchkey(['unlock-everybody'], {})).toMatchObject({ code: 2 });
  });
});
