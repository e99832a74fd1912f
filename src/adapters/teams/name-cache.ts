// People's names and handles as the connector last reported them. Never stored, only cached for minutes.
import type { Called } from '../../bot/display-names.ts';
import { createExpiringMap } from '../../concurrency/expiring-map.ts';
import { type ActorId, actorParts } from '../../flows/ids.ts';
import { shownName } from '../../text/shown-name.ts';
import type { MemberRecord } from './payload.ts';
import { words } from './words.ts';

export interface NameCache {
  note(actor: ActorId, member: MemberRecord): void;
  recall(actor: ActorId): Called | undefined;
}

const knownForMs = 10 * 60_000;
const knownAtMost = 5_000;

/** What stands before the `@` of the sign-in name: a card holds no whole address. Without it, the beginning of the object id. */
export function handleOf(actor: ActorId, { userPrincipalName }: MemberRecord): string {
  const [before = ''] = (userPrincipalName ?? '').split('@', 1);
  return /^[\p{L}\p{N}._'-]{1,64}$/u.test(before) ? before : actorParts(actor).user.slice(0, 8);
}

/** `now`: monotonic milliseconds. */
export function createNameCache(now: () => number = () => performance.now()): NameCache {
  const known = createExpiringMap<ActorId, Called>({ forMs: knownForMs, atMost: knownAtMost, now });
  return {
    recall: known.get,
    note(actor, member) {
      const name = shownName(member.name ?? '');
      if (name !== '') known.set(actor, { name, handle: words.handle(handleOf(actor, member)) });
    },
  };
}
