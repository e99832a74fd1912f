// `npm run playground` as a new user runs it: one process, one address, and Ctrl-C ends all of it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { queuedMs } from '../cpu-time.ts';

const root = new URL('../../', import.meta.url).pathname;
const ending = new URL('./ending.ts', import.meta.url).pathname;
const children: ChildProcess[] = [];

type Running = {
  readonly child: ChildProcess;
  readonly url: string;
  /** The time until the address was printed, without the time spent waiting for a processor. */
  readonly ms: number;
  printed(): string;
};

function start(port: string, more: NodeJS.ProcessEnv = {}, cwd = root): Promise<Running> {
  return run(process.execPath, [join(root, 'playground/main.ts')], { PLAYGROUND_PORT: port, ...more }, cwd);
}

async function run(command: string, args: readonly string[], more: NodeJS.ProcessEnv, cwd = root): Promise<Running> {
  const startedAt = performance.now();
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...more };
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let printed = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      printed += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => reject(new Error(`it ended: ${printed}`)));
  });
  return { child, url, ms: performance.now() - startedAt - queuedMs(child.pid), printed: () => printed };
}

/** Without log lines about timeouts: a very busy machine causes those. */
const linesIn = (printed: string): readonly string[] =>
  printed
    .trim()
    .split('\n')
    .filter((line) => !line.includes('"cause":"timeout"'));

describe('npm run playground', () => {
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('is ready in under 10 s, and %s ends it within a second', async (signal) => {
    const { child, url, ms, printed } = await start('0', { NODE_OPTIONS: `--import=${ending}` });
    expect(ms).toBeLessThan(10_000);
    expect(linesIn(printed())).toHaveLength(1);
    expect(printed()).toContain('Ctrl-C');
    const page = await fetch(url);
    expect(await page.text()).toContain('Latchkey');
    const events = await fetch(`${url}/api/events`);
    child.kill(signal);
    const [code] = await once(child, 'close');
    expect(code).toBe(0);
    expect(Number(/^ended in (.*) ms$/m.exec(printed())?.[1])).toBeLessThan(1_000);
    await events.body?.cancel().catch(() => undefined);
  });

  it('ends with npm, whose shell passes no signal on', async () => {
    const command = `"${process.execPath}" playground/main.ts; true`;
    const inNpm = { PLAYGROUND_PORT: '0', npm_lifecycle_event: 'playground' };
    const { child: shell, url } = await run('/bin/sh', ['-c', command], inNpm);
    expect((await fetch(url)).status).toBe(200);
    shell.kill('SIGTERM');
    await expect.poll(() => fetch(url).then(String, () => 'gone'), { timeout: 60_000 }).toBe('gone');
  });

  it('ends with npm, however that ends', { timeout: 120_000 }, async () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
      const { child: npm, url } = await run('npm', ['run', 'playground'], { PLAYGROUND_PORT: '0' });
      npm.kill(signal);
      await once(npm, 'close');
      expect(await fetch(url).then(String, () => 'gone')).toBe('gone');
    }
  });

  it('takes the next port where the first is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const taken = typeof address === 'object' && address !== null ? address.port : 0;
    const { url } = await start(String(taken));
    expect(Number(new URL(url).port)).toBeGreaterThan(taken);
    other.close();
  });

  it('reads no .env: that is about a real tenant', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-playground-'));
    await writeFile(join(folder, '.env'), 'LOG_LEVEL=debug\nAUTH0_DOMAIN=acme.eu.auth0.com\nno setting\n');
    const { printed } = await start('0', {}, folder);
    expect(linesIn(printed())).toEqual([expect.stringContaining('Latchkey playground')]);
    await rm(folder, { recursive: true });
  });

  it('says what is wrong with PLAYGROUND_PORT', async () => {
    await expect(start('many')).rejects.toThrow('PLAYGROUND_PORT is no port');
  });
});
