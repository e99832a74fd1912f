// Starts a process of one release: see release-process.ts.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { FlowState } from '../../src/flows/state.ts';
import type { Order } from './release-process.ts';

const script = fileURLToPath(new URL('release-process.ts', import.meta.url));

/** The other process's answer to an order; -1 means that it is ready. */
interface Answer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

export interface Release {
  tell(order: Order): Promise<unknown>;
  state(flow: string): Promise<FlowState>;
  stop(): Promise<void>;
}

/** `root`: its source tree. `release` rejects with what the process wrote if it ends. The caller kills `child`. */
export function startRelease(
  root: string,
  url: string,
): { readonly child: ChildProcess; readonly release: Promise<Release> } {
  const child = fork(script, [root, url], { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  return { child, release: connected(child) };
}

async function connected(child: ChildProcess): Promise<Release> {
  let words = '';
  child.stderr?.on('data', (chunk) => {
    words += chunk;
  });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`the process ended: ${words}`)));
  ended.catch(() => undefined);
  const waiting = new Map<number, (answer: Answer) => void>();
  const answerTo = (id: number) => Promise.race([ended, new Promise<Answer>((resolve) => waiting.set(id, resolve))]);
  child.on('message', (answer: Answer) => waiting.get(answer.id)?.(answer));
  await answerTo(-1);
  let nth = 0;
  const tell = async (order: Order) => {
    if (!child.connected) throw new Error(`the process has ended: ${words}`);
    nth += 1;
    const answer = answerTo(nth);
    child.send({ id: nth, order });
    const { value, error } = await answer;
    if (error !== undefined) throw new Error(error);
    return value;
  };
  return {
    tell,
    state: async (flow) => {
      const state = await tell({ do: 'read', flow });
      return JSON.parse(JSON.stringify(state));
    },
    stop: async () => void (await tell({ do: 'stop' })),
  };
}
