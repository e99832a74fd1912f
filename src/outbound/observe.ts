// Reports the outcome and the duration of each request to a platform, for the operator's metrics. Names of calls only, nothing
// about people.
import type { Failure } from '../flows/outcome.ts';

/** `call` is a fixed name such as `chat.update`. */
export type Observe = (call: string, outcome: 'ok' | Failure['kind'], ms: number) => void;

type Observable = { readonly ok: true } | { readonly ok: false; readonly failure: Failure };

export async function observed<T extends Observable>(
  observe: Observe | undefined,
  call: string,
  work: () => Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  const done = await work();
  observe?.(call, done.ok ? 'ok' : done.failure.kind, performance.now() - startedAt);
  return done;
}
