// The one loop of the process: deadlines, effects, password changes, and requests that were accepted but never begun.
import type { Logger } from 'pino';
import { sleep } from '../concurrency/sleep.ts';
import type { Instant } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import type { Flows, Maintenance, Takeover } from '../flows/store.ts';
import { createDeadlines } from './deadlines.ts';
import type { Deliver } from './deliver.ts';
import type { OccasionTelling } from './occasions.ts';
import type { PasswordChangePoller } from './password-change-poller.ts';
import { createPeriodic } from './periodic.ts';
import type { WakeSignal } from './wake-signal.ts';
import type { Worker } from './worker.ts';

/** How often the store is asked when nothing is due. Raising the wake signal has it asked at once. */
const longestSleepMs = 1_000;
/** The pause when something is due but could not be done: all slots are in use, or it cannot be read. */
const retrySleepMs = 250;
/** So that a password change is detected well within 15 s. */
const pollEveryMs = 3_000;
/** Short, because people whose process died are waiting, and because an instance that is silent for long counts as hanging. */
const instancesEveryMs = 500;
const tellEveryMs = 1_000;
const sweepEveryMs = 10 * 60_000;

export interface Scheduler {
  /** `takeOver`: continues the work of instances that have died. */
  start(takeOver: () => Promise<void>): void;
  /** Stops claiming effects and waits for those under way, and for `others`. */
  stop(others: Promise<unknown>): Promise<void>;
}

export interface SchedulerParts {
  readonly store: Flows & Takeover & Maintenance;
  readonly clock: Clock;
  readonly worker: Worker;
  readonly deliver: Deliver;
  readonly passwordChanges: PasswordChangePoller;
  readonly occasions: Pick<OccasionTelling, 'tellDue' | 'idle'>;
  /** Raised wherever there may be something to do. */
  readonly wake: WakeSignal;
  readonly log: Logger;
}

export function createScheduler(parts: SchedulerParts): Scheduler {
  const { store, clock, worker, passwordChanges, occasions, wake, log } = parts;
  const loop = createLoop(parts);
  const untilStopping = createPeriodic(log);
  // While this instance finishes what is under way, it must not look dead to the others.
  const untilIdle = createPeriodic(log);
  return {
    start(takeOver) {
      loop.start();
      untilIdle.run('look for other instances', instancesEveryMs, async () => {
        await store.alive();
        if (loop.isRunning()) await takeOver();
      });
      untilStopping.run('look for changed passwords', pollEveryMs, async () => void (await passwordChanges.poll()));
      untilStopping.run('tell people of what was done without a request', tellEveryMs, occasions.tellDue);
      untilStopping.run('sweep', sweepEveryMs, () => store.sweep(clock.now(), loop.isRunning), sweepEveryMs);
    },
    async stop(others) {
      const stopped = loop.stop();
      wake.raise();
      untilStopping.stop();
      await stopped;
      await Promise.allSettled([others, worker.idle(), occasions.idle()]);
      untilIdle.stop();
    },
  };
}

/** Processes all deadlines and effects that are due, then sleeps until something may be due. */
function createLoop({ store, clock, worker, deliver, wake, log }: SchedulerParts) {
  const deliverDeadlines = createDeadlines(store, clock, deliver, log);
  let running = false;
  let done: Promise<void> = Promise.resolve();

  const processDue = async (): Promise<void> => {
    let more = true;
    while (more && running) {
      wake.lower();
      const deadlines = await deliverDeadlines();
      const effects = await worker.startDue(wake.raise);
      more = deadlines || effects || wake.isRaised();
    }
  };

  const sleepUntilDue = async (): Promise<void> => {
    const next = await store.nextWake();
    const ms = next === undefined ? longestSleepMs : sleepUntil(next, clock.now());
    if (running) await wake.wait(ms);
  };

  const run = async (): Promise<void> => {
    while (running) {
      try {
        await processDue();
        await sleepUntilDue();
      } catch (error) {
        log.error({ err: error }, 'the store could not be asked; trying again');
        await sleep(longestSleepMs);
      }
    }
  };

  return {
    isRunning: () => running,
    start(): void {
      running = true;
      done = run();
    },
    /** Resolves when the loop has ended. */
    stop(): Promise<void> {
      running = false;
      return done;
    },
  };
}

const sleepUntil = (next: Instant, now: Instant): number =>
  next > now ? Math.min(longestSleepMs, next - now) : retrySleepMs;
