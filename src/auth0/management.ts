// The Management API through the `auth0` package: one request, one parsed answer. The only retry is one with a new token after a
// 401.
// Must not leak the package's errors: they carry addresses, bodies and tokens in their messages.
import { LogsClient } from 'auth0/logs';
import { TicketsClient } from 'auth0/tickets';
import { UserBlocksClient } from 'auth0/userBlocks';
import { UsersClient } from 'auth0/users';
import type { z } from 'zod';
import { unreadFields } from '../outbound/unread-fields.ts';
import type { Endpoint } from './endpoints.ts';
import { type CallResult, explain, type Failed, malformed, notFromAuth0 } from './errors.ts';
import { createManagementTokens } from './management-token.ts';
import type { RequestLimits } from './request-limits.ts';
import type { Exchange, HttpResponse, Transport } from './transport.ts';

/** Passed to each method of the package: the deadline of the whole call, and its token. */
interface AskOptions {
  readonly abortSignal: AbortSignal;
  readonly headers: Record<string, string>;
}

/** The package's clients one by one: its complete client costs eleven more megabytes and a quarter of a second at start. */
interface ManagementApi {
  readonly users: UsersClient;
  readonly userBlocks: UserBlocksClient;
  readonly tickets: TicketsClient;
  readonly logs: LogsClient;
  /** GET of a path behind `/api/v2`, for what the package's clients would only make heavier. */
  readonly read: (path: string, options: AskOptions) => Promise<unknown>;
}
type Question = (client: ManagementApi, options: AskOptions) => Promise<unknown>;

export interface Management {
  ask<T>(call: Endpoint, schema: z.ZodType<T>, question: Question): Promise<CallResult<T>>;
  /** The pause that Auth0 asked for in this call's limit group, as a failure; undefined if there is none. */
  currentPause(call: Endpoint): Failed | undefined;
  /** Fetches the token unless a valid one is cached. */
  ready(): Promise<CallResult<void>>;
  /** The scopes that the application has; see `granted` of the tokens. */
  granted(wanted: readonly string[]): Promise<CallResult<readonly string[] | undefined>>;
}

export interface ManagementOptions {
  /**
   * The token is fetched and the API is called at the tenant's own domain. Auth0 refuses a token that was fetched at one domain
   * and used at another, and knows the API by this domain only (D:secure/tokens/access-tokens/get-access-tokens).
   */
  readonly tenantDomain: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly timeoutMs: number;
}

export function createManagement(
  options: ManagementOptions,
  transport: Transport,
  requestLimits: RequestLimits,
): Management {
  const tokens = createManagementTokens(options, transport, requestLimits);
  const api = createApi(options, transport);

  async function answerTo<T>(
    call: Endpoint,
    schema: z.ZodType<T>,
    question: () => Promise<unknown>,
  ): Promise<CallResult<T>> {
    try {
      const answer = await question();
      const parsed = schema.safeParse(answer);
      if (parsed.success) return { ok: true, value: parsed.data };
      if (answer === undefined) return notFromAuth0(call, 200);
      return malformed(call, `unexpected ${unreadFields(parsed.error.issues).join(', ')}`);
    } catch (error) {
      const exchange = exchangeIn(error);
      if (exchange === undefined) throw error;
      return explain(call, exchange, requestLimits.providerClock.now());
    }
  }

  return {
    currentPause: (call) => requestLimits.currentPause(call),
    granted: (wanted) => tokens.granted(wanted),
    async ready() {
      const token = await tokens.get();
      return token.ok ? { ok: true, value: undefined } : token;
    },
    async ask(call, schema, question) {
      const abortSignal = AbortSignal.timeout(options.timeoutMs);
      const askWith = (token: string) =>
        answerTo(call, schema, () => question(api, { abortSignal, headers: { authorization: `Bearer ${token}` } }));
      // Outside `run`: the token request has a limit and an outcome of its own.
      const token = await tokens.get();
      if (!token.ok) return token;
      return requestLimits.run(call, async () => {
        const reply = await askWith(token.value);
        if (reply.ok || reply.status !== 401) return reply;
        tokens.forget(token.value);
        const another = await tokens.get();
        return another.ok ? askWith(another.value) : another;
      });
    },
  };
}

function createApi({ tenantDomain, timeoutMs }: ManagementOptions, transport: Transport): ManagementApi {
  const clientOptions = {
    baseUrl: `https://${tenantDomain}/api/v2`,
    fetch: createFetch(transport),
    // Each call sends its own token, so that we know which one was refused.
    auth: false,
    token: '',
    maxRetries: 0,
    // The transport's deadline comes earlier: only that one covers the body.
    timeoutInSeconds: Math.ceil(timeoutMs / 1000) + 5,
  } as const;
  return {
    users: new UsersClient(clientOptions),
    userBlocks: new UserBlocksClient(clientOptions),
    tickets: new TicketsClient(clientOptions),
    logs: new LogsClient(clientOptions),
    read: async (path, { abortSignal, headers }) => {
      const answer = await clientOptions.fetch(`${clientOptions.baseUrl}${path}`, { signal: abortSignal, headers });
      return answer.status === 204 ? undefined : answer.json();
    },
  };
}

/** A `fetch` that returns only successes, and throws everything else in a form that `ask` can read. */
function createFetch(transport: Transport): typeof fetch {
  return async (input, init) => {
    const exchange = await transport(String(input), init ?? {});
    if (!isSuccess(exchange)) throw Object.assign(new Error('Auth0 call failed'), { exchange });
    const { status, body } = exchange;
    return body === undefined ? new Response(null, { status }) : Response.json(body, { status });
  };
}

const isSuccess = (exchange: Exchange): exchange is HttpResponse =>
  exchange.is === 'answer' && exchange.isJson && exchange.status >= 200 && exchange.status < 300;

/** The package wraps what a fetch throws, sometimes more than once. */
function exchangeIn(error: unknown): Exchange | undefined {
  let each: unknown = error;
  for (let depth = 0; depth < 8 && each instanceof Error; depth += 1) {
    if (carriesExchange(each)) return each.exchange;
    each = each.cause;
  }
  return undefined;
}

const carriesExchange = (error: Error): error is Error & { readonly exchange: Exchange } => 'exchange' in error;
