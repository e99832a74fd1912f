// Tells the one loop of the process that there may be something to do. Separate from the loop, so that callers need not know it.
import { withTimeout } from '../concurrency/timeout.ts';

export interface WakeSignal {
  raise(): void;
  isRaised(): boolean;
  lower(): void;
  /** Resolves when it is raised, or after `ms`. */
  wait(ms: number): Promise<void>;
}

export function createWakeSignal(): WakeSignal {
  let raised = false;
  let wake = (): void => {};
  return {
    raise() {
      raised = true;
      wake();
    },
    isRaised: () => raised,
    lower() {
      raised = false;
    },
    async wait(ms) {
      if (raised) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await withTimeout(promise, ms);
    },
  };
}
