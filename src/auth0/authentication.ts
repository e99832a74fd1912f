// The requests of the Authentication API that the `auth0` package no longer has: start passwordless, exchange a code, check a password,
// mail a link for a new password.
// Each is sent once, without a retry. Neither the request nor the answer is kept.
import type { AccountId } from '../flows/ids.ts';
import type { Channel } from '../flows/state.ts';
import { type Endpoint, endpoints } from './endpoints.ts';
import { type CallResult, codeOf, explain, isJsonAnswer, malformed, textOf } from './errors.ts';
import type { RequestLimits } from './request-limits.ts';
import {
  exchangeAnswer,
  exchangeRequest,
  mailLinkRequest,
  otpGrant,
  passwordCheckRequest,
  passwordRealmGrant,
  startAnswer,
  startRequest,
} from './schemas.ts';
import type { Exchange, HttpResponse, Transport } from './transport.ts';

/** `startedId` is the answer's `_id`, whose meaning for a linked identity is not documented. */
interface Started {
  readonly startedId: string | undefined;
}

type Exchanged =
  | { readonly is: 'token'; readonly idToken: string }
  | { readonly is: 'wrong' }
  | { readonly is: 'used-up' }
  | { readonly is: 'expired' };

/** How somebody signs in with a password. Secrets: they live in one call. `realm`: the name of the database. */
export interface Credentials {
  /** Auth0 limits such sign-ins by account, so a pause concerns no other one. */
  readonly account: AccountId;
  readonly realm: string;
  readonly username: string;
  readonly password: string;
  /** As for `start`. */
  readonly browser?: string;
}

/**
 * `more`: Auth0 asks for more than a password, or does not sign anybody in by a password alone; it may be right. `locked`: it takes none
 * now. `blocked`: by an administrator.
 */
export type PasswordChecked =
  | { readonly is: 'token'; readonly idToken: string }
  | { readonly is: 'wrong' | 'more' | 'locked' | 'blocked' };

export interface Authentication {
  /** `browser`: the IP address of the browser for which it is done. Auth0 then counts by that one, where the tenant allows it. */
  start(channel: Channel, address: string, browser?: string): Promise<CallResult<Started>>;
  exchange(channel: Channel, address: string, code: string, browser?: string): Promise<CallResult<Exchanged>>;
  /** Auth0 counts a wrong password as a failed sign-in. */
  checkPassword(credentials: Credentials): Promise<CallResult<PasswordChecked>>;
  /**
   * Auth0 mails its own link. It answers alike where it knows nobody with this address. `account`: stands for the address in our memory of
   * pauses, because Auth0 counts by it.
   */
  mailLink(connection: string, email: string, account: AccountId): Promise<CallResult<void>>;
}

