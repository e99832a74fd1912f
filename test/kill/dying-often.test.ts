import { afterEach, describe, expect, it } from 'vitest';
import { inTurn } from '../sampling.ts';
import type { Wish } from './person.ts';
import { type House, openHouse } from './process-harness.ts';
import { houseOptions, told } from './sweep.ts';

let house: House | undefined;
afterEach(() => house?.end());

/** The first kill is counted from the command, the others from the start of the process that took over. */
const fiveDeaths: readonly (readonly [Wish, readonly [number, ...number[]]])[] = [
  ['reset-password', [9, 6, 4, 7, 5]],
  ['unlock', [17, 5, 7, 4, 10]],
];

describe('a process that dies again and again', () => {
  it.each(inTurn(fiveDeaths))(
    'finishes a %s after five deaths in a row at %j',
    { timeout: 240_000 },
    async (wish, [first, ...rest]) => {
      house = await openHouse(houseOptions);
      await house.up();
      const person = house.newcomer();
      if (wish === 'unlock') house.auth0.control.lock(person.account);
      house.aim({ nth: first, when: 'after' });
      for (const nth of rest) house.aimNext({ nth, when: 'after' });
      expect((await told(house, person, wish)).join('\n\n')).toBe('');
      expect(house.deaths).toHaveLength(5);
    },
  );

  it('while it makes its database makes it whole in the end', { timeout: 240_000 }, async () => {
    for (let nth = 1; ; nth += 1) {
      house = await openHouse({ ...houseOptions, aim: { nth, when: 'before' } });
      await house.up();
      const isOver = !house.deaths.some((where) => where.includes('commit'));
      const person = house.newcomer();
      if (isOver) expect((await told(house, person, 'reset-password')).join('\n\n')).toBe('');
      await house.end();
      if (isOver) break;
      expect(nth).toBeLessThan(20);
    }
  });
});
