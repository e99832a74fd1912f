// Refused requests in the operator's log: the first for a reason at once, those that follow within a minute as one number.
// Nothing of a request is in it: whoever floods us writes no log.
import type { Logger } from 'pino';
import type { Refusal } from './gate.ts';

export type RefusedBecause = Refusal | 'malformed' | 'too-large' | 'unreadable' | 'not-authenticated';

export interface Refusals {
  note(because: RefusedBecause): void;
  /** What was counted and not yet said is said now. */
  stop(): void;
}

const everySeconds = 60;

export function createRefusals(log: Logger): Refusals {
  const counted = new Map<RefusedBecause, { times: number; readonly timer: NodeJS.Timeout }>();
  const sum = (because: RefusedBecause): void => {
    const { times = 0 } = counted.get(because) ?? {};
    counted.delete(because);
    if (times > 0) log.warn({ event: 'teams.refused', because, times, seconds: everySeconds }, 'more of the same');
  };
  return {
    note(because) {
      const known = counted.get(because);
      if (known !== undefined) {
        known.times += 1;
        return;
      }
      log.warn({ event: 'teams.refused', because });
      counted.set(because, { times: 0, timer: setTimeout(sum, everySeconds * 1000, because).unref() });
    },
    stop() {
      for (const [because, { timer }] of counted) {
        clearTimeout(timer);
        sum(because);
      }
    },
  };
}
