// People's names as the connector last reported them. Never stored, only cached for minutes.
import { createExpiringMap } from '../../concurrency/expiring-map.ts';
import type { ActorId } from '../../flows/ids.ts';
import { beginning } from '../../text/bounded-text.ts';
import type { MemberRecord } from './payload.ts';

export interface NameCache {
  note(actor: ActorId, member: MemberRecord): void;
  recall(actor: ActorId): string | undefined;
}

const knownForMs = 10 * 60_000;
const knownAtMost = 5_000;
const nameChars = 60;

/** A name that a card may show: one line, no invisible characters, at most 60 UTF-16 units; empty where nothing is left. */
export const presentableName = (given: string): string =>
  beginning(
    beginning(given, 4 * nameChars)
      .replace(/[\p{C}\s]+/gu, ' ')
      .trim(),
    nameChars,
  );

/** `now`: monotonic milliseconds. */
export function createNameCache(now: () => number = () => performance.now()): NameCache {
  const known = createExpiringMap<ActorId, string>({ forMs: knownForMs, atMost: knownAtMost, now });
  return {
    recall: known.get,
    note(actor, member) {
      const name = presentableName(member.name ?? '');
      if (name !== '') known.set(actor, name);
    },
  };
}
