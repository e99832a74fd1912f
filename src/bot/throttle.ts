// Limits how often one person may send something. Five hundred commands a minute from one person must not slow down others.
// The counts are in memory, so a restart resets them.
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import type { ActorId } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import type { ThrottleVerdict } from './inbound.ts';

export interface Throttle {
  /** Counts a request; false: over the limit. */
  permits(actor: ActorId): boolean;
  /** Counts a message (`words`) or a press; each has its own limit. */
  check(actor: ActorId, what: 'words' | 'press'): ThrottleVerdict;
  /** Whether to tell this person now about a limit or a refusal: at most once a minute. Counts the call. */
  complains(actor: ActorId): boolean;
}

const windowMs = 60_000;
/** Far more people than write to one process within a minute. */
const mostPeople = 50_000;
/** Above what a person types in a hurry. */
const requestsPerMinute = 20;
const wordsPerMinute = 20;
/** One a second for a whole minute: above the quickest agent with a full channel, below what would slow down others. */
const pressesPerMinute = 60;

export function createThrottle(clock: Clock): Throttle {
  const requests = createLimit(clock, requestsPerMinute);
  const words = createLimit(clock, wordsPerMinute);
  const presses = createLimit(clock, pressesPerMinute);
  const complaints = createLimit(clock, 1);
  const pressComplaints = createLimit(clock, 1);
  return {
    permits: requests,
    check(actor, what) {
      const [isWithinLimit, mayComplain] = what === 'press' ? [presses, pressComplaints] : [words, complaints];
      if (isWithinLimit(actor)) return 'allowed';
      return mayComplain(actor) ? 'too-often' : 'silent';
    },
    complains: complaints,
  };
}

/** Allows `perMinute` calls within the minute that begins with the first. */
function createLimit(clock: Clock, perMinute: number): (actor: ActorId) => boolean {
  const counts = createExpiringMap<ActorId, { times: number }>({
    forMs: windowMs,
    atMost: mostPeople,
    now: clock.now,
  });
  return (actor) => {
    const count = counts.get(actor) ?? { times: 0 };
    if (count.times === 0) counts.set(actor, count);
    count.times += 1;
    return count.times <= perMinute;
  };
}
