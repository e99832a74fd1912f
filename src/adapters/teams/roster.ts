// Asks the connector about a person whom an activity names. Activities are not signed, so the name counts only once it is confirmed here.
import { createExpiringMap } from '../../concurrency/expiring-map.ts';
import type { ActorId } from '../../flows/ids.ts';
import { failed, type Outcome, success } from '../../flows/outcome.ts';
import { objectIdOf, sameCase } from './actor.ts';
import type { Connector } from './connector.ts';
import type { NameCache } from './name-cache.ts';
import type { MemberRecord } from './payload.ts';
import type { TeamsReference } from './references.ts';
import { channelOf } from './surface-refs.ts';

export interface Roster {
  /** Always asks. `refused` where the connector names another person, `absent` where the person is not in that conversation. */
  ask(actor: ActorId, reference: TeamsReference): Promise<Outcome<MemberRecord>>;
  /** As `ask`, but does not ask again for some minutes after a confirmation. */
  confirm(actor: ActorId, reference: TeamsReference): Promise<Outcome<void>>;
}

/** Safe to cache: a conversation does not change its owner, and only somebody with a stolen token of the connector could claim so. */
const confirmedForMs = 5 * 60_000;
const confirmedAtMost = 20_000;

export function createRoster(options: {
  readonly connector: Connector;
  readonly tenantId: string;
  /** Gets the names of the people whom the connector describes. */
  readonly names: Pick<NameCache, 'note'>;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}): Roster {
  const { connector, tenantId, names } = options;
  const confirmed = createExpiringMap<string, true>({
    forMs: confirmedForMs,
    atMost: confirmedAtMost,
    ...(options.now === undefined ? {} : { now: options.now }),
  });
  const keyOf = (actor: ActorId, { conversationId, userId }: TeamsReference): string =>
    `${actor} ${channelOf(conversationId)} ${userId}`;
  const ask: Roster['ask'] = async (actor, reference) => {
    const { serviceUrl, conversationId, userId } = reference;
    const found = await connector.member(serviceUrl, channelOf(conversationId), userId);
    if (!found.ok) return found;
    const objectId = objectIdOf(actor, tenantId);
    const foundId = found.value.aadObjectId ?? found.value.objectId;
    if (objectId === undefined || foundId == null || sameCase(foundId) !== objectId || found.value.id !== userId) {
      return failed({ kind: 'refused', retry: 'never', cause: 'another-person' });
    }
    confirmed.set(keyOf(actor, reference), true);
    names.note(actor, found.value);
    return found;
  };
  return {
    ask,
    async confirm(actor, reference) {
      if (confirmed.get(keyOf(actor, reference)) === true) return success(undefined);
      const asked = await ask(actor, reference);
      return asked.ok ? success(undefined) : asked;
    },
  };
}
