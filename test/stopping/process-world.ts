// The world of the stories, with the product as a process of its own: told to stop by a signal, started again on the same database.
import { type ChildProcess, spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../playground/free-port.ts';
import { callbacksAt } from '../../src/auth0/application.ts';
import type { Aim } from '../kill/stopwatch.ts';
import { openOutside, type World } from '../stories/world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const node = join(root, 'node_modules/.bin/node');

export type Ended = { readonly code: number | null; readonly ms: number };

export interface ProcessWorld extends World {
  /** Sends a signal to the process. Resolves when it has ended. */
  signal(signal: 'SIGTERM' | 'SIGINT'): Promise<Ended>;
  /** Resolves when the process has ended by itself, or was killed where it was aimed at. */
  ended(): Promise<unknown>;
  /** Starts a process on the same database, and resolves when it is ready. */
  startAgain(): Promise<void>;
  /** From now on the last bytes of everything that Slack and Teams send are held up on the way; returns how to let them through. */
  holdDeliveries(): { readonly held: () => number; readonly release: () => void };
}

const stopwatch = fileURLToPath(new URL('../kill/stopwatch.ts', import.meta.url));

const unsupported = (): never => {
  throw new Error('not with a process of its own');
};

/** `aim`: where the first process is killed. */
export async function startProcessWorld(aim?: Aim): Promise<ProcessWorld> {
  const now = (): number => Date.now();
  const [outside, port] = await Promise.all([openOutside({ teams: true }, now), freePort()]);
  const { folder, auth0, slack, teams, databaseFile, envAt, policy } = outside;
  const policyFile = join(folder, 'policy.yaml');
  await writeFile(policyFile, policy);
  const env = { PATH: process.env['PATH'], ...envAt(port), POLICY_FILE: policyFile };
  const url = env.PUBLIC_URL;
  const line = await openLine(port);
  auth0.control.setCallbacks(callbacksAt(url));
  slack.control.connect(`${line.url}/slack/events`);
  teams?.server.control.connect(`${line.url}/api/messages`);

  let written = '';
  let child: ChildProcess | undefined;
  let ended: Promise<number | null> = Promise.resolve(null);
  let hasAim = aim !== undefined;
  const start = async (): Promise<void> => {
    const aimed = hasAim ? { NODE_OPTIONS: `--import=${stopwatch}`, KILL_TEST_AIM: JSON.stringify(aim) } : {};
    hasAim = false;
    const ready = Promise.withResolvers<void>();
    // Not the project's folder, where a developer may have a `.env` of their own.
    const started = spawn(node, [join(root, 'src/main.ts')], {
      ...{ cwd: folder, env: { ...env, ...aimed } },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    let own = '';
    const hear = (chunk: Buffer): void => {
      own += chunk.toString();
      written += chunk.toString();
      if (own.includes('"msg":"ready"')) ready.resolve();
    };
    started.stdout.on('data', hear);
    started.stderr.on('data', hear);
    ended = new Promise((resolve) => {
      started.once('close', (code) => {
        resolve(code);
        ready.reject(new Error(`it ended with ${code}:\n${own}`));
      });
    });
    await ready.promise;
  };
  await start();

  return {
    auth0,
    slack,
    teams: teams?.server,
    url,
    databaseFile,
    setsPasswordIn: undefined,
    mailsLinks: false,
    logged: () => written,
    now,
    planted: new Set(),
    answers: [],
    pass: unsupported,
    stands: unsupported,
    restart: unsupported,
    sleeps: unsupported,
    calm() {
      auth0.control.calm();
      slack.control.faults.clear();
      teams?.server.control.faults.clear();
    },
    async signal(signal) {
      const since = performance.now();
      child?.kill(signal);
      return { code: await ended, ms: performance.now() - since };
    },
    ended: () => ended,
    startAgain: start,
    holdDeliveries: line.hold,
    async end() {
      child?.kill('SIGKILL');
      await ended;
      await Promise.all([auth0.close(), slack.close(), teams?.server.close(), line.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Shorter than any delivery. */
const heldBytes = 8;

/** What stands between the platforms and the product: a line on which bytes can be held up. */
async function openLine(port: number) {
  let isHolding = false;
  const releases = new Set<() => void>();
  const server: Server = createServer((incoming) => {
    const outgoing = connect(port, '127.0.0.1');
    const cut = (): void => {
      incoming.destroy();
      outgoing.destroy();
    };
    for (const side of [incoming, outgoing]) side.on('error', cut).on('close', cut);
    outgoing.pipe(incoming);
    let kept = Buffer.alloc(0);
    incoming.on('data', (chunk: Buffer) => {
      if (!isHolding) return void outgoing.write(chunk);
      const all = Buffer.concat([kept, chunk]);
      outgoing.write(all.subarray(0, -heldBytes));
      kept = all.subarray(-heldBytes);
      releases.add(() => outgoing.write(kept));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}`,
    hold: () => {
      isHolding = true;
      return {
        held: () => releases.size,
        release: () => {
          isHolding = false;
          for (const release of releases) release();
          releases.clear();
        },
      };
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
