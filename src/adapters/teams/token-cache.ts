// Caches verified tokens for seconds: the connector sends the same token with very many requests. botbuilder still verifies each again.
// Only verified tokens are cached, so that a stranger cannot fill the cache.
import type { JWTPayload } from 'jose';
import { createExpiringMap } from '../../concurrency/expiring-map.ts';
import type { ConnectorKeys } from './signing-keys.ts';

type Verify = ConnectorKeys['verify'];

/** An expired token, or one whose key was withdrawn, is accepted for at most this much longer. Well below the clock tolerance. */
const trustedMs = 30_000;
/** Room for one token per address of the connector, and for the tokens that replace them. */
const tokensAtMost = 50;

/** `now` in monotonic milliseconds. */
export function cacheVerifiedTokens(verify: Verify, now: () => number = () => performance.now()): Verify {
  const verified = createExpiringMap<string, JWTPayload>({ forMs: trustedMs, atMost: tokensAtMost, now });
  return async (token, waitMs) => {
    const known = verified.get(token);
    if (known !== undefined) return known;
    const claims = await verify(token, waitMs);
    if (typeof claims !== 'string') verified.set(token, claims);
    return claims;
  };
}
