// The one loop of the process: deadlines, effects, password changes, requests that were taken in but never begun.
import type { Logger } from 'pino';
import type { Instant } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import type { FlowStore } from '../flows/store.ts';
import { createDeadlines } from './deadlines.ts';
import type { Deliver } from './deliver.ts';
import type { PasswordChangePoller } from './password-change-poller.ts';
import type { Worker } from './worker.ts';

/** Idle, the store is asked this often; a nudge asks at once. */
const longestSleepMs = 1_000;
/** Before what is due and could not be done is tried again: there is no room, or it cannot be read. */
const retrySleepMs = 250;
/** While somebody is at the provider's page: a change is seen well within 15 s. */
const lookEveryMs = 3_000;
/** A person whose process died waits for it; and who is silent for long counts as hanging. */
const instancesEveryMs = 500;
const sweepEveryMs = 10 * 60_000;

export interface Scheduler {
  start(): void;
  nudge(): void;
  /** Stops claiming, waits for what is under way. */
  stop(): Promise<void>;
}

export interface SchedulerParts {
  readonly store: FlowStore;
  readonly clock: Clock;
  readonly worker: Worker;
  readonly deliver: Deliver;
  readonly watch: PasswordChangePoller;
  /** Goes on where an instance has died. */
  readonly goOn: () => Promise<void>;
  readonly log: Logger;
}

export function createScheduler(parts: SchedulerParts): Scheduler {
  const { store, clock, worker, log } = parts;
  const deliverDeadlines = createDeadlines(store, clock, parts.deliver, log);
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
      const deadlines = await deliverDeadlines();
      const effects = await worker.startDue(nudge);
      more = deadlines || effects || nudged;
    }
  };

  const sleep = async (): Promise<void> => {
    const next = await store.nextWake();
    const ms = next === undefined ? longestSleepMs : sleepUntil(next, clock.now());
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

  let leaving = false;
  const look = async (): Promise<void> => {
    await store.alive();
    if (running) await parts.goOn();
  };
  const regularly = every(log, () => running);
  // Whoever still finishes what is under way lives.
  const toTheEnd = every(log, () => !leaving);
  return {
    start() {
      running = true;
      loop = run();
      toTheEnd('look for other instances', instancesEveryMs, look);
      regularly('look for changed passwords', lookEveryMs, async () => void (await parts.watch.look()));
      regularly('sweep', sweepEveryMs, () => store.sweep(clock.now(), () => running), sweepEveryMs);
    },
    nudge,
    async stop() {
      running = false;
      nudge();
      regularly.stop();
      await loop;
      await worker.idle();
      leaving = true;
      toTheEnd.stop();
    },
  };
}

const sleepUntil = (next: Instant, now: Instant): number =>
  next > now ? Math.min(longestSleepMs, next - now) : retrySleepMs;

type Regularly = (name: string, everyMs: number, work: () => Promise<void>, firstInMs?: number) => void;

/** At once and then regularly, never two of the same at once; a failure is logged and the next turn comes. */
function every(log: Logger, running: () => boolean): Regularly & { stop(): void } {
  const timers = new Set<NodeJS.Timeout>();
  const start: Regularly = (name, everyMs, work, firstInMs = 0) => {
    const again = (inMs: number): void => {
      const timer = setTimeout(async () => {
        timers.delete(timer);
        const isWell = await work().then(
          () => true,
          (error: unknown) => {
            log.error({ err: error }, `${name} failed`);
            return false;
          },
        );
        if (running()) again(isWell ? everyMs : Math.max(everyMs, longestSleepMs));
      }, inMs);
      timers.add(timer);
    };
    again(firstInMs);
  };
  return Object.assign(start, {
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  });
}
