// Whether somebody may decide, asked at the moment of the press and never remembered.
import { type ActorId, actorParts } from '../flows/ids.ts';
import { type Outcome, success } from '../flows/outcome.ts';
import type { Directory, Match, People } from '../flows/ports.ts';
import { accountOf, type Flow } from '../flows/state.ts';
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

/** Whether somebody who decides is the person of the request, or has approved it already, under another name elsewhere. */
export type SamePerson = (actor: ActorId, flow: Flow) => Promise<Outcome<'person' | 'approver' | undefined>>;

/**
 * Where everybody is on one platform, ids tell. Across platforms the work addresses are compared, and the account behind
 * them: the same human may be spelt differently on each.
 */
export function createSamePerson(people: People, directory: Directory): SamePerson {
  const workEmail = async (actor: ActorId): Promise<Outcome<string | undefined>> => {
    const found = await people.lookUp(actor);
    if (!found.ok) return found.failure.kind === 'absent' ? success(undefined) : found;
    return success(found.value.is === 'employee' ? found.value.workEmail.toLowerCase() : undefined);
  };
  return async (actor, flow) => {
    const approvers = 'approvals' in flow.state ? flow.state.approvals.map(({ by }) => by) : [];
    if ([flow.actor, ...approvers].every((other) => isSameDirectory(other, actor))) return success(undefined);
    const mine = await workEmail(actor);
    if (!mine.ok || mine.value === undefined) return mine.ok ? success(undefined) : mine;
    const match = await directory.match(mine.value);
    if (!match.ok) return match;
    if (match.value.is === 'account' && match.value.account === accountOf(flow.state)) return success('person');
    for (const approver of approvers.filter((other) => !isSameDirectory(other, actor))) {
      const theirs = await workEmail(approver);
      if (!theirs.ok) return theirs;
      if (theirs.value === undefined) continue;
      if (theirs.value === mine.value) return success('approver');
      const account = await directory.match(theirs.value);
      if (!account.ok) return account;
      if (isOneAccount(match.value, account.value)) return success('approver');
    }
    return success(undefined);
  };
}

const isOneAccount = (one: Match, other: Match): boolean =>
  one.is === 'account' && other.is === 'account' && one.account === other.account;

function isSameDirectory(one: ActorId, other: ActorId): boolean {
  const [a, b] = [actorParts(one), actorParts(other)];
  return a.platform === b.platform && a.tenant === b.tenant;
}