export interface AuthenticationOptions {
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export function createAuthentication(
  options: AuthenticationOptions,
  transport: Transport,
  requestLimits: RequestLimits,
): Authentication {
  const credentials = { client_id: options.clientId, client_secret: options.clientSecret };
  const post = (path: string, type: string, body: string, forwarded?: string): Promise<Exchange> =>
    transport(`https://${options.domain}${path}`, {
      method: 'POST',
      headers: {
        'content-type': type,
        accept: 'application/json',
        ...(forwarded === undefined ? {} : { 'auth0-forwarded-for': forwarded }),
      },
      body,
    });

  return {
    start: (channel, address, browser) => {
      // Without `send` Auth0 mails a link in place of a code.
      const request = startRequest.parse(
        channel === 'email'
          ? { ...credentials, connection: 'email', email: address, send: 'code' }
          : { ...credentials, connection: 'sms', phone_number: address, send: 'code' },
      );
      const start = async () => {
        const exchange = await post('/passwordless/start', 'application/json', JSON.stringify(request), browser);
        return readStart(endpoints.startPasswordless, exchange, requestLimits);
      };
      return requestLimits.run(endpoints.startPasswordless, start, browser);
    },
    mailLink: (connection, email, account) => {
      const request = mailLinkRequest.parse({ client_id: options.clientId, connection, email });
      const call = endpoints.mailLink;
      const ask = async (): Promise<CallResult<void>> => {
        const exchange = await post('/dbconnections/change_password', 'application/json', JSON.stringify(request));
        // The answer is a sentence as plain text, which says nothing.
        if (exchange.is === 'answer' && exchange.status === 200) return { ok: true, value: undefined };
        return explain(call, exchange, requestLimits.providerClock.now());
      };
      return requestLimits.run(call, ask, account);
    },
    exchange: (channel, address, code, browser) => {
      const request = exchangeRequest.parse({
        ...credentials,
        grant_type: otpGrant,
        realm: channel,
        username: address,
        otp: code,
        scope: 'openid',
      });
      return requestLimits.run(endpoints.exchangeCode, async () => {
        // Form-encoded: the only encoding in the published description of this route.
        const form = new URLSearchParams(request).toString();
        const exchange = await post('/oauth/token', 'application/x-www-form-urlencoded', form, browser);
        return readExchange(endpoints.exchangeCode, exchange, requestLimits);
      });
    },
    checkPassword: ({ account, browser, ...typed }) => {
      const request = passwordCheckRequest.parse({
        ...credentials,
        ...{ grant_type: passwordRealmGrant, ...typed, scope: 'openid' },
      });
      const check = async () => {
        const form = new URLSearchParams(request).toString();
        const exchange = await post('/oauth/token', 'application/x-www-form-urlencoded', form, browser);
        return readPasswordCheck(endpoints.checkPassword, exchange, requestLimits);
      };
      return requestLimits.run(endpoints.checkPassword, check, account);
    },
  };
}

function readStart(call: Endpoint, exchange: Exchange, requestLimits: RequestLimits): CallResult<Started> {
  if (exchange.is === 'broken' || exchange.status !== 200 || !isJsonAnswer(exchange)) {
    return explain(call, exchange, requestLimits.providerClock.now());
  }
  const parsed = startAnswer.safeParse(exchange.body);
  return parsed.success ? { ok: true, value: { startedId: parsed.data._id } } : malformed(call, 'not an object');
}

function readPasswordCheck(call: Endpoint, exchange: Exchange, limits: RequestLimits): CallResult<PasswordChecked> {
  const is = exchange.is === 'answer' && isJsonAnswer(exchange) ? refusalOfPassword(exchange) : undefined;
  return is === undefined ? readExchangedToken(call, exchange, limits) : { ok: true, value: { is } };
}

/** What is not listed here is a failure: nothing is proven, and nothing is changed. */
function refusalOfPassword(answer: HttpResponse): Exclude<PasswordChecked['is'], 'token'> | undefined {
  if (answer.status < 400 || answer.status >= 500) return undefined;
  const code = codeOf(answer);
  switch (code) {
    case 'invalid_grant':
      return 'wrong';
    case 'too_many_attempts':
      return 'locked';
    case 'unauthorized':
      // By a rule of the tenant, where it is no block.
      return textOf(answer).startsWith('user is blocked') ? 'blocked' : 'more';
    case 'access_denied':
      // With 401 it is this application that is not let in.
      return answer.status === 403 ? 'more' : undefined;
    default:
      return code !== undefined && asksForMore.has(code) ? 'more' : undefined;
  }
}

/** A second factor, something on a page, a puzzle against robots, or another password, since this one is known to have leaked. */
const asksForMore: ReadonlySet<string> = new Set([
  ...['mfa_required', 'interaction_required', 'login_required', 'consent_required'],
  ...['requires_verification', 'password_leaked'],
]);

function readExchange(call: Endpoint, exchange: Exchange, requestLimits: RequestLimits): CallResult<Exchanged> {
  const verdict = exchange.is === 'answer' ? verdictOf(exchange) : undefined;
  return verdict === undefined
    ? readExchangedToken(call, exchange, requestLimits)
    : { ok: true, value: { is: verdict } };
}

function readExchangedToken(
  call: Endpoint,
  exchange: Exchange,
  { providerClock }: RequestLimits,
): CallResult<Extract<Exchanged, { is: 'token' }>> {
  if (exchange.is === 'broken') return explain(call, exchange, providerClock.now());
  if (exchange.status === 200 && isJsonAnswer(exchange)) {
    const parsed = exchangeAnswer.safeParse(exchange.body);
    if (!parsed.success) return malformed(call, 'no id_token in the answer');
    return { ok: true, value: { is: 'token', idToken: parsed.data.id_token } };
  }
  return explain(call, exchange, providerClock.now());
}

/**
 * Three refusals share one code and differ only in how their text begins. An unknown text counts as a wrong code: the attempt
 * stays counted and nothing is proven.
 */
function verdictOf(answer: HttpResponse): 'wrong' | 'used-up' | 'expired' | undefined {
  const code = codeOf(answer);
  if (code !== 'invalid_grant' || answer.status < 400 || answer.status >= 500) return undefined;
  const text = textOf(answer);
  if (text.startsWith("You've reached the maximum number of attempts")) return 'used-up';
  if (text.startsWith('The verification code has expired')) return 'expired';
  return 'wrong';
}
