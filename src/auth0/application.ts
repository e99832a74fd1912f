// What the one application at Auth0 has: its grants, the addresses to which a sign-in returns, and its scopes. The manifest writes
// it, and whoever checks the tenant compares with it.
import { type Endpoint, endpoints } from './endpoints.ts';
import { otpGrant, passwordRealmGrant } from './schemas.ts';

/**
 * Exactly these; a further one is a further way in. `checksPasswords`: whether people type a password that they know on a page of ours,
 * in a database connection.
 */
export const grantTypesFor = (checksPasswords: boolean): readonly string[] => [
  ...['client_credentials', 'authorization_code', otpGrant],
  ...(checksPasswords ? [passwordRealmGrant] : []),
];

/** The Action after login that refuses sign-ins by a code to a contact. */
export const guardName = 'Latchkey sign-in guard';

/** Where a sign-in of ours may come back to. `publicUrl` is an origin. */
export const callbacksAt = (publicUrl: string): readonly string[] => [
  `${publicUrl}/enrol/callback`,
  `${publicUrl}/change/callback`,
];

const calls: readonly Endpoint[] = Object.values(endpoints);

/** Every scope of the Management API that a call of ours needs, each once, in the alphabet's order. */
export const neededScopes: readonly string[] = [...new Set(calls.flatMap(({ scopes }) => scopes))].sort();
