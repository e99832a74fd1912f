// Windows to which an answer is under way: nothing else draws them until it has left and reached the screen.
import type { WindowRef } from './inbound.ts';

export interface HeldWindows {
  has(target: string): boolean;
  /** `release` lets go a moment after the answer left, and then calls `afterwards`. To be called once. */
  hold(window: WindowRef): { release(afterwards: () => void): void };
}

/** An answer needs a moment to reach the person's screen before the next drawing may follow it. */
const settleMs = 250;

export function createHeldWindows(): HeldWindows {
  const answers = new Map<string, number>();
  return {
    has: (target) => answers.has(target),
    hold({ target }) {
      answers.set(target, (answers.get(target) ?? 0) + 1);
      return {
        release(afterwards) {
          setTimeout(() => {
            const others = (answers.get(target) ?? 1) - 1;
            if (others > 0) answers.set(target, others);
            else answers.delete(target);
            afterwards();
          }, settleMs);
        },
      };
    },
  };
}
