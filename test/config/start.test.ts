// The real process, from its first line to its refusals. No emulator runs: a start needs no other service.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../..', import.meta.url));
const script = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-start-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const complete = (): NodeJS.ProcessEnv => ({
  PORT: '0',
  PUBLIC_URL: 'https://latchkey.acme.example',
  SECRET_KEYS: randomBytes(32).toString('base64'),
  AUTH0_DOMAIN: 'acme.eu.auth0.com',
  AUTH0_CLIENT_ID: 'client',
  AUTH0_CLIENT_SECRET: 'client-secret-of-acme',
  AUTH0_BASE_URL: 'http://127.0.0.1:9',
  SLACK_SIGNING_SECRET: randomBytes(16).toString('hex'),
  SLACK_BOT_TOKEN: 'xoxb-1-2-abc',
  SLACK_API_URL: 'http://127.0.0.1:9/api/',
});

interface Ended {
  readonly code: number | null;
  readonly lines: readonly Record<string, unknown>[];
  readonly err: string;
}

/** Runs until it is ready and then stops it, or until it has ended by itself. */
async function starts(change: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn(process.execPath, [script], { cwd: folder, env: { ...complete(), ...change } });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (out.includes('"msg":"ready"')) child.kill('SIGTERM');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const [code] = await once(child, 'close');
  const lines = out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  return { code, lines, err };
}

describe('the policy', () => {
  const production = { NODE_ENV: 'production' };

  it('is named in the first line, with how many rules it has', async () => {
    await writeFile(join(folder, 'policy.yaml'), 'rules: [{ unlock: { approvals: 2 } }]\n');
    const { code, lines } = await starts(production);
    expect(code).toBe(0);
    expect(lines[0]).toMatchObject({ policy: join(folder, 'policy.yaml'), rules: 1 });
  });

  it('that is absent gives a warning beside the built-in defaults', async () => {
    const { code, lines } = await starts({});
    expect(code).toBe(0);
    expect(lines[0]).toMatchObject({ policy: 'built-in', rules: 0 });
    expect(lines[1]).toMatchObject({ level: 'warn', msg: expect.stringContaining('there is no policy file') });
  });

  it('that is absent refuses the start in production, and says both ways out', async () => {
    const { code, lines, err } = await starts(production);
    expect(code).toBe(1);
    expect(lines).toEqual([]);
    expect(err).toContain('./policy.yaml: cannot be read (ENOENT). Correct POLICY_FILE');
    expect(err).toContain('POLICY_FILE=built-in');
  });

  it('that is built-in by name needs no file and gives no warning, in production as well', async () => {
    const { code, lines } = await starts({ ...production, POLICY_FILE: 'built-in' });
    expect(code).toBe(0);
    expect(lines[0]).toMatchObject({ policy: 'built-in', rules: 0 });
    expect(JSON.stringify(lines)).not.toContain('there is no policy file');
  });

  it('with a channel in Teams refuses the start unless it says who may decide', async () => {
    const channels = 'helpdesk: { channels: ["teams:19:a@thread.tacv2"]';
    await writeFile(join(folder, 'policy.yaml'), `${channels} }\n`);
    const { code, err } = await starts({});
    expect([code, err]).toEqual([1, expect.stringContaining('Set `approvers.teams` to a list, or to `members`')]);
    await writeFile(join(folder, 'policy.yaml'), `${channels}, approvers: { teams: members } }\n`);
    expect((await starts({})).code).toBe(0);
  });
});

it('a variable that looks like a setting and is none is a warning, and its value is nowhere', async () => {
  const { code, lines } = await starts({ POLICY_FILE: 'built-in', SLACK_BOT_TOKENS: 'xoxb-planted-7' });
  expect(code).toBe(0);
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'warn', variable: 'SLACK_BOT_TOKENS', nearest: 'SLACK_BOT_TOKEN' }),
  );
  expect(JSON.stringify(lines)).not.toContain('planted');
});

describe('memory and compiled code', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  /** The options of Node.js in an npm script, and the file that it runs. */
  function runIn(name: string): { readonly options: readonly string[]; readonly file: string } {
    const [, words = ''] = /\bnode (.+?\.ts)/.exec(scripts[name] ?? '') ?? [];
    const all = words.split(' ');
    return { options: all.slice(0, -1), file: all.at(-1) ?? '' };
  }
  /** Everything that the process writes until it has written `until`, or has ended. */
  async function saysUntil(until: RegExp, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
    const child = spawn(process.execPath, args, { cwd: root, env: { ...complete(), ...env } });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (until.test(said)) child.kill('SIGTERM');
      });
    }
    await once(child, 'close');
    return said;
  }

  it.each(['start', 'playground', 'latchkey'])(
    'npm run %s keeps compiled code from its first TypeScript file on',
    async (name) => {
      const { options, file } = runIn(name);
      const isKept = new RegExp(`StrippedTypeScript file:\\S*/${file.replaceAll('.', '\\.')}`);
      // Stopped by the first setting that is missing: the file was read by then.
      const env = { PUBLIC_URL: 'none', NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
      expect(await saysUntil(isKept, [...options, file], env)).toMatch(isKept);
    },
  );

  it('is collected for the first time when the server listens', async () => {
    const { options, file } = runIn('start');
    const database = `sqlite:${join(folder, 'latchkey.db')}`;
    const env = { POLICY_FILE: 'built-in', DATABASE_URL: database };
    // So V8 names a collection that was asked for.
    const collected = /testing; GC/;
    const said = await saysUntil(collected, ['--trace-gc', ...options, file], env);
    const [before = ''] = said.split(collected);
    expect(said).toMatch(collected);
    expect(before).toContain('"msg":"ready"');
  });
});
