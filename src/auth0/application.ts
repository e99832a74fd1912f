// What the one application at Auth0 has: its grants, the addresses to which a sign-in returns, and its scopes. The manifest writes
// it, and whoever checks the tenant compares with it.
import { type Endpoint, endpoints } from './endpoints.ts';
import { otpGrant } from './schemas.ts';

/** Exactly these; a further one is a further way in. */
export const grantTypes: readonly string[] = ['client_credentials', 'authorization_code', otpGrant];

/** The Action after login that refuses sign-ins by a code to a contact. */
export const guardName = 'Latchkey sign-in guard';

/** Where a sign-in of ours may come back to. `publicUrl` is an origin. */
export const callbacksAt = (publicUrl: string): readonly string[] => [`${publicUrl}/enrol/callback`];

const calls: readonly Endpoint[] = Object.values(endpoints);

/** Every scope of the Management API that a call of ours needs, each once, in the alphabet's order. */
export const neededScopes: readonly string[] = [...new Set(calls.flatMap(({ scopes }) => scopes))].sort();
