// Checks that Auth0 signed an id_token, for this account, and not before a given instant. Fails closed; keeps no token.
import { createRemoteJWKSet, customFetch, errors, type JWTPayload, jwtVerify } from 'jose';
import { type AccountId, accountId, type Instant, instant, later } from '../flows/ids.ts';
import { endpoints } from './endpoints.ts';
import { type CallResult, explain, type Failed, isJsonAnswer, malformed } from './errors.ts';
import type { RequestLimits } from './request-limits.ts';
import type { Exchange, Transport } from './transport.ts';

/** `because` names the first thing that was wrong, for the operator. */
type Match =
  | { readonly is: 'accepted' }
  /** Right in everything else, but issued before `notBefore`, or no longer valid. */
  | { readonly is: 'too-old' }
  | { readonly is: 'mismatched'; readonly because: 'signature' | 'claims' | 'subject' };

/** Whose token it is, for an account that is not known before. `too-old` and `mismatched` as above. */
type Subject = { readonly is: 'subject'; readonly subject: AccountId } | Exclude<Match, { is: 'accepted' }>;

export interface IdTokens {
  /** `notBefore`: by our clock. */
  verify(idToken: string, account: AccountId, notBefore: Instant): Promise<CallResult<Match>>;
  /** As `verify`, of whatever account it is. */
  subjectOf(idToken: string, notBefore: Instant): Promise<CallResult<Subject>>;
  /** Fetches the signing keys unless they are still fresh. */
  ready(): Promise<CallResult<void>>;
  /** Renews ageing keys in the background, so that nobody waits for them while a code is checked. */
  freshen(): void;
}

export interface IdTokenOptions {
  readonly domain: string;
  readonly clientId: string;
  readonly timeoutMs: number;
}

/** What may be left of the difference between our clock and Auth0's after it was corrected. See decision 0038. */
export const toleranceSeconds = 60;
/** A key that Auth0 has revoked is trusted for at most this long, or until the next restart. */
const keysLiveMs = 600_000;
/**
 * Keys older than this are renewed when a code is sent. What is left of `keysLiveMs` is longer than a code is valid, so the keys
 * are still there when the code is checked.
 */
const keysAgeingSeconds = 300;
/**
 * No cooldown: an unknown key id means that the keys were rotated, so fetch at once. Only Auth0 gives us tokens, so nobody else
 * can cause many fetches.
 */
const keysCooldownMs = 0;

export function createIdTokens(options: IdTokenOptions, transport: Transport, requestLimits: RequestLimits): IdTokens {
  const { clock, providerClock, log } = requestLimits;
  let freshUntil = instant(0);
  const fetchKeys = async (url: string, init: RequestInit): Promise<Response> => {
    const reply = await requestLimits.run<unknown>(endpoints.keys, async () =>
      readKeys(await transport(url, init), providerClock.now()),
    );
    if (!reply.ok) throw Object.assign(new Error('signing keys unavailable'), { failed: reply });
    freshUntil = later(clock.now(), keysAgeingSeconds);
    return Response.json(reply.value);
  };
  const keys = createRemoteJWKSet(new URL(`https://${options.domain}/.well-known/jwks.json`), {
    [customFetch]: fetchKeys,
    cacheMaxAge: keysLiveMs,
    cooldownDuration: keysCooldownMs,
    timeoutDuration: options.timeoutMs,
  });

  const ready = async (): Promise<CallResult<void>> => {
    try {
      if (!keys.fresh) await keys.reload();
      return { ok: true, value: undefined };
    } catch (error) {
      return keyFailure(error);
    }
  };

  const payloadOf = async (idToken: string): Promise<JWTPayload> => {
    const { payload } = await jwtVerify(idToken, keys, {
      algorithms: ['RS256'],
      issuer: `https://${options.domain}/`,
      audience: options.clientId,
      requiredClaims: ['sub', 'iat', 'exp'],
      currentDate: new Date(providerClock.now()),
      clockTolerance: toleranceSeconds,
    });
    return payload;
  };

  const judge = (payload: JWTPayload, account: AccountId, notBefore: Instant): Match =>
    compare(payload, account, providerClock.toTheirs(notBefore));

  return {
    ready,
    freshen: () => {
      if (clock.now() < freshUntil || keys.reloading) return;
      // The failure is logged by the request limits. If it lasts, the check that needs the keys fails with it.
      keys.reload().catch(() => log.debug({ call: endpoints.keys.name }, 'signing keys not renewed'));
    },
    verify: async (idToken, account, notBefore) => {
      try {
        const payload = await payloadOf(idToken);
        return { ok: true, value: judge(payload, account, notBefore) };
      } catch (error) {
        return refusal(error, (subject) => subject === account);
      }
    },
    subjectOf: async (idToken, notBefore) => {
      try {
        const payload = await payloadOf(idToken);
        if (!payload.sub) return { ok: true, value: { is: 'mismatched', because: 'subject' } };
        const subject = accountId(payload.sub);
        const match = judge(payload, subject, notBefore);
        return { ok: true, value: match.is === 'accepted' ? { is: 'subject', subject } : match };
      } catch (error) {
        return refusal(error, () => true);
      }
    },
  };
}

function readKeys(exchange: Exchange, now: Instant): CallResult<unknown> {
  const isSet = exchange.is === 'answer' && exchange.status === 200 && isJsonAnswer(exchange);
  return isSet ? { ok: true, value: exchange.body } : explain(endpoints.keys, exchange, now);
}

/** `notBefore`: by Auth0's clock. Another account comes before the age, so that it never passes for an old proof. */
function compare(payload: JWTPayload, account: AccountId, notBefore: Instant): Match {
  if (payload.sub !== account) return { is: 'mismatched', because: 'subject' };
  const issuedAt = payload.iat ?? 0;
  return (issuedAt + toleranceSeconds) * 1000 < notBefore ? { is: 'too-old' } : { is: 'accepted' };
}

/** Decides by the library's error classes, because its messages may quote the token's claims. */
function refusal(
  error: unknown,
  isOurs: (subject: string | undefined) => boolean,
): CallResult<Exclude<Match, { is: 'accepted' }>> {
  if (error instanceof errors.JWTExpired) {
    const { sub } = error.payload;
    return { ok: true, value: isOurs(sub) ? { is: 'too-old' } : { is: 'mismatched', because: 'subject' } };
  }
  if (error instanceof errors.JWTClaimValidationFailed)
    return { ok: true, value: { is: 'mismatched', because: 'claims' } };
  if (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JOSEAlgNotAllowed
  ) {
    return { ok: true, value: { is: 'mismatched', because: 'signature' } };
  }
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid) {
    return malformed(endpoints.exchangeCode, 'an id_token that is none');
  }
  return keyFailure(error);
}

function keyFailure(error: unknown): Failed {
  if (hasFailed(error)) return error.failed;
  if (error instanceof errors.JOSEError) return malformed(endpoints.keys, 'no usable keys in the answer');
  throw error;
}

const hasFailed = (error: unknown): error is Error & { readonly failed: Failed } =>
  error instanceof Error && 'failed' in error;
