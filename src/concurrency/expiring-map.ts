// Values that are kept for a while and no longer, and not more than so many: the oldest go first.
import { type Instant, later } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';

export interface ExpiringMap<K, V> {
  set(key: K, value: V): void;
  get(key: K): V | undefined;
  delete(key: K): void;
}

export function createExpiringMap<K, V>(
  clock: Clock,
  { seconds, atMost }: { readonly seconds: number; readonly atMost: number },
): ExpiringMap<K, V> {
  const entries = new Map<K, { readonly value: V; readonly until: Instant }>();

  /** They stand in the order of their setting, so the oldest come first. */
  function evict(): void {
    for (const [key, { until }] of entries) {
      if (entries.size <= atMost && clock.now() < until) return;
      entries.delete(key);
    }
  }

  return {
    set(key, value) {
      entries.delete(key);
      entries.set(key, { value, until: later(clock.now(), seconds) });
      evict();
    },
    get(key) {
      const entry = entries.get(key);
      return entry !== undefined && clock.now() < entry.until ? entry.value : undefined;
    },
    delete: (key) => void entries.delete(key),
  };
}
