// The id_token, and every way in which a test can have it wrong.
import { randomBytes } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { sign } from './keys.ts';
import type { Grant, User } from './state.ts';
import type { Tenant } from './tenant.ts';

const idTokenSeconds = 36_000;
const oldSeconds = 3_600;

/** Seconds since the epoch, the unit of token claims. */
export function seconds(atMs: number): number {
  return Math.floor(atMs / 1000);
}

function profileClaims(user: User, scopes: readonly string[]): JWTPayload {
  return {
    ...(scopes.includes('profile') ? { name: user.name, nickname: user.nickname } : {}),
    ...(scopes.includes('email') && user.email !== undefined
      ? { email: user.email, email_verified: user.emailVerified }
      : {}),
  };
}

/** What only the token of a sign-in in the browser says. `auth_time` is there where `max_age` was asked for, as at Auth0. */
function signInClaims({ misbehave }: Tenant, { request, signedInAt }: Grant): JWTPayload {
  const authTime = seconds(signedInAt) - (misbehave.oldAuthTime ? oldSeconds : 0);
  return {
    ...(misbehave.subIs === undefined ? {} : { sub: misbehave.subIs }),
    ...(misbehave.noNonce ? {} : { nonce: misbehave.wrongNonce ? 'of-another-sign-in' : request.nonce }),
    ...(misbehave.noAuthTime || request.maxAge === undefined ? {} : { auth_time: authTime }),
  };
}

export async function idToken(tenant: Tenant, user: User, scopes: readonly string[], grant?: Grant): Promise<string> {
  const { misbehave } = tenant;
  const issuedAt = seconds(tenant.now()) - (misbehave.staleIat ? 7_200 : 0);
  return sign(
    tenant.keys,
    {
      ...profileClaims(user, scopes),
      iss: misbehave.wrongIssuer ? 'https://other-tenant.eu.auth0.test/' : tenant.issuer,
      aud: misbehave.wrongAud ? 'SomeOtherClientId' : tenant.clientId,
      sub: misbehave.wrongSub ? 'auth0|000000000000000000000000' : user.userId,
      iat: issuedAt,
      exp: issuedAt + idTokenSeconds,
      sid: grant?.sessionId ?? randomBytes(16).toString('base64url'),
      ...(grant === undefined ? {} : signInClaims(tenant, grant)),
    },
    misbehave.foreignSignature ? 'foreign' : 'own',
  );
}
