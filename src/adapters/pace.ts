// A platform's limit of messages in one conversation, kept here so that it seldom has to say so: a few at once, then one after the other.
// A short wait is taken; a longer one is told to the caller, whose outbox keeps the order and survives a restart.
import { failed, type Outcome } from '../flows/outcome.ts';

export interface Pace {
  /** Milliseconds to wait before the turn, which is then taken; or how long until asking again makes sense. */
  take(key: string): { readonly waitMs: number } | { readonly comeBackInMs: number };
  /** Nothing for this key during that time: the platform asked for a pause. */
  hold(key: string, ms: number): void;
}

/** Far more than the conversations in which something is said within one interval. */
const keysAtMost = 10_000;

export function createPace(options: {
  readonly everyMs: number;
  /** So many may follow each other without a wait. */
  readonly atOnce: number;
  readonly waitAtMostMs: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}): Pace {
  const { everyMs, atOnce, waitAtMostMs } = options;
  const now = options.now ?? (() => performance.now());
  /** When the last turn would have ended, had all been taken at the even pace. */
  const evenUntil = new Map<string, number>();
  const heldUntil = new Map<string, number>();
  const forgetOld = (at: number): void => {
    for (const times of [evenUntil, heldUntil]) {
      if (times.size < keysAtMost) continue;
      for (const [key, until] of times) if (until <= at) times.delete(key);
    }
  };
  return {
    take(key) {
      const at = now();
      forgetOld(at);
      const even = Math.max(at, evenUntil.get(key) ?? 0);
      const start = Math.max(at, even - (atOnce - 1) * everyMs, heldUntil.get(key) ?? 0);
      if (start - at > waitAtMostMs) return { comeBackInMs: Math.ceil(start - at) };
      evenUntil.set(key, Math.max(even, start) + everyMs);
      return { waitMs: start - at };
    },
    hold(key, ms) {
      heldUntil.set(key, Math.max(heldUntil.get(key) ?? 0, now() + ms));
    },
  };
}

/** A long queue stands in the outbox, which survives a restart, not here. */
export async function inTurn<T>(key: string, pace: Pace, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  const turn = pace.take(key);
  if ('comeBackInMs' in turn) {
    return failed({ kind: 'rate-limited', retry: 'later', retryAfterMs: turn.comeBackInMs, cause: 'own-pace' });
  }
  if (turn.waitMs > 0) await new Promise((resolve) => setTimeout(resolve, turn.waitMs));
  const done = await work();
  if (!done.ok && done.failure.kind === 'rate-limited') pace.hold(key, done.failure.retryAfterMs);
  return done;
}
