// Remembers what has come in, to recognise a repeat. In memory only: after a restart, or if there is too much to remember, the
// inbox
// in the store still recognises the repeat, because it knows every delivery.
import { createExpiringMap } from '../concurrency/expiring-map.ts';

export interface SeenOnce {
  /** Whether it comes for the first time. Records it. */
  isNew(key: string): boolean;
  /** Makes it count as never seen. Returns whether it had been seen. */
  forget(key: string): boolean;
}

/** `forMs`: for how long something is remembered after it came. `now` in milliseconds. */
export function createSeenOnce(options: {
  readonly forMs: number;
  readonly atMost: number;
  readonly now: () => number;
}): SeenOnce {
  const seen = createExpiringMap<string, true>(options);
  return {
    isNew(key) {
      if (seen.get(key) === true) return false;
      seen.set(key, true);
      return true;
    },
    forget: (key) => seen.delete(key),
  };
}
