// The only place that turns a failed exchange into a Failure, with a remedy for the operator.
// Decides by status and code. No text from Auth0 gets into a cause, only codes from the list below.
import type { Instant } from '../flows/ids.ts';
import type { Failure } from '../flows/outcome.ts';
import { retryAfterMs } from '../outbound/retry-after.ts';
import type { Endpoint } from './endpoints.ts';
import { refusalAnswer } from './schemas.ts';
import type { Broken, Exchange, HttpResponse } from './transport.ts';

/** Inside this folder a failure keeps its status and code, because to some ports a refusal is an ordinary answer. */
export interface Failed {
  readonly ok: false;
  readonly failure: Failure;
  readonly status?: number;
  readonly code?: string;
  /** One of `knownWords` or `connectorWords`: what a text says for which there is no code. */
  readonly word?: string;
}
export type CallResult<T> = { readonly ok: true; readonly value: T } | Failed;

/** The codes that we know, with their remedies. A code that is not listed is never repeated anywhere. */
const remedies = {
  access_denied:
    'Check AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET, the API access of the application, and Actions that deny it.',
  'bad.connection': 'Enable the passwordless connections "email" and "sms" for the application.',
  insufficient_scope: 'Give the application the missing scopes of the Management API.',
  invalid_client: 'Check AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET.',
  mfa_required: 'Make MFA policies and Actions pass over this application: a recovery code is its only login.',
  unauthorized_client:
    'Allow the application the grants "client credentials", "authorization code" and "passwordless OTP".',
  bad_request: undefined,
  consent_required: undefined,
  inexistent_user: undefined,
  interaction_required: undefined,
  invalid_body: undefined,
  invalid_grant: undefined,
  invalid_query_string: undefined,
  invalid_request: undefined,
  invalid_uri: undefined,
  login_required: undefined,
  operation_not_supported: undefined,
  password_leaked: undefined,
  requires_verification: undefined,
  server_error: undefined,
  temporarily_unavailable: undefined,
  too_many_attempts: undefined,
  too_many_requests: undefined,
  unauthorized: undefined,
} as const satisfies Record<string, string | undefined>;
type Code = keyof typeof remedies;

const isCode = (value: string | undefined): value is Code => value !== undefined && Object.hasOwn(remedies, value);

/** The code of a refusal, if it is one that we know. */
export function codeOf(answer: HttpResponse): Code | undefined {
  const { data } = refusalAnswer.safeParse(answer.body);
  if (isCode(data?.errorCode)) return data.errorCode;
  return isCode(data?.error) ? data.error : undefined;
}

/** Auth0 names a rule of passwords only so: as the first word of its text, before a colon. No other text is ever repeated. */
const knownWords = [
  ...(['PasswordStrengthError', 'PasswordHistoryError', 'PasswordDictionaryError', 'PasswordNoUserInfoError'] as const),
] as const;
/**
 * What the connector for Active Directory says (auth0/ad-ldap-connector), and what Auth0 says of a connection whose passwords it does not
 * set. Where in an answer the connector's words come is not confirmed.
 */
const connectorWords = [
  ...(['PasswordComplexityError', 'InsufficientAccessRightsError', 'Insufficient Access Rights'] as const),
  ...(['Connection is not supported for this operation', 'Cannot change email or password'] as const),
] as const;

function wordOf({ status, body }: HttpResponse): string | undefined {
  const { message = '', error = '', errorCode = '' } = refusalAnswer.safeParse(body).data ?? {};
  const rule = status === 400 ? knownWords.find((word) => message.startsWith(`${word}:`)) : undefined;
  return rule ?? connectorWords.find((word) => [message, error, errorCode].some((text) => text.includes(word)));
}

/** Auth0's text for people. Only its beginning may be compared, and it is never passed on. */
export const textOf = (answer: HttpResponse): string =>
  refusalAnswer.safeParse(answer.body).data?.error_description ?? '';

export function explain(call: Endpoint, exchange: Exchange, now: Instant): Failed {
  return exchange.is === 'broken' ? explainBroken(call, exchange) : explainAnswer(call, exchange, now);
}

function explainBroken(call: Endpoint, { how, code }: Broken): Failed {
  const cause = `${call.name}: ${code}`;
  if (how === 'too-large') return malformed(call, 'an answer beyond any sensible size');
  return { ok: false, failure: { kind: 'unreachable', retry: 'later', mayHaveHappened: how !== 'unsent', cause } };
}

function explainAnswer(call: Endpoint, answer: HttpResponse, now: Instant): Failed {
  const { status } = answer;
  if (!isJsonAnswer(answer) && status !== 429) return notFromAuth0(call, status);
  const code = codeOf(answer);
  const word = wordOf(answer);
  const known = { status, ...(code === undefined ? {} : { code }), ...(word === undefined ? {} : { word }) };
  const cause = `${call.name}: ${status}${code === undefined ? '' : ` ${code}`}`;
  return { ok: false, failure: failureFor(call, answer, code, cause, now), ...known };
}

