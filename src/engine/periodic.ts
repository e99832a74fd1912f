// Work that comes round: at once or after a while, then again and again, never two of the same at once.
import type { Logger } from 'pino';

export interface Periodic {
  /** A failure is logged under `name`, and the next turn comes. */
  run(name: string, everyMs: number, work: () => Promise<void>, firstInMs?: number): void;
  /** Begins no further turn. What is under way is not waited for. */
  stop(): void;
}

/** After a failure, at the earliest. */
const afterFailureMs = 1_000;

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
      const again = (inMs: number): void => {
        const timer = setTimeout(async () => {
          timers.delete(timer);
          const isWell = await attempt(name, work);
          if (!stopped) again(isWell ? everyMs : Math.max(everyMs, afterFailureMs));
        }, inMs);
        timers.add(timer);
      };
      again(firstInMs);
    },
    stop() {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
