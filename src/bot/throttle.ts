// How often one person is heard. Five hundred commands a minute from one of them must cost the others nothing.
// In memory: a restart forgives.
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import type { ActorId } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import type { ThrottleVerdict } from './inbound.ts';

export interface Throttle {
  /** Counts a request; false: it is one too many. */
  permits(actor: ActorId): boolean;
  /** Counts words or a press, each on their own. */
  check(actor: ActorId, what: 'words' | 'press'): ThrottleVerdict;
  /** Whether to tell this person now that something was too much, or was refused: once a minute. */
  complains(actor: ActorId): boolean;
}

const windowMs = 60_000;
/** More people than ever talk to one process within a minute. */
const mostPeople = 50_000;
/** Quick people are always answered. */
const requestsPerMinute = 20;
const wordsPerMinute = 20;
/** One a second for a whole minute: above the quickest agent with a full channel, below what would cost others anything. */
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
      const [heard, told] = what === 'press' ? [presses, pressComplaints] : [words, complaints];
      if (heard(actor)) return 'allowed';
      return told(actor) ? 'too-often' : 'silent';
    },
    complains: complaints,
  };
}

/** So many times within the minute that begins with the first. */
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
