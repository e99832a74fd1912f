// Who may approve, as far as the policy file alone can tell: at most how many people, and where the members of the channel
// decide.

export const platformNames = ['slack', 'teams'] as const;
export type Platform = (typeof platformNames)[number];

export interface Helpdesk {
  readonly channels?: readonly { readonly platform: Platform; readonly channel: string }[];
  readonly approvers?: Readonly<Partial<Record<Platform, NamedApprovers>>>;
}

/** A list of people, or `members`: everybody in the channel in which the card is posted. */
export type NamedApprovers = readonly string[] | 'members';

/** Only people on a platform with a channel can press. Infinity if the members of a channel decide: their number is not known. */
export function possibleApprovers({ channels = [], approvers = {} }: Helpdesk): number {
  const platforms = [...new Set(channels.map(({ platform }) => platform))];
  const countOf = (named: NamedApprovers | undefined): number =>
    named === undefined || named === 'members' ? Number.POSITIVE_INFINITY : named.length;
  return platforms.reduce((sum, platform) => sum + countOf(approvers[platform]), 0);
}

/** In Teams a channel belongs to everybody in its team, so the policy must say who decides. */
const mustBeNamed: Readonly<Record<Platform, boolean>> = { slack: false, teams: true };

export const lacksApprovers = ({ channels = [], approvers = {} }: Helpdesk): boolean =>
  channels.some(({ platform }) => mustBeNamed[platform] && approvers[platform] === undefined);
