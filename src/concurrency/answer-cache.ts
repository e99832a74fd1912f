// Answers of an outside system: asked for once for all who want one at the same time, then kept for a while. A failure is not kept.
import { createExpiringMap } from './expiring-map.ts';
import { createSingleFlight } from './single-flight.ts';

export interface AnswerCache<K, A> {
  /** The answer that is known, or a new one. */
  get(key: K): Promise<A>;
  /** What is known without asking. */
  known(key: K): A | undefined;
  forget(key: K): void;
}

export interface AnswerCacheOptions<K, A> {
  readonly ask: (key: K) => Promise<A>;
  /** How long a good answer counts, in milliseconds from the moment at which it was asked for. */
  readonly keptMs: (answer: A) => number;
  readonly atMost: number;
  /** Milliseconds; monotonic unless told. */
  readonly now?: () => number;
}

export function createAnswerCache<K extends {}, A extends { readonly ok: boolean }>(
  options: AnswerCacheOptions<K, A>,
): AnswerCache<K, A> {
  const { ask, keptMs, atMost, now = () => performance.now() } = options;
  const answers = createExpiringMap<K, A>({ atMost, now });
  const once = createSingleFlight<K, A>();

  async function askAndKeep(key: K): Promise<A> {
    const askedAt = now();
    const answer = await ask(key);
    if (answer.ok) answers.set(key, answer, keptMs(answer) - (now() - askedAt));
    return answer;
  }

  return {
    get: async (key) => answers.get(key) ?? once(key, () => askAndKeep(key)),
    known: answers.get,
    forget: (key) => void answers.delete(key),
  };
}
