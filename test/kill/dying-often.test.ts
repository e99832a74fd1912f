import { afterEach, describe, expect, it } from 'vitest';
import { sample } from '../sampling.ts';
import type { Wish } from './person.ts';
import { type ProcessHarness, startProcessHarness } from './process-harness.ts';
import { harnessOptions, runStory } from './sweep.ts';

let harness: ProcessHarness | undefined;
afterEach(() => harness?.end());

/** The first kill is counted from the command, the others from the start of the process that took over. */
const fiveDeaths: readonly (readonly [Wish, readonly [number, ...number[]]])[] = [
  ['reset-password', [9, 6, 4, 7, 5]],
  ['unlock', [17, 5, 7, 4, 10]],
];

describe('a process that dies again and again', () => {
  it.each(sample(fiveDeaths))(
    'finishes a %s after five deaths in a row at %j',
    { timeout: 240_000 },
    async (wish, [first, ...rest]) => {
      harness = await startProcessHarness(harnessOptions);
      await harness.up();
      const person = harness.newcomer();
      if (wish === 'unlock') harness.auth0.control.lock(person.account);
      harness.aim({ nth: first, when: 'after' });
      for (const nth of rest) harness.aimNext({ nth, when: 'after' });
      expect((await runStory(harness, person, wish)).join('\n\n')).toBe('');
      expect(harness.deaths).toHaveLength(5);
    },
  );

  it('while it makes its database makes it whole in the end', { timeout: 240_000 }, async () => {
    for (let nth = 1; ; nth += 1) {
      harness = await startProcessHarness({ ...harnessOptions, aim: { nth, when: 'before' } });
      await harness.up();
      const isOver = !harness.deaths.some((where) => where.includes('commit'));
      const person = harness.newcomer();
      if (isOver) expect((await runStory(harness, person, 'reset-password')).join('\n\n')).toBe('');
      await harness.end();
      if (isOver) break;
      expect(nth).toBeLessThan(20);
    }
  });
});
