// The names under which Auth0 may count failed sign-ins of an account. A name that merely appears in some profile is left out:
// otherwise somebody could link a profile with another person's address and lift that person's lock.
import type { IdentityAnswer, UserAnswer } from './schemas.ts';

export interface OwnName {
  readonly name: string;
  /** The account's own connections that know it by this name. */
  readonly connections: readonly string[];
  /**
   * True for a verified address or number, which belongs to one person. A user name may be somebody else's in another connection.
   */
  readonly isAddress: boolean;
  /** True for the names of the main identity: Auth0 finds their blocks by the user id. */
  readonly isMain: boolean;
}

/**
 * Names of linked identities come first, because Auth0 may not find their blocks by the user id. Among these, identities with a
 * password come first.
 */
export function ownNames(
  user: UserAnswer,
  main: IdentityAnswer | undefined,
  linked: readonly IdentityAnswer[],
): readonly OwnName[] {
  const ofLinked = linked
    .toSorted((a, b) => Number(hasPassword(b)) - Number(hasPassword(a)))
    .flatMap((identity) => namesIn(identity, { ...identity.profileData, isMain: false }));
  return merged([...ofLinked, ...(main === undefined ? [] : namesIn(main, { ...user, isMain: true }))]);
}

const hasPassword = ({ provider }: IdentityAnswer): boolean => provider === 'auth0' || provider === 'ad';

interface Profile {
  readonly email?: string | undefined;
  readonly email_verified?: boolean | undefined;
  readonly phone_number?: string | undefined;
  readonly phone_verified?: boolean | undefined;
  readonly username?: string | undefined;
  readonly isMain: boolean;
}

/** No names from social and other external identities: we cannot vouch for what their profiles say. */
function namesIn({ provider, connection }: IdentityAnswer, profile: Profile): readonly OwnName[] {
  const { email, phone_number: phone, username, isMain } = profile;
  // The company's own directory is trusted for its addresses, and seldom marks them as verified.
  const isEmailOwn = provider === 'ad' ? profile.email_verified !== false : profile.email_verified === true;
  const isPhoneOwn = profile.phone_verified === true;
  const address = (name: string | undefined, isOwn: boolean) =>
    name === undefined || name === '' || !isOwn ? [] : [{ name, connections: [connection], isAddress: true, isMain }];
  switch (provider) {
    case 'auth0':
    case 'ad':
      return [
        ...address(email, isEmailOwn),
        ...address(phone, isPhoneOwn),
        ...(username === undefined || username === ''
          ? []
          : [{ name: username, connections: [connection], isAddress: false, isMain }]),
      ];
    case 'email':
      return address(email, isEmailOwn);
    case 'sms':
      return address(phone, isPhoneOwn);
    default:
      return [];
  }
}

function merged(names: readonly OwnName[]): readonly OwnName[] {
  const byName = new Map<string, OwnName>();
  for (const one of names) {
    const { name } = one;
    const known = byName.get(name);
    byName.set(
      name,
      known === undefined
        ? one
        : {
            name,
            connections: [...new Set([...known.connections, ...one.connections])],
            isAddress: known.isAddress || one.isAddress,
            isMain: known.isMain || one.isMain,
          },
    );
  }
  return [...byName.values()];
}
