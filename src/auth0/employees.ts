// Which of Auth0's users are employees' accounts, and whether an address is theirs.
import { foldCase } from '../text/case-folding.ts';
import type { Account } from './account.ts';

export interface EmployeeRules {
  /** Names of the connections whose users are employees; undefined: every database and AD connection. */
  readonly connections: readonly string[] | undefined;
  /** Whether addresses of Active Directory count only if Auth0 calls them verified. */
  readonly demandsVerified: boolean;
}

/** Whether the account's new password is chosen on a page of ours. */
export type IsSetHere = (account: Pick<Account, 'provider' | 'connection'>) => boolean;

/** In Active Directory, through Auth0's connector. */
export const createIsWrittenBack =
  (connections: readonly string[]): IsSetHere =>
  ({ provider, connection }) =>
    provider === 'ad' && connections.includes(connection);

/** In databases. */
export const createIsSetHere =
  (connections: readonly string[]): IsSetHere =>
  ({ provider, connection }) =>
    provider === 'auth0' && connections.includes(connection);

const isPasswordless = ({ provider }: Account): boolean => provider === 'email' || provider === 'sms';

/**
 * Exactly this address, apart from upper and lower case, whatever Auth0 found. A passwordless user is never a work account, even
 * if the policy names its connection.
 */
export const hasWorkEmail = (account: Account, workEmail: string): boolean =>
  account.email !== undefined && foldCase(account.email) === workEmail && !isPasswordless(account);

export function isEmployee(account: Account, { connections }: EmployeeRules): boolean {
  if (isPasswordless(account)) return false;
  if (connections !== undefined) return connections.includes(account.connection);
  return account.provider === 'auth0' || account.provider === 'ad';
}

/**
 * Auth0's connector for Active Directory says nothing of verification: the company's own directory vouches for its addresses. An
 * outright `false` is somebody's decision, in the connector's profile mapper or at Auth0, and counts.
 */
export function isBelieved({ isVerified, provider }: Account, { demandsVerified }: EmployeeRules): boolean {
  return isVerified ?? (provider === 'ad' && !demandsVerified);
}
