// A map of bounded size whose values expire. The least recently used value is dropped first. Built on `lru-cache`.
import { LRUCache } from 'lru-cache';

export interface ExpiringMap<K, V> {
  /** `forMs`: how long this value is kept, if not for the map's own time. */
  set(key: K, value: V, forMs?: number): void;
  get(key: K): V | undefined;
  /** Returns whether it was there. */
  delete(key: K): boolean;
  clear(): void;
}

export interface ExpiringMapOptions {
  /** How long a value is kept, in milliseconds; absent: until it has to make room. */
  readonly forMs?: number;
  readonly atMost: number;
  /** Milliseconds; a monotonic clock by default. */
  readonly now?: () => number;
}

export function createExpiringMap<K extends {}, V extends {}>(options: ExpiringMapOptions): ExpiringMap<K, V> {
  const { forMs, atMost, now = () => performance.now() } = options;
  const entries = new LRUCache<K, V>({
    // `max` would allocate room for all entries at once.
    maxSize: atMost,
    sizeCalculation: () => 1,
    // The package takes a start time of 0 for "no expiry", and clocks in tests start at 0.
    perf: { now: () => now() + 1 },
    ttlResolution: 0,
  });
  let cleanedAt = now();

  /** The package drops an expired value only when somebody asks for it or its room is needed. */
  function forgetExpired(): void {
    if (forMs === undefined || now() - cleanedAt < forMs) return;
    entries.purgeStale();
    cleanedAt = now();
  }

  return {
    set(key, value, ms = forMs) {
      forgetExpired();
      if (ms === undefined) entries.set(key, value);
      // The package still returns a value at the very end of its time, and takes a time of 0 as "for ever".
      else if (ms > 1) entries.set(key, value, { ttl: ms - 1 });
      else entries.delete(key);
    },
    get: (key) => entries.get(key),
    delete(key) {
      const wasPresent = entries.has(key);
      entries.delete(key);
      return wasPresent;
    },
    clear: () => entries.clear(),
  };
}
