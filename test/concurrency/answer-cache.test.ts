// Concurrent callers share one call; its answer is kept for a while, a failure is not.
import { describe, expect, it } from 'vitest';
import { createAnswerCache } from '../../src/concurrency/answer-cache.ts';
import { createSingleFlight } from '../../src/concurrency/single-flight.ts';
import { failed, type Outcome, success } from '../../src/flows/outcome.ts';

function asking(answers: readonly Outcome<string>[], tookMs = 0) {
  const clock = { ms: 0 };
  const asked: string[] = [];
  const cache = createAnswerCache<string, Outcome<string>>({
    async ask(key) {
      const answer = answers[asked.length];
      asked.push(key);
      await Promise.resolve();
      clock.ms += tookMs;
      return answer ?? failed({ kind: 'absent', retry: 'never', cause: 'none' });
    },
    keptMs: () => 1_000,
    atMost: 2,
    now: () => clock.ms,
  });
  return { clock, asked, cache };
}

describe('an answer', () => {
  it('is asked for once, however many want it at the same time, and by each key', async () => {
    const { cache, asked } = asking([success('one'), success('other')]);
    const all = await Promise.all([cache.get('a'), cache.get('a'), cache.get('b'), cache.get('a')]);
    expect(all).toEqual([success('one'), success('one'), success('other'), success('one')]);
    expect(asked).toEqual(['a', 'b']);
  });

  it('counts from when it was asked for, and is asked for again afterwards', async () => {
    const { cache, clock, asked } = asking([success('old'), success('new')], 400);
    await cache.get('a');
    expect(cache.known('a')).toEqual(success('old'));
    clock.ms = 999;
    expect(await cache.get('a')).toEqual(success('old'));
    clock.ms = 1_000;
    expect(cache.known('a')).toBeUndefined();
    expect(await cache.get('a')).toEqual(success('new'));
    expect(asked).toHaveLength(2);
  });

  it('that is a failure is told to all who wait for it and not kept', async () => {
    const failure = failed({ kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: 'down' });
    const { cache } = asking([failure, success('up')]);
    expect(await Promise.all([cache.get('a'), cache.get('a')])).toEqual([failure, failure]);
    expect(cache.known('a')).toBeUndefined();
    expect(await cache.get('a')).toEqual(success('up'));
  });

  it('can be forgotten before its time', async () => {
    const { cache } = asking([success('one'), success('two')]);
    await cache.get('a');
    cache.forget('a');
    expect(await cache.get('a')).toEqual(success('two'));
  });
});

describe('work that several want at the same time', () => {
  it('is done again when it is over, also where it went wrong', async () => {
    const once = createSingleFlight<string, number>();
    let times = 0;
    const work = async (): Promise<number> => {
      times += 1;
      if (times === 1) throw new Error('no');
      return times;
    };
    const first = [once('a', work), once('a', work)];
    for (const one of first) await expect(one).rejects.toThrow('no');
    expect(await once('a', work)).toBe(2);
    expect(await once('a', work)).toBe(3);
  });
});
