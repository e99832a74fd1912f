// After an act whose answer was lost: looks at the same controller what has become of it. Others may not have heard of it yet.
import { createDeadline } from '../concurrency/deadline.ts';
import { sleep } from '../concurrency/sleep.ts';
import type { DirectoryConnection } from './connection.ts';
import type { Controllers } from './controllers.ts';

/** `not-yet`: it is as before. `unclear`: what is read would look the same in both cases, or could not be read. */
export type Look = 'done' | 'not-yet' | 'unclear';
export type Settled = 'done' | 'not-done' | 'unknown';

export interface SettleOptions {
  /** How long what was sent may still be on its way, or be worked on; 5 s by default. */
  readonly settleMs?: number;
  readonly lookEveryMs?: number;
  readonly pause?: (ms: number) => Promise<void>;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}

const defaultSettleMs = 5_000;
const defaultEveryMs = 500;

/** Looks again until it is done, or until nothing can be under way any more. A controller may come back in that time. */
export async function settle(
  controllers: Controllers,
  url: string,
  options: SettleOptions,
  look: (connection: DirectoryConnection) => Promise<Look>,
): Promise<Settled> {
  const { settleMs = defaultSettleMs, lookEveryMs = defaultEveryMs, pause = sleep, now } = options;
  const deadline = createDeadline({ answerMs: settleMs, ...(now === undefined ? {} : { now }) });
  for (;;) {
    const isLast = deadline.leftMs() <= 0;
    const seen = await controllers.useOnly(url, look);
    if (seen.ok && seen.value === 'done') return 'done';
    if (isLast) return seen.ok && seen.value === 'not-yet' ? 'not-done' : 'unknown';
    await pause(lookEveryMs);
  }
}
