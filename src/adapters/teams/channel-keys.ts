// The Bot Connector's signing keys: fetched with a deadline, by one caller for all, kept for a day. Verifies a token's signature and times.
// botbuilder does so again; but its fetch has no deadline, is repeated for every forged token, and its complaints go to the console.
import { type CryptoKey, importJWK, type JWTPayload, jwtVerify } from 'jose';
import type { Logger } from 'pino';
import { z } from 'zod';
import { errorName } from '../background.ts';

export const channelIssuer = 'https://api.botframework.com';

export interface ChannelKeys {
  /** The claims, or undefined for whatever reason it is not to be trusted. */
  verify(token: string): Promise<JWTPayload | undefined>;
}

const keepForMs = 24 * 3600 * 1000;
/** A name that is not known may be a key that was added since. Whoever makes names up gets no fetch for each. */
const unknownEveryMs = 60_000;
const failedEveryMs = 5_000;
const fetchMs = 3_000;
/** As botbuilder tolerates. */
const clockToleranceSeconds = 300;
const keysAtMost = 100;

const metadataShape = z.object({ jwks_uri: z.url({ protocol: /^https?$/ }) });
const keysShape = z.object({
  keys: z
    .array(
      z.object({
        kty: z.string(),
        kid: z.string(),
        n: z.string().optional(),
        e: z.string().optional(),
        /** The channels that this key may speak for; every channel where it is absent or empty. */
        endorsements: z.array(z.string()).optional(),
      }),
    )
    .max(keysAtMost),
});

export function createChannelKeys(options: {
  readonly metadataUrl: string;
  readonly appId: string;
  readonly log: Logger;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}): ChannelKeys {
  const { metadataUrl, appId, log } = options;
  const now = options.now ?? (() => performance.now());
  let keys = new Map<string, CryptoKey>();
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | undefined;
  const refresh = async (): Promise<void> => {
    triedAt = now();
    try {
      keys = await fetchKeys(metadataUrl);
      fetchedAt = now();
    } catch (error) {
      log.error(
        { event: 'teams.keys.unreachable', error: errorName(error) },
        "the Bot Connector's keys are not to be had",
      );
    }
  };
  const isDue = (kid: string): boolean => {
    const since = now() - triedAt;
    if (now() - fetchedAt >= keepForMs) return since >= failedEveryMs;
    return !keys.has(kid) && since >= unknownEveryMs;
  };
  const keyOf = async (kid: string): Promise<CryptoKey | undefined> => {
    if (fetching === undefined && isDue(kid)) {
      fetching = refresh().finally(() => {
        fetching = undefined;
      });
    }
    if (!keys.has(kid)) await fetching;
    return keys.get(kid);
  };
  return {
    async verify(token) {
      try {
        const { payload } = await jwtVerify(
          token,
          async ({ kid = '' }) => {
            const key = await keyOf(kid);
            if (key === undefined) throw new Error('unknown key');
            return key;
          },
          {
            algorithms: ['RS256'],
            issuer: channelIssuer,
            audience: appId,
            clockTolerance: clockToleranceSeconds,
            requiredClaims: ['exp'],
          },
        );
        return payload;
      } catch {
        return undefined;
      }
    },
  };
}

async function fetchKeys(metadataUrl: string): Promise<Map<string, CryptoKey>> {
  const { jwks_uri } = metadataShape.parse(await fetchJson(metadataUrl));
  const found = keysShape.parse(await fetchJson(jwks_uri));
  const keys = new Map<string, CryptoKey>();
  for (const { kty, kid, n, e, endorsements = [] } of found.keys) {
    if (kty !== 'RSA' || n === undefined || e === undefined) continue;
    if (endorsements.length > 0 && !endorsements.includes('msteams')) continue;
    const key = await importJWK({ kty, n, e }, 'RS256');
    if (!(key instanceof Uint8Array)) keys.set(kid, key);
  }
  return keys;
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(fetchMs), redirect: 'error' });
  if (!response.ok) throw new Error('no keys');
  return response.json();
}
