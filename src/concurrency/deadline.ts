// What is left of the seconds within which Teams wants its answer, counted from when the request came in, authentication included.

export interface Deadline {
  /** Milliseconds for the next step: `most` at the most, and `keptMs` less than all that is left, for what comes after it. */
  leftMs(most: number, keptMs?: number): number;
}

/** People see "Unable to reach app" after five seconds. */
const answerMs = 4_400;
/** Whatever was slow before it, a step that usually takes moments is tried. */
const leastMs = 300;

export function createDeadline(): Deadline {
  const startedAt = performance.now();
  return {
    leftMs: (most, keptMs = 0) =>
      Math.max(leastMs, Math.min(most, answerMs - keptMs - (performance.now() - startedAt))),
  };
}
