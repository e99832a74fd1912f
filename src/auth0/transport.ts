// One HTTP exchange with Auth0: where it goes, how long it may take, how much may come back. Never throws, never retries.
// Judges nothing beyond "an answer came" or "none did"; errors.ts says what that means.
import { isJsonType, parseJson, readAnswer } from '../outbound/answer-text.ts';
import { brokenConnection } from '../outbound/network-error.ts';
import { withoutEnd } from '../text/bounded-text.ts';

/** What came back, whatever it says. `body` is undefined where there was none; `isJson` false where it was something else. */
export interface HttpResponse {
  readonly is: 'answer';
  readonly status: number;
  readonly headers: Headers;
  readonly isJson: boolean;
  readonly body: unknown;
}

/** As in `network-error`, or an answer beyond any sensible size. */
export interface Broken {
  readonly is: 'broken';
  readonly how: 'unsent' | 'timeout' | 'cut' | 'too-large';
  readonly code: string;
}

export type Exchange = HttpResponse | Broken;
export type Transport = (url: string, init: RequestInit) => Promise<Exchange>;

export interface TransportOptions {
  readonly domain: string;
  /** Takes the place of `https://DOMAIN`; the issuer stays. */
  readonly baseUrl: string | undefined;
  readonly timeoutMs: number;
}

/** The deadline covers the body too: a server that stops in the middle of it is as silent as one that never answers. */
export function createTransport(options: TransportOptions): Transport {
  const home = `https://${options.domain}`;
  const base = withoutEnd(options.baseUrl ?? home, '/');
  return async (url, init) => {
    const target = url.startsWith(`${home}/`) ? base + url.slice(home.length) : url;
    const deadline = AbortSignal.timeout(options.timeoutMs);
    const signal = init.signal == null ? deadline : AbortSignal.any([deadline, init.signal]);
    if (signal.aborted) return { is: 'broken', how: 'unsent', code: 'no time left' };
    try {
      // A redirect would carry the secret somewhere else.
      const response = await fetch(target, { ...init, signal, redirect: 'manual' });
      const text = await readAnswer(response);
      return text === undefined ? { is: 'broken', how: 'too-large', code: 'too large' } : answer(response, text);
    } catch (error) {
      return broken(error);
    }
  };
}

function answer(response: Response, text: string): HttpResponse {
  const { status, headers } = response;
  const shared = { is: 'answer' as const, status, headers };
  if (text === '') return { ...shared, isJson: true, body: undefined };
  if (!isJsonType(headers.get('content-type') ?? '')) {
    return { ...shared, isJson: false, body: undefined };
  }
  const body = parseJson(text);
  return { ...shared, isJson: body !== undefined, body };
}

function broken(error: unknown): Broken {
  const connection = brokenConnection(error);
  if (connection === undefined) throw error;
  const { how, code } = connection;
  return { is: 'broken', how, code: how === 'timeout' ? 'no answer in time' : (code ?? 'connection broken') };
}
