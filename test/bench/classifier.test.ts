// The classifiers of the bench tell what they are for, and nothing where there is no difference.
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { byLearning, byThreshold } from '../../bench/classifier.ts';

/** Between nought and one, the same in every run. */
const chance = (seed: string, nth: number): number =>
  createHash('sha256').update(`${seed} ${nth}`).digest().readUInt32BE() / 2 ** 32;
const many = 2_000;
const drawn = (seed: string, msOf: (chance: number) => number): readonly number[] =>
  Array.from({ length: many }, (_, nth) => msOf(chance(seed, nth)));
/** The answers of a product on a beat: up to a fifth of it later. */
const onBeat = (jitter: number): number => 300 + 60 * jitter;
const alone = (times: readonly number[]) => times.map((ms) => [ms]);
const isTold = ({ share, chance: within }: ReturnType<typeof byThreshold>): boolean => share > 0.5 + within;

const plain = drawn('plain', onBeat);
const differences: readonly (readonly [string, readonly number[], readonly boolean[]])[] = [
  ['nothing', drawn('same', onBeat), [false, false]],
  ['ten milliseconds more', drawn('later', (jitter) => onBeat(jitter) + 10), [true, true]],
  ['ten milliseconds less', drawn('earlier', (jitter) => onBeat(jitter) - 10), [true, true]],
  ['half the spread around the same middle', drawn('narrow', (jitter) => 315 + 30 * jitter), [false, true]],
  [
    'a fifth that comes a beat later',
    drawn('peak', (jitter) => onBeat(jitter) + (jitter > 0.8 ? 300 : 0)),
    [false, true],
  ],
];

describe('of two kinds of answers', () => {
  it.each(differences)('that differ by %s, a threshold and learning tell this', (_what, other, told) => {
    expect([isTold(byThreshold(plain, other)), isTold(byLearning(alone(plain), alone(other)))]).toEqual(told);
  });

  it('a threshold tells four milliseconds', () => {
    expect(
      isTold(
        byThreshold(
          plain,
          drawn('later', (jitter) => onBeat(jitter) + 4),
        ),
      ),
    ).toBe(true);
  });

  it('learning uses every step', () => {
    const other = drawn('other', (jitter) => onBeat(jitter) + 12);
    const [same, more] = [drawn('a', onBeat), drawn('b', onBeat)];
    const pairs = (first: readonly number[], second: readonly number[]) =>
      first.map((ms, nth) => [ms, second[nth] ?? 0]);
    expect(isTold(byLearning(pairs(same, plain), pairs(more, other)))).toBe(true);
    expect(isTold(byLearning(pairs(plain, same), pairs(other, more)))).toBe(true);
  });
});
