// Work that continues after the platform was answered. Its failures are only logged, and a stop of the server waits for it.
import type { Logger } from 'pino';
import { withTimeout } from './timeout.ts';

export interface Background {
  run(what: string, work: () => Promise<void>): void;
  /** Resolves when no task is running any more, but after `withinMs` at the latest. */
  settled(withinMs: number): Promise<void>;
  /** How many tasks are running. */
  count(): number;
}

/** `event` names a failure in the log. */
export function createBackground(log: Logger, event: `${string}.background.failed`): Background {
  const underWay = new Set<Promise<void>>();
  return {
    run(what, work) {
      const done: Promise<void> = work()
        .catch((error: unknown) => log.error({ event, what, error: errorName(error) }))
        .finally(() => underWay.delete(done));
      underWay.add(done);
    },
    async settled(withinMs) {
      const all = async (): Promise<void> => {
        while (underWay.size > 0) await Promise.allSettled([...underWay]);
      };
      await withTimeout(all(), withinMs);
    },
    count: () => underWay.size,
  };
}

/** Error messages may hold what people typed; error names do not. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
