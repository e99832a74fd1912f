// Windows to which an answer is under way: nothing else draws them until it has left and reached the screen.
import type { WindowRef } from '../inbound.ts';

export interface WindowLocks {
  has(target: string): boolean;
  /** Resolves when no answer to it is under way any more, after the `afterwards` of the last one was called. */
  free(target: string): Promise<void>;
  /** `release` lets go a moment after the answer left, and then calls `afterwards`. To be called once. */
  hold(window: WindowRef): { release(afterwards: () => void): void };
}

/** An answer needs a moment to reach the person's screen before the next drawing may follow it. */
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
