// Tokens as an attacker would make them, returned by Auth0's own endpoint.
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import nock from 'nock';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createIdTokens, type IdTokens } from '../../src/auth0/id-token.ts';
import { createProviderClock } from '../../src/auth0/provider-clock.ts';
import { createRequestLimits } from '../../src/auth0/request-limits.ts';
import { createTransport } from '../../src/auth0/transport.ts';
import type { Instant } from '../../src/flows/ids.ts';
import { answerOf, application, createClock, failureOf, jane } from './tenant.ts';

const home = `https://${application.domain}`;
const own = await generateKeyPair('RS256');
const foreign = await generateKeyPair('RS256');
const elliptic = await generateKeyPair('ES256');
const published = { ...(await exportJWK(own.publicKey)), kid: 'own', alg: 'RS256', use: 'sig' };
const clock = createClock();
const began = clock.now();
const seconds = (at: Instant) => Math.floor(at / 1000);
const claims = () => ({
  iss: `${home}/`,
  aud: application.clientId,
  sub: jane.account,
  iat: seconds(clock.now()),
  exp: seconds(clock.now()) + 3600,
});
const signed = (payload: Record<string, unknown>, key = own.privateKey, kid = 'own', alg = 'RS256') =>
  new SignJWT(payload).setProtectedHeader({ alg, kid }).sign(key);

let idTokens: IdTokens;
beforeAll(() => {
  // Earlier users of nock in this process have restored everything.
  if (!nock.isActive()) nock.activate();
  nock.disableNetConnect();
});
beforeEach(() => {
  const log = pino({ level: 'silent' });
  const requestLimits = createRequestLimits({
    clock,
    providerClock: createProviderClock({ clock, log }),
    log,
    observe: undefined,
  });
  const options = { ...application, timeoutMs: 1_000 };
  idTokens = createIdTokens(options, createTransport({ ...options, baseUrl: undefined }), requestLimits);
});
afterEach(() => nock.cleanAll());
afterAll(() => {
  nock.enableNetConnect();
  nock.restore();
});

const keys = (set: Record<string, unknown> = { keys: [published] }, times = 1) =>
  nock(home).get('/.well-known/jwks.json').times(times).reply(200, set);
const verify = async (token: string, notBefore: Instant = began) =>
  answerOf(await idTokens.verify(token, jane.account, notBefore));

