// How often one person is heard. Five hundred commands a minute from one of them must cost the others nothing.
// In memory: a restart forgives.
import type { ActorId } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import type { Heed } from './inbound.ts';

export interface Throttle {
  /** Counts a request; false: it is one too many. */
  permits(actor: ActorId): boolean;
  /** Counts words or a press, each on their own. */
  heeds(actor: ActorId, what: 'words' | 'press'): Heed;
  /** Whether to tell this person now that something was too much, or was refused: once a minute. */
  complains(actor: ActorId): boolean;
}

const windowMs = 60_000;
/** More people than ever talk to one process within a minute; the oldest are forgotten first. */
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
    heeds(actor, what) {
      const [heard, told] = what === 'press' ? [presses, pressComplaints] : [words, complaints];
      if (heard(actor)) return 'heard';
      return told(actor) ? 'too-often' : 'hushed';
    },
    complains: complaints,
  };
}

function createLimit(clock: Clock, perMinute: number): (actor: ActorId) => boolean {
  const seen = new Map<ActorId, { readonly since: number; count: number }>();
  return (actor) => {
    const now = clock.now();
    const entry = seen.get(actor);
    if (entry === undefined || now - entry.since >= windowMs) {
      seen.delete(actor);
      seen.set(actor, { since: now, count: 1 });
      for (const oldest of seen.keys()) {
        if (seen.size <= mostPeople) break;
        seen.delete(oldest);
      }
      return true;
    }
    entry.count += 1;
    return entry.count <= perMinute;
  };
}
