// Retries a failed drawing of a window a few times, in the background: messages never wait for a window.
import { createExpiringMap } from '../../concurrency/expiring-map.ts';
import type { FlowId } from '../../flows/ids.ts';
import { type Failure, isFinal } from '../../flows/outcome.ts';

/** The first wait covers a short failure; the last is shorter than a person waits in front of a window that does not change. */
const waitsMs: readonly number[] = [1_000, 4_000, 15_000];
const longestWaitMs = 60_000;
/** After so much waiting in total, a window is given up: nobody looks at it that long. */
const openAtMostMs = 15 * 60_000;
const windowsAtMost = 10_000;

export interface WindowRetry {
  /** Schedules another try. After the last one the window stays outdated until the next press; the private message is current. */
  failed(target: string, flow: FlowId, failure: Failure): void;
  settled(target: string): void;
}

export function createWindowRetry(drawAgain: (flow: FlowId) => Promise<void>): WindowRetry {
  const failures = createExpiringMap<string, { readonly tries: number; readonly waitedMs: number }>({
    forMs: openAtMostMs,
    atMost: windowsAtMost,
  });
  return {
    failed(target, flow, failure) {
      const { tries, waitedMs } = failures.get(target) ?? { tries: 0, waitedMs: 0 };
      const isRateLimited = failure.kind === 'rate-limited';
      // Waiting for a rate limit does not count as a try.
      const waitMs = isRateLimited ? Math.min(failure.retryAfterMs, longestWaitMs) : waitsMs[tries];
      const isOver = isFinal(failure.kind) || waitedMs > openAtMostMs;
      if (waitMs === undefined || isOver) {
        failures.delete(target);
        return;
      }
      failures.set(target, { tries: isRateLimited ? tries : tries + 1, waitedMs: waitedMs + waitMs });
      setTimeout(() => void drawAgain(flow), waitMs).unref();
    },
    settled: (target) => void failures.delete(target),
  };
}
