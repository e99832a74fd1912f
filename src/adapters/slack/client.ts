// Calls to Slack's Web API, answers parsed, failures as values. Two clients, so that a rate-limited channel never holds up a window.
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { retry } from '../../concurrency/retry.ts';
import { type Failure, failed, type Outcome, success } from '../../flows/outcome.ts';
import { readAnswer } from '../../outbound/answer-text.ts';
import { type Observe, observed } from '../../outbound/observe.ts';
import { retryAfterMs } from '../../outbound/retry-after.ts';
import { slackFailure } from './errors.ts';
import { createLibraryLog } from './library-log.ts';

/** `interactive`: somebody is waiting. `bulk`: channels, where a second more does not matter. */
export type Lane = 'interactive' | 'bulk';

export interface Call<T> {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly answer: z.ZodType<T>;
  readonly lane: Lane;
  /** Reads, and drawings that may be drawn twice: one more try where there was no answer. Never for a new message. */
  readonly repeatable: boolean;
}

export interface SlackApi {
  call<T>(call: Call<T>): Promise<Outcome<T>>;
}

const timeoutMs: Record<Lane, number> = { interactive: 2_500, bulk: 5_000 };
/** A pause that Slack asks for and that is not longer than this is waited out here; anything longer is the caller's to plan. */
const shortPauseMs = 1_000;
/** One more try, which begins after the longest of the first ones. */
const onceMore = { triesAtMost: 2, withinMs: 10_000, pauseMs: pauseBefore };
/** Where Slack says 429 without saying for how long. */
const unknownPauseSeconds = 30;

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
      return failed({ kind: 'malformed', retry: 'never', cause: 'answer-not-understood' });
    } catch (error) {
      return failed(slackFailure(error));
    }
  };
  const attempt = <T>(call: Call<T>): Promise<Outcome<T>> => observed(options.observe, call.method, () => ask(call));
  return {
    async call(call) {
      const outcome = await (call.repeatable ? retry(() => attempt(call), onceMore) : attempt(call));
      if (!outcome.ok) {
        const { kind, cause } = outcome.failure;
        // A window that the person has closed is no trouble.
        const level = kind === 'absent' ? 'debug' : 'warn';
        options.log[level]({ event: 'slack.call.failed', method: call.method, kind, cause }, 'Slack did not do it');
      }
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
    // Written out: the package's own `retryPolicies` cannot be imported by name at run time.
    retryConfig: { retries: 0 },
    // Otherwise one 429 holds up every other call of the same client.
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
    fetch: fetchAnswer,
  };
}

/** The client reads whatever comes, and knows a 429 only by its Retry-After; one without it would look like any other error. */
const fetchAnswer: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  const text = await readAnswer(response);
  if (text === undefined) throw new Error('an answer beyond any sensible size');
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  if (status === 429) headers.set('retry-after', String(pauseSeconds(headers)));
  return new Response(text === '' ? null : text, { status, statusText, headers });
};

function pauseSeconds(headers: Headers): number {
  const ms = retryAfterMs(headers.get('retry-after'), Date.now());
  return ms === undefined ? unknownPauseSeconds : Math.ceil(ms / 1000);
}
