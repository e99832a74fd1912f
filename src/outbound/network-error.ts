// What it means where a platform gave no answer at all: whether the request may have arrived is told by the socket's error.
import type { Failure } from '../flows/outcome.ts';

const neverLeft = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

export function networkFailure(error: unknown): Failure {
  const { name, code } = rootOf(error);
  const isTimeout = name === 'TimeoutError' || name === 'AbortError';
  const cause = isTimeout ? 'timeout' : (code ?? 'no-answer');
  return { kind: 'unreachable', retry: 'later', mayHaveHappened: !neverLeft.has(code ?? ''), cause };
}

/** fetch wraps the socket's error in its own, sometimes twice. */
function rootOf(error: unknown): { readonly name: string; readonly code?: string } {
  let current = error;
  for (let depth = 0; depth < 4 && current instanceof Error; depth += 1) {
    const code = 'code' in current && typeof current.code === 'string' ? current.code : undefined;
    if (code !== undefined && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return { name: current.name, code };
    if (current.name === 'TimeoutError' || current.name === 'AbortError' || current.cause === undefined) {
      return { name: current.name };
    }
    current = current.cause;
  }
  return { name: 'unknown' };
}
