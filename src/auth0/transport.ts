// One HTTP exchange with Auth0: its address, time limit and size limit. A network error is returned, not thrown. Never retries.
// Tells only whether an answer came; errors.ts decides what it means.
import { isJsonType, parseJson, readAnswer } from '../outbound/answer-text.ts';
import { brokenConnection } from '../outbound/network-error.ts';
import { withoutEnd } from '../text/bounded-text.ts';
import { noteBudget, type ObserveBudget } from './budgets.ts';
import type { ProviderClock } from './provider-clock.ts';

/**
 * The answer, whatever its status. `body` is undefined if it was empty; `isJson` is false if it was something other than JSON.
 */
export interface HttpResponse {
  readonly is: 'answer';
  readonly status: number;
  readonly headers: Headers;
  readonly isJson: boolean;
  readonly body: unknown;
}

/** As in `outbound/network-error`, or the answer was too large. */
export interface Broken {
  readonly is: 'broken';
  readonly how: 'unsent' | 'timeout' | 'cut' | 'too-large';
  readonly code: string;
}

export type Exchange = HttpResponse | Broken;
export type Transport = (url: string, init: RequestInit) => Promise<Exchange>;

export interface TransportOptions {
  readonly domain: string;
  /** Where the Management API is; `domain` by default. */
  readonly tenantDomain?: string;
  /** Takes the place of both domains; the issuer stays. */
  readonly baseUrl: string | undefined;
  readonly timeoutMs: number;
  /** Measures Auth0's clock by each answer. */
  readonly providerClock?: Pick<ProviderClock, 'measure'>;
  readonly observeBudget?: ObserveBudget | undefined;
}

/** The deadline covers the body too: a server that stalls within the body counts as one that does not answer. */
export function createTransport(options: TransportOptions): Transport {
  const { domain, tenantDomain = domain, baseUrl } = options;
  const base = baseUrl === undefined ? undefined : withoutEnd(baseUrl, '/');
  const origins = [`https://${domain}`, `https://${tenantDomain}`];
  return async (url, init) => {
    const origin = origins.find((each) => url.startsWith(`${each}/`));
    const target = base === undefined || origin === undefined ? url : base + url.slice(origin.length);
    const deadline = AbortSignal.timeout(options.timeoutMs);
    const signal = init.signal == null ? deadline : AbortSignal.any([deadline, init.signal]);
    if (signal.aborted) return { is: 'broken', how: 'unsent', code: 'no time left' };
    const measured = options.providerClock?.measure();
    try {
      // A redirect would carry the secret somewhere else.
      const response = await fetch(target, { ...init, signal, redirect: 'manual' });
      measured?.(response.headers);
      if (options.observeBudget !== undefined) noteBudget(options.observeBudget, url, init, response.headers);
      const text = await readAnswer(response);
      if (text !== undefined) return answer(response, text);
      return isJson(response) ? { is: 'broken', how: 'too-large', code: 'too large' } : answer(response, notRead);
    } catch (error) {
      return broken(error);
    }
  };
}

/** Stands for a page that is too long to be read. */
const notRead = '…';

const isJson = ({ headers }: Response): boolean => isJsonType(headers.get('content-type') ?? '');

function answer(response: Response, text: string): HttpResponse {
  const { status, headers } = response;
  const shared = { is: 'answer' as const, status, headers };
  if (text === '') return { ...shared, isJson: true, body: undefined };
  if (!isJson(response)) return { ...shared, isJson: false, body: undefined };
  const body = parseJson(text);
  return { ...shared, isJson: body !== undefined, body };
}

function broken(error: unknown): Broken {
  const connection = brokenConnection(error);
  if (connection === undefined) throw error;
  const { how, code } = connection;
  return { is: 'broken', how, code: how === 'timeout' ? 'no answer in time' : (code ?? 'connection broken') };
}
