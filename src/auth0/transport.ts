// One HTTP exchange with Auth0: where it goes, how long it may take, how much may come back. Never throws, never retries.
// Judges nothing beyond "an answer came" or "none did"; errors.ts says what that means.
import { beginning, withoutEnd } from '../text/bounded-text.ts';

/** What came back, whatever it says. `body` is undefined where there was none; `isJson` false where it was something else. */
export interface HttpResponse {
  readonly is: 'answer';
  readonly status: number;
  readonly headers: Headers;
  readonly isJson: boolean;
  readonly body: unknown;
}

/** `unsent`: certainly nothing left. `cut`: it may have arrived. `code` is Node's own name of the trouble. */
export interface Broken {
  readonly is: 'broken';
  readonly how: 'unsent' | 'timeout' | 'cut' | 'too-large';
  readonly code: string;
}

export type Exchange = HttpResponse | Broken;
export type Transport = (url: string, init: RequestInit) => Promise<Exchange>;

/** A user with every identity takes a few kilobytes, a page of a hundred reduced log entries about ten. */
const maxAnswerBytes = 2_000_000;

/** No connection stood, so no request can have been read. */
const beforeSending: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

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
      const text = await readBounded(response);
      return text === undefined ? { is: 'broken', how: 'too-large', code: 'too large' } : answer(response, text);
    } catch (error) {
      return broken(error);
    }
  };
}

async function readBounded(response: Response): Promise<string | undefined> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxAnswerBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `application/json`, or one of its relatives such as `application/problem+json`. */
export const isJsonType = (type: string): boolean =>
  /^(?:application|text)\/(?:[\w.-]+\+)?json\b/i.test(beginning(type, 200));

function answer(response: Response, text: string): HttpResponse {
  const { status, headers } = response;
  const shared = { is: 'answer' as const, status, headers };
  if (text === '') return { ...shared, isJson: true, body: undefined };
  if (!isJsonType(headers.get('content-type') ?? '')) {
    return { ...shared, isJson: false, body: undefined };
  }
  try {
    const body: unknown = JSON.parse(text);
    return { ...shared, isJson: true, body };
  } catch {
    return { ...shared, isJson: false, body: undefined };
  }
}

function broken(error: unknown): Broken {
  const chain = causes(error);
  const named = chain.find((each) => each.name === 'TimeoutError' || each.name === 'AbortError');
  if (named !== undefined) return { is: 'broken', how: 'timeout', code: 'no answer in time' };
  const code = chain.map(codeOf).find((each) => each !== undefined);
  if (code === undefined && !isFetchFailure(error)) throw error;
  const how = code !== undefined && beforeSending.has(code) ? 'unsent' : 'cut';
  return { is: 'broken', how, code: code ?? 'connection broken' };
}

function causes(error: unknown): readonly Error[] {
  const chain: Error[] = [];
  let each: unknown = error;
  while (each instanceof Error && chain.length < 8) {
    chain.push(each);
    each = each.cause;
  }
  return chain;
}

function codeOf(error: Error): string | undefined {
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,50}$/.test(code) ? code : undefined;
}

/** Node's fetch says every network trouble as a TypeError with a cause; anything else is a bug of ours and stays one. */
const isFetchFailure = (error: unknown): boolean => error instanceof TypeError && error.cause !== undefined;
