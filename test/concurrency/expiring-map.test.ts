// Values are kept for a while, up to a maximum number.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createExpiringMap } from '../../src/concurrency/expiring-map.ts';

function expiring({ forMs = 1_000, atMost = 3 } = {}) {
  const clock = { ms: 0 };
  return { clock, map: createExpiringMap<string, number>({ forMs, atMost, now: () => clock.ms }) };
}

describe('a value', () => {
  it('is there for its time, to the millisecond, also where it was set at 0', () => {
    const { clock, map } = expiring();
    map.set('a', 1);
    clock.ms = 999;
    expect(map.get('a')).toBe(1);
    clock.ms = 1_000;
    expect(map.get('a')).toBeUndefined();
  });

  it('has its time from when it was set last, and not from when it was read', () => {
    const { clock, map } = expiring();
    map.set('a', 1);
    clock.ms = 900;
    expect(map.get('a')).toBe(1);
    map.set('a', 2);
    clock.ms = 1_899;
    expect(map.get('a')).toBe(2);
    clock.ms = 1_900;
    expect(map.get('a')).toBeUndefined();
  });

  it('may have a time of its own, and none at all', () => {
    const { clock, map } = expiring();
    map.set('a', 1, 5_000);
    map.set('b', 2, 0);
    map.set('c', 3, -1);
    expect([map.get('b'), map.get('c')]).toEqual([undefined, undefined]);
    clock.ms = 4_999;
    expect(map.get('a')).toBe(1);
    clock.ms = 5_000;
    expect(map.get('a')).toBeUndefined();
  });

  it('makes room for a newer one where there are too many: the least recently used goes', () => {
    const { map } = expiring();
    for (const key of ['a', 'b', 'c']) map.set(key, 1);
    map.get('a');
    map.set('d', 1);
    expect(['a', 'b', 'c', 'd'].filter((key) => map.get(key) === undefined)).toEqual(['b']);
  });

  it('is kept until it has to make room, where no time was said', () => {
    const map = createExpiringMap<string, number>({ atMost: 2, now: () => 0 });
    for (const key of ['a', 'b', 'c']) map.set(key, 1);
    expect(['a', 'b', 'c'].map((key) => map.get(key))).toEqual([undefined, 1, 1]);
  });

  it('can be taken out, which says whether it was there', () => {
    const { clock, map } = expiring();
    map.set('a', 1);
    map.set('b', 1);
    expect([map.delete('a'), map.delete('a'), map.get('a')]).toEqual([true, false, undefined]);
    map.clear();
    expect(map.get('b')).toBeUndefined();
    map.set('c', 1);
    clock.ms = 1_000;
    expect(map.delete('c')).toBe(false);
  });

  it('that has expired is let go of when others follow it', async () => {
    const clock = { ms: 0 };
    const map = createExpiringMap<number, object>({ forMs: 1_000, atMost: 100_000, now: () => clock.ms });
    const held = ((value: object) => {
      map.set(1, value);
      return new WeakRef(value);
    })({});
    clock.ms = 1_000;
    map.set(2, {});
    await collectGarbage();
    expect(held.deref()).toBeUndefined();
  });
});

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  // A weak reference keeps its value alive until the current turn of the event loop ends.
  await new Promise((resolve) => setImmediate(resolve));
  if (typeof gc === 'function') gc();
}
