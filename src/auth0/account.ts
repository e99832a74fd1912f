// Auth0's user, read into what the ports need of it. Holds addresses, so it never leaves this folder and is never logged.
import { type AccountId, accountId } from '../flows/ids.ts';
import type { AccountFacts } from '../flows/policy.ts';
import { type Contact, contactsOf } from './contacts.ts';
import { endpoints } from './endpoints.ts';
import { type CallResult, malformed } from './errors.ts';
import type { Management } from './management.ts';
import { type OwnName, ownNames } from './own-names.ts';
import { type IdentityAnswer, type UserAnswer, userAnswer } from './schemas.ts';

export interface Account {
  readonly id: AccountId;
  readonly email: string | undefined;
  /** Its own and those of all that is linked to it, verified or not: only ever to doubt that somebody is somebody else. */
  readonly addresses: readonly string[];
  readonly isVerified: boolean;
  readonly givenName: string | undefined;
  /** Of the main identity. */
  readonly connection: string;
  readonly provider: string;
  /** An administrator blocked it. */
  readonly isDisabled: boolean;
  /** Auth0 gives tickets to users of a database who have an address (D:password-change ticket, 400 otherwise). */
  readonly isResettable: boolean;
  readonly contacts: readonly Contact[];
  readonly names: readonly OwnName[];
  readonly appMetadata: AccountFacts['appMetadata'];
  /** ISO 8601, as Auth0 has it. */
  readonly passwordChangedAt: string | undefined;
}

/** The whole user, without `fields`: a selection that Auth0 does not know would hide a block without a word. */
export async function readAccount(management: Management, id: AccountId): Promise<CallResult<Account>> {
  const reply = await management.ask(endpoints.readUser, userAnswer, (client, options) =>
    client.users.get(id, {}, options),
  );
  if (!reply.ok) return reply;
  if (reply.value.user_id !== id) return malformed(endpoints.readUser, 'another user than the one asked for');
  return { ok: true, value: accountFrom(reply.value) };
}

export function accountFrom(user: UserAnswer): Account {
  const main = mainIdentity(user);
  const secondary = user.identities.filter((identity) => identity !== main);
  return {
    id: accountId(user.user_id),
    email: user.email,
    addresses: [user.email, ...user.identities.map(({ profileData }) => profileData?.email)].filter(
      (address) => address !== undefined,
    ),
    isVerified: user.email_verified === true,
    givenName: user.given_name,
    connection: main?.connection ?? '',
    provider: main?.provider ?? '',
    isDisabled: user.blocked === true,
    isResettable: main?.provider === 'auth0' && user.email !== undefined,
    contacts: contactsOf(secondary, user.email),
    names: ownNames(user, main),
    appMetadata: user.app_metadata ?? {},
    passwordChangedAt: user.last_password_reset,
  };
}

/** The one that the user id is made of; Auth0 lists it first. */
function mainIdentity(user: UserAnswer): IdentityAnswer | undefined {
  const named = user.identities.find(({ provider, user_id: id }) => `${provider}|${id}` === user.user_id);
  return named ?? user.identities[0];
}
