// Under which names an account's own failed sign-ins may be counted. A name that only stands in some profile is not one:
// who links a profile that carries somebody else's address must not lift that person's lock with it.
import type { IdentityAnswer, UserAnswer } from './schemas.ts';

export interface OwnName {
  readonly name: string;
  /** The account's own connections that know it by this name. */
  readonly connections: readonly string[];
  /** An address that was verified belongs to one person; a user name may be anybody's in another connection. */
  readonly isAddress: boolean;
  /** Of the main identity: those are what Auth0 finds by the user id. */
  readonly isMain: boolean;
}

/** Linked ones first, because Auth0 may not find those by the user id; of them first what one signs in with. */
export function ownNames(user: UserAnswer, main: IdentityAnswer | undefined): readonly OwnName[] {
  const linked = user.identities
    .filter((identity) => identity !== main)
    .toSorted((a, b) => Number(hasPassword(b)) - Number(hasPassword(a)))
    .flatMap((identity) => namesIn(identity, { ...identity.profileData, isMain: false }));
  return merged([...linked, ...(main === undefined ? [] : namesIn(main, { ...user, isMain: true }))]);
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

/** Nothing of social and other foreign identities: what their profiles say is theirs to say. */
function namesIn({ provider, connection }: IdentityAnswer, profile: Profile): readonly OwnName[] {
  const { email, phone_number: phone, username, isMain } = profile;
  // The company's directory vouches for its addresses and seldom says so.
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
