// Doing again what certainly or probably did not happen, a few times: for what no outbox does again.
// Waits as long as the other side asked for, and jitters, so that many who were refused together do not come back together.
import { type Failure, failed, type Outcome } from '../flows/outcome.ts';

export interface RetryOptions {
  readonly triesAtMost: number;
  /** No try begins after this. */
  readonly withinMs: number;
  /** What is worth another try; everything that may pass unless told. */
  readonly isWorthIt?: (failure: Failure) => boolean;
  /** Milliseconds before the next try, after so many; undefined where none is worth it. Growing from a second unless told. */
  readonly pauseMs?: (failure: Failure, tries: number) => number | undefined;
  readonly pause?: (ms: number) => Promise<void>;
  readonly random?: () => number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

const firstPauseMs = 1_000;
const longestPauseMs = 60_000;

/** The first success, or the last failure. */
export async function retry<T>(work: () => Promise<Outcome<T>>, patience: RetryOptions): Promise<Outcome<T>> {
  const { triesAtMost, withinMs, isWorthIt = mayPass, pause = quietly } = patience;
  const { random = Math.random, now = () => performance.now() } = patience;
  const pauseMsOf = patience.pauseMs ?? ((failure, nth) => pauseAfter(failure, nth, random));
  const startedAt = now();
  let tries = 0;
  for (;;) {
    const done = await work();
    if (done.ok) return done;
    const { failure } = done;
    // Nothing was refused where the turn had not come: that is no try.
    if (!isTurn(failure)) tries += 1;
    if (tries >= triesAtMost || failure.retry === 'never' || !isWorthIt(failure)) return failed(failure);
    const pauseMs = isTurn(failure) ? failure.retryAfterMs : pauseMsOf(failure, tries);
    if (pauseMs === undefined || now() - startedAt + pauseMs > withinMs) return failed(failure);
    if (pauseMs > 0) await pause(pauseMs);
  }
}

/** Nothing was carried out: doing it again never does it twice. */
export const isUndone = (failure: Failure): boolean =>
  failure.kind === 'rate-limited' || (failure.kind === 'unreachable' && !failure.mayHaveHappened);

const isTurn = (failure: Failure): failure is Extract<Failure, { kind: 'rate-limited' }> =>
  failure.kind === 'rate-limited' && failure.isTurn === true;

const mayPass = (failure: Failure): boolean => failure.retry === 'later';

/** Never shorter than the other side's own word. */
function pauseAfter(failure: Failure, nth: number, random: () => number): number {
  const asked = failure.kind === 'rate-limited' ? failure.retryAfterMs : 0;
  const own = Math.min(firstPauseMs * 2 ** (nth - 1), longestPauseMs);
  return Math.ceil(asked > 0 ? asked + random() * Math.min(own, asked) : own * (0.5 + random()));
}

/** Whoever stops the process does not wait for it. */
const quietly = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms).unref());
