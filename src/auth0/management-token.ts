// The access token for the Management API, cached until shortly before it expires. Callers that ask at the same time share one
// request.
// It never gets into a log, an error or the database.
import { createAnswerCache } from '../concurrency/answer-cache.ts';
import type { Instant } from '../flows/ids.ts';
import { endpoints } from './endpoints.ts';
import { type CallResult, explain, type Failed, isJsonAnswer, malformed } from './errors.ts';
import type { RequestLimits } from './request-limits.ts';
import { tokenAnswer } from './schemas.ts';
import type { Exchange, Transport } from './transport.ts';

export interface ManagementTokens {
  /** The cached token while it is valid, otherwise a new one. */
  get(): Promise<CallResult<string>>;
  /**
   * The scopes of the token; undefined if Auth0 does not name them. If the cached token lacks one of `wanted`, a new one is fetched:
   * an administrator may have granted it since.
   */
  granted(wanted: readonly string[]): Promise<CallResult<readonly string[] | undefined>>;
  /** Call it when the API refuses a token, even if it has not expired. */
  forget(token: string): void;
}

export interface ManagementTokenOptions {
  readonly tenantDomain: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

interface Token {
  readonly text: string;
  readonly livesMs: number;
  readonly scopes: readonly string[] | undefined;
}

/** A request sent just before the expiry would arrive after it. */
const leewaySeconds = 10;

export function createManagementTokens(
  options: ManagementTokenOptions,
  transport: Transport,
  requestLimits: RequestLimits,
): ManagementTokens {
  const { tenantDomain, clientId, clientSecret } = options;

  const request = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    audience: `https://${tenantDomain}/api/v2/`,
  }).toString();

  const fetchToken = (): Promise<CallResult<Token>> =>
    requestLimits.run(endpoints.managementToken, async () =>
      readToken(
        await transport(`https://${tenantDomain}/oauth/token`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
          body: request,
        }),
        requestLimits.providerClock.now(),
      ),
    );

  const tokens = createAnswerCache({ ask: fetchToken, keptMs, atMost: 1, now: requestLimits.clock.now });
  return {
    async get() {
      const token = await tokens.get('management');
      return token.ok ? { ok: true, value: token.value.text } : token;
    },
    async granted(wanted) {
      const known = tokens.known('management');
      const lacks = (scopes: readonly string[]): boolean => wanted.some((scope) => !scopes.includes(scope));
      if (known?.ok && known.value.scopes !== undefined && lacks(known.value.scopes)) tokens.forget('management');
      const token = await tokens.get('management');
      return token.ok ? { ok: true, value: token.value.scopes } : token;
    },
    forget(refused) {
      const known = tokens.known('management');
      if (known?.ok && known.value.text === refused) tokens.forget('management');
    },
  };
}

const keptMs = (token: CallResult<Token>): number => (token.ok ? token.value.livesMs : 0);

function readToken(exchange: Exchange, now: Instant): CallResult<Token> {
  const call = endpoints.managementToken;
  if (exchange.is === 'broken' || !isJsonAnswer(exchange) || exchange.status < 200 || exchange.status >= 300) {
    return unsent(explain(call, exchange, now));
  }
  const { data } = tokenAnswer.safeParse(exchange.body);
  if (data === undefined) return malformed(call, 'no token in the answer');
  return {
    ok: true,
    value: {
      text: data.access_token,
      livesMs: (data.expires_in - leewaySeconds) * 1000,
      scopes: data.scope?.split(' ').filter((scope) => scope !== ''),
    },
  };
}

/**
 * Without a token the Management API call was never sent. The status is that of the token request, so it is dropped: no caller
 * may decide by it.
 */
function unsent({ failure }: Failed): Failed {
  return { ok: false, failure: failure.kind === 'unreachable' ? { ...failure, mayHaveHappened: false } : failure };
}
