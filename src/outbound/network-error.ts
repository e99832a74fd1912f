// What it means where an outside system gave no answer: whether the request may have arrived is told by the socket's error.
import type { Failure } from '../flows/outcome.ts';

/** `unsent`: certainly nothing left. `cut`: it may have arrived. `code`: Node's own name of the trouble, where it has one. */
export interface BrokenConnection {
  readonly how: 'unsent' | 'timeout' | 'cut';
  readonly code?: string;
}

/** No connection stood, or the other side could not prove who it is: no request can have been read. */
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

/** Undefined where the error does not come from the network: that is a mistake of ours. */
export function brokenConnection(error: unknown): BrokenConnection | undefined {
  const chain = causesOf(error);
  if (chain.some(({ name }) => name === 'TimeoutError' || name === 'AbortError')) return { how: 'timeout' };
  const code = chain.map(codeOf).find((each) => each !== undefined);
  if (code !== undefined) return { how: beforeSending.has(code) ? 'unsent' : 'cut', code };
  return isFetchFailure(error) ? { how: 'cut' } : undefined;
}

/** Whatever was thrown, as a failure without a word of the error's own. */
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

/** Node's fetch says every network trouble as a TypeError with a cause. */
const isFetchFailure = (error: unknown): boolean => error instanceof TypeError && error.cause !== undefined;
