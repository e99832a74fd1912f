// The token that the Management API wants, kept until shortly before it ends. Whoever asks meanwhile waits for the same answer.
// Never in a log, an error or a row.
import { createAnswerCache } from '../concurrency/answer-cache.ts';
import type { Instant } from '../flows/ids.ts';
import { endpoints } from './endpoints.ts';
import { type CallResult, explain, type Failed, malformed } from './errors.ts';
import type { Caller } from './request-limits.ts';
import { tokenAnswer } from './schemas.ts';
import type { Exchange, Transport } from './transport.ts';

export interface ManagementTokens {
  /** The one at hand while it is good, else a new one. */
  get(): Promise<CallResult<string>>;
  /** The API refused it, whatever its time says. */
  forget(token: string): void;
}

export interface ManagementTokenOptions {
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

interface Token {
  readonly text: string;
  readonly livesMs: number;
}

/** A question that leaves just before the end would arrive just after it. */
const leewaySeconds = 10;

export function createManagementTokens(
  options: ManagementTokenOptions,
  transport: Transport,
  caller: Caller,
): ManagementTokens {
  const { domain, clientId, clientSecret } = options;

  const request = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    audience: `https://${domain}/api/v2/`,
  }).toString();

  const fetchToken = (): Promise<CallResult<Token>> =>
    caller.place(endpoints.managementToken, async () =>
      readToken(
        await transport(`https://${domain}/oauth/token`, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
          body: request,
        }),
        caller.clock.now(),
      ),
    );

  const tokens = createAnswerCache({ ask: fetchToken, keptMs, atMost: 1, now: caller.clock.now });
  return {
    async get() {
      const token = await tokens.get('management');
      return token.ok ? { ok: true, value: token.value.text } : token;
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
  if (exchange.is === 'broken' || !exchange.isJson || exchange.status < 200 || exchange.status >= 300) {
    return unsent(explain(call, exchange, now));
  }
  const { data } = tokenAnswer.safeParse(exchange.body);
  if (data === undefined) return malformed(call, 'no token in the answer');
  return {
    ok: true,
    value: { text: data.access_token, livesMs: (data.expires_in - leewaySeconds) * 1000 },
  };
}

/** Without a token the call itself never left. Its status is the token's, not the call's: nobody may decide by it. */
function unsent({ failure }: Failed): Failed {
  return { ok: false, failure: failure.kind === 'unreachable' ? { ...failure, mayHaveHappened: false } : failure };
}
