// Whether somebody may decide. Checked at each press; nothing is cached here.
import type { Logger } from 'pino';
import { type ActorId, actorParts } from '../../flows/ids.ts';
import { type Outcome, success } from '../../flows/outcome.ts';
import type { People } from '../../flows/ports.ts';
import type { Messenger } from '../messenger.ts';
import type { HelpdeskChannel } from '../surfaces/card-posting.ts';

export interface ApproverPolicy {
  readonly channels: readonly HelpdeskChannel[];
  /**
   * Who may decide, by platform: a list of ids, or `members` of the card's channel. If a platform is absent, the members may
   * decide too, but only in a private channel.
   */
  readonly approvers: Readonly<Partial<Record<string, readonly string[] | 'members'>>>;
}

/** `nobody`: the channel is public and the policy does not say who may decide, so none of its members may. */
export type Entitlement = 'may-decide' | 'may-not' | 'nobody';

export interface Approvers {
  /** `channel`: `platform:channel` of the pressed card. A channel that is not a helpdesk channel entitles nobody. */
  entitled(actor: ActorId, channel: string | undefined): Promise<Outcome<Entitlement>>;
  /** Whether every helpdesk channel has people who may decide. Where nobody may, the reason is logged once. */
  check(): Promise<Outcome<boolean>>;
}

export function createApprovers(parts: {
  readonly policy: ApproverPolicy;
  readonly people: People;
  readonly messengers: ReadonlyMap<string, Messenger>;
  readonly log: Logger;
}): Approvers {
  const { policy, people, messengers, log } = parts;
  const reported = new Set<string>();

  /** Not cached here: a channel can be made public while the program runs. */
  async function mayMembersDecide({ platform, channel }: HelpdeskChannel): Promise<Outcome<boolean>> {
    if (policy.approvers[platform] === 'members') return success(true);
    const isPrivate = await messengers.get(platform)?.isPrivate(channel);
    if (isPrivate === undefined) return success(false);
    if (!isPrivate.ok) return isPrivate;
    if (isPrivate.value) reported.delete(channel);
    else if (!reported.has(channel)) {
      reported.add(channel);
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
      // Guests, outsiders in a shared channel and deactivated people never may decide, even if they are on a list.
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
