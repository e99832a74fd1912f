// The one loop of the process: deadlines, effects, password changes, requests that were taken in but never begun.
import type { Logger } from 'pino';
import type { Instant } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import type { Flows, Maintenance, Takeover } from '../flows/store.ts';
import { createDeadlines } from './deadlines.ts';
import type { Deliver } from './deliver.ts';
import type { PasswordChangePoller } from './password-change-poller.ts';
import { createPeriodic } from './periodic.ts';
import type { WakeSignal } from './wake-signal.ts';
import type { Worker } from './worker.ts';

/** Idle, the store is asked this often; whoever raises the signal has it asked at once. */
const longestSleepMs = 1_000;
/** Before what is due and could not be done is tried again: there is no room, or it cannot be read. */
const retrySleepMs = 250;
/** While somebody is at the provider's page: a change is seen well within 15 s. */
const lookEveryMs = 3_000;
/** A person whose process died waits for it; and who is silent for long counts as hanging. */
const instancesEveryMs = 500;
const sweepEveryMs = 10 * 60_000;

export interface Scheduler {
  /** `goOn`: goes on where an instance has died. */
  start(goOn: () => Promise<void>): void;
  /** Stops claiming, waits for what is under way. */
  stop(): Promise<void>;
}

export interface SchedulerParts {
  readonly store: Flows & Takeover & Maintenance;
  readonly clock: Clock;
  readonly worker: Worker;
  readonly deliver: Deliver;
  readonly watch: PasswordChangePoller;
  /** Raised wherever there may be something to do. */
  readonly wake: WakeSignal;
  readonly log: Logger;
}

export function createScheduler(parts: SchedulerParts): Scheduler {
  const { store, clock, worker, watch, wake, log } = parts;
  const loop = createLoop(parts);
  const upkeep = createPeriodic(log);
  // Whoever still finishes what is under way lives.
  const toTheEnd = createPeriodic(log);
  return {
    start(goOn) {
      loop.start();
      toTheEnd.run('look for other instances', instancesEveryMs, async () => {
        await store.alive();
        if (loop.isRunning()) await goOn();
      });
      upkeep.run('look for changed passwords', lookEveryMs, async () => void (await watch.look()));
      upkeep.run('sweep', sweepEveryMs, () => store.sweep(clock.now(), loop.isRunning), sweepEveryMs);
    },
    async stop() {
      const stopped = loop.stop();
      wake.raise();
      upkeep.stop();
      await stopped;
      await worker.idle();
      toTheEnd.stop();
    },
  };
}

/** Deadlines and effects: all that is due, then a sleep until something may be. */
function createLoop({ store, clock, worker, deliver, wake, log }: SchedulerParts) {
  const deliverDeadlines = createDeadlines(store, clock, deliver, log);
  let running = false;
  let done: Promise<void> = Promise.resolve();

  const doAllThatIsDue = async (): Promise<void> => {
    let more = true;
    while (more && running) {
      wake.lower();
      const deadlines = await deliverDeadlines();
      const effects = await worker.startDue(wake.raise);
      more = deadlines || effects || wake.isRaised();
    }
  };

  const sleep = async (): Promise<void> => {
    const next = await store.nextWake();
    const ms = next === undefined ? longestSleepMs : sleepUntil(next, clock.now());
    if (running) await wake.wait(ms);
  };

  const run = async (): Promise<void> => {
    while (running) {
      try {
        await doAllThatIsDue();
        await sleep();
      } catch (error) {
        log.error({ err: error }, 'the store could not be asked; trying again');
        await new Promise((resolve) => setTimeout(resolve, longestSleepMs));
      }
    }
  };

  return {
    isRunning: () => running,
    start(): void {
      running = true;
      done = run();
    },
    /** Resolves when it has ended. */
    stop(): Promise<void> {
      running = false;
      return done;
    },
  };
}

const sleepUntil = (next: Instant, now: Instant): number =>
  next > now ? Math.min(longestSleepMs, next - now) : retrySleepMs;
