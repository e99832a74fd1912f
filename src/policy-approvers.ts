// How many people may decide at most, as far as the policy file alone can tell.

type Platform = 'slack' | 'teams';

export interface Helpdesk {
  readonly channels?: readonly { readonly platform: Platform }[];
  readonly approvers?: Readonly<Partial<Record<Platform, readonly string[]>>>;
}

/** Only where a card stands can somebody press. Infinity where the members of a channel decide: nobody has counted them. */
export function possibleApprovers({ channels = [], approvers = {} }: Helpdesk): number {
  const platforms = [...new Set(channels.map(({ platform }) => platform))];
  return platforms.reduce((sum, platform) => sum + (approvers[platform]?.length ?? Number.POSITIVE_INFINITY), 0);
}
