// A repeated request is recognised for a while, and the memory for it is limited.
import { describe, expect, it } from 'vitest';
import { createSeenOnce } from '../../src/inbound/seen-once.ts';

function seeing(atMost = 3) {
  const clock = { ms: 0 };
  return { clock, seen: createSeenOnce({ forMs: 600_000, atMost, now: () => clock.ms }) };
}

describe('what came in', () => {
  it('is new once, and a repeat for its whole time, however often it comes', () => {
    const { seen, clock } = seeing();
    expect(seen.isNew('a')).toBe(true);
    for (const ms of [0, 1, 300_000, 599_999]) {
      clock.ms = ms;
      expect(seen.isNew('a')).toBe(false);
    }
    clock.ms = 600_000;
    expect(seen.isNew('a')).toBe(true);
  });

  it('may come again where it was forgotten on purpose', () => {
    const { seen } = seeing();
    seen.isNew('a');
    expect([seen.forget('a'), seen.forget('a'), seen.isNew('a')]).toEqual([true, false, true]);
  });

  it('is forgotten where there is too much of it', () => {
    const { seen } = seeing(2);
    for (const key of ['a', 'b', 'c']) seen.isNew(key);
    expect([seen.isNew('c'), seen.isNew('a')]).toEqual([false, true]);
  });
});
