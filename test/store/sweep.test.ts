import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { queuedMs, stopwatch } from '../cpu-time.ts';
import { after, all, intakeOf, someone, start } from './contract-moment.ts';
import { fillFinished } from './finished-rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-sweep-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Some milliseconds of work, and the disk of a busy machine; without pauses it would be seconds. */
const longestBlockMs = 250;

/** How long `work` blocked this thread at most, without the time spent waiting for a processor. */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const [since, queued] = [performance.now(), queuedMs()];
      await new Promise((resolve) => setImmediate(resolve));
      longest = Math.max(longest, performance.now() - since - (queuedMs() - queued));
    }
  })();
  await work();
  isOver = true;
  await watching;
  return longest;
}

describe('a process with a hundred thousand finished requests behind it', () => {
  test('answers others within milliseconds while it tidies up, counts and looks round', {
    timeout: 120_000,
  }, async () => {
    const url = `sqlite:${join(folder, 'many.db')}`;
    await (await openStore({ url })).close();
    await fillFinished(url, start, { days: 40, flows: 3_000, surfaces: 1 });
    await fillFinished(url, start, { days: 10, flows: 100_000, alone: true });
    const store = await openStore({ url });
    const accepted: Promise<unknown>[] = [];
    const block = await longestBlock(async () => {
      const swept = store.sweep(start);
      for (let nth = 0; nth < 20; nth += 1) {
        accepted.push(store.accept(intakeOf(someone(), 'reset', start)));
        await store.tally();
        await store.nextWake();
        await all(store.overdue(after(1)));
        await all(store.unbegun(start));
      }
      await swept;
    });
    expect(block).toBeLessThan(longestBlockMs);
    await Promise.all(accepted);
    // A second sweep finds nothing to do, so it takes no time.
    const passedMs = stopwatch();
    await store.sweep(start);
    expect(passedMs()).toBeLessThan(500);
    await store.close();
  });
});
