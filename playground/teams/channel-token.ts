// The bearer token that the Bot Connector sends to the bot, and every kind of invalid token that an attacker might try.
import { type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose';
import { unreachable } from '../unreachable.ts';
import type { Keyring, SigningKey } from './keys.ts';
import type { Settings } from './settings.ts';

export const CHANNEL_ISSUER = 'https://api.botframework.com';
export const FOREIGN_TENANT = 'f0f0f0f0-0000-4000-8000-00000000f0f0';

export type TokenKind =
  | 'proper'
  /** No Authorization header at all. */
  | 'missing'
  /** The key id of a published key, but signed with a foreign key. */
  | 'wrongKey'
  | 'unknownKid'
  | 'algNone'
  /** HMAC with the published public key as the secret. */
  | 'hs256'
  | 'expired'
  | 'notYetValid'
  | 'wrongAudience'
  | 'wrongIssuer'
  /** A token as Entra would issue it for a foreign tenant's app, naming this bot. Its signature is valid. */
  | 'emulatorStyle'
  | 'emulatorStyleV2'
  /** The claim names another service URL than the activity. */
  | 'otherServiceUrl'
  | 'noServiceUrl'
  /** Valid signature, but by a key that is endorsed for another channel. */
  | 'notEndorsed'
  | 'garbage';

const LIFE_SECONDS = 3600;
/** More than botbuilder's tolerance of five minutes. */
const FAR_SECONDS = 7200;
const RENEW_SECONDS = 600;

export type ChannelTokens = {
  /** The value of the Authorization header, or undefined for none. */
  authorization(kind: TokenKind, serviceUrl: string | undefined, claims?: JWTPayload): Promise<string | undefined>;
};

export function createChannelTokens(settings: Settings, keyring: Keyring): ChannelTokens {
  // The real connector also uses one token for many requests; and signing is slow compared with everything else here.
  let proper = { key: keyring.current, serviceUrl: '', until: 0, token: '' };
  const mint = async (kind: TokenKind, serviceUrl: string | undefined, claims: JWTPayload): Promise<string> => {
    const seconds = Math.floor(settings.channelClock() / 1000);
    const isPlain = kind === 'proper' && serviceUrl !== undefined && Object.keys(claims).length === 0;
    if (!isPlain) return forged(keyring, kind, { ...claimsOf(settings, kind, serviceUrl, seconds), ...claims });
    if (proper.key !== keyring.current || proper.serviceUrl !== serviceUrl || seconds >= proper.until) {
      const token = await forged(keyring, kind, claimsOf(settings, kind, serviceUrl, seconds));
      proper = { key: keyring.current, serviceUrl, until: seconds + RENEW_SECONDS, token };
    }
    return proper.token;
  };
  return {
    authorization: async (kind, serviceUrl, claims = {}) =>
      kind === 'missing' ? undefined : `Bearer ${await mint(kind, serviceUrl, claims)}`,
  };
}

function claimsOf({ appId }: Settings, kind: TokenKind, serviceurl: string | undefined, seconds: number): JWTPayload {
  const proper: JWTPayload = {
    ...(serviceurl === undefined ? {} : { serviceurl }),
    nbf: seconds - 60,
    exp: seconds + LIFE_SECONDS,
    iss: CHANNEL_ISSUER,
    aud: appId,
  };
  const { serviceurl: _serviceurl, ...unbound } = proper;
  switch (kind) {
    case 'expired':
      return { ...proper, nbf: seconds - FAR_SECONDS - LIFE_SECONDS, exp: seconds - FAR_SECONDS };
    case 'notYetValid':
      return { ...proper, nbf: seconds + FAR_SECONDS, exp: seconds + FAR_SECONDS + LIFE_SECONDS };
    case 'wrongAudience':
      return { ...proper, aud: '00000000-0000-4000-8000-0000000000ff' };
    case 'wrongIssuer':
      return { ...proper, iss: 'https://api.botframework.example' };
    case 'emulatorStyle':
      return {
        ...unbound,
        iss: `https://sts.windows.net/${FOREIGN_TENANT}/`,
        tid: FOREIGN_TENANT,
        appid: appId,
        ver: '1.0',
      };
    case 'emulatorStyleV2': {
      const iss = `https://login.microsoftonline.com/${FOREIGN_TENANT}/v2.0`;
      return { ...unbound, iss, tid: FOREIGN_TENANT, azp: appId, ver: '2.0' };
    }
    case 'otherServiceUrl':
      return { ...proper, serviceurl: 'https://smba.trafficmanager.net/elsewhere/' };
    case 'noServiceUrl':
      return unbound;
    case 'proper':
    case 'missing':
    case 'wrongKey':
    case 'unknownKid':
    case 'algNone':
    case 'hs256':
    case 'notEndorsed':
    case 'garbage':
      return proper;
    default:
      return unreachable(kind);
  }
}

async function forged(keyring: Keyring, kind: TokenKind, claims: JWTPayload): Promise<string> {
  const { current, stranger, otherChannel } = keyring;
  if (kind === 'garbage') return 'not.a.token';
  if (kind === 'algNone') return `${part({ alg: 'none', typ: 'JWT', kid: current.kid })}.${part(claims)}.`;
  if (kind === 'hs256') {
    const header = { alg: 'HS256', typ: 'JWT', kid: current.kid };
    return new SignJWT(claims).setProtectedHeader(header).sign(new TextEncoder().encode(current.spki));
  }
  if (kind === 'wrongKey') return signed(stranger, claims, current.kid);
  if (kind === 'unknownKid') return signed(stranger, claims);
  return signed(kind === 'notEndorsed' ? otherChannel : current, claims);
}

function signed(key: SigningKey, claims: JWTPayload, kid = key.kid): Promise<string> {
  const header: JWTHeaderParameters = { alg: 'RS256', typ: 'JWT', kid, x5t: kid };
  return new SignJWT(claims).setProtectedHeader(header).sign(key.privateKey);
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
