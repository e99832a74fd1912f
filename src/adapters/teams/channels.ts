// The members of a helpdesk channel. Cached for seconds only, because a right must hold at the moment of the press.
import { createAnswerCache } from '../../concurrency/answer-cache.ts';
import type { ActorId } from '../../flows/ids.ts';
import { type Outcome, success } from '../../flows/outcome.ts';
import { objectIdOf, sameCase } from './actor.ts';
import type { Connector } from './connector.ts';
import type { MemberRecord } from './payload.ts';
import type { Mention } from './render.ts';
import type { Services } from './services.ts';

export interface Channels {
  isMember(channel: string, actor: ActorId): Promise<Outcome<boolean>>;
  /**
   * The members to mention there: those with these Entra object ids, or all. None where the members cannot be read, or are too
   * many: the message must not wait for it, and Teams cannot mention a whole channel for a bot.
   */
  called(channel: string, calls: readonly string[] | 'members'): Promise<readonly Mention[]>;
}

/** So that two agents who press at the same time cost one call. */
const membersForMs = 5_000;
/** A small helpdesk. In a larger team a mention of everybody would disturb people who have nothing to do with it. */
const calledAtMost = 10;
/** Far more channels than a helpdesk has. */
const channelsAtMost = 1_000;

export function createChannels(options: {
  readonly connector: Connector;
  readonly services: Services;
  readonly tenantId: string;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}): Channels {
  const { connector, services, tenantId } = options;
  const ask = async (channel: string): Promise<Outcome<ReadonlyMap<string, Mention>>> => {
    const found = await services.atOne((serviceUrl) => connector.members(serviceUrl, channel));
    return found.ok ? success(new Map(found.value.flatMap((member) => insider(member, tenantId)))) : found;
  };
  const members = createAnswerCache({
    ask,
    keptMs: () => membersForMs,
    atMost: channelsAtMost,
    ...(options.now === undefined ? {} : { now: options.now }),
  });
  return {
    async isMember(channel, actor) {
      const objectId = objectIdOf(actor, tenantId);
      if (objectId === undefined) return success(false);
      const present = await members.get(channel);
      return present.ok ? success(present.value.has(objectId)) : present;
    },
    async called(channel, calls) {
      const present = await members.get(channel);
      if (!present.ok) return [];
      if (calls !== 'members') return calls.flatMap((objectId) => present.value.get(sameCase(objectId)) ?? []);
      return present.value.size <= calledAtMost ? [...present.value.values()] : [];
    },
  };
}

function insider(member: MemberRecord, tenantId: string): [string, Mention][] {
  const objectId = insiderId(member, tenantId);
  return objectId === undefined ? [] : [[objectId, { id: member.id, name: member.name ?? '' }]];
}

/**
 * The Entra object id of a member who may decide. Undefined for guests and people of other companies: they can be members of a
 * team too.
 */
export function insiderId({ aadObjectId, objectId, tenantId: home, userRole }: MemberRecord, tenantId: string) {
  const id = aadObjectId ?? objectId;
  const isInsider = userRole === 'user' && home != null && sameCase(home) === tenantId;
  return isInsider && id != null ? sameCase(id) : undefined;
}
