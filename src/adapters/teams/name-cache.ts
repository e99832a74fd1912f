// People's names as the connector last reported them. Never stored, only cached for minutes.
import { createExpiringMap } from '../../concurrency/expiring-map.ts';
import type { ActorId } from '../../flows/ids.ts';
import { shownName } from '../../text/shown-name.ts';
import type { MemberRecord } from './payload.ts';

export interface NameCache {
  note(actor: ActorId, member: MemberRecord): void;
  recall(actor: ActorId): string | undefined;
}

const knownForMs = 10 * 60_000;
const knownAtMost = 5_000;

/** `now`: monotonic milliseconds. */
export function createNameCache(now: () => number = () => performance.now()): NameCache {
  const known = createExpiringMap<ActorId, string>({ forMs: knownForMs, atMost: knownAtMost, now });
  return {
    recall: known.get,
    note(actor, member) {
      const name = shownName(member.name ?? '');
      if (name !== '') known.set(actor, name);
    },
  };
}
