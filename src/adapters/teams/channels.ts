// Who is in a helpdesk channel. Remembered for moments only: rights are asked at the press.
import type { ActorId } from '../../flows/ids.ts';
import { type Outcome, success } from '../../flows/outcome.ts';
import { objectIdOf, sameCase } from './actor.ts';
import type { Connector } from './connector.ts';
import type { MemberRecord } from './payload.ts';
import type { Services } from './services.ts';

export interface Channels {
  isMember(channel: string, actor: ActorId): Promise<Outcome<boolean>>;
}

/** Two agents who press at once cost one question. */
const membersForMs = 5_000;

export function createChannels(options: {
  readonly connector: Connector;
  readonly services: Services;
  readonly tenantId: string;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}): Channels {
  const { connector, services, tenantId } = options;
  const now = options.now ?? (() => performance.now());
  const known = new Map<string, { readonly until: number; readonly answer: Promise<Outcome<ReadonlySet<string>>> }>();
  const ask = async (channel: string): Promise<Outcome<ReadonlySet<string>>> => {
    const found = await services.atOne((serviceUrl) => connector.members(serviceUrl, channel));
    return found.ok ? success(new Set(found.value.flatMap((member) => insider(member, tenantId)))) : found;
  };
  const membersOf = (channel: string): Promise<Outcome<ReadonlySet<string>>> => {
    const remembered = known.get(channel);
    if (remembered !== undefined && remembered.until > now()) return remembered.answer;
    const answer = ask(channel).then((outcome) => {
      if (!outcome.ok) known.delete(channel);
      return outcome;
    });
    known.set(channel, { until: now() + membersForMs, answer });
    return answer;
  };
  return {
    async isMember(channel, actor) {
      const objectId = objectIdOf(actor, tenantId);
      if (objectId === undefined) return success(false);
      const members = await membersOf(channel);
      return members.ok ? success(members.value.has(objectId)) : members;
    },
  };
}

/** Guests and people of other companies may be in a team, too; they decide nothing. */
function insider({ aadObjectId, objectId, tenantId: home, userRole }: MemberRecord, tenantId: string): string[] {
  const id = aadObjectId ?? objectId;
  const isInsider = userRole === 'user' && home != null && sameCase(home) === tenantId;
  return isInsider && id != null ? [sameCase(id)] : [];
}
