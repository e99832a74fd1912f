// Retrying what was refused for the moment: how often, how late, and never sooner than the other side asked for.
import { describe, expect, it } from 'vitest';
import { isUndone, type RetryOptions, retry } from '../../src/concurrency/retry.ts';
import { type Failure, failed, type Outcome, success } from '../../src/flows/outcome.ts';

const throttled = (retryAfterMs: number): Failure => ({
  ...{ kind: 'rate-limited', retry: 'later', cause: 'throttled' },
  retryAfterMs,
});
const unreachable = (mayHaveHappened: boolean): Failure => ({
  ...{ kind: 'unreachable', retry: 'later', cause: 'http-500' },
  mayHaveHappened,
});
const refused: Failure = { kind: 'refused', retry: 'never', cause: 'blocked' };

async function trying(failures: readonly Failure[], more: Partial<RetryOptions> = {}) {
  let at = 0;
  let tries = 0;
  const pauses: number[] = [];
  const work = async (): Promise<Outcome<string>> => {
    const failure = failures[tries];
    tries += 1;
    return failure === undefined ? success('sent') : failed(failure);
  };
  const pause = async (ms: number): Promise<void> => {
    pauses.push(ms);
    at += ms;
  };
  const patience: RetryOptions = { triesAtMost: 5, withinMs: 60_000, random: () => 0.5, now: () => at, pause, ...more };
  return { outcome: await retry(work, patience), pauses, tries };
}

describe('what was refused for now', () => {
  it('is done again after the pause that was asked for, and never before it', async () => {
    const { outcome, pauses } = await trying([throttled(5_000), throttled(2_000)]);
    expect(outcome).toEqual(success('sent'));
    expect(pauses).toEqual([5_500, 3_000]);
    expect((await trying([throttled(5_000)], { random: () => 0 })).pauses).toEqual([5_000]);
  });

  it('without such a word is done again later each time', async () => {
    const { pauses } = await trying([unreachable(true), unreachable(true), unreachable(false)]);
    expect(pauses).toEqual([1_000, 2_000, 4_000]);
  });

  it('is given up after so many tries, or where the pause would last for too long', async () => {
    expect(await trying(Array(9).fill(throttled(100)))).toMatchObject({ outcome: { ok: false }, tries: 5 });
    expect(await trying([throttled(61_000)])).toMatchObject({ outcome: { ok: false }, tries: 1, pauses: [] });
  });
});

describe('what only waited for its turn', () => {
  const notYet: Failure = {
    kind: 'rate-limited',
    retry: 'later',
    retryAfterMs: 10_000,
    isTurn: true,
    cause: 'own-pace',
  };

  it('is done when the turn comes, and was no try', async () => {
    const { outcome, pauses } = await trying([notYet, notYet, unreachable(false)], { triesAtMost: 2 });
    expect(outcome).toEqual(success('sent'));
    expect(pauses).toEqual([10_000, 10_000, 1_000]);
  });

  it('is given up where the turn comes too late', async () => {
    expect(await trying(Array(9).fill(notYet))).toMatchObject({
      outcome: { ok: false },
      pauses: Array(6).fill(10_000),
    });
  });
});

describe('what was refused for good', () => {
  it('is not done again', async () => {
    expect(await trying([refused])).toMatchObject({ outcome: failed(refused), tries: 1 });
  });

  it('or may have happened is not, where it must not happen twice', async () => {
    expect(await trying([unreachable(true)], { isWorthIt: isUndone })).toMatchObject({ tries: 1 });
    expect(await trying([unreachable(false)], { isWorthIt: isUndone })).toMatchObject({ tries: 2 });
  });
});

describe('a pause of the caller’s own', () => {
  it('is kept before each try, and none at all is waited for at once', async () => {
    const pauseMs = (_: Failure, tries: number): number => (tries - 1) * 250;
    const { pauses, tries } = await trying([unreachable(true), unreachable(true), unreachable(true)], { pauseMs });
    expect([pauses, tries]).toEqual([[250, 500], 4]);
  });

  it('that is not said ends it', async () => {
    const { outcome, tries } = await trying([unreachable(true)], { pauseMs: () => undefined });
    expect([outcome.ok, tries]).toEqual([false, 1]);
  });
});
