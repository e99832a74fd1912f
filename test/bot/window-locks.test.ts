// Nothing draws a message while an answer to it is on its way, and no lock outlives the answer for long.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWindowLocks } from '../../src/bot/surfaces/window-locks.ts';
import { windowNamed } from './harness.ts';

const window = windowNamed('M1');
const { target } = window;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Whether `free` has resolved by now. */
function freeing(locks: ReturnType<typeof createWindowLocks>): () => boolean {
  let isFree = false;
  void locks.free(target).then(() => {
    isFree = true;
  });
  return () => isFree;
}

describe('a lock', () => {
  it('ends when its answer was sent and has reached the screen', async () => {
    const locks = createWindowLocks();
    const lock = locks.hold(window);
    const isFree = freeing(locks);
    lock.release(() => undefined);
    await vi.advanceTimersByTimeAsync(249);
    expect([isFree(), locks.has(target)]).toEqual([false, true]);
    await vi.advanceTimersByTimeAsync(1);
    expect([isFree(), locks.has(target)]).toEqual([true, false]);
  });

  it('that nobody releases ends by itself', async () => {
    const locks = createWindowLocks();
    locks.hold(window);
    const isFree = freeing(locks);
    await vi.advanceTimersByTimeAsync(14_999);
    expect([isFree(), locks.has(target)]).toEqual([false, true]);
    await vi.advanceTimersByTimeAsync(1);
    expect([isFree(), locks.has(target)]).toEqual([true, false]);
  });

  it('that is released after it has ended unlocks no later one, and still has the message brought up to date', async () => {
    const locks = createWindowLocks();
    const late = locks.hold(window);
    await vi.advanceTimersByTimeAsync(15_000);
    locks.hold(window);
    let isCalled = false;
    late.release(() => {
      isCalled = true;
    });
    await vi.advanceTimersByTimeAsync(1_000);
    expect([isCalled, locks.has(target)]).toEqual([true, true]);
  });

  it('is waited for twenty seconds at most, however often the person presses', async () => {
    const locks = createWindowLocks();
    let last = locks.hold(window);
    const isFree = freeing(locks);
    for (let second = 1; second < 20; second += 1) {
      await vi.advanceTimersByTimeAsync(1_000);
      const next = locks.hold(window);
      last.release(() => undefined);
      last = next;
    }
    await vi.advanceTimersByTimeAsync(999);
    expect(isFree()).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect([isFree(), locks.has(target)]).toEqual([true, true]);
  });
});