/** An answer with a JSON body. Every refusal of Auth0 has one. */
export const isJsonAnswer = ({ isJson, body }: HttpResponse): boolean => isJson && body !== undefined;

/**
 * Something between us and Auth0 answered, such as a gateway with its own page. Like a 502 it passes, whatever its status. Without
 * `status`, so that no caller takes it for a decision of Auth0.
 */
export function notFromAuth0(call: Endpoint, status: number): Failed {
  const cause = `${call.name}: ${status} without a JSON body`;
  return { ok: false, failure: { kind: 'unreachable', retry: 'later', mayHaveHappened: true, cause } };
}

function failureFor(
  call: Endpoint,
  answer: HttpResponse,
  code: Code | undefined,
  cause: string,
  now: Instant,
): Failure {
  const { status } = answer;
  // Auth0's brute-force lock on this address, for up to 30 days: a new code would be refused as well.
  if (code === 'too_many_attempts')
    return { kind: 'refused', retry: 'never', cause: `${cause}: the contact is blocked` };
  if (isClosedToNew(answer)) return { kind: 'refused', retry: 'never', cause: `${cause}: no such user` };
  if (status === 429)
    return { kind: 'rate-limited', retry: 'later', retryAfterMs: pauseMs(answer.headers, now), cause };
  if (status === 408 || status >= 500) return { kind: 'unreachable', retry: 'later', mayHaveHappened: true, cause };
  if (status < 400) return { kind: 'malformed', retry: 'never', cause: `${cause}, not an answer that was agreed on` };
  const remedy = isOtherAudience(answer) ? audienceRemedy : remedyFor(call, code);
  // A secret that was just rotated is known everywhere within moments. A missing scope or grant does not come back by itself.
  const retry = status === 401 ? 'later' : 'never';
  if (remedy !== undefined) return { kind: 'misconfigured', retry, cause, remedy: withScopes(call, remedy) };
  if (code === 'unauthorized')
    return { kind: 'refused', retry: 'never', cause: `${cause}: blocked, or denied by a rule` };
  if (status === 401 || status === 403) return { kind: 'misconfigured', retry, cause, remedy: credentialsRemedy(call) };
  if (status === 404) return { kind: 'absent', retry: 'never', cause };
  return {
    kind: 'refused',
    retry: 'never',
    cause,
    remedy: call.conflictRemedy !== undefined && status === 409 ? call.conflictRemedy : refusalRemedy,
  };
}

function remedyFor({ grantRemedy }: Endpoint, code: Code | undefined): string | undefined {
  if (code === undefined) return undefined;
  return code === 'unauthorized_client' && grantRemedy !== undefined ? grantRemedy : remedies[code];
}

/** Its code is that of a connection that is switched off, so only the text tells. For a new contact the user is then created. */
const isClosedToNew = (answer: HttpResponse): boolean =>
  answer.status === 400 && textOf(answer).startsWith('Public signup is disabled');

const refusalRemedy = 'Look at the account and its connection in Auth0, and in the tenant log for the reason.';
/** The code is that of a wrong secret, so only the text tells. */
const isOtherAudience = (answer: HttpResponse): boolean =>
  answer.status === 403 && textOf(answer).startsWith('Service not enabled within domain');
const audienceRemedy =
  'This domain has no Management API of that name. Where AUTH0_DOMAIN is a custom domain, set AUTH0_TENANT_DOMAIN to the tenant’s own domain, like acme.eu.auth0.com.';

function withScopes(call: Endpoint, remedy: string): string {
  return call.scopes.length === 0 ? remedy : `${remedy} ${call.name} needs ${call.scopes.join(' ')}.`;
}

const credentialsRemedy = (call: Endpoint): string =>
  withScopes(call, 'Check the credentials and the grants of the application of AUTH0_CLIENT_ID.');

export function malformed(call: Endpoint, what: string): Failed {
  return { ok: false, failure: { kind: 'malformed', retry: 'never', cause: `${call.name}: ${what}` } };
}

export function refused(cause: string): Failed {
  return { ok: false, failure: { kind: 'refused', retry: 'never', cause } };
}

/** For a 429 that names no pause. */
const defaultPauseMs = 5_000;
/** Auth0's longest rate-limit window is an hour. */
const longestPauseMs = 3_600_000;
/** Enough for a time in seconds since 1970. */
const secondsCharsAtMost = 20;
/** `Retry-After` in seconds or as a date, else `x-ratelimit-reset` in epoch seconds. Milliseconds from now. */
function pauseMs(headers: Headers, now: Instant): number {
  const stated = [retryAfterMs(headers.get('retry-after'), now), resetMs(headers.get('x-ratelimit-reset'), now)];
  const pause = stated.find((each) => each !== undefined && Number.isFinite(each) && each > 0);
  return Math.min(pause ?? defaultPauseMs, longestPauseMs);
}

function resetMs(value: string | null, now: Instant): number | undefined {
  return value === null || value.length > secondsCharsAtMost ? undefined : Number(value) * 1000 - now;
}
