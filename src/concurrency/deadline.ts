// What is left of the time within which somebody is waiting for an answer.

export interface Deadline {
  /** Milliseconds for the next step: at most `most`, and so much less than all that is left that `keptMs` remain for what comes after it. */
  leftMs(most?: number, keptMs?: number): number;
}

/** Counts from now. A step always gets `leastMs`: whatever was slow before it, what usually takes moments is tried. */
export function createDeadline(options: {
  readonly answerMs: number;
  readonly leastMs?: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}): Deadline {
  const { answerMs, leastMs = 0, now = () => performance.now() } = options;
  const startedAt = now();
  return {
    leftMs: (most = answerMs, keptMs = 0) => Math.max(leastMs, Math.min(most, answerMs - keptMs - (now() - startedAt))),
  };
}
