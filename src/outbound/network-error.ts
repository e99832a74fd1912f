// What it means if another system gave no answer: the socket's error tells whether the request may have arrived.
import type { Failure } from '../flows/outcome.ts';

/** `unsent`: certainly nothing was sent. `cut`: the request may have arrived. `code`: Node's name of the error, if it has one. */
export interface BrokenConnection {
  readonly how: 'unsent' | 'timeout' | 'cut';
  readonly code?: string;
}

/** There was no connection, or the certificate was not accepted: the request cannot have been read. */
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

/** Undefined if the error does not come from the network: then it is a bug. */
export function brokenConnection(error: unknown): BrokenConnection | undefined {
  const chain = causesOf(error);
  if (chain.some(({ name }) => name === 'TimeoutError' || name === 'AbortError')) return { how: 'timeout' };
  const code = chain.map(codeOf).find((each) => each !== undefined);
  if (code !== undefined) return { how: beforeSending.has(code) ? 'unsent' : 'cut', code };
  return isFetchFailure(error) ? { how: 'cut' } : undefined;
}

/** Turns anything that was thrown into a failure, without the error's own text. */
export function networkFailure(error: unknown): Failure {
  const { how, code }: BrokenConnection = brokenConnection(error) ?? { how: 'cut' };
  const cause = how === 'timeout' ? 'timeout' : (code ?? 'no-answer');
  return { kind: 'unreachable', retry: 'later', mayHaveHappened: how !== 'unsent', cause };
}

/** fetch wraps the socket's error in its own, sometimes twice. */
function causesOf(error: unknown): readonly Error[] {
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

/** Node's fetch reports every network error as a TypeError with a cause. */
const isFetchFailure = (error: unknown): boolean => error instanceof TypeError && error.cause !== undefined;
