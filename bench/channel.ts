// Questions and answers between the bench and the processes it starts, over Node's IPC channel. Each question gets one
// answer.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const node = join(root, 'node_modules/.bin/node');

interface Question {
  readonly nth: number;
  readonly ask: string;
  readonly about: unknown;
}
type Reply = { readonly nth: number; readonly answer: unknown } | { readonly nth: number; readonly error: string };

export interface Helper {
  readonly child: ChildProcess;
  /**
   * The answer is what the other side's handler of that name returned. The type is not checked: both sides are in this
   * folder.
   */
  ask<T>(name: string, about?: unknown): Promise<T>;
  /** Asks the process to end and waits until it has. */
  end(): Promise<void>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A module that Node loads before the script. */
  readonly preload?: string;
  readonly silent?: boolean;
  /** Node's own flags. */
  readonly flags?: readonly string[];
}

/** As `npm start` does it, and alike for the baselines. */
const compileCache = ['--import', join(root, 'src/compile-cache.mjs')];

/** Starts a script, given by its path from the repository's root. It does not inherit the bench's environment. */
export function startHelper(script: string, options: StartOptions = {}): Helper {
  const preload = options.preload === undefined ? {} : { NODE_OPTIONS: `--import=${join(root, options.preload)}` };
  const child = spawn(node, [...(options.flags ?? []), ...compileCache, join(root, script)], {
    // Not the root, where a developer may have a `.env` of their own.
    cwd: join(root, 'bench'),
    env: { PATH: process.env['PATH'], ...preload, ...options.env },
    stdio: ['ignore', options.silent === true ? 'ignore' : 'pipe', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let asked = 0;
  child.on('message', (reply: Reply) => {
    const one = waiting.get(reply.nth);
    waiting.delete(reply.nth);
    if ('error' in reply) one?.reject(new Error(`${script}: ${reply.error}`));
    else one?.resolve(reply.answer);
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.once('exit', (code, signal) => {
    for (const one of waiting.values()) one.reject(new Error(`${script} ended with ${code ?? signal}`));
  });
  return {
    child,
    ask: <T>(name: string, about?: unknown) =>
      new Promise<T>((resolve, reject) => {
        asked += 1;
        waiting.set(asked, { resolve: (answer) => resolve(answer as T), reject });
        child.send({ nth: asked, ask: name, about } satisfies Question);
      }),
    async end() {
      child.kill('SIGTERM');
      const hurry = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await gone;
      clearTimeout(hurry);
    },
  };
}

/** The processor time of this process since its start, in milliseconds. Unlike elapsed time, it does not depend on other load. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

type Handler = (about: never) => unknown;

/** The other side of the channel: answers every question with the result of the handler of that name. */
export function answering(handlers: Readonly<Record<string, Handler>>): void {
  process.on('message', async ({ nth, ask, about }: Question) => {
    try {
      const handler = handlers[ask];
      if (handler === undefined) throw new Error(`nobody answers ${ask}`);
      process.send?.({ nth, answer: await handler(about as never) } satisfies Reply);
    } catch (error) {
      process.send?.({
        nth,
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      } satisfies Reply);
    }
  });
}
