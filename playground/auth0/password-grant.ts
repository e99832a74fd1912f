// The grant by which an application checks a name and a password that somebody gave to it (password-realm). It must be switched on for
// the application, and asks for no second factor: where one is due, it only says so.
import { mainIdentity, storedAddress } from './accounts.ts';
import { type Answer, oauthError } from './answer.ts';
import { forgetFailures, identifiersOf, isBlocked, recordFailure } from './blocks.ts';
import { connectionNamed } from './connections.ts';
import { writeLog } from './logs.ts';
import type { Fields } from './passwordless.ts';
import type { User } from './state.ts';
import type { Tenant } from './tenant.ts';

export const passwordRealmGrant = 'http://auth0.com/oauth/grant-type/password-realm';

export type PasswordGrant =
  | { readonly kind: 'right'; readonly user: User }
  | { readonly kind: 'refused'; readonly answer: Answer };

/** Where a policy asks for a second factor. */
export const mfaRequired: Answer = {
  status: 403,
  body: {
    error: 'mfa_required',
    error_description: 'Multifactor authentication required',
    mfa_token: 'Fe26.2*emulated',
    mfa_requirements: { challenge: [{ type: 'otp' }] },
  },
};

const refused = (status: number, error: string, text: string): PasswordGrant => ({
  kind: 'refused',
  answer: oauthError(status, error, text),
});
const wrong = refused(403, 'invalid_grant', 'Wrong email or password.');
const bruteForce = refused(
  429,
  'too_many_attempts',
  "Your account has been blocked after multiple consecutive login attempts. We've sent you an email with instructions on how to unblock it.",
);
const throttled = refused(
  429,
  'too_many_attempts',
  'We have detected suspicious login behavior and further attempts will be blocked. Please contact the administrator.',
);
/** By the name or address with which people sign in; never by an id, nor by that of a linked identity. */
function userIn(tenant: Tenant, connection: string, username: string): User | undefined {
  const name = storedAddress('email', username);
  return [...tenant.users.values()].find(
    (user) =>
      mainIdentity(user).connection === connection &&
      identifiersOf(user).some((identifier) => identifier.toLowerCase() === name),
  );
}

/** Failures count by the address of the person, as far as it is known, and stand beside those of the sign-in page. */
export function checkPassword(tenant: Tenant, fields: Fields, ip: string): PasswordGrant {
  const { realm, username, password } = fields;
  if (realm === undefined || username === undefined || password === undefined) {
    const missing = username === undefined ? 'username' : password === undefined ? 'password' : 'realm';
    return refused(400, 'invalid_request', `Missing required parameter: ${missing}`);
  }
  const connection = connectionNamed(tenant, realm);
  // The answer to an unknown realm is not confirmed; only that it is none of those that speak about the password.
  if (connection?.strategy !== 'auth0' || !connection.clients.has(tenant.clientId))
    return refused(400, 'invalid_request', 'The connection does not exist or is not enabled for the client.');
  if (tenant.blockedIps.has(ip)) {
    writeLog(tenant, { type: 'limit_mu', description: 'Blocked IP Address', userName: username, ip });
    return throttled;
  }
  const user = userIn(tenant, realm, username);
  const identifier = user === undefined ? storedAddress('email', username) : (identifiersOf(user)[0] ?? user.userId);
  const attempt = { identifier, ip, connection: realm, user };
  if (isBlocked(tenant, attempt)) return bruteForce;
  if (user === undefined || user.password === undefined || user.password !== password) {
    const description = 'Failed exchange: Password for Access Token';
    writeLog(tenant, { type: 'fepft', description, user, userName: identifier, connection: realm, ip });
    recordFailure(tenant, attempt);
    return wrong;
  }
  forgetFailures(tenant, attempt);
  if (user.blocked) {
    writeLog(tenant, { type: 'f', description: 'user is blocked', user, connection: realm, ip });
    return refused(403, 'unauthorized', 'user is blocked');
  }
  if (tenant.misbehave.mfaRequired || (user.multifactor ?? []).length > 0)
    return { kind: 'refused', answer: mfaRequired };
  writeLog(tenant, { type: 'sepft', description: 'Password for Access Token', user, connection: realm, ip });
  tenant.witnessed.push({ what: 'knew-password', account: user.userId, at: tenant.now() });
  return { kind: 'right', user };
}
