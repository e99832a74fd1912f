// Answers on a fixed beat, so that the time of an answer does not tell what was done for it. What takes longer than one beat is answered
// on a later one; answers for which nothing was done are spread over the beats as the others were lately.
import { sleep } from './sleep.ts';

export interface Paced<T> {
  readonly value: T;
  /** The work that takes its time was done. Otherwise it was only imitated. */
  readonly isReal: boolean;
}

/** Resolves on a beat. So does a rejection. */
export type ResponsePacer = <T>(work: () => Promise<Paced<T>>) => Promise<T>;

interface ResponsePacerOptions {
  /** Milliseconds. Longer than the work usually takes. */
  readonly beatMs: number;
  /** Each answer comes up to this much later than its beat, by chance, so that what is done right after a beat shows in no answer. Default: 0. */
  readonly jitterMs?: number;
  /** From 0 to 1, without 1. */
  readonly random?: () => number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

/** Enough to be spread alike; few enough to follow a provider that has become slow. */
const rememberedAtMost = 64;
/** A timer may ring late by some milliseconds: that is the same beat. */
const lateMs = 30;

export function createResponsePacer({
  beatMs,
  jitterMs = 0,
  random = Math.random,
  now = () => performance.now(),
}: ResponsePacerOptions): ResponsePacer {
  const lately: number[] = [];
  const imitated = (): number => lately[Math.floor(random() * lately.length)] ?? 1;
  return async (work) => {
    const since = now();
    const first = sleep(beatMs);
    const [done] = await Promise.allSettled([work()]);
    await first;
    const passed = Math.max(1, Math.ceil((now() - since - lateMs) / beatMs));
    const isReal = done.status === 'fulfilled' && done.value.isReal;
    if (isReal) lately.push(passed);
    if (lately.length > rememberedAtMost) lately.shift();
    const restMs = (isReal ? passed : Math.max(passed, imitated())) * beatMs - (now() - since);
    const laterMs = Math.max(0, restMs) + random() * jitterMs;
    if (laterMs > 0) await sleep(laterMs);
    if (done.status === 'rejected') throw done.reason;
    return done.value.value;
  };
}
