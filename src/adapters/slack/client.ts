// Calls to Slack's Web API, with parsed answers and failures as values. Two clients, so that a rate-limited channel never delays a
// window.
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { retry } from '../../concurrency/retry.ts';
import { type Failure, failed, type Outcome, success } from '../../flows/outcome.ts';
import { readAnswer } from '../../outbound/answer-text.ts';
import { logFailedCall, notUnderstood } from '../../outbound/failed-call.ts';
import { type Observe, observed } from '../../outbound/observe.ts';
import { pauseSeconds, slackFailure } from './errors.ts';
import { createLibraryLog } from './library-log.ts';

/** `interactive`: somebody is waiting. `bulk`: channel cards, which may take a second longer. */
export type Lane = 'interactive' | 'bulk';

export interface Call<T> {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly answer: z.ZodType<T>;
  readonly lane: Lane;
  /** Allows one retry if there was no answer. For reads and redraws, which may run twice. Never for a new message. */
  readonly repeatable: boolean;
}

export interface SlackApi {
  call<T>(call: Call<T>): Promise<Outcome<T>>;
}

const timeoutMs: Record<Lane, number> = { interactive: 2_500, bulk: 5_000 };
/** Rate-limit pauses up to this length are waited for here. Longer ones are left to the caller. */
const shortPauseMs = 1_000;
/** `withinMs` is longer than the longest first try, so there is always time for the second. */
const repeatOptions = { triesAtMost: 2, withinMs: 10_000, pauseMs: pauseBefore };

export function createSlackApi(options: {
  readonly token: string;
  readonly apiUrl?: string;
  readonly log: Logger;
  readonly observe?: Observe;
}): SlackApi {
  const clients: Record<Lane, WebClient> = {
    interactive: new WebClient(options.token, clientOptions('interactive', options)),
    bulk: new WebClient(options.token, clientOptions('bulk', options)),
  };
  const ask = async <T>({ method, args, answer, lane }: Call<T>): Promise<Outcome<T>> => {
    try {
      const parsed = answer.safeParse(await clients[lane].apiCall(method, { ...args }));
      if (parsed.success) return success(parsed.data);
      return failed(notUnderstood(parsed.error.issues));
    } catch (error) {
      return failed(slackFailure(error));
    }
  };
  const attempt = <T>(call: Call<T>): Promise<Outcome<T>> => observed(options.observe, call.method, () => ask(call));
  return {
    async call(call) {
      const outcome = await (call.repeatable ? retry(() => attempt(call), repeatOptions) : attempt(call));
      const about = { event: 'slack.call.failed', method: call.method } as const;
      if (!outcome.ok) logFailedCall(options.log, about, outcome.failure, 'a call to Slack failed');
      return outcome;
    },
  };
}

function pauseBefore(failure: Failure): number | undefined {
  if (failure.kind === 'unreachable') return 100 + Math.random() * 200;
  return failure.kind === 'rate-limited' && failure.retryAfterMs <= shortPauseMs ? failure.retryAfterMs : undefined;
}

function clientOptions(lane: Lane, options: { readonly apiUrl?: string; readonly log: Logger }): WebClientOptions {
  return {
    ...(options.apiUrl === undefined ? {} : { slackApiUrl: options.apiUrl }),
    logger: createLibraryLog(options.log),
    timeout: timeoutMs[lane],
    // Not the package's `retryPolicies`: it cannot be imported by name at run time.
    retryConfig: { retries: 0 },
    // Otherwise one 429 blocks all other calls of the same client.
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    fetch: fetchAnswer,
  };
}

/** The client has no size limit for answers, and it recognises a 429 only if it has Retry-After. Both are fixed here. */
const fetchAnswer: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const text = await readAnswer(response);
  if (text === undefined) throw new Error('an answer beyond any sensible size');
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  if (status === 429) headers.set('retry-after', String(pauseSeconds(headers)));
  return new Response(text === '' ? null : text, { status, statusText, headers });
};
