// Who may decide, as far as the policy file alone can tell: how many at most, and where it is whoever is in the room.

export type Platform = 'slack' | 'teams';

export interface Helpdesk {
  readonly channels?: readonly { readonly platform: Platform; readonly channel: string }[];
  readonly approvers?: Readonly<Partial<Record<Platform, NamedApprovers>>>;
}

/** A list of people, or `members`: whoever is in the channel in which the card stands. */
export type NamedApprovers = readonly string[] | 'members';

/** Only where a card stands can somebody press. Infinity where the members of a channel decide: nobody has counted them. */
export function possibleApprovers({ channels = [], approvers = {} }: Helpdesk): number {
  const platforms = [...new Set(channels.map(({ platform }) => platform))];
  const countOf = (named: NamedApprovers | undefined): number =>
    named === undefined || named === 'members' ? Number.POSITIVE_INFINITY : named.length;
  return platforms.reduce((sum, platform) => sum + countOf(approvers[platform]), 0);
}

/** In Teams a channel belongs to everybody in its team, so nothing is taken for granted there. */
const mustBeNamed: Readonly<Record<Platform, boolean>> = { slack: false, teams: true };

export const lacksApprovers = ({ channels = [], approvers = {} }: Helpdesk): boolean =>
  channels.some(({ platform }) => mustBeNamed[platform] && approvers[platform] === undefined);
