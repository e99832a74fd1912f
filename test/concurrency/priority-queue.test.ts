import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createPriorityQueue, type PriorityQueue } from '../../src/concurrency/priority-queue.ts';

let priorityQueue: PriorityQueue;
let begun: string[];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setImmediate', 'clearImmediate', 'Date'] });
  priorityQueue = createPriorityQueue(() => Date.now());
  begun = [];
});
afterEach(() => vi.useRealTimers());

const waits = () => Promise.withResolvers<void>();
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const behind = (name: string, work: Promise<void> = Promise.resolve()): Promise<void> =>
  priorityQueue.behind(async () => {
    begun.push(name);
    await work;
  });

describe('what follows behind a request', () => {
  it('begins within hundredths of a second where nobody else comes', async () => {
    await priorityQueue.answering(async () => undefined);
    void behind('window');
    await pass(12);
    expect(begun).toEqual(['window']);
  });

  it('lets a crowd be acknowledged first', async () => {
    const crowd = waits();
    void priorityQueue.answering(() => crowd.promise);
    void behind('window');
    await pass(200);
    expect(begun).toEqual([]);
    crowd.resolve();
    await pass(12);
    expect(begun).toEqual(['window']);
  });

  it('lets a crowd be acknowledged first that comes one after the other', async () => {
    void behind('window');
    for (let ms = 0; ms < 200; ms += 4) {
      await priorityQueue.answering(async () => undefined);
      await pass(4);
    }
    expect(begun).toEqual([]);
    await pass(60);
    expect(begun).toEqual(['window']);
  });

  it('waits for a crowd that does not end a quarter of a second, and no longer', async () => {
    void priorityQueue.answering(() => waits().promise);
    void behind('window');
    await pass(240);
    expect(begun).toEqual([]);
    await pass(12);
    expect(begun).toEqual(['window']);
  });

  it('begins twenty-four at once, in the order in which they came, the next when one is done', async () => {
    const first = waits();
    for (let nth = 0; nth < 30; nth += 1) void behind(`window ${nth}`, nth === 0 ? first.promise : waits().promise);
    await pass(1_000);
    expect(begun).toEqual(Array.from({ length: 24 }, (_, nth) => `window ${nth}`));
    first.resolve();
    await pass(1);
    expect(begun.at(-1)).toBe('window 24');
    expect(begun).toHaveLength(25);
  });

  it('goes on two at a time while a crowd still comes', async () => {
    void priorityQueue.answering(() => waits().promise);
    const first = waits();
    for (let nth = 0; nth < 5; nth += 1) void behind(`window ${nth}`, nth === 0 ? first.promise : waits().promise);
    await pass(1_000);
    expect(begun).toEqual(['window 0', 'window 1']);
    first.resolve();
    await pass(1);
    expect(begun).toEqual(['window 0', 'window 1', 'window 2']);
  });

  it('fails for its own caller, and holds up nobody', async () => {
    const failed = priorityQueue.behind(() => Promise.reject(new Error('no window')));
    const heard = expect(failed).rejects.toThrow('no window');
    await pass(12);
    await heard;
    void behind('window');
    await pass(12);
    expect(begun).toEqual(['window']);
  });
});
