// The one loop of the process: deadlines, effects, password changes, requests that were taken in but never begun.
import type { Logger } from 'pino';
import type { Clock } from '../flows/ports.ts';
import type { FlowStore } from '../flows/store.ts';
import { deliverDeadlines } from './deadlines.ts';
import type { Deliver } from './deliver.ts';
import type { PasswordWatch } from './password-watch.ts';
import type { Worker } from './worker.ts';

/** Idle, the store is asked this often; a nudge asks at once. */
const longestSleepMs = 1_000;
/** While somebody is at the provider's page: a change is seen well within 15 s. */
const lookEveryMs = 3_000;
const resumeEveryMs = 5_000;
const sweepEveryMs = 10 * 60_000;

export interface Heart {
  start(): void;
  nudge(): void;
  /** Stops claiming, waits for what is under way. */
  stop(): Promise<void>;
}

export interface HeartParts {
  readonly store: FlowStore;
  readonly clock: Clock;
  readonly worker: Worker;
  readonly deliver: Deliver;
  readonly watch: PasswordWatch;
  /** Begins what was accepted but never begun. */
  readonly resume: () => Promise<void>;
  readonly log: Logger;
}

export function createHeart(parts: HeartParts): Heart {
  const { store, clock, worker, log } = parts;
  let running = false;
  let nudged = false;
  let wake = (): void => {};
  let loop: Promise<void> = Promise.resolve();
  const nudge = (): void => {
    nudged = true;
    wake();
  };

  const beat = async (): Promise<void> => {
    let more = true;
    while (more && running) {
      nudged = false;
      const deadlines = await deliverDeadlines(store, clock, parts.deliver);
      const effects = await worker.startDue(nudge);
      more = deadlines || effects || nudged;
    }
  };

  const sleep = async (): Promise<void> => {
    const next = await store.nextWake();
    const ms = Math.min(longestSleepMs, next === undefined ? longestSleepMs : Math.max(1, next - clock.now()));
    if (nudged || !running) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };

  const run = async (): Promise<void> => {
    while (running) {
      try {
        await beat();
        await sleep();
      } catch (error) {
        log.error({ err: error }, 'the store could not be asked; trying again');
        await new Promise((resolve) => setTimeout(resolve, longestSleepMs));
      }
    }
  };

  const regularly = every(log, () => running);
  return {
    start() {
      running = true;
      loop = run();
      regularly('password watch', lookEveryMs, async () => void (await parts.watch.look()));
      regularly('resume', resumeEveryMs, parts.resume);
      regularly('sweep', sweepEveryMs, () => store.sweep(clock.now()));
    },
    nudge,
    async stop() {
      running = false;
      nudge();
      regularly.stop();
      await loop;
      await worker.idle();
    },
  };
}

interface Regularly {
  (name: string, everyMs: number, work: () => Promise<void>): void;
  stop(): void;
}

/** One after the other, never two of the same at once; a failure is logged and the next turn comes. */
function every(log: Logger, running: () => boolean): Regularly {
  const timers = new Set<NodeJS.Timeout>();
  const start = (name: string, everyMs: number, work: () => Promise<void>): void => {
    const again = (): void => {
      const timer = setTimeout(async () => {
        timers.delete(timer);
        await work().catch((error: unknown) => log.error({ err: error }, `${name} failed`));
        if (running()) again();
      }, everyMs);
      timers.add(timer);
    };
    again();
  };
  return Object.assign(start, {
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  });
}
