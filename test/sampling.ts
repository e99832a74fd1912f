// What is only a repetition: on a developer's machine some of it, in turn from one day to the next; in CI all of it.

export const isSampled = process.env['CI'] === undefined;
const today = Math.floor(Date.now() / 86_400_000);

/** One of so many; one of all of them unless told. */
export const inTurn = <T>(all: readonly T[], oneOf = all.length): readonly T[] =>
  isSampled ? all.filter((_, nth) => (nth + today) % oneOf === 0) : all;
