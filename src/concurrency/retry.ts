// Retries work that certainly or probably did not happen. For calls that no outbox repeats.
// Waits as long as the other side asked for, plus jitter, so that callers refused together do not all come back together.
import { type Failure, failed, type Outcome } from '../flows/outcome.ts';
import { unreferencedSleep } from './sleep.ts';

export interface RetryOptions {
  readonly triesAtMost: number;
  /** No try starts later than this after the beginning. */
  readonly withinMs: number;
  /** Which failures are worth another try; by default all that may pass. */
  readonly isWorthIt?: (failure: Failure) => boolean;
  /** Milliseconds before the next try, after `tries` tries; undefined: give up. By default it grows from one second. */
  readonly pauseMs?: (failure: Failure, tries: number) => number | undefined;
  readonly pause?: (ms: number) => Promise<void>;
  readonly random?: () => number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/** The first success, or the last failure. */
export async function retry<T>(work: () => Promise<Outcome<T>>, options: RetryOptions): Promise<Outcome<T>> {
  const { triesAtMost, withinMs, isWorthIt = isTemporary, pause = unreferencedSleep } = options;
  const { random = Math.random, now = () => performance.now() } = options;
  const pauseMsOf = options.pauseMs ?? ((failure, nth) => pauseAfter(failure, nth, random));
  const startedAt = now();
  let tries = 0;
  for (;;) {
    const done = await work();
    if (done.ok) return done;
    const { failure } = done;
    // If only our own turn had not come, nothing was refused: that does not count as a try.
    if (!isTurn(failure)) tries += 1;
    if (tries >= triesAtMost || failure.retry === 'never' || !isWorthIt(failure)) return failed(failure);
    const pauseMs = isTurn(failure) ? failure.retryAfterMs : pauseMsOf(failure, tries);
    if (pauseMs === undefined || now() - startedAt + pauseMs > withinMs) return failed(failure);
    if (pauseMs > 0) await pause(pauseMs);
  }
}

/** Certainly nothing was carried out: a repeat cannot do it twice. */
export const isUndone = (failure: Failure): boolean =>
  failure.kind === 'rate-limited' || (failure.kind === 'unreachable' && !failure.mayHaveHappened);

const isTurn = (failure: Failure): failure is Extract<Failure, { kind: 'rate-limited' }> =>
  failure.kind === 'rate-limited' && failure.isTurn === true;

const isTemporary = (failure: Failure): boolean => failure.retry === 'later';

/** Never shorter than the other side asked for. */
function pauseAfter(failure: Failure, nth: number, random: () => number): number {
  const askedMs = failure.kind === 'rate-limited' ? failure.retryAfterMs : 0;
  const ownMs = Math.min(firstPauseMs * 2 ** (nth - 1), longestPauseMs);
  return Math.ceil(askedMs > 0 ? askedMs + random() * Math.min(ownMs, askedMs) : ownMs * (0.5 + random()));
}
