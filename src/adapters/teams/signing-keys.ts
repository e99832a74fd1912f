// Verifies tokens with the Bot Connector's signing keys. They are fetched with a deadline, once for all waiting requests, and again
// before they are old. botbuilder verifies again with its own copy of the keys. That copy is fetched from here too: otherwise botbuilder
// fetches it within requests, without a deadline.
import { createHash } from 'node:crypto';
import { type CryptoKey, importJWK, type JWTPayload, jwtVerify } from 'jose';
import type { Logger } from 'pino';
import { z } from 'zod';
import { errorName } from '../../concurrency/background-tasks.ts';
import { createSingleFlight } from '../../concurrency/single-flight.ts';
import { withTimeout } from '../../concurrency/timeout.ts';
import { parseJson, readAnswer } from '../../outbound/answer-text.ts';

export const channelIssuer = 'https://api.botframework.com';

export interface ConnectorKeys {
  /** The claims, or why the token is not trusted. If the key is unknown and keys are being fetched, waits `waitMs` at most. */
  verify(token: string, waitMs: number): Promise<JWTPayload | 'forged' | 'no-keys'>;
  /** Fetches the keys that are published now. Where that fails, the known keys stay. */
  refresh(): Promise<void>;
}

/** Microsoft asks to fetch them at least once a day, and botbuilder fetches older ones again within a request. */
const keepForMs = 12 * 3600 * 1000;
/** An unknown key id may belong to a new key. At most one fetch per minute for these, so that made-up ids do not each cause one. */
const unknownEveryMs = 60_000;
const failedEveryMs = 5_000;
/** Requests do not wait this long, see `waitMs`. */
const fetchMs = 8_000;
/** The same tolerance as botbuilder's. */
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
        /** The channels that this key may sign for. botbuilder reads an empty list as all channels; here it means none. */
        endorsements: z.array(z.string()).optional(),
      }),
    )
    .max(keysAtMost),
});

export function createConnectorKeys(options: {
  readonly metadataUrl: string;
  readonly appId: string;
  readonly log: Logger;
  /** Makes botbuilder fetch the same keys; `keySet` identifies them. If that fails, the new keys are not used here either. */
  readonly follow: (keySet: string) => Promise<void>;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}): ConnectorKeys {
  const { metadataUrl, appId, log, follow } = options;
  const now = options.now ?? (() => performance.now());
  let keys: ReadonlyMap<string, CryptoKey> = new Map();
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let askedAt = Number.NEGATIVE_INFINITY;
  const once = createSingleFlight<'keys', void>();
  let fetching: Promise<void> = Promise.resolve();
  const fetchAll = async (): Promise<void> => {
    try {
      const fetched = await fetchKeys(metadataUrl);
      await follow(keySetOf(fetched));
      keys = fetched;
      fetchedAt = now();
    } catch (error) {
      log.error(
        { event: 'teams.keys.unreachable', error: errorName(error) },
        "could not fetch the Bot Connector's signing keys",
      );
    }
  };
  const refresh: ConnectorKeys['refresh'] = () => {
    fetching = once('keys', fetchAll);
    return fetching;
  };
  const isDue = (kid: string): boolean => {
    const since = now() - askedAt;
    if (now() - fetchedAt >= keepForMs) return since >= failedEveryMs;
    return !keys.has(kid) && since >= unknownEveryMs;
  };
  const keyOf = async (kid: string, waitMs: number): Promise<CryptoKey> => {
    if (isDue(kid)) {
      askedAt = now();
      void refresh();
    }
    if (!keys.has(kid)) await withTimeout(fetching, waitMs);
    const key = keys.get(kid);
    if (key === undefined) throw new Error('unknown key');
    return key;
  };
  return {
    refresh,
    async verify(token, waitMs) {
      try {
        const { payload } = await jwtVerify(token, ({ kid = '' }) => keyOf(kid, waitMs), {
          algorithms: ['RS256'],
          issuer: channelIssuer,
          audience: appId,
          clockTolerance: clockToleranceSeconds,
          requiredClaims: ['exp'],
        });
        return payload;
      } catch {
        return keys.size === 0 ? 'no-keys' : 'forged';
      }
    },
  };
}

/** Identifies a set of keys, whatever their order. */
const keySetOf = (keys: ReadonlyMap<string, CryptoKey>): string =>
  createHash('sha256')
    .update(JSON.stringify([...keys.keys()].toSorted()))
    .digest('base64url')
    .slice(0, 16);

/** The published keys that may sign for Teams, by id. Throws where they cannot be fetched or read. */
export async function fetchKeys(metadataUrl: string): Promise<Map<string, CryptoKey>> {
  const { jwks_uri } = metadataShape.parse(await fetchJson(metadataUrl));
  const found = keysShape.parse(await fetchJson(jwks_uri));
  const keys = new Map<string, CryptoKey>();
  for (const { kty, kid, n, e, endorsements = [] } of found.keys) {
    if (kty !== 'RSA' || n === undefined || e === undefined) continue;
    if (!endorsements.includes('msteams')) continue;
    const key = await importJWK({ kty, n, e }, 'RS256');
    if (!(key instanceof Uint8Array)) keys.set(kid, key);
  }
  return keys;
}

async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(fetchMs), redirect: 'error' });
  if (!response.ok) throw new Error('no keys');
  return parseJson((await readAnswer(response)) ?? '');
}
