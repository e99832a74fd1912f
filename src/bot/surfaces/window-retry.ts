// A window that could not be drawn is tried again a few times, behind everything else: messages never wait for a window.
import { createExpiringMap } from '../../concurrency/expiring-map.ts';
import type { FlowId } from '../../flows/ids.ts';
import type { Failure } from '../../flows/outcome.ts';

/** Longer than a hiccup, shorter than somebody sits in front of a window that does not change. */
const waitsMs: readonly number[] = [1_000, 4_000, 15_000];
const longestWaitMs = 60_000;
/** Nobody sits in front of a window for longer than a request lives. */
const openAtMostMs = 15 * 60_000;
const windowsAtMost = 10_000;

export interface WindowRetry {
  /** Plans another try. After the last one the window stays as it is: any press draws it, and a message says the same. */
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
      const isTurn = failure.kind === 'rate-limited';
      // To wait for one's turn is no try.
      const waitMs = isTurn ? Math.min(failure.retryAfterMs, longestWaitMs) : waitsMs[tries];
      const isOver = failure.kind === 'refused' || failure.kind === 'absent' || waitedMs > openAtMostMs;
      if (waitMs === undefined || isOver) {
        failures.delete(target);
        return;
      }
      failures.set(target, { tries: isTurn ? tries : tries + 1, waitedMs: waitedMs + waitMs });
      setTimeout(() => void drawAgain(flow), waitMs).unref();
    },
    settled: (target) => void failures.delete(target),
  };
}
