// Maps Auth0's user to the fields that the ports need. It holds addresses, so it never leaves this folder and is never logged.
import { type AccountId, accountId } from '../flows/ids.ts';
import type { AccountFacts } from '../flows/policy.ts';
import { endpoints } from './endpoints.ts';
import { type EnrolmentRecord, readRecord } from './enrolment-record.ts';
import { type CallResult, malformed } from './errors.ts';
import type { Management } from './management.ts';
import { type OwnName, ownNames } from './own-names.ts';
import { type IdentityAnswer, mainIdentity, type UserAnswer, userAnswer } from './schemas.ts';

export interface Account {
  readonly id: AccountId;
  readonly email: string | undefined;
  /**
   * The account's own address and those of its linked identities, verified or not. Use them only to suspect that two accounts
   * belong to one person, never as proof.
   */
  readonly addresses: readonly string[];
  /** Whether some linked identity could not be read: its address is not among them. */
  readonly hasUnreadIdentity: boolean;
  /** What Auth0 says of `email`. Undefined: nothing, as for users of Auth0's connector for Active Directory. */
  readonly isVerified: boolean | undefined;
  readonly phoneNumber: string | undefined;
  readonly isPhoneVerified: boolean | undefined;
  readonly givenName: string | undefined;
  readonly familyName: string | undefined;
  /** Of the whole profile. Where nobody has chosen one, it is the address. */
  readonly fullName: string | undefined;
  readonly userName: string | undefined;
  /** Names and addresses, as they are written: a new password must not hold one. */
  readonly ownWords: readonly string[];
  /** Of the main identity. */
  readonly connection: string;
  readonly provider: string;
  /** An administrator blocked it. */
  readonly isDisabled: boolean;
  /** Auth0 creates tickets only for database users with an address; otherwise it answers 400 (D:password-change ticket). */
  readonly isResettable: boolean;
  /** The identities other than the main one. `contactsOf` tells which of them are contacts. */
  readonly linked: readonly IdentityAnswer[];
  readonly names: readonly OwnName[];
  readonly appMetadata: AccountFacts['appMetadata'];
  readonly enrolment: EnrolmentRecord;
  /** Has enrolled a second factor for signing in. */
  readonly isMultifactor: boolean;
  /** ISO 8601, as Auth0 sends it. */
  readonly passwordChangedAt: string | undefined;
  /** ISO 8601, as Auth0 sends it. */
  readonly createdAt: string | undefined;
  /** How often somebody has signed in with it, or typed a code that came to it. Infinite where that cannot be read. */
  readonly uses: number;
}

/** Reads the whole user, without `fields`: if Auth0 did not know a selected field, a block would be missing without an error. */
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
  const identities = user.identities.filter((identity) => identity !== undefined);
  const linked = identities.filter((identity) => identity !== main);
  return {
    id: accountId(user.user_id),
    email: user.email,
    addresses: [user.email, ...identities.map(({ profileData }) => profileData?.email)].filter(
      (address) => address !== undefined,
    ),
    hasUnreadIdentity: user.identities.includes(undefined),
    isVerified: user.email_verified,
    phoneNumber: user.phone_number,
    isPhoneVerified: user.phone_verified,
    givenName: user.given_name,
    familyName: user.family_name,
    fullName: user.name,
    userName: user.username,
    ownWords: [user.email, user.username, user.given_name, user.family_name, user.name, user.nickname].filter(
      (word) => word !== undefined,
    ),
    connection: main?.connection ?? '',
    provider: main?.provider ?? '',
    isDisabled: user.blocked === true,
    isResettable: main?.provider === 'auth0' && user.email !== undefined,
    linked,
    names: ownNames(user, main, linked),
    appMetadata: user.app_metadata ?? {},
    enrolment: readRecord(user.app_metadata ?? {}),
    isMultifactor: user.multifactor,
    passwordChangedAt: user.last_password_reset,
    createdAt: user.created_at,
    uses: user.logins_count,
  };
}
