// Whether somebody may decide, asked at the moment of the press and never remembered.
import { type ActorId, actorParts } from '../flows/ids.ts';
import { type Outcome, success } from '../flows/outcome.ts';
import type { People } from '../flows/ports.ts';
import type { Messenger } from './messenger.ts';
import type { HelpdeskChannel } from './placing.ts';

export interface ApproverPolicy {
  readonly channels: readonly HelpdeskChannel[];
  /** By platform: who may decide. A platform that is absent: the members of the channel in which the card stands. */
  readonly approvers: Readonly<Partial<Record<string, readonly string[]>>>;
}

/** `channel` is `platform:channel` of the card that was pressed; a channel that is not the helpdesk's entitles nobody. */
export type Entitled = (actor: ActorId, channel: string | undefined) => Promise<Outcome<boolean>>;

export function createEntitled(
  policy: ApproverPolicy,
  people: People,
  messengers: ReadonlyMap<string, Messenger>,
): Entitled {
  return async (actor, channel) => {
    const { platform, user } = actorParts(actor);
    const listed = policy.approvers[platform];
    if (listed !== undefined && !listed.includes(user)) return success(false);
    const standsIn = policy.channels.find((known) => `${known.platform}:${known.channel}` === channel);
    if (listed === undefined && standsIn === undefined) return success(false);
    // Guests, strangers of a shared channel and deactivated people are nobody's approver, whatever list they are on.
    const person = await people.lookUp(actor);
    if (!person.ok) return person.failure.kind === 'absent' ? success(false) : person;
    if (person.value.is !== 'employee') return success(false);
    if (listed !== undefined) return success(true);
    const messenger = messengers.get(platform);
    if (messenger === undefined || standsIn === undefined || standsIn.platform !== platform) return success(false);
    return messenger.isMember(standsIn.channel, actor);
  };
}
