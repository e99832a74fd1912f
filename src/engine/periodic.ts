// Periodic work: runs at once or after a while, then again and again, never twice at the same time.
import type { Logger } from 'pino';

export interface Periodic {
  /** A failure is logged under `name`, and the work runs again as usual. */
  run(name: string, everyMs: number, work: () => Promise<void>, firstInMs?: number): void;
  /** Starts no further run. Does not wait for a run that is under way. */
  stop(): void;
}

/** The shortest pause after a failure. */
const leastPauseAfterFailureMs = 1_000;

export function createPeriodic(log: Logger): Periodic {
  const timers = new Set<NodeJS.Timeout>();
  let stopped = false;
  const attempt = async (name: string, work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      log.error({ err: error }, `${name} failed`);
      return false;
    }
  };
  return {
    run(name, everyMs, work, firstInMs = 0) {
      const schedule = (inMs: number): void => {
        const timer = setTimeout(async () => {
          timers.delete(timer);
          const succeeded = await attempt(name, work);
          if (!stopped) schedule(succeeded ? everyMs : Math.max(everyMs, leastPauseAfterFailureMs));
        }, inMs);
        timers.add(timer);
      };
      schedule(firstInMs);
    },
    stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
