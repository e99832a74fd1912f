// Waits that end: timeouts, deadlines, work in sequence, work in the background.
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBackground } from '../../src/concurrency/background-tasks.ts';
import { createDeadline } from '../../src/concurrency/deadline.ts';
import { createKeyedQueue } from '../../src/concurrency/keyed-queue.ts';
import { withTimeout } from '../../src/concurrency/timeout.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a timeout', () => {
  it('gives the answer that comes in time, and no timer is left behind', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const waited = withTimeout(promise, 1_000);
    await vi.advanceTimersByTimeAsync(999);
    resolve('there');
    expect(await waited).toBe('there');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('gives nothing for an answer that is late', async () => {
    const waited = withTimeout(new Promise<string>(() => {}), 1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await waited).toBeUndefined();
  });

  it('passes an error on', async () => {
    await expect(withTimeout(Promise.reject(new Error('no')), 1_000)).rejects.toThrow('no');
  });
});

describe('a deadline', () => {
  const started = (leastMs?: number) => {
    const clock = { ms: 50 };
    const times = { answerMs: 3_000, ...(leastMs === undefined ? {} : { leastMs }) };
    return { clock, deadline: createDeadline({ ...times, now: () => clock.ms }) };
  };

  it('gives a step its time where there is enough, and what is left where there is not', () => {
    const { clock, deadline } = started();
    expect([deadline.leftMs(), deadline.leftMs(2_000)]).toEqual([3_000, 2_000]);
    clock.ms = 1_550;
    expect([deadline.leftMs(), deadline.leftMs(2_000), deadline.leftMs(1_000)]).toEqual([1_500, 1_500, 1_000]);
  });

  it('keeps time for what comes after the step', () => {
    const { clock, deadline } = started();
    clock.ms = 1_550;
    expect(deadline.leftMs(2_000, 400)).toBe(1_100);
  });

  it('that has passed leaves nothing, or the least that a step gets', () => {
    for (const [leastMs, left] of [
      [undefined, 0],
      [300, 300],
    ] as const) {
      const { clock, deadline } = started(leastMs);
      clock.ms = 9_000;
      expect(deadline.leftMs(2_000)).toBe(left);
    }
  });
});

describe('a keyed queue', () => {
  it('does work of one key in the order in which it came, and that of another meanwhile', async () => {
    const queue = createKeyedQueue();
    const { promise, resolve } = Promise.withResolvers<void>();
    const order: string[] = [];
    const first = queue('a', async () => {
      await promise;
      order.push('first');
    });
    const second = queue('a', async () => void order.push('second'));
    await queue('b', async () => void order.push('other'));
    resolve();
    await Promise.all([first, second]);
    expect(order).toEqual(['other', 'first', 'second']);
  });

  it('goes on after a failure, which only its own caller hears of', async () => {
    const queue = createKeyedQueue();
    const first = queue('a', () => Promise.reject(new Error('no')));
    const second = queue('a', async () => 'done');
    await expect(first).rejects.toThrow('no');
    expect(await second).toBe('done');
  });
});

describe('work in the background', () => {
  it('is waited for when the process stops, but not for ever', async () => {
    const background = createBackground(pino({ level: 'silent' }), 'test.background.failed');
    const { promise, resolve } = Promise.withResolvers<void>();
    background.run('long', () => promise);
    let isSettled = false;
    const settled = background.settled(1_000).then(() => {
      isSettled = true;
    });
    await vi.advanceTimersByTimeAsync(999);
    expect(isSettled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await settled;
    resolve();
    await background.settled(1_000);
  });

  it('that fails is named in the log, without what the error says', async () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line) => void lines.push(line) });
    const background = createBackground(log, 'test.background.failed');
    background.run('answer', () => Promise.reject(new TypeError('jane@acme.example')));
    await background.settled(1_000);
    expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
      { event: 'test.background.failed', what: 'answer', error: 'TypeError' },
    ]);
    expect(lines.join()).not.toContain('jane');
  });
});
