// The Management API through the `auth0` package: one question, one parsed answer. Retries nothing but an expired token, once.
// Must not leak the package's errors: they carry addresses, bodies and tokens in their messages.
import { ManagementClient, TokenProvider } from 'auth0';
import type { z } from 'zod';
import { tokenAnswer } from './answers.ts';
import { type Call, calls } from './call.ts';
import type { Caller } from './caller.ts';
import { explain, type Failed, malformed, type Reply } from './errors.ts';
import type { Answer, Exchange, Transport } from './transport.ts';

/** To be handed to each method of the package: the deadline of the whole question. */
interface AskOptions {
  readonly abortSignal: AbortSignal;
}
type Question = (client: ManagementClient, options: AskOptions) => Promise<unknown>;

export interface Management {
  ask<T>(call: Call, schema: z.ZodType<T>, question: Question): Promise<Reply<T>>;
  /** Fetches the token unless a good one is there. */
  ready(): Promise<Reply<void>>;
}

export interface ManagementOptions {
  readonly domain: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly timeoutMs: number;
}

type Trouble = { readonly of: 'token'; readonly failed: Failed } | { readonly of: 'call'; readonly exchange: Exchange };

export function createManagement(options: ManagementOptions, transport: Transport, caller: Caller): Management {
  const fetchThrough = createFetch(options.domain, transport, caller);
  let tokens = createTokens(options, fetchThrough);
  const client = new ManagementClient({
    domain: options.domain,
    token: () => tokens.getAccessToken(),
    fetch: fetchThrough,
    maxRetries: 0,
    // The transport's deadline comes first: only it covers the body.
    timeoutInSeconds: Math.ceil(options.timeoutMs / 1000) + 5,
  });

  async function answerTo<T>(call: Call, schema: z.ZodType<T>, question: () => Promise<unknown>): Promise<Reply<T>> {
    try {
      const parsed = schema.safeParse(await question());
      if (parsed.success) return { ok: true, value: parsed.data };
      return malformed(
        call,
        `unexpected ${parsed.error.issues.map(({ path }) => String(path[0] ?? 'body')).join(', ')}`,
      );
    } catch (error) {
      const trouble = troubleIn(error);
      if (trouble === undefined) throw error;
      return trouble.of === 'token' ? trouble.failed : explain(call, trouble.exchange, caller.clock.now());
    }
  }

  async function askTwice<T>(call: Call, schema: z.ZodType<T>, question: () => Promise<unknown>): Promise<Reply<T>> {
    const used = tokens;
    const reply = await answerTo(call, schema, question);
    if (reply.ok || reply.status !== 401) return reply;
    // The package keeps a token until it expires by the clock, whatever the API says of it.
    if (tokens === used) tokens = createTokens(options, fetchThrough);
    return answerTo(call, schema, question);
  }

  async function ready(): Promise<Reply<void>> {
    try {
      await tokens.getAccessToken();
      return { ok: true, value: undefined };
    } catch (error) {
      const trouble = troubleIn(error);
      if (trouble?.of !== 'token') throw error;
      return trouble.failed;
    }
  }

  return {
    ready,
    ask: async (call, schema, question) => {
      const abortSignal = AbortSignal.timeout(options.timeoutMs);
      // Apart from the call, whose limit and outcome are its own.
      const token = await ready();
      if (!token.ok) return token;
      return caller.place(call, () => askTwice(call, schema, () => question(client, { abortSignal })));
    },
  };
}

function createTokens(
  { domain, clientId, clientSecret }: ManagementOptions,
  fetchThrough: typeof fetch,
): TokenProvider {
  const audience = `https://${domain}/api/v2/`;
  return new TokenProvider({ domain, clientId, clientSecret, audience, fetch: fetchThrough });
}

/** A `fetch` that answers successes only and throws everything else in a form that `ask` can read. */
function createFetch(domain: string, transport: Transport, caller: Caller): typeof fetch {
  const tokenUrl = `https://${domain}/oauth/token`;
  return async (input, init) => {
    const url = String(input);
    if (url === tokenUrl) return fetchToken(() => transport(url, init ?? {}), caller);
    const exchange = await transport(url, init ?? {});
    if (!isSuccess(exchange)) throw troubled({ of: 'call', exchange });
    return toResponse(exchange.status, exchange.body);
  };
}

async function fetchToken(request: () => Promise<Exchange>, caller: Caller): Promise<Response> {
  const call = calls.managementToken;
  const reply = await caller.place<z.infer<typeof tokenAnswer>>(call, async () => {
    const exchange = await request();
    if (!isSuccess(exchange)) return unsent(explain(call, exchange, caller.clock.now()));
    const parsed = tokenAnswer.safeParse(exchange.body);
    return parsed.success ? { ok: true, value: parsed.data } : malformed(call, 'no token in the answer');
  });
  if (!reply.ok) throw troubled({ of: 'token', failed: reply });
  return toResponse(200, reply.value);
}

/** Without a token the call itself never left. Its status is the token's, not the call's: nobody may decide by it. */
function unsent({ failure }: Failed): Failed {
  return { ok: false, failure: failure.kind === 'unreachable' ? { ...failure, mayHaveHappened: false } : failure };
}

const isSuccess = (exchange: Exchange): exchange is Answer =>
  exchange.is === 'answer' && exchange.isJson && exchange.status >= 200 && exchange.status < 300;

function toResponse(status: number, body: unknown): Response {
  return body === undefined ? new Response(null, { status }) : Response.json(body, { status });
}

const troubled = (trouble: Trouble): Error => Object.assign(new Error('Auth0 call failed'), { trouble });

/** The package wraps what a fetch throws, sometimes more than once. */
function troubleIn(error: unknown): Trouble | undefined {
  let each: unknown = error;
  for (let depth = 0; depth < 8 && each instanceof Error; depth += 1) {
    if (isTroubled(each)) return each.trouble;
    each = each.cause;
  }
  return undefined;
}

const isTroubled = (error: Error): error is Error & { readonly trouble: Trouble } => 'trouble' in error;
