// Whether somebody may decide, asked at the moment of the press and never remembered.
import type { Logger } from 'pino';
import { type ActorId, actorParts } from '../../flows/ids.ts';
import { type Outcome, success } from '../../flows/outcome.ts';
import type { People } from '../../flows/ports.ts';
import type { Messenger } from '../messenger.ts';
import type { HelpdeskChannel } from '../surfaces/card-posting.ts';

export interface ApproverPolicy {
  readonly channels: readonly HelpdeskChannel[];
  /**
   * By platform who may decide: a list, or `members` of the channel in which the card stands. A platform that is absent: the
   * members as well, but of a private channel only.
   */
  readonly approvers: Readonly<Partial<Record<string, readonly string[] | 'members'>>>;
}

/** `nobody`: the channel is open to everybody and the policy does not say who may decide, so none of its members may. */
export type Entitlement = 'may-decide' | 'may-not' | 'nobody';

export interface Approvers {
  /** `channel` is `platform:channel` of the card that was pressed; a channel that is not the helpdesk's entitles nobody. */
  entitled(actor: ActorId, channel: string | undefined): Promise<Outcome<Entitlement>>;
  /** Whether somebody may decide in every channel of the helpdesk. Where nobody may, the operator reads why, once. */
  check(): Promise<Outcome<boolean>>;
}

export function createApprovers(parts: {
  readonly policy: ApproverPolicy;
  readonly people: People;
  readonly messengers: ReadonlyMap<string, Messenger>;
  readonly log: Logger;
}): Approvers {
  const { policy, people, messengers, log } = parts;
  const told = new Set<string>();

  /** HelpResult each time: a channel can be made public while the program runs. */
  async function mayMembersDecide({ platform, channel }: HelpdeskChannel): Promise<Outcome<boolean>> {
    if (policy.approvers[platform] === 'members') return success(true);
    const isPrivate = await messengers.get(platform)?.isPrivate(channel);
    if (isPrivate === undefined) return success(false);
    if (!isPrivate.ok) return isPrivate;
    if (isPrivate.value) told.delete(channel);
    else if (!told.has(channel)) {
      told.add(channel);
      log.error({ event: 'helpdesk.nobody-may-decide', platform, channel, remedy: remedyFor(platform) }, nobodyDecides);
    }
    return isPrivate;
  }

  return {
    async entitled(actor, channel) {
      const { platform, user } = actorParts(actor);
      const named = policy.approvers[platform];
      const listed = named === 'members' ? undefined : named;
      if (listed !== undefined && !listed.includes(user)) return success('may-not');
      const standsIn = policy.channels.find((known) => `${known.platform}:${known.channel}` === channel);
      if (listed === undefined && standsIn?.platform !== platform) return success('may-not');
      // Guests, strangers of a shared channel and deactivated people are nobody's approver, whatever list they are on.
      const person = await people.lookUp(actor);
      if (!person.ok) return person.failure.kind === 'absent' ? success('may-not') : person;
      if (person.value.is !== 'employee') return success('may-not');
      if (listed !== undefined) return success('may-decide');
      const messenger = messengers.get(platform);
      if (messenger === undefined || standsIn === undefined) return success('may-not');
      const byMembership = await mayMembersDecide(standsIn);
      if (!byMembership.ok) return byMembership;
      if (!byMembership.value) return success('nobody');
      const isMember = await messenger.isMember(standsIn.channel, actor);
      return isMember.ok ? success(isMember.value ? 'may-decide' : 'may-not') : isMember;
    },
    async check() {
      const open = policy.channels.filter(({ platform }) => messengers.has(platform) && !policy.approvers[platform]);
      const answers = await Promise.all(open.map(mayMembersDecide));
      return answers.find((answer) => !answer.ok) ?? success(answers.every((answer) => answer.ok && answer.value));
    },
  };
}

const nobodyDecides =
  'this helpdesk channel is public and the policy does not say who may decide: nobody may, and requests that need an approval expire';
const remedyFor = (platform: string): string =>
  `Make the channel private, or set helpdesk.approvers.${platform} of the policy to a list, or to members: then whoever joins the channel may approve.`;
