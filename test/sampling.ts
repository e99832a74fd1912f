// Sampling of tests that only repeat others: a developer's machine runs a part of them, another part each day; CI runs
// all.

export const isSampled = process.env['CI'] === undefined;
const today = Math.floor(Date.now() / 86_400_000);

/** One of every `oneOf` elements; by default one of all of them. */
export const sample = <T>(all: readonly T[], oneOf = all.length): readonly T[] =>
  isSampled ? all.filter((_, nth) => (nth + today) % oneOf === 0) : all;
