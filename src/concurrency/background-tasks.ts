// Work that goes on after the platform was answered: its failures are logged here and go no further, and stopping waits for it.
import type { Logger } from 'pino';
import { within } from './timeout.ts';

export interface Background {
  run(what: string, work: () => Promise<void>): void;
  /** Resolves when nothing is under way any more, at the latest after `withinMs`. */
  settled(withinMs: number): Promise<void>;
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
      await within(all(), withinMs);
    },
  };
}

/** Messages of errors may hold what people typed; their names do not. */
export const errorName = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
