// Tokens that were found good a moment ago: the connector sends the same one with very many requests. botbuilder looks at each again.
// Only what was verified is kept, so that no stranger can fill it.
import type { JWTPayload } from 'jose';
import { createExpiringMap } from '../../concurrency/expiring-map.ts';
import type { ConnectorKeys } from './signing-keys.ts';

type Verify = ConnectorKeys['verify'];

/** Well below what clocks are forgiven: a token that has ended, or whose key was withdrawn, passes here at most so much longer. */
const trustedMs = 30_000;
/** One for each address that the connector has, and those that they are renewed by. */
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
