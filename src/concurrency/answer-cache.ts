// A cache for answers of another system. Callers that ask at the same time share one request; its answer is kept for a while.
// Failures are not kept.
import { createExpiringMap } from './expiring-map.ts';
import { createSingleFlight } from './single-flight.ts';

export interface AnswerCache<K, A> {
  /** The cached answer, or a new one. */
  get(key: K): Promise<A>;
  /** The cached answer, if there is one. Never asks. */
  known(key: K): A | undefined;
  forget(key: K): void;
}

export interface AnswerCacheOptions<K, A> {
  readonly ask: (key: K) => Promise<A>;
  /** How long a successful answer is valid, in milliseconds from the moment of the request. */
  readonly keptMs: (answer: A) => number;
  readonly atMost: number;
  /** Milliseconds; a monotonic clock by default. */
  readonly now?: () => number;
}

export function createAnswerCache<K extends {}, A extends { readonly ok: boolean }>(
  options: AnswerCacheOptions<K, A>,
): AnswerCache<K, A> {
  const { ask, keptMs, atMost, now = () => performance.now() } = options;
  const answers = createExpiringMap<K, A>({ atMost, now });
  const singleFlight = createSingleFlight<K, A>();

  async function askAndKeep(key: K): Promise<A> {
    const askedAt = now();
    const answer = await ask(key);
    if (answer.ok) answers.set(key, answer, keptMs(answer) - (now() - askedAt));
    return answer;
  }

  return {
    get: async (key) => answers.get(key) ?? singleFlight(key, () => askAndKeep(key)),
    known: answers.get,
    forget: (key) => void answers.delete(key),
  };
}
