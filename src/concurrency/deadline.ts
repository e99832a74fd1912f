// The time that is left to answer somebody who waits.

export interface Deadline {
  /** Milliseconds for the next step: at most `most`, and so that `keptMs` are left for the steps after it. */
  leftMs(most?: number, keptMs?: number): number;
}

/**
 * Starts now. A step always gets at least `leastMs`: even when the earlier steps were slow, a step that usually takes moments is
 * tried.
 */
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
