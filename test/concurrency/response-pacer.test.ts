// The time of an answer does not tell what was done for it.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createResponsePacer, type Paced } from '../../src/concurrency/response-pacer.ts';
import { sleep } from '../../src/concurrency/sleep.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const after = (ms: number, isReal: boolean) => async (): Promise<Paced<string>> => {
  if (ms > 0) await sleep(ms);
  return { value: 'done', isReal };
};

/** Milliseconds until the answer. */
async function tookMs(answer: Promise<unknown>): Promise<number> {
  const since = performance.now();
  const ended = answer.catch(() => undefined).then(() => performance.now() - since);
  await vi.runAllTimersAsync();
  return ended;
}

it.each([
  [0, 1_000],
  [999, 1_000],
  [1_031, 2_000],
  [2_500, 3_000],
])('work of %i ms is answered after %i ms', async (ms, expected) => {
  const pace = createResponsePacer({ beatMs: 1_000 });
  expect(await tookMs(pace(after(ms, true)))).toBe(expected);
});

it('what was only imitated takes one beat while nothing real was done', async () => {
  const pace = createResponsePacer({ beatMs: 1_000 });
  expect(await tookMs(pace(after(0, false)))).toBe(1_000);
});

it('while real work is slow, everything is answered as late as the slowest', async () => {
  const pace = createResponsePacer({ beatMs: 1_000 });
  expect(await tookMs(pace(after(10, true)))).toBe(1_000);
  expect(await tookMs(pace(after(2_500, true)))).toBe(3_000);
  for (const isReal of [true, false]) expect(await tookMs(pace(after(0, isReal)))).toBe(3_000);
  await vi.advanceTimersByTimeAsync(60_000);
  for (const isReal of [true, false]) expect(await tookMs(pace(after(0, isReal)))).toBe(1_000);
});

it('what was imitated and took long makes nothing later', async () => {
  const pace = createResponsePacer({ beatMs: 1_000 });
  expect(await tookMs(pace(after(2_500, false)))).toBe(3_000);
  expect(await tookMs(pace(after(0, false)))).toBe(1_000);
});

it('each answer comes a little later by chance, real or not', async () => {
  const pace = createResponsePacer({ beatMs: 1_000, jitterMs: 200, random: () => 0.5 });
  expect(await tookMs(pace(after(0, true)))).toBe(1_100);
  expect(await tookMs(pace(after(0, false)))).toBe(1_100);
});

it('a failure comes on the beat as well', async () => {
  const pace = createResponsePacer({ beatMs: 1_000 });
  const broken = pace(async () => {
    throw new Error('broken');
  });
  const told = broken.catch((error: unknown) => error);
  expect(await tookMs(broken)).toBe(1_000);
  expect(await told).toEqual(new Error('broken'));
});

it('the value is handed on', async () => {
  const answer = createResponsePacer({ beatMs: 1_000 })(after(5, true));
  await vi.runAllTimersAsync();
  expect(await answer).toBe('done');
});
