// A platform's limit of messages in one conversation, kept here so that it seldom has to say so: a few at once, then one after the other.
// A short wait is taken; for a longer one the caller is given a turn of its own, and its outbox brings it back then.
import { type Failure, failed, type Outcome } from '../flows/outcome.ts';
import { createExpiringMap } from './expiring-map.ts';

export type Turn =
  /** Milliseconds to wait before the turn, which is then taken. */
  | { readonly waitMs: number }
  /** How long until asking again makes sense; `isReserved`: until the turn that is kept for this caller. */
  | { readonly comeBackInMs: number; readonly isReserved?: true };

export interface RateLimiter {
  /** `who` names the caller among those of this key; without it no turn is kept. */
  take(key: string, who?: string): Turn;
  /** Nothing for this key during that time: the platform asked for a pause. `who` was refused and goes first afterwards. */
  hold(key: string, ms: number, who?: string): void;
}

interface RateLimiterOptions {
  readonly everyMs: number;
  /** So many may follow each other without a wait. */
  readonly atOnce: number;
  readonly waitAtMostMs: number;
  /** Milliseconds, of the clock by which the outbox brings callers back. */
  readonly now: () => number;
}

/** Far more than the conversations in which something is said within one interval. */
const keysAtMost = 10_000;
/** Whoever does not come for its turn has no need of it any more. */
const missedAfterMs = 60_000;
/** A clock that goes back further than this was set: what was planned by it is void. */
const setBackMs = 5_000;

export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const lines = createExpiringMap<string, Line>({ atMost: keysAtMost });
  let seenAt = Number.NEGATIVE_INFINITY;

  function lineOf(key: string, at: number): Line {
    if (at < seenAt - setBackMs) lines.clear();
    seenAt = at;
    const line = lines.get(key) ?? createLine(options);
    lines.set(key, line);
    return line;
  }

  return {
    take(key, who) {
      const at = options.now();
      return lineOf(key, at).take(at, who);
    },
    hold(key, ms, who) {
      const at = options.now();
      lineOf(key, at).hold(at + ms, who);
    },
  };
}

interface Line {
  take(at: number, who: string | undefined): Turn;
  hold(until: number, who: string | undefined): void;
}

/** Those who wait for one conversation, in the order in which they came. */
function createLine({ everyMs, atOnce, waitAtMostMs }: RateLimiterOptions): Line {
  /** When the last turn would have ended, had all that were given been taken at the even pace; and all that were promised. */
  let givenUntil = Number.NEGATIVE_INFINITY;
  let promisedUntil = Number.NEGATIVE_INFINITY;
  let heldUntil = Number.NEGATIVE_INFINITY;
  const reserved = new Map<string, number>();

  const earliest = (at: number, evenUntil: number): number =>
    Math.max(at, evenUntil - (atOnce - 1) * everyMs, heldUntil);

  function give(start: number): void {
    givenUntil = Math.max(givenUntil, start) + everyMs;
    promisedUntil = Math.max(promisedUntil, givenUntil);
  }

  function forgetMissed(at: number): void {
    for (const [who, start] of reserved) if (start < at - missedAfterMs) reserved.delete(who);
  }

  return {
    take(at, who) {
      forgetMissed(at);
      const kept = who === undefined ? undefined : reserved.get(who);
      if (who !== undefined && kept !== undefined) {
        // Those before may have come late for theirs.
        const start = Math.max(kept, earliest(at, givenUntil));
        if (start - at > waitAtMostMs) return { comeBackInMs: Math.ceil(start - at), isReserved: true };
        reserved.delete(who);
        give(start);
        return { waitMs: start - at };
      }
      const start = earliest(at, promisedUntil);
      if (start - at <= waitAtMostMs) {
        promisedUntil = Math.max(promisedUntil, start) + everyMs;
        give(start);
        return { waitMs: start - at };
      }
      if (who === undefined) return { comeBackInMs: Math.ceil(start - at) };
      reserved.set(who, start);
      promisedUntil = Math.max(promisedUntil, start) + everyMs;
      return { comeBackInMs: Math.ceil(start - at), isReserved: true };
    },
    hold(until, who) {
      heldUntil = Math.max(heldUntil, until);
      if (who !== undefined) reserved.delete(who);
      const first = Math.min(...reserved.values());
      const firstFree = who === undefined ? heldUntil : heldUntil + everyMs;
      const laterBy = reserved.size === 0 ? 0 : Math.max(0, firstFree - first);
      for (const [other, start] of reserved) reserved.set(other, start + laterBy);
      promisedUntil = Math.max(promisedUntil + laterBy, firstFree);
      if (who !== undefined) reserved.set(who, heldUntil);
    },
  };
}

/** A long queue stands in the outbox, which survives a restart; here only whose turn comes when. */
export async function inTurn<T>(
  key: string,
  pace: RateLimiter,
  work: () => Promise<Outcome<T>>,
  who?: string,
): Promise<Outcome<T>> {
  const turn = pace.take(key, who);
  if ('comeBackInMs' in turn) return failed(waitingForTurn(turn));
  if (turn.waitMs > 0) await new Promise((resolve) => setTimeout(resolve, turn.waitMs));
  const done = await work();
  if (!done.ok && done.failure.kind === 'rate-limited') pace.hold(key, done.failure.retryAfterMs, who);
  return done;
}

function waitingForTurn({ comeBackInMs, isReserved }: Extract<Turn, { readonly comeBackInMs: number }>): Failure {
  const waiting = { kind: 'rate-limited', retry: 'later', retryAfterMs: comeBackInMs, cause: 'own-pace' } as const;
  return isReserved === true ? { ...waiting, isTurn: true } : waiting;
}
