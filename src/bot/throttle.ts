// Five hundred commands a minute from one person must cost the others nothing. In memory: a restart forgives.
import type { ActorId } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';

const windowMs = 60_000;
/** More people than ever talk to one process within a minute; the oldest are forgotten first. */
const mostPeople = 50_000;

export function createThrottle(clock: Clock, perMinute = 20): (actor: ActorId) => boolean {
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
