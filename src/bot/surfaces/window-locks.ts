// Locks for windows to which an answer is in progress: nothing else draws them until it was sent and has reached the screen.
import { withTimeout } from '../../concurrency/timeout.ts';
import type { WindowRef } from '../inbound.ts';

export interface WindowLocks {
  has(target: string): boolean;
  /** Resolves when no answer to the target is in progress and the last `afterwards` was called; after a while in any case. */
  free(target: string): Promise<void>;
  /** `release` unlocks `settleMs` after the answer was sent, and then calls `afterwards`. Call it exactly once. */
  hold(window: WindowRef): { release(afterwards: () => void): void };
}

/** Time for an answer to reach the person's screen before the next drawing may follow. */
const settleMs = 250;
/** Longer than any answer takes. A lock that nobody releases would keep its message from being drawn ever again. */
const heldAtMostMs = 15_000;
/** Somebody who presses without a pause must not occupy the worker that draws their message. */
const waitAtMostMs = 20_000;

interface Answers {
  count: number;
  readonly gone: PromiseWithResolvers<void>;
}

export function createWindowLocks(): WindowLocks {
  const answers = new Map<string, Answers>();
  const untilFree = async (target: string): Promise<void> => {
    for (let held = answers.get(target); held !== undefined; held = answers.get(target)) await held.gone.promise;
  };
  return {
    has: (target) => answers.has(target),
    async free(target) {
      if (answers.has(target)) await withTimeout(untilFree(target), waitAtMostMs);
    },
    hold({ target }) {
      const held = answers.get(target) ?? { count: 0, gone: Promise.withResolvers<void>() };
      answers.set(target, held);
      held.count += 1;
      let isHeld = true;
      const unlock = (afterwards: () => void): void => {
        if (isHeld) {
          isHeld = false;
          held.count -= 1;
          if (held.count === 0) answers.delete(target);
        }
        afterwards();
        if (held.count === 0) held.gone.resolve();
      };
      const expiry = setTimeout(unlock, heldAtMostMs, () => undefined).unref();
      return {
        release(afterwards) {
          clearTimeout(expiry);
          setTimeout(unlock, settleMs, afterwards);
        },
      };
    },
  };
}
