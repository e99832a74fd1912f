// Who may decide, as far as the policy file alone can tell: how many at most, and where it is whoever is in the room.

export type Platform = 'slack' | 'teams';

export interface Helpdesk {
  readonly channels?: readonly { readonly platform: Platform; readonly channel: string }[];
  readonly approvers?: Readonly<Partial<Record<Platform, readonly string[]>>>;
}

/** Only where a card stands can somebody press. Infinity where the members of a channel decide: nobody has counted them. */
export function possibleApprovers({ channels = [], approvers = {} }: Helpdesk): number {
  const platforms = [...new Set(channels.map(({ platform }) => platform))];
  return platforms.reduce((sum, platform) => sum + (approvers[platform]?.length ?? Number.POSITIVE_INFINITY), 0);
}

/** The channels of a platform without a list: their members decide. */
export const channelsThatDecide = ({ channels = [], approvers = {} }: Helpdesk, on: Platform): readonly string[] =>
  approvers[on] === undefined ? channels.filter(({ platform }) => platform === on).map(({ channel }) => channel) : [];
