// One HTTP attempt of botbuilder's connector client: with a deadline, to allowed origins only, without redirects.
// Everything but a success is thrown as an error that the client does not know, so that its own retries never run.
import type { ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import type { Failure } from '../../flows/outcome.ts';
import { isJsonType, parseJson, readAnswer } from '../../outbound/answer-text.ts';
import { networkFailure } from '../../outbound/network-error.ts';
import { retryAfterMs } from '../../outbound/retry-after.ts';
import { codeOf, connectorFailure, type Refused } from './errors.ts';
import type { Origins } from './origins.ts';

type Options = NonNullable<ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[4]>;
type HttpClient = NonNullable<Options['httpClient']>;

/** Why an attempt failed. `refused` where there was an answer. */
export interface Mishap {
  readonly failure: Failure;
  readonly refused?: Refused;
}

/** For connecting, sending and reading together. */
const attemptMs = 2_500;
/** Where Teams asks for a shorter pause or for none. */
const leastPauseMs = 1_000;

export function createTransport(origins: Origins): HttpClient {
  return {
    async sendRequest(request) {
      if (!origins.isAllowed(request.url)) throw mishap({ failure: foreign });
      const { status, text, type, retryAfterMs: pauseMs } = await exchange(request);
      if (text === undefined) throw mishap({ failure: tooLarge });
      // Not Teams: 404 from a gateway does not mean that a chat is gone. After 401 a new token is tried, whoever refused the old one.
      if (status < 500 && status !== 429 && isPage(text, type)) {
        throw mishap({ failure: notTeams, ...(status === 401 ? { refused: { status } } : {}) });
      }
      if (status < 200 || status >= 300) {
        const code = codeOf(text);
        const refused = {
          status,
          ...(code === undefined ? {} : { code }),
          ...(pauseMs === undefined ? {} : { retryAfterMs: Math.max(leastPauseMs, pauseMs) }),
        };
        throw mishap({ failure: connectorFailure(refused), refused });
      }
      const headers = request.headers.clone();
      for (const name of headers.headerNames()) headers.remove(name);
      headers.set('content-type', type);
      return { request, status, headers, bodyAsText: text };
    },
  };
}

const isPage = (text: string, type: string): boolean =>
  text !== '' && (!isJsonType(type) || parseJson(text) === undefined);

const foreign: Failure = { kind: 'refused', retry: 'never', cause: 'foreign-service-url' };

const tooLarge: Failure = { kind: 'malformed', retry: 'never', cause: 'answer-too-large' };

/** A web page of a proxy in between. As with a 5xx, it may work later, and nobody knows whether the call was carried out. */
const notTeams: Failure = {
  kind: 'unreachable',
  retry: 'later',
  mayHaveHappened: true,
  cause: 'answer-not-understood',
};

export const mishap = (what: Mishap): Error =>
  Object.assign(new Error('the Bot Connector did not do it'), { mishap: what });

export function mishapOf(error: unknown): Mishap {
  if (error instanceof Error && 'mishap' in error && isMishap(error.mishap)) return error.mishap;
  return { failure: { kind: 'malformed', retry: 'never', cause: 'answer-not-understood' } };
}

const isMishap = (value: unknown): value is Mishap => typeof value === 'object' && value !== null && 'failure' in value;

async function exchange(request: Parameters<HttpClient['sendRequest']>[0]) {
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: request.headers.toJson(),
      ...(typeof request.body === 'string' ? { body: request.body } : {}),
      signal: AbortSignal.timeout(attemptMs),
      redirect: 'error',
    });
    return {
      status: response.status,
      text: await readAnswer(response),
      type: response.headers.get('content-type') ?? 'application/json',
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), Date.now()),
    };
  } catch (error) {
    throw mishap({ failure: networkFailure(error) });
  }
}
