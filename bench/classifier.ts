// What a stranger can learn from the times of answers. Two classifiers, each against what chance alone would give.

export interface Verdict {
  /** How often it is right; a half is a coin. */
  readonly share: number;
  /** How far from a half chance alone may lead, in 99 of 100 measurements. */
  readonly chance: number;
}

/** The most of several: each alone must then stay within this in 99.8 of 100. */
const deviations = 3.14;

/**
 * One threshold, for one step: the share of pairs in which the longer answer is the first kind's; below a half a stranger would turn it
 * round. `chance`: by the normal approximation of the Mann–Whitney statistic.
 */
export function byThreshold(one: readonly number[], other: readonly number[]): Verdict {
  const ranked = [...one.map((ms) => ({ ms, isOne: true })), ...other.map((ms) => ({ ms, isOne: false }))].toSorted(
    (a, b) => a.ms - b.ms,
  );
  let rankSum = 0;
  for (const [nth, { isOne }] of ranked.entries()) if (isOne) rankSum += nth + 1;
  const pairs = one.length * other.length;
  const share = (rankSum - (one.length * (one.length + 1)) / 2) / pairs;
  const deviation = Math.sqrt((one.length + other.length + 1) / (12 * pairs));
  return { share: Math.max(share, 1 - share), chance: deviations * deviation };
}

/**
 * Learned from every second answer, with the times of all steps at once: naive Bayes over twenty quantiles of each step, so that it also
 * sees a spread or a second peak. Tried on the other half.
 */
export function byLearning(one: readonly (readonly number[])[], other: readonly (readonly number[])[]): Verdict {
  const halves = (all: readonly (readonly number[])[], from: 0 | 1) => all.filter((_, nth) => nth % 2 === from);
  const likes = learned(halves(one, 0), halves(other, 0));
  const [ones, others] = [halves(one, 1), halves(other, 1)];
  const right = ones.filter((times) => likes(times) > 0).length + others.filter((times) => likes(times) <= 0).length;
  const tried = ones.length + others.length;
  // Here it cannot be turned round: which kind is which was learned.
  return { share: right / tried, chance: deviations * Math.sqrt(0.25 / tried) };
}

const quantiles = 20;

/** The logarithm of how much likelier these times are of the first kind. */
function learned(
  one: readonly (readonly number[])[],
  other: readonly (readonly number[])[],
): (times: readonly number[]) => number {
  const steps = one[0]?.length ?? 0;
  const weights = Array.from({ length: steps }, (_, step) => {
    const of = (all: readonly (readonly number[])[]) => all.map((times) => times[step] ?? 0);
    const sorted = [...of(one), ...of(other)].toSorted((a, b) => a - b);
    const bounds = Array.from({ length: quantiles - 1 }, (_none, nth) =>
      Number(sorted[Math.floor(((nth + 1) * sorted.length) / quantiles)]),
    );
    const bin = (ms: number): number => bounds.filter((bound) => ms >= bound).length;
    const counted = (all: readonly number[]): readonly number[] => {
      const counts = new Array<number>(quantiles).fill(1);
      for (const ms of all) counts[bin(ms)] = (counts[bin(ms)] ?? 0) + 1;
      return counts.map((count) => count / (all.length + quantiles));
    };
    const [ones, others] = [counted(of(one)), counted(of(other))];
    return (ms: number): number => Math.log((ones[bin(ms)] ?? 1) / (others[bin(ms)] ?? 1));
  });
  return (times) => weights.reduce((sum, weigh, step) => sum + weigh(times[step] ?? 0), 0);
}
