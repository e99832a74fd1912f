// Answers on a fixed beat, so that the time of an answer does not tell what was done for it. What takes longer than one beat is answered
// on a later one, and for some time all others are, too, whether anything is done for them or not.
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

/** A provider that has become slow is slow for longer than a moment. */
const rememberedForMs = 60_000;
/** A timer may ring late by some milliseconds: that is the same beat. */
const lateMs = 30;

export function createResponsePacer({
  beatMs,
  jitterMs = 0,
  random = Math.random,
  now = () => performance.now(),
}: ResponsePacerOptions): ResponsePacer {
  /** The times at which real work last took more beats than one, by how many. */
  const slow = new Map<number, number>();
  const slowest = (): number => {
    const since = now() - rememberedForMs;
    for (const [beats, at] of slow) if (at <= since) slow.delete(beats);
    return Math.max(1, ...slow.keys());
  };
  return async (work) => {
    const since = now();
    const first = sleep(beatMs);
    const [done] = await Promise.allSettled([work()]);
    await first;
    const passed = Math.max(1, Math.ceil((now() - since - lateMs) / beatMs));
    if (passed > 1 && done.status === 'fulfilled' && done.value.isReal) slow.set(passed, now());
    const restMs = Math.max(passed, slowest()) * beatMs - (now() - since);
    const laterMs = Math.max(0, restMs) + random() * jitterMs;
    if (laterMs > 0) await sleep(laterMs);
    if (done.status === 'rejected') throw done.reason;
    return done.value.value;
  };
}
