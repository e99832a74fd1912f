// Locks for windows to which an answer is in progress: nothing else draws them until it was sent and has reached the screen.
import type { WindowRef } from '../inbound.ts';

export interface WindowLocks {
  has(target: string): boolean;
  /** Resolves when no answer to the target is in progress and the last `afterwards` was called. */
  free(target: string): Promise<void>;
  /** `release` unlocks `settleMs` after the answer was sent, and then calls `afterwards`. Call it exactly once. */
  hold(window: WindowRef): { release(afterwards: () => void): void };
}

/** Time for an answer to reach the person's screen before the next drawing may follow. */
const settleMs = 250;

export function createWindowLocks(): WindowLocks {
  const answers = new Map<string, { count: number; readonly gone: PromiseWithResolvers<void> }>();
  return {
    has: (target) => answers.has(target),
    async free(target) {
      for (let held = answers.get(target); held !== undefined; held = answers.get(target)) await held.gone.promise;
    },
    hold({ target }) {
      const held = answers.get(target) ?? { count: 0, gone: Promise.withResolvers<void>() };
      answers.set(target, held);
      held.count += 1;
      return {
        release(afterwards) {
          setTimeout(() => {
            held.count -= 1;
            if (held.count === 0) answers.delete(target);
            afterwards();
            if (held.count === 0) held.gone.resolve();
          }, settleMs);
        },
      };
    },
  };
}
