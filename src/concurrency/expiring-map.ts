// Values that are kept for a while, and not more than so many: the least recently used go first. On `lru-cache`.
import { LRUCache } from 'lru-cache';

export interface ExpiringMap<K, V> {
  /** `forMs`: how long this one is kept, where that differs from the map's own time. */
  set(key: K, value: V, forMs?: number): void;
  get(key: K): V | undefined;
  /** Whether it was there. */
  delete(key: K): boolean;
  clear(): void;
}

export interface ExpiringMapOptions {
  /** How long a value is kept, in milliseconds; without it, until it has to make room. */
  readonly forMs?: number;
  readonly atMost: number;
  /** Milliseconds; monotonic unless told. */
  readonly now?: () => number;
}

export function createExpiringMap<K extends {}, V extends {}>(options: ExpiringMapOptions): ExpiringMap<K, V> {
  const { forMs, atMost, now = () => performance.now() } = options;
  const entries = new LRUCache<K, V>({
    // `max` would set aside the room for all of them at once.
    maxSize: atMost,
    sizeCalculation: () => 1,
    // To the package a value that was set at 0 has no time. Tests begin there.
    perf: { now: () => now() + 1 },
    ttlResolution: 0,
  });
  let cleanedAt = now();

  /** The package forgets an expired value only when it is asked for it or needs its room. */
  function forgetExpired(): void {
    if (forMs === undefined || now() - cleanedAt < forMs) return;
    entries.purgeStale();
    cleanedAt = now();
  }

  return {
    set(key, value, ms = forMs) {
      forgetExpired();
      if (ms === undefined) entries.set(key, value);
      // To the package a value still counts at the very end of its time, and a time of 0 is none, so for ever.
      else if (ms > 1) entries.set(key, value, { ttl: ms - 1 });
      else entries.delete(key);
    },
    get: (key) => entries.get(key),
    delete(key) {
      const wasThere = entries.has(key);
      entries.delete(key);
      return wasThere;
    },
    clear: () => entries.clear(),
  };
}
