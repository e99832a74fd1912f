// What the connector says of a person whom an activity names. Activities are not signed: who is meant counts only when it is confirmed here.
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
  /** Asks now. `refused` where the connector names somebody else, `absent` where that person is not there. */
  ask(actor: ActorId, reference: TeamsReference): Promise<Outcome<MemberRecord>>;
  /** As `ask`, unless the connector said so within the last minutes. */
  confirm(actor: ActorId, reference: TeamsReference): Promise<Outcome<void>>;
}

/** A conversation does not change hands; only who stole a token of the connector's could claim otherwise. */
const confirmedForMs = 5 * 60_000;
const confirmedAtMost = 20_000;

export function createRoster(options: {
  readonly connector: Connector;
  readonly tenantId: string;
  /** Learns what the people are called whom the connector describes. */
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
    const told = found.value.aadObjectId ?? found.value.objectId;
    if (objectId === undefined || told == null || sameCase(told) !== objectId || found.value.id !== userId) {
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
