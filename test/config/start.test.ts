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
import { asStarted } from '../as-started.ts';

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
  const child = spawn(process.execPath, asStarted(script), { cwd: folder, env: { ...complete(), ...change } });
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

it('a setting of what is not built yet is a warning, from the environment and from .env, and its value is nowhere', async () => {
  await writeFile(join(folder, '.env'), 'SLACK_CLIENT_ID=planted-8\n', { mode: 0o600 });
  const { code, lines } = await starts({ POLICY_FILE: 'built-in', SLACK_APP_TOKEN: 'xapp-planted-8' });
  expect(code).toBe(0);
  for (const variable of ['SLACK_CLIENT_ID', 'SLACK_APP_TOKEN'])
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'warn', variable, msg: expect.stringContaining('does not use') }),
    );
  expect(JSON.stringify(lines)).not.toContain('planted');
});

describe('the .env file', () => {
  const inFile = (names: NodeJS.ProcessEnv): Promise<void> =>
    writeFile(
      join(folder, '.env'),
      Object.entries(names)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
      { mode: 0o600 },
    );
  const alone = () => Object.fromEntries(Object.keys(complete()).map((name) => [name, undefined]));

  it('is enough to start with, and the log says which file it was and how many names hold from it, but no value', async () => {
    const all: NodeJS.ProcessEnv = { ...complete(), POLICY_FILE: 'built-in' };
    await inFile({ ...all, FAVOURITE_COLOUR: 'planted-7' });
    const { code, lines, err } = await starts({ ...alone(), PORT: '0', HOST: '127.0.0.1' });
    expect([code, err]).toEqual([0, '']);
    const names = Object.keys(all).length - 1;
    expect(lines).toContainEqual(expect.objectContaining({ envFile: join(folder, '.env'), names, overridden: [] }));
    expect(lines).toContainEqual(
      expect.objectContaining({ level: 'warn', msg: expect.stringContaining('FAVOURITE_COLOUR is no setting') }),
    );
    const said = JSON.stringify(lines);
    for (const value of ['planted-7', all['SECRET_KEYS'], all['SLACK_SIGNING_SECRET'], all['AUTH0_CLIENT_SECRET']])
      expect(said).not.toContain(value);
  });

  it('loses to the environment, and the log names the settings of which it is so', async () => {
    await inFile({ LOG_LEVEL: 'nonsense', POLICY_FILE: 'built-in' });
    const { code, lines } = await starts({ LOG_LEVEL: 'info' });
    expect(code).toBe(0);
    expect(lines).toContainEqual(expect.objectContaining({ names: 1, overridden: ['LOG_LEVEL'] }));
  });

  it('that is absent is said to be', async () => {
    expect((await starts({ POLICY_FILE: 'built-in' })).lines).toContainEqual(
      expect.objectContaining({ envFile: 'none', names: 0 }),
    );
  });
});

it('everything that is wrong is told at once: the file, the settings, the policy, misspelt names and doubts', async () => {
  await writeFile(join(folder, '.env'), 'SECRET_KEYS\nAUTH0_DOMAIN=https://acme\nPUBLIC_ULR=x\n', { mode: 0o644 });
  await writeFile(join(folder, 'policy.yaml'), 'limits:\n  linkSeconds: ten\nrule: []\nconnections: [A\n');
  const change = { ...{ SECRET_KEYS: '', AUTH0_DOMAIN: '', PUBLIC_URL: '' }, SLACK_BOT_TOKENS: 'planted-7' };
  const { code, lines, err } = await starts({ ...change, SLACK_SIGNING_SECRET: '"8f742231b10e8888abcd99a1b2c385a5"' });
  expect([code, lines]).toEqual([1, []]);
  expect(err.split('\n').map((line) => line.slice(0, 60))).toMatchInlineSnapshot(`
    [
      "The file .env needs attention before Latchkey can start:",
      "  .env:1: is no setting. Write it like NAME=value.",
      "3 settings need attention before Latchkey can start:",
      "  PUBLIC_URL is not set. Set it to the https address at whic",
      "  AUTH0_DOMAIN (.env:2) is no domain. Write it without https",
      "  SLACK_SIGNING_SECRET has a quotation mark at its beginning",
      "All settings: npm run latchkey -- help env",
      "",
      "The policy cannot be used:",
      "  ./policy.yaml:2:16: \`limits.linkSeconds\` must be a whole n",
      "  ./policy.yaml:3:1: unknown key \`rule\`. Did you mean \`rules",
      "  ./policy.yaml:5:1: is not YAML: Flow sequence in block col",
      "All keys: npm run latchkey -- help policy",
      "",
      "This is allowed, but surely a mistake:",
      "  SLACK_BOT_TOKENS is no setting, and has no effect. Did you",
      "  .env can be read by other users of this machine. Run: chmo",
      "  .env:3: PUBLIC_ULR is no setting, and has no effect. Did y",
      "",
    ]
  `);
  expect(err).not.toContain('planted-7');
});

it('what is only doubtful about a policy is told beside the settings that stop the start', async () => {
  await writeFile(
    join(folder, 'policy.yaml'),
    'helpdesk: { channels: ["teams:19:a@thread.tacv2"], approvers: { teams: members } }\n',
  );
  const { err } = await starts({ AUTH0_DOMAIN: '' });
  expect(err).toContain('AUTH0_DOMAIN is not set');
  expect(err).toContain('helpdesk.channels names teams:19:a@thread.tacv2, but teams is not on.');
});

describe('memory and compiled code', () => {
  const { scripts } = z
    .object({ scripts: z.record(z.string(), z.string()) })
    .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  /** The options of Node.js in an npm script, and the file that it runs. */
  function runIn(name: string): { readonly options: readonly string[]; readonly file: string } {
    const [, words = ''] = /\bnode (.+?\.ts)/.exec(scripts[name] ?? '') ?? [];
    const all = words.split(' ').map((word) => (word.startsWith('./') ? join(root, word) : word));
    return { options: all.slice(0, -1), file: all.at(-1) ?? '' };
  }
  /** Everything that the process writes until it has written `until`, or has ended. */
  async function saysUntil(until: RegExp, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
    const child = spawn(process.execPath, args, { cwd: folder, env: { ...complete(), ...env } });
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
      expect(await saysUntil(isKept, [...options, join(root, file)], env)).toMatch(isKept);
    },
  );

  it('is collected for the first time when the server listens', async () => {
    const { options, file } = runIn('start');
    const database = `sqlite:${join(folder, 'latchkey.db')}`;
    const env = { POLICY_FILE: 'built-in', DATABASE_URL: database };
    // So V8 names a collection that was asked for.
    const collected = /testing; GC/;
    const said = await saysUntil(collected, ['--trace-gc', ...options, join(root, file)], env);
    const [before = ''] = said.split(collected);
    expect(said).toMatch(collected);
    expect(before).toContain('"msg":"listening"');
  });
});
