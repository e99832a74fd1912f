// The Authentication API's two routes that the bot calls: /oauth/token and /passwordless/start.
import { randomBytes } from 'node:crypto';
import { type Answer, oauthError, ok } from './answer.ts';
import { redeemCode } from './code-grant.ts';
import { type Client, clientOf, grantTypesOf, scopesOf } from './configuration.ts';
import { idToken, seconds } from './id-token.ts';
import { sign } from './keys.ts';
import { drawPasswordless } from './limits.ts';
import { writeLog } from './logs.ts';
import { checkPassword, mfaRequired, passwordRealmGrant } from './password-grant.ts';
import { exchangeCode, type Fields, startPasswordless } from './passwordless.ts';
import type { Grant, User } from './state.ts';
import type { Tenant } from './tenant.ts';

const otpGrant = 'http://auth0.com/oauth/grant-type/passwordless/otp';
/** Grants that this emulator can answer, as far as the application has them. */
const answerable = ['client_credentials', 'authorization_code', otpGrant, passwordRealmGrant] as const;
const knownButOff: ReadonlySet<string> = new Set([
  ...answerable,
  'refresh_token',
  'password',
  'urn:ietf:params:oauth:grant-type:device_code',
]);
const managementTokenSeconds = 86_400;

const wrongClient = oauthError(401, 'access_denied', 'Unauthorized');

function isOurClient(tenant: Tenant, fields: Fields): boolean {
  return fields['client_id'] === tenant.clientId && fields['client_secret'] === tenant.clientSecret;
}

/** The application whose id and secret were sent. */
function clientIn({ configuration }: Tenant, fields: Fields): Client | undefined {
  const client = clientOf(configuration, fields['client_id'] ?? '');
  return client?.secret === fields['client_secret'] ? client : undefined;
}

/** For any application that may have one: only the bot's own can do more here. */
async function managementToken(tenant: Tenant, client: Client, fields: Fields, ip: string): Promise<Answer> {
  const audience = fields['audience'];
  if (audience === undefined) {
    return oauthError(
      403,
      'access_denied',
      'No audience parameter was provided, and no default audience has been configured',
    );
  }
  if (audience !== tenant.audience) {
    return oauthError(403, 'access_denied', `Service not enabled within domain: ${audience}`);
  }
  const granted = scopesOf(tenant.configuration, client.id, audience);
  if (granted.length === 0) {
    return oauthError(403, 'access_denied', `Client is not authorized to access "${audience}".`);
  }
  const asked = (fields['scope'] ?? '').split(' ').filter((scope) => scope !== '');
  const foreign = asked.filter((scope) => !granted.includes(scope));
  if (foreign.length > 0) {
    return oauthError(403, 'access_denied', `Client has not been granted scopes: ${foreign.join(', ')}`);
  }
  const scope = (asked.length > 0 ? asked : granted).join(' ');
  const now = seconds(tenant.now());
  const token = await sign(tenant.keys, {
    iss: tenant.issuer,
    sub: `${client.id}@clients`,
    aud: tenant.audience,
    iat: now,
    exp: now + managementTokenSeconds,
    jti: randomBytes(12).toString('base64url'),
    iat_ms: tenant.now(),
    scope,
    gty: 'client-credentials',
    azp: client.id,
  });
  writeLog(tenant, { type: 'seccft', description: 'Client Credentials for Access Token', ip });
  return ok({ access_token: token, scope, expires_in: managementTokenSeconds, token_type: 'Bearer' });
}

async function personTokens(
  tenant: Tenant,
  person: { readonly user: User; readonly scopes: readonly string[]; readonly grant?: Grant },
): Promise<Answer> {
  const { user, scopes, grant } = person;
  const now = seconds(tenant.now());
  const accessToken = await sign(tenant.keys, {
    iss: tenant.issuer,
    sub: user.userId,
    aud: `${tenant.issuer}userinfo`,
    iat: now,
    exp: now + managementTokenSeconds,
    scope: scopes.join(' '),
    azp: tenant.clientId,
  });
  const withIdToken = scopes.includes('openid') && !tenant.misbehave.noIdToken;
  return ok({
    access_token: accessToken,
    ...(withIdToken ? { id_token: await idToken(tenant, user, scopes, grant) } : {}),
    ...(scopes.length > 0 ? { scope: scopes.join(' ') } : {}),
    expires_in: managementTokenSeconds,
    token_type: 'Bearer',
  });
}

