// Keeps to a platform's limit of messages per conversation, so that the platform seldom refuses one: a short burst, then one per
// interval.
// A short wait happens here. For a longer wait the caller gets a reserved turn, and its outbox calls again at that time.
import { type Failure, failed, type Outcome } from '../flows/outcome.ts';
import { createExpiringMap } from './expiring-map.ts';
import { sleep } from './sleep.ts';

export type Turn =
  /** The turn is taken; wait this many milliseconds for it. */
  | { readonly waitMs: number }
  /** No turn yet: ask again after this time. `isReserved`: a turn is then reserved for this caller. */
  | { readonly comeBackInMs: number; readonly isReserved?: true };

export interface RateLimiter {
  /** `who` identifies the caller within this key; without it no turn is reserved. */
  take(key: string, who?: string): Turn;
  /**
   * The platform asked for a pause: no turn for this key during that time. `who` is the caller that was refused; it goes first
   * afterwards.
   */
  hold(key: string, ms: number, who?: string): void;
}

interface RateLimiterOptions {
  readonly everyMs: number;
  /** The size of a burst without a wait. */
  readonly atOnce: number;
  readonly waitAtMostMs: number;
  /** No turn is reserved that comes later than this: whoever asks then asks again. Default: any turn is reserved. */
  readonly reserveWithinMs?: number;
  /** Milliseconds, of the clock by which the outbox calls again. */
  readonly now: () => number;
}

/** Far more than the conversations that get a message within one interval. */
const keysAtMost = 10_000;
/** A reserved turn that nobody takes within this time is dropped. */
const missedAfterMs = 60_000;
/** If the clock goes back by more than this, somebody set it, and all planned turns are dropped. */
const setBackMs = 5_000;

export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const queues = createExpiringMap<string, TurnQueue>({ atMost: keysAtMost });
  let seenAt = Number.NEGATIVE_INFINITY;

  function queueOf(key: string, at: number): TurnQueue {
    if (at < seenAt - setBackMs) queues.clear();
    seenAt = at;
    const queue = queues.get(key) ?? createTurnQueue(options);
    queues.set(key, queue);
    return queue;
  }

  return {
    take(key, who) {
      const at = options.now();
      return queueOf(key, at).take(at, who);
    },
    hold(key, ms, who) {
      const at = options.now();
      queueOf(key, at).hold(at + ms, who);
    },
  };
}

interface TurnQueue {
  take(at: number, who: string | undefined): Turn;
  hold(until: number, who: string | undefined): void;
}

/** The turns of one conversation, in the order of the calls. */
function createTurnQueue({
  everyMs,
  atOnce,
  waitAtMostMs,
  reserveWithinMs = Number.POSITIVE_INFINITY,
}: RateLimiterOptions): TurnQueue {
  /** The end of the last turn if all given turns had been spaced evenly; and the same with the reserved turns included. */
  let assignedUntil = Number.NEGATIVE_INFINITY;
  let promisedUntil = Number.NEGATIVE_INFINITY;
  let heldUntil = Number.NEGATIVE_INFINITY;
  const reserved = new Map<string, number>();

  const earliest = (at: number, evenUntil: number): number =>
    Math.max(at, evenUntil - (atOnce - 1) * everyMs, heldUntil);

  function assign(start: number): void {
    assignedUntil = Math.max(assignedUntil, start) + everyMs;
    promisedUntil = Math.max(promisedUntil, assignedUntil);
  }

  function forgetMissed(at: number): void {
    for (const [who, start] of reserved) if (start < at - missedAfterMs) reserved.delete(who);
  }

  return {
    take(at, who) {
      forgetMissed(at);
      const reservedStart = who === undefined ? undefined : reserved.get(who);
      if (who !== undefined && reservedStart !== undefined) {
        // Earlier callers may have taken their turns late.
        const start = Math.max(reservedStart, earliest(at, assignedUntil));
        if (start - at > waitAtMostMs) return { comeBackInMs: Math.ceil(start - at), isReserved: true };
        reserved.delete(who);
        assign(start);
        return { waitMs: start - at };
      }
      const start = earliest(at, promisedUntil);
      if (start - at <= waitAtMostMs) {
        promisedUntil = Math.max(promisedUntil, start) + everyMs;
        assign(start);
        return { waitMs: start - at };
      }
      if (who === undefined || start - at > reserveWithinMs) return { comeBackInMs: Math.ceil(start - at) };
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

/**
 * Runs `work` when its turn comes. Only the times of the turns are kept here. A long queue waits in the outbox, which survives a
 * restart.
 */
export async function runInTurn<T>(
  key: string,
  rateLimiter: RateLimiter,
  work: () => Promise<Outcome<T>>,
  who?: string,
): Promise<Outcome<T>> {
  const turn = rateLimiter.take(key, who);
  if ('comeBackInMs' in turn) return failed(waitingForTurn(turn));
  if (turn.waitMs > 0) await sleep(turn.waitMs);
  const done = await work();
  if (!done.ok && done.failure.kind === 'rate-limited') rateLimiter.hold(key, done.failure.retryAfterMs, who);
  return done;
}

function waitingForTurn({ comeBackInMs, isReserved }: Extract<Turn, { readonly comeBackInMs: number }>): Failure {
  const waiting = { kind: 'rate-limited', retry: 'later', retryAfterMs: comeBackInMs, cause: 'own-pace' } as const;
  return isReserved === true ? { ...waiting, isTurn: true } : waiting;
}
