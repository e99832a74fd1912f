// A burst of messages at once, then one after the other; and drawings in their order.
import { describe, expect, it } from 'vitest';
import { createRenderQueue } from '../../src/adapters/render-queue.ts';
import { createRateLimiter } from '../../src/concurrency/rate-limiter.ts';
import { aCard } from '../adapters/slack/scripted-conversation.ts';

describe('the pace of a channel', () => {
  const paced = () => {
    const clock = { ms: 0 };
    return { clock, pace: createRateLimiter({ everyMs: 1_000, atOnce: 1, waitAtMostMs: 2_500, now: () => clock.ms }) };
  };

  it('lets the first go at once and the next ones wait their turn', () => {
    const { pace } = paced();
    expect([pace.take('a'), pace.take('a'), pace.take('a')]).toEqual([
      { waitMs: 0 },
      { waitMs: 1_000 },
      { waitMs: 2_000 },
    ]);
  });

  it('lets a few go at once where the platform takes them', () => {
    const pace = createRateLimiter({ everyMs: 600, atOnce: 3, waitAtMostMs: 1_000, now: () => 0 });
    expect(Array.from({ length: 5 }, () => pace.take('a'))).toEqual([
      { waitMs: 0 },
      { waitMs: 0 },
      { waitMs: 0 },
      { waitMs: 600 },
      { comeBackInMs: 1_200 },
    ]);
  });

  it('sends away who would wait too long, without keeping a place for them', () => {
    const { pace, clock } = paced();
    for (let nth = 0; nth < 3; nth += 1) pace.take('a');
    expect(pace.take('a')).toEqual({ comeBackInMs: 3_000 });
    clock.ms = 3_000;
    expect(pace.take('a')).toEqual({ waitMs: 0 });
  });

  it('is kept for each channel by itself', () => {
    const { pace } = paced();
    pace.take('a');
    expect(pace.take('b')).toEqual({ waitMs: 0 });
  });

  it('rests as long as the platform asks for', () => {
    const { pace, clock } = paced();
    pace.hold('a', 30_000);
    expect(pace.take('a')).toEqual({ comeBackInMs: 30_000 });
    clock.ms = 30_000;
    expect(pace.take('a')).toEqual({ waitMs: 0 });
  });

  describe('of somebody who comes back', () => {
    const take = (pace: ReturnType<typeof createRateLimiter>, ...who: string[]) =>
      who.map((one) => pace.take('a', one));

    it('is kept: everybody has a turn of their own, in the order in which they came', () => {
      const { pace, clock } = paced();
      take(pace, 'p', 'q', 'r');
      expect(take(pace, 's', 't', 'u')).toEqual(
        [3_000, 4_000, 5_000].map((comeBackInMs) => ({ comeBackInMs, isReserved: true })),
      );
      clock.ms = 3_000;
      expect(take(pace, 'newcomer')).toEqual([{ comeBackInMs: 3_000, isReserved: true }]);
      expect(take(pace, 's')).toEqual([{ waitMs: 0 }]);
      clock.ms = 4_000;
      expect(take(pace, 't')).toEqual([{ waitMs: 0 }]);
    });

    it('who is asked again before it is told the same time', () => {
      const { pace, clock } = paced();
      take(pace, 'p', 'q', 'r', 's', 't');
      clock.ms = 100;
      expect(take(pace, 't')).toEqual([{ comeBackInMs: 3_900, isReserved: true }]);
      clock.ms = 2_000;
      expect(take(pace, 't')).toEqual([{ waitMs: 2_000 }]);
    });

    it('and is late does not go together with the next', () => {
      const { pace, clock } = paced();
      take(pace, 'p', 'q', 'r', 's', 't');
      clock.ms = 3_900;
      expect(take(pace, 's')).toEqual([{ waitMs: 0 }]);
      clock.ms = 4_000;
      expect(take(pace, 't')).toEqual([{ waitMs: 900 }]);
    });

    it('after a pause that the platform asked for: the refused one first, then the others in their order', () => {
      const { pace, clock } = paced();
      take(pace, 'p', 'q', 'r', 's', 't');
      pace.hold('a', 10_000, 'p');
      clock.ms = 8_000;
      expect(take(pace, 's', 't', 'p')).toEqual([
        { comeBackInMs: 3_000, isReserved: true },
        { comeBackInMs: 4_000, isReserved: true },
        { waitMs: 2_000 },
      ]);
    });

    it('is kept for a minute, and then it is anybody’s', () => {
      const { pace, clock } = paced();
      take(pace, 'p', 'q', 'r', 's');
      clock.ms = 64_000;
      expect(pace.take('a', 's')).toEqual({ waitMs: 0 });
      expect(pace.take('a')).toEqual({ waitMs: 1_000 });
    });
  });

  it('means nothing any more where the clock was set back', () => {
    const { pace, clock } = paced();
    clock.ms = 3_600_000;
    for (const who of ['p', 'q', 'r', 's']) pace.take('a', who);
    clock.ms = 0;
    expect(pace.take('a', 's')).toEqual({ waitMs: 0 });
  });

  it('forgets who has not come for long', () => {
    const { pace, clock } = paced();
    for (let nth = 0; nth < 10_000; nth += 1) pace.take(`channel ${nth}`);
    clock.ms = 2_000;
    expect(pace.take('one more')).toEqual({ waitMs: 0 });
  });
});

describe('drawings of one place', () => {
  it('follow each other, and a failed one does not stop the next', async () => {
    const drawing = createRenderQueue();
    const first = Promise.withResolvers<void>();
    const order: string[] = [];
    const one = drawing.inTurn('x', aCard({ version: 1 }), async () => {
      await first.promise;
      order.push('one');
      throw new Error('no');
    });
    const two = drawing.inTurn('x', aCard({ version: 2 }), async () => order.push('two'));
    const other = drawing.inTurn('y', aCard({ version: 1 }), async () => order.push('other'));
    await other;
    first.resolve();
    await expect(one).rejects.toThrow('no');
    await two;
    expect(order).toEqual(['other', 'one', 'two']);
  });

  it('never go back to an older card of the same flow; a card of another flow is not older', async () => {
    const drawing = createRenderQueue();
    const draw = async () => 'drawn';
    expect(await drawing.inTurn('x', aCard({ version: 5 }), draw)).toBe('drawn');
    expect(await drawing.inTurn('x', aCard({ version: 4 }), draw)).toBeUndefined();
    expect(await drawing.inTurn('x', aCard({ version: 5 }), draw)).toBe('drawn');
    const { flow: _, ...noFlow } = aCard({ version: 0 });
    expect(await drawing.inTurn('x', noFlow, draw)).toBe('drawn');
  });

  it('answered on another way count as well', async () => {
    const drawing = createRenderQueue();
    drawing.note('x', aCard({ version: 5 }));
    expect(await drawing.inTurn('x', aCard({ version: 4 }), async () => 'drawn')).toBeUndefined();
  });

  it('are forgotten where there are too many places', async () => {
    const drawing = createRenderQueue();
    for (let nth = 0; nth < 6_000; nth += 1) drawing.note(`place ${nth}`, aCard({ version: 5 }));
    expect(await drawing.inTurn('place 0', aCard({ version: 4 }), async () => 'drawn')).toBe('drawn');
  });
});
