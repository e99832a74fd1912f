// Verifies that a request comes from the Bot Connector, for this bot, in this company. Runs before botbuilder, which accepts more:
// its emulator path takes tokens of any tenant and caches each, the body can select its AseChannel path, and a missing serviceUrl
// is not compared.
import { sameCase } from './actor.ts';
import type { Origins } from './origins.ts';
import type { Envelope } from './payload.ts';
import { type ConnectorKeys, channelIssuer } from './signing-keys.ts';
import { cacheVerifiedTokens } from './token-cache.ts';

export type Refusal =
  | 'no-bearer'
  | 'not-the-connector'
  | 'forged'
  | 'no-keys'
  | 'other-channel'
  | 'foreign-service'
  | 'other-service'
  | 'other-tenant';

/** The claims that are used of a token signed by the connector. */
export interface Bearer {
  readonly serviceUrl: string;
}

export interface Verifier {
  /** Checks the header Authorization, before the body is read. Waits for keys `waitMs` at most. */
  admitBearer(authorization: string | undefined, waitMs: number): Promise<Bearer | Refusal>;
  /** Checks that the body belongs to the token and to this company. */
  admitBody(body: Envelope, bearer: Bearer): Refusal | undefined;
}

export function createVerifier(options: {
  readonly appId: string;
  readonly tenantId: string;
  readonly origins: Origins;
  readonly keys: ConnectorKeys;
}): Verifier {
  const { appId, tenantId, origins, keys } = options;
  const verify = cacheVerifiedTokens(keys.verify);
  return {
    async admitBearer(authorization, waitMs) {
      const token = bearerOf(authorization ?? '');
      if (token === undefined) return 'no-bearer';
      // Checked before the signature, so that a token of another issuer costs nothing.
      if (!claimsToBeOurs(token, appId)) return 'not-the-connector';
      const verified = await verify(token, waitMs);
      if (typeof verified === 'string') return verified;
      const serviceUrl = verified['serviceurl'];
      return typeof serviceUrl === 'string' && serviceUrl !== '' ? { serviceUrl } : 'not-the-connector';
    },
    admitBody({ channelId, serviceUrl, conversation, channelData }, bearer) {
      if (channelId !== 'msteams') return 'other-channel';
      if (!origins.isAllowed(serviceUrl)) return 'foreign-service';
      if (serviceUrl !== bearer.serviceUrl) return 'other-service';
      const isOurs = (id: unknown): boolean => typeof id === 'string' && sameCase(id) === tenantId;
      if (!isOurs(channelData?.tenant?.id)) return 'other-tenant';
      // Some of Microsoft's own examples have no tenant on the conversation. Where there is one, it must be ours too.
      const tenantOfChat = conversation?.tenantId ?? undefined;
      return tenantOfChat === undefined || isOurs(tenantOfChat) ? undefined : 'other-tenant';
    },
  };
}

const tokenCharsAtMost = 8_192;

/** The token of the header Authorization; undefined where it does not look like a JWT. */
export function bearerOf(authorization: string): string | undefined {
  if (authorization.length > 'Bearer '.length + tokenCharsAtMost) return undefined;
  return /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/.exec(authorization)?.[1];
}

function claimsToBeOurs(token: string, appId: string): boolean {
  const [header, payload] = token.split('.', 2).map(decodeWithoutTrust);
  return header?.['alg'] === 'RS256' && payload?.['iss'] === channelIssuer && payload['aud'] === appId;
}

function decodeWithoutTrust(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof decoded === 'object' && decoded !== null ? { ...decoded } : undefined;
  } catch {
    return undefined;
  }
}
