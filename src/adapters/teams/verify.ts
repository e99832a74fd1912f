// Whether a request really is the Bot Connector's, for this bot, in this company. In front of botbuilder, which lets more through:
// its emulator path takes tokens of any tenant and remembers each, its AseChannel path is chosen by the body, a missing serviceUrl is not compared.
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

/** What a token says that the connector signed. */
export interface Bearer {
  readonly serviceUrl: string;
}

export interface Gate {
  /** Looks at one header only: nothing of the body has been read. Waits for keys `waitMs` at most. */
  admitBearer(authorization: string | undefined, waitMs: number): Promise<Bearer | Refusal>;
  /** Whether the body belongs to the token and to this company. */
  admitBody(body: Envelope, bearer: Bearer): Refusal | undefined;
}

export function createVerifier(options: {
  readonly appId: string;
  readonly tenantId: string;
  readonly origins: Origins;
  readonly keys: ConnectorKeys;
}): Gate {
  const { appId, tenantId, origins, keys } = options;
  const verify = cacheVerifiedTokens(keys.verify);
  return {
    async admitBearer(authorization, waitMs) {
      const token = bearerOf(authorization ?? '');
      if (token === undefined) return 'no-bearer';
      // Before a signature is worth looking at: nothing that names another issuer may cost anything.
      if (!claimsToBeOurs(token, appId)) return 'not-the-connector';
      const verified = await verify(token, waitMs);
      if (typeof verified === 'string') return verified;
      const serviceUrl = verified['serviceurl'];
      return typeof serviceUrl === 'string' && serviceUrl !== '' ? { serviceUrl } : 'not-the-connector';
    },
    admitBody({ channelId, serviceUrl, type, conversation, channelData }, bearer) {
      if (channelId !== 'msteams') return 'other-channel';
      if (!origins.isAllowed(serviceUrl)) return 'foreign-service';
      if (serviceUrl !== bearer.serviceUrl) return 'other-service';
      const isOurs = (id: unknown): boolean => typeof id === 'string' && sameCase(id) === tenantId;
      if (!isOurs(channelData?.tenant?.id)) return 'other-tenant';
      // Teams tells installations without a tenant on the conversation; what people say and press always has one.
      const mustSay = type === 'message' || type === 'invoke' || conversation?.tenantId != null;
      return mustSay && !isOurs(conversation?.tenantId) ? 'other-tenant' : undefined;
    },
  };
}

const tokenCharsAtMost = 8_192;

/** The token of the header Authorization, where it has a token's shape. */
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
