// What has come in before, so that a repeat is known. In memory: after a restart, or where there is too much of it, a repeat meets
// the inbox in the store, which knows every delivery.
import { createExpiringMap } from '../concurrency/expiring-map.ts';

export interface SeenOnce {
  /** Whether it comes for the first time; it is noted. */
  isNew(key: string): boolean;
  /** It counts as never seen. Whether it had been. */
  forget(key: string): boolean;
}

/** `forMs`: how long after it came something is a repeat. `now` in milliseconds. */
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
