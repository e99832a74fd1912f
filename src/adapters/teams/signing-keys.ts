// The Bot Connector's signing keys: fetched with a deadline, once for all who wait, and again before they are old. Verifies a token.
// botbuilder does so again with keys of its own, fetched here too: left alone it fetches in every request, without a deadline.
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
  /** The claims, or why they are not to be trusted. Where keys are being fetched that may help, waits `waitMs` at most. */
  verify(token: string, waitMs: number): Promise<JWTPayload | 'forged' | 'no-keys'>;
  /** Fetches the keys that are published now. Where that fails, what is known stays. */
  refresh(): Promise<void>;
}

/** Microsoft wants them fetched once a day at least, and botbuilder fetches within a request what is older. */
const keepForMs = 12 * 3600 * 1000;
/** A name that is not known may be a key that was added since. Whoever makes names up gets no fetch for each. */
const unknownEveryMs = 60_000;
const failedEveryMs = 5_000;
/** Nobody waits for so long: see `waitMs`. */
const fetchMs = 8_000;
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
        /** The channels that this key may speak for. botbuilder takes none for all of them; here it is none. */
        endorsements: z.array(z.string()).optional(),
      }),
    )
    .max(keysAtMost),
});

export function createConnectorKeys(options: {
  readonly metadataUrl: string;
  readonly appId: string;
  readonly log: Logger;
  /** Somebody else who needs the same keys, by a name for them; without those, these are of no use. */
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
      await follow(nameOf(fetched));
      keys = fetched;
      fetchedAt = now();
    } catch (error) {
      log.error(
        { event: 'teams.keys.unreachable', error: errorName(error) },
        "the Bot Connector's keys are not to be had",
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

/** The same for the same keys, in whatever order. */
const nameOf = (keys: ReadonlyMap<string, CryptoKey>): string =>
  createHash('sha256')
    .update(JSON.stringify([...keys.keys()].toSorted()))
    .digest('base64url')
    .slice(0, 16);

async function fetchKeys(metadataUrl: string): Promise<Map<string, CryptoKey>> {
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