async function otpTokens(tenant: Tenant, fields: Fields, ip: string): Promise<Answer> {
  const exchange = exchangeCode(tenant, fields, ip);
  if (exchange.kind === 'refused') return exchange.answer;
  if (tenant.misbehave.mfaRequired) return mfaRequired;
  const { user, provider } = exchange;
  user.lastLoginAt = tenant.now();
  user.lastIp = ip;
  user.loginsCount += 1;
  writeLog(tenant, { type: 's', description: 'Successful login', user, connection: provider, ip });
  return personTokens(tenant, { user, scopes: scopesIn(fields) });
}

/** For a realm, a name and a password. Auth0 writes the time and the address of a sign-in down, as after any other. */
async function passwordTokens(tenant: Tenant, fields: Fields, ip: string): Promise<Answer> {
  const checked = checkPassword(tenant, fields, ip);
  if (checked.kind === 'refused') return checked.answer;
  const { user } = checked;
  user.lastLoginAt = tenant.now();
  user.lastIp = ip;
  user.loginsCount += 1;
  return personTokens(tenant, { user, scopes: scopesIn(fields) });
}

const scopesIn = (fields: Fields): readonly string[] =>
  (fields['scope'] ?? '').split(' ').filter((scope) => scope !== '');

async function codeTokens(tenant: Tenant, fields: Fields, ip: string): Promise<Answer> {
  const redeemed = redeemCode(tenant, fields, ip);
  if (redeemed.kind === 'refused') return redeemed.answer;
  const { user, grant } = redeemed;
  tenant.witnessed.push({ what: 'signed-in', account: user.userId, at: tenant.now() });
  return personTokens(tenant, { user, grant, scopes: grant.request.scopes });
}

/**
 * `POST /oauth/token`. The body may come as a form or as JSON; both arrive here as fields. Wrong codes count for the forwarded
 * address, as in `answerStart`.
 */
export async function answerToken(
  tenant: Tenant,
  fields: Fields,
  ip: string,
  forwardedFor: string | undefined,
): Promise<Answer> {
  const grant = fields['grant_type'];
  if (grant === undefined) return oauthError(400, 'invalid_request', 'Missing required parameter: grant_type');
  const client = clientIn(tenant, fields);
  if (client === undefined) return wrongClient;
  const grants = grantTypesOf(tenant.configuration, client.id);
  const allowed = answerable.find((each) => each === grant && grants.includes(each));
  if (allowed === 'client_credentials') return managementToken(tenant, client, fields, ip);
  if (client.id !== tenant.clientId) return wrongClient;
  if (allowed === 'authorization_code') return codeTokens(tenant, fields, ip);
  if (allowed === otpGrant) return otpTokens(tenant, fields, personAt(tenant, ip, forwardedFor));
  if (allowed === passwordRealmGrant) return passwordTokens(tenant, fields, personAt(tenant, ip, forwardedFor));
  if (knownButOff.has(grant)) {
    return oauthError(403, 'unauthorized_client', `Grant type '${grant}' not allowed for the client.`);
  }
  return oauthError(403, 'unsupported_grant_type', `Unsupported grant type: ${grant}`);
}

const personAt = (tenant: Tenant, ip: string, forwardedFor: string | undefined): string =>
  tenant.trustForwardedFor && forwardedFor !== undefined ? forwardedFor : ip;

/**
 * `POST /passwordless/start`. The hourly limit counts the caller's address, or the forwarded one
 * for a confidential client that is trusted with `auth0-forwarded-for`.
 */
export function answerStart(tenant: Tenant, fields: Fields, ip: string, forwardedFor: string | undefined): Answer {
  if (fields['client_id'] === undefined) {
    return oauthError(400, 'bad.client_id', 'Missing required property: client_id');
  }
  if (!isOurClient(tenant, fields)) return wrongClient;
  const person = personAt(tenant, ip, forwardedFor);
  const allowance = tenant.buckets === undefined ? undefined : drawPasswordless(tenant.buckets, person, tenant.now());
  if (allowance?.allowed === false) {
    return oauthError(429, 'too_many_requests', 'Global limit has been reached', allowance.headers);
  }
  const answer = startPasswordless(tenant, fields, person);
  return allowance === undefined ? answer : { ...answer, headers: allowance.headers };
}

/** `GET /.well-known/openid-configuration`, with every URL at the issuer, as in the real document. */
export function discovery(tenant: Tenant): Record<string, unknown> {
  const at = (path: string) => `${tenant.issuer}${path}`;
  return {
    issuer: tenant.issuer,
    authorization_endpoint: at('authorize'),
    token_endpoint: at('oauth/token'),
    userinfo_endpoint: at('userinfo'),
    jwks_uri: at('.well-known/jwks.json'),
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    code_challenge_methods_supported: ['S256'],
    subject_types_supported: ['public'],
    claims_supported: ['aud', 'auth_time', 'email', 'email_verified', 'exp', 'iat', 'iss', 'name', 'nickname', 'sub'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  };
}
