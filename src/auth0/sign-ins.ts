// A fresh sign-in at Auth0 in the person's browser, with their work account: authorization code, PKCE, state, nonce.
// The tokens are dropped as soon as they are checked. Logs and causes hold codes of ours and of the library, never what came
// from the browser or stood in a token.

import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  clockSkew,
  clockTolerance,
  customFetch,
  enableNonRepudiationChecks,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { Logger } from 'pino';
import type { PendingSignIn, ReturnedSignIn, SignInResult, SignIns } from '../flows/enrolment-ports.ts';
import { accountId, type Instant } from '../flows/ids.ts';
import type { Outcome } from '../flows/outcome.ts';
import type { Clock } from '../flows/ports.ts';
import { readAccount } from './account.ts';
import { type EmployeeRules, isEmployee } from './employees.ts';
import { endpoints } from './endpoints.ts';
import { type CallResult, codeOf, explain, type Failed, isJsonAnswer, malformed, refused } from './errors.ts';
import { toleranceSeconds } from './id-token.ts';
import type { Management } from './management.ts';
import type { RequestLimits } from './request-limits.ts';
import { readWay } from './sign-in-way.ts';
import type { Exchange, Transport } from './transport.ts';

export interface SignInsParts extends EmployeeRules {
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the browser is sent in place of `https://domain`. */
  readonly baseUrl: string | undefined;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly management: Management;
  readonly transport: Transport;
  readonly requestLimits: RequestLimits;
}

/** It goes into the browser's cookie. Auth0's have 32. */
const sidCharsAtMost = 256;
/** Longer than every address to which Auth0 sends a browser back. */
const returnedCharsAtMost = 8_192;

export function createSignIns(parts: SignInsParts): SignIns {
  const { clock, connections, baseUrl } = parts;

  return {
    begin: async ({ redirectUri, loginHint }) => {
      const pending = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier() };
      const [connection, ...others] = connections ?? [];
      const url = buildAuthorizationUrl(configure(parts), {
        redirect_uri: redirectUri,
        scope: 'openid',
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
        prompt: 'login',
        // Only then does the token say when the person signed in.
        max_age: '0',
        ...(loginHint === undefined ? {} : { login_hint: loginHint }),
        ...(connection === undefined || others.length > 0 ? {} : { connection }),
      });
      const seen = baseUrl === undefined ? url : new URL(`${url.pathname}${url.search}`, baseUrl);
      return { ok: true, value: { url: seen.href, pending: { ...pending, startedAt: clock.now() } } };
    },
    finish: async (pending, returned) => {
      if (returned.href.length > returnedCharsAtMost) return mismatched(parts, 'too long');
      const config = configure(parts);
      const fetched: Fetched = { is: 'nothing' };
      config[customFetch] = fetchThrough(parts, fetched);
      try {
        const tokens = await authorizationCodeGrant(config, returned, {
          expectedState: pending.state,
          expectedNonce: pending.nonce,
          pkceCodeVerifier: pending.verifier,
          idTokenExpected: true,
        });
        return await judge(parts, pending, tokens.claims());
      } catch (error) {
        return refusal(parts, fetched, error);
      }
    },
    wayOf: async (signIn) => {
      const account = await readAccount(parts.management, signIn.account);
      if (!account.ok) return account;
      const way = await readWay(signIn, account.value, parts.requestLimits.providerClock.now(), parts);
      if (way.ok && way.value === 'other') {
        const line = { account: signIn.account, event: 'auth0.sign-in.other-way' };
        parts.log.warn(line, 'an account was signed in to by a code to a contact, or in another connection');
      }
      return way;
    },
  };
}

/**
 * One for each sign-in: it holds the difference between the clocks at this moment. So the keys are fetched each time, too: one
 * that was published a moment ago is known, and one that was revoked is not.
 */
function configure(parts: SignInsParts): Configuration {
  const { domain, clientId, clientSecret, timeoutMs, requestLimits } = parts;
  const issuer = `https://${domain}/`;
  const config = new Configuration(
    {
      issuer,
      authorization_endpoint: `${issuer}authorize`,
      token_endpoint: `${issuer}oauth/token`,
      jwks_uri: `${issuer}.well-known/jwks.json`,
    },
    clientId,
    {
      id_token_signed_response_alg: 'RS256',
      [clockSkew]: Math.round((requestLimits.providerClock.now() - Date.now()) / 1000),
      [clockTolerance]: toleranceSeconds,
    },
    ClientSecretPost(clientSecret),
  );
  // The transport's deadline comes earlier, and covers the body too.
  config.timeout = Math.ceil(timeoutMs / 1000) + 5;
  // Without this the library does not look at the signature.
  enableNonRepudiationChecks(config);
  return config;
}

/** What the library's own error does not say: which answer came. */
interface Fetched {
  is: 'nothing' | 'code-refused' | Failed;
}

