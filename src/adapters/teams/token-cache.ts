// Tokens that were found good a moment ago: the connector sends the same one with very many requests. botbuilder looks at each again.
// Only what was verified is kept, so that no stranger can fill it.
import type { JWTPayload } from 'jose';
import type { ConnectorKeys } from './signing-keys.ts';

type Verify = ConnectorKeys['verify'];

/** Well below what clocks are forgiven: a token that has ended, or whose key was withdrawn, passes here at most so much longer. */
const trustedMs = 30_000;
/** One for each address that the connector has, and those that they are renewed by. */
const tokensAtMost = 50;

/** `now` in monotonic milliseconds. */
export function cacheVerifiedTokens(verify: Verify, now: () => number = () => performance.now()): Verify {
  const verified = new Map<string, { readonly claims: JWTPayload; readonly until: number }>();
  return async (token, waitMs) => {
    const known = verified.get(token);
    if (known !== undefined && now() < known.until) return known.claims;
    verified.delete(token);
    const claims = await verify(token, waitMs);
    if (typeof claims === 'string') return claims;
    verified.set(token, { claims, until: now() + trustedMs });
    for (const oldest of verified.keys()) {
      if (verified.size <= tokensAtMost) break;
      verified.delete(oldest);
    }
    return claims;
  };
}
