// Entra's token endpoint as the bot uses it, and the check of the tokens that it issued.
import { randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { keyNamed } from './keys.ts';
import type { Answer } from './refusal.ts';
import type { Settings } from './settings.ts';

const SCOPE = 'https://api.botframework.com/.default';
const AUDIENCE = 'https://api.botframework.com';
/**
 * The tenant from which a bot that is not configured as single-tenant requests its token. Its tokens are not accepted
 * here.
 */
const BOT_FRAMEWORK_TENANT = 'botframework.com';

export type Fields = Readonly<Record<string, string>>;
export type Login = {
  /** `POST /<tenant>/oauth2/v2.0/token` */
  token(tenant: string, fields: Fields): Promise<Answer>;
  /** Whether the connector accepts this Authorization header. */
  accepts(authorization: string | undefined): Promise<boolean>;
  /** From now on no token that was issued so far is accepted. */
  revokeAll(): void;
};

const LIFE_SECONDS = 3599;

export function createLogin(settings: Settings): Login {
  let generation = randomUUID();
  return {
    async token(tenant, fields) {
      const refusal = refusalOf(settings, tenant, fields);
      if (refusal !== undefined) return refusal;
      const token = await issue(settings, tenant, generation);
      return {
        status: 200,
        headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
        body: { token_type: 'Bearer', expires_in: LIFE_SECONDS, ext_expires_in: LIFE_SECONDS, access_token: token },
      };
    },
    async accepts(authorization) {
      const token = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
      if (token === undefined) return false;
      try {
        const { payload } = await jwtVerify(token, (await keyNamed('entra')).publicKey, {
          algorithms: ['RS256'],
          audience: AUDIENCE,
          issuer: issuerOf(settings.tenantId),
          currentDate: new Date(settings.now()),
        });
        return payload['appid'] === settings.appId && payload['generation'] === generation;
      } catch {
        return false;
      }
    },
    revokeAll() {
      generation = randomUUID();
    },
  };
}

function issuerOf(tenant: string): string {
  return `https://sts.windows.net/${tenant}/`;
}

async function issue({ now, appId }: Settings, tenant: string, generation: string): Promise<string> {
  const key = await keyNamed('entra');
  const seconds = Math.floor(now() / 1000);
  return new SignJWT({ appid: appId, tid: tenant, ver: '1.0', generation, jti: randomUUID() })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.kid, x5t: key.kid })
    .setIssuer(issuerOf(tenant))
    .setAudience(AUDIENCE)
    .setNotBefore(seconds)
    .setExpirationTime(seconds + LIFE_SECONDS)
    .sign(key.privateKey);
}

/** Error codes as Entra numbers them. Source: learn.microsoft.com, Microsoft Entra authentication error codes. */
function refusalOf(settings: Settings, tenant: string, fields: Fields): Answer | undefined {
  const missing = ['grant_type', 'client_id', 'client_secret', 'scope'].find((name) => (fields[name] ?? '') === '');
  if (missing !== undefined) {
    return problem(
      settings,
      400,
      'invalid_request',
      900144,
      `The request body must contain the parameter: '${missing}'.`,
    );
  }
  if (tenant !== settings.tenantId && tenant !== BOT_FRAMEWORK_TENANT) {
    return problem(settings, 400, 'invalid_request', 90002, 'Tenant not found.');
  }
  if (fields['grant_type'] !== 'client_credentials') {
    return problem(settings, 400, 'unsupported_grant_type', 70003, 'The grant type is not supported.');
  }
  if (fields['client_id'] !== settings.appId) {
    return problem(settings, 400, 'unauthorized_client', 700016, 'The application was not found in the directory.');
  }
  if (fields['client_secret'] !== settings.appPassword) {
    return problem(settings, 401, 'invalid_client', 7000215, 'Invalid client secret provided.');
  }
  if (fields['scope'] !== SCOPE) {
    return problem(settings, 400, 'invalid_scope', 1002012, 'The provided value for scope is not valid.');
  }
  return undefined;
}

function problem({ now }: Settings, status: number, error: string, code: number, words: string): Answer {
  const ids = { trace_id: randomUUID(), correlation_id: randomUUID() };
  const timestamp = new Date(now())
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
  return {
    status,
    body: { error, error_description: `AADSTS${code}: ${words}`, error_codes: [code], timestamp, ...ids },
  };
}