function fetchThrough({ transport, requestLimits }: SignInsParts, fetched: Fetched): CustomFetch {
  return async (url, { method, headers, body, signal }) => {
    const call = url.endsWith('/oauth/token') ? endpoints.redeemSignIn : endpoints.keys;
    const init = { method, headers, ...(body == null ? {} : { body }), ...(signal === undefined ? {} : { signal }) };
    const reply = await requestLimits.run<unknown>(call, async () => read(await transport(url, init)));
    if (!reply.ok) {
      fetched.is = reply;
      throw new Error('Auth0 call failed');
    }
    if (reply.value === codeRefused) {
      fetched.is = 'code-refused';
      throw new Error('code refused');
    }
    return Response.json(reply.value);

    function read(exchange: Exchange): CallResult<unknown> {
      const isAnswer = exchange.is === 'answer' && isJsonAnswer(exchange);
      if (isAnswer && exchange.status === 200) return { ok: true, value: exchange.body };
      if (isAnswer && exchange.status < 500 && codeOf(exchange) === 'invalid_grant')
        return { ok: true, value: codeRefused };
      return explain(call, exchange, requestLimits.providerClock.now());
    }
  };
}

/** Used before, expired, for another client, or with another verifier. */
const codeRefused = Symbol('code refused');

/** The library accepts an old `auth_time` within its tolerance, and one of the future. So this is compared here. */
async function judge(
  parts: SignInsParts,
  { startedAt }: PendingSignIn,
  claims: Claims | undefined,
): Promise<Outcome<SignInResult>> {
  const { providerClock } = parts.requestLimits;
  if (claims === undefined) return mismatched(parts, 'no claims');
  const { sub, auth_time: signedInAt } = claims;
  const tolerated = toleranceSeconds * 1000;
  const isFresh =
    typeof signedInAt === 'number' &&
    signedInAt * 1000 >= providerClock.toTheirs(startedAt) - tolerated &&
    signedInAt * 1000 <= providerClock.now() + tolerated;
  if (!isFresh) {
    parts.log.warn({ event: 'auth0.sign-in.not-fresh' }, 'a sign-in is older than the request for it, or has no time');
    return { ok: true, value: { is: 'not-fresh' } };
  }
  const account = await readAccount(parts.management, accountId(sub));
  if (!account.ok && account.failure.kind !== 'absent') return account;
  if (!account.ok || !isEmployee(account.value, parts)) return { ok: true, value: { is: 'foreign' } };
  return { ok: true, value: { is: 'returned', signIn: returnedBy(parts, startedAt, { ...claims, signedInAt }) } };
}

interface Claims {
  readonly sub: string;
  readonly iat: number;
  readonly auth_time?: unknown;
  readonly sid?: unknown;
}

/** The token was issued a moment ago, so it says what Auth0's clock shows now, more surely than any measurement of ours. */
function returnedBy(
  { clock }: SignInsParts,
  startedAt: Instant,
  claims: Claims & { readonly signedInAt: number },
): ReturnedSignIn {
  const { sub, iat, sid, signedInAt } = claims;
  // Whole seconds, rounded down.
  const until = (iat + 1) * 1000;
  const from = Math.min(iat * 1000 - (clock.now() - startedAt), signedInAt * 1000);
  const session = typeof sid === 'string' && sid !== '' && sid.length <= sidCharsAtMost ? { session: sid } : {};
  return { account: accountId(sub), ...session, from, signedInAt: signedInAt * 1000, until, returnedAt: clock.now() };
}

function mismatched({ log }: SignInsParts, because: string): Outcome<SignInResult> {
  log.warn({ event: 'auth0.sign-in.mismatched', because }, 'a browser came back with what is no answer to its sign-in');
  return { ok: true, value: { is: 'mismatched' } };
}

/** Decides by codes: the library's messages and causes may quote claims. */
function refusal(parts: SignInsParts, fetched: Fetched, error: unknown): Outcome<SignInResult> {
  if (fetched.is === 'code-refused') return mismatched(parts, 'code refused');
  if (fetched.is !== 'nothing') return fetched.is;
  if (error instanceof AuthorizationResponseError) return sentBack(parts, error.error);
  const code = codeIn(error);
  return code === undefined ? malformed(endpoints.redeemSignIn, 'not a sign-in') : mismatched(parts, code);
}

/** `error`: what Auth0 gave to the browser, so it may be anything. The state was right. */
function sentBack(parts: SignInsParts, error: string): Outcome<SignInResult> {
  switch (error) {
    // The person pressed *Cancel*; an Action, a block or a rule of the tenant refused them.
    case 'access_denied':
    case 'unauthorized':
      return { ok: true, value: { is: 'denied' } };
    case 'server_error':
    case 'temporarily_unavailable': {
      const cause = `sign-in: ${error}`;
      parts.log.warn({ event: 'auth0.sign-in.failed', error }, 'Auth0 sent a browser back with an error');
      return { ok: false, failure: { kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause } };
    }
    default: {
      const known = knownErrors.find((each) => each === error) ?? 'another error';
      parts.log.error({ event: 'auth0.sign-in.failed', error: known }, 'Auth0 sent a browser back with an error');
      return refused(`sign-in: ${known}`);
    }
  }
}

const knownErrors: readonly string[] = [
  'consent_required',
  'interaction_required',
  'invalid_request',
  'invalid_scope',
  'login_required',
  'unauthorized_client',
  'unsupported_response_type',
];

function codeIn(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && /^[A-Z_]{1,64}$/.test(error.code) ? error.code : undefined;
}