describe('a token', () => {
  it('of this account, this application and this tenant, issued since, is accepted', async () => {
    keys();
    expect(await verify(await signed(claims()))).toEqual({ is: 'accepted' });
  });

  it.each([
    ['another subject', { sub: 'auth0|65a000000000000000000002' }, 'subject'],
    ['its subject in another case', { sub: jane.account.toUpperCase() }, 'subject'],
    ['a subject that only begins alike', { sub: `${jane.account}0` }, 'subject'],
    ['the subject of its own contact', { sub: jane.emailRef }, 'subject'],
    ['no subject', { sub: undefined }, 'claims'],
    ['another audience', { aud: 'other' }, 'claims'],
    ['no audience', { aud: undefined }, 'claims'],
    ['another issuer', { iss: 'https://other.auth0.test/' }, 'claims'],
    ['the issuer without its slash', { iss: home }, 'claims'],
    ['no time of issue', { iat: undefined }, 'claims'],
    ['no end', { exp: undefined }, 'claims'],
    ['another subject and its end behind it', { sub: 'auth0|x', exp: seconds(began) - 62 }, 'subject'],
    ['another subject and an issue before the flow', { sub: 'auth0|x', iat: seconds(began) - 62 }, 'subject'],
    ['another issuer and its end behind it', { iss: 'https://other.auth0.test/', exp: seconds(began) - 62 }, 'claims'],
  ])('with %s is mismatched', async (_name, change, because) => {
    keys();
    expect(await verify(await signed({ ...claims(), ...change }))).toEqual({ is: 'mismatched', because });
  });

  it.each([
    ['its end behind it', { exp: seconds(began) - 62 }],
    ['an issue a minute and two seconds before the flow', { iat: seconds(began) - 62 }],
  ])('with %s is too old', async (_name, change) => {
    keys();
    expect(await verify(await signed({ ...claims(), ...change }))).toEqual({ is: 'too-old' });
  });

  it.each([
    ['issued', { iat: seconds(began) - 59 }],
    ['ended', { exp: seconds(began) - 58 }],
  ])('%s less than a minute before, by a clock that was not measured, is accepted', async (_name, change) => {
    keys();
    expect(await verify(await signed({ ...claims(), ...change }))).toEqual({ is: 'accepted' });
  });

  it('signed by a stranger under our key’s name is mismatched', async () => {
    keys();
    expect(await verify(await signed(claims(), foreign.privateKey))).toMatchObject({ because: 'signature' });
  });

  it('signed by a key that nobody published is mismatched, after one more look', async () => {
    const looks = keys({ keys: [published] }, 2);
    expect(await verify(await signed(claims(), foreign.privateKey, 'unheard-of'))).toMatchObject({
      because: 'signature',
    });
    expect(looks.isDone()).toBe(true);
  });

  it('without a signature is mismatched', async () => {
    keys();
    const unsigned = new UnsecuredJWT(claims()).encode();
    expect(await verify(unsigned)).toMatchObject({ is: 'mismatched' });
    expect(await verify(`${unsigned}AAAA`)).toMatchObject({ is: 'mismatched' });
  });

  it('signed with the public key as a shared secret is mismatched', async () => {
    keys();
    const secret = new TextEncoder().encode(JSON.stringify(published));
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'own' }).sign(secret);
    expect(await verify(token)).toMatchObject({ because: 'signature' });
  });

  it('signed with the client secret is mismatched', async () => {
    keys();
    const secret = new TextEncoder().encode(application.clientSecret);
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'HS256' }).sign(secret);
    expect(await verify(token)).toMatchObject({ because: 'signature' });
  });

  it('of any other algorithm is mismatched, even by a published key', async () => {
    keys({ keys: [{ ...(await exportJWK(elliptic.publicKey)), kid: 'own', alg: 'ES256', use: 'sig' }] });
    expect(await verify(await signed(claims(), elliptic.privateKey, 'own', 'ES256'))).toMatchObject({
      because: 'signature',
    });
  });

  it.each(['', 'x', 'a.b.c', '..', 'eyJhbGciOiJSUzI1NiJ9..x'])('%j is none', async (token) => {
    keys();
    expect(failureOf(await idTokens.verify(token, jane.account, began))).toMatchObject({ kind: 'malformed' });
  });
});

describe('signing keys', () => {
  it('are fetched once for many tokens', async () => {
    const looks = keys();
    await Promise.all([1, 2, 3].map(async () => verify(await signed(claims()))));
    await verify(await signed(claims()));
    expect(looks.isDone()).toBe(true);
  });

  it.each([
    ['not to be had', () => nock(home).get('/.well-known/jwks.json').reply(503), 'unreachable'],
    ['no keys', () => keys({ nothing: true }), 'malformed'],
    [
      'HTML',
      () => nock(home).get('/.well-known/jwks.json').reply(200, '<html>', { 'content-type': 'text/html' }),
      'unreachable',
    ],
  ])('%s: the code is not accepted', async (_name, prepare, kind) => {
    prepare();
    expect(failureOf(await idTokens.verify(await signed(claims()), jane.account, began))).toMatchObject({ kind });
  });

  it('are fetched ahead', async () => {
    keys();
    answerOf(await idTokens.ready());
    nock.cleanAll();
    expect(await verify(await signed(claims()))).toEqual({ is: 'accepted' });
  });

  it('are renewed in the background when they age, and not before', async () => {
    keys();
    answerOf(await idTokens.ready());
    const renewal = keys();
    idTokens.freshen();
    expect(renewal.isDone()).toBe(false);
    clock.pass(301_000);
    idTokens.freshen();
    await expect.poll(() => renewal.isDone()).toBe(true);
    clock.pass(-301_000);
  });
});
