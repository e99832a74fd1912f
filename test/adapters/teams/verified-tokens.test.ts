// A token that was found valid is not checked again for a short time; every other token always is.
import { describe, expect, it } from 'vitest';
import { createOrigins } from '../../../src/adapters/teams/origins.ts';
import { cacheVerifiedTokens } from '../../../src/adapters/teams/token-cache.ts';
import { createVerifier } from '../../../src/adapters/teams/verify.ts';

function setUp() {
  const seen = { now: 0, asked: [] as string[], isGood: true };
  const verify = cacheVerifiedTokens(
    async (token) => {
      seen.asked.push(token);
      return seen.isGood ? { serviceurl: token } : 'forged';
    },
    () => seen.now,
  );
  return { seen, verify };
}

describe('a token of the connector', () => {
  it('is verified once for all requests of half a minute, and then again', async () => {
    const { seen, verify } = setUp();
    for (seen.now = 0; seen.now < 30_000; seen.now += 1_000) await verify('a', 0);
    expect(seen.asked).toEqual(['a']);
    await verify('a', 0);
    expect(seen.asked).toEqual(['a', 'a']);
  });

  it('that has become bad is refused after half a minute at the latest', async () => {
    const { seen, verify } = setUp();
    await verify('a', 0);
    Object.assign(seen, { now: 30_000, isGood: false });
    expect(await verify('a', 0)).toBe('forged');
    expect(await verify('a', 0)).toBe('forged');
    expect(seen.asked).toEqual(['a', 'a', 'a']);
  });

  it('that was refused is looked at each time and pushes no good one out', async () => {
    const { seen, verify } = setUp();
    await verify('good', 0);
    seen.isGood = false;
    for (let nth = 0; nth < 200; nth += 1) expect(await verify(`forged ${nth}`, 0)).toBe('forged');
    seen.asked.length = 0;
    expect(await verify('good', 0)).toEqual({ serviceurl: 'good' });
    expect(seen.asked).toEqual([]);
  });

  it('is one of a handful: of many, only the last are remembered', async () => {
    const { seen, verify } = setUp();
    for (let nth = 0; nth < 60; nth += 1) await verify(`token ${nth}`, 0);
    seen.asked.length = 0;
    await verify('token 59', 0);
    await verify('token 0', 0);
    expect(seen.asked).toEqual(['token 0']);
  });
});

describe('a token of a stranger', () => {
  const ours = { alg: 'RS256', iss: 'https://api.botframework.com', aud: 'our-app' };
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const bearer = ({ alg, ...claims }: typeof ours) => `Bearer ${encoded({ alg, kid: 'new' })}.${encoded(claims)}.AAAA`;
  const asked: string[] = [];
  const verifier = createVerifier({
    ...{ appId: ours.aud, tenantId: 'ours', origins: createOrigins() },
    keys: {
      refresh: async () => undefined,
      verify: async (token) => {
        asked.push(token);
        return 'forged';
      },
    },
  });

  it.each([
    ['issuer', { iss: 'https://sts.windows.net/ours/' }],
    ['audience', { aud: 'another-app' }],
    ['algorithm', { alg: 'HS256' }],
  ])('is not verified where it claims another %s: it costs no look at the keys', async (_what, change) => {
    asked.length = 0;
    expect(await verifier.admitBearer(bearer({ ...ours, ...change }), 0)).toBe('not-the-connector');
    expect(asked).toEqual([]);
    expect(await verifier.admitBearer(bearer(ours), 0)).toBe('forged');
    expect(asked).toHaveLength(1);
  });
});
