// A window that could not be drawn is tried again a few times, behind everything else: messages never wait for a window.
import type { FlowId } from '../flows/ids.ts';
import type { Failure } from '../flows/outcome.ts';

/** Longer than a hiccup, shorter than somebody sits in front of a window that does not change. */
const waitsMs: readonly number[] = [1_000, 4_000, 15_000];
const longestWaitMs = 60_000;

export interface LateWindows {
  /** Plans another try. After the last one the window stays as it is: any press draws it, and a message says the same. */
  failed(target: string, flow: FlowId, failure: Failure): void;
  settled(target: string): void;
}

export function createLateWindows(drawAgain: (flow: FlowId) => Promise<void>): LateWindows {
  const failures = new Map<string, number>();
  return {
    failed(target, flow, failure) {
      const earlier = failures.get(target) ?? 0;
      const waitMs = waitsMs[earlier];
      if (waitMs === undefined || failure.kind === 'refused' || failure.kind === 'absent') {
        failures.delete(target);
        return;
      }
      failures.set(target, earlier + 1);
      const askedMs = failure.kind === 'rate-limited' ? failure.retryAfterMs : 0;
      setTimeout(() => void drawAgain(flow), Math.min(Math.max(waitMs, askedMs), longestWaitMs)).unref();
    },
    settled: (target) => void failures.delete(target),
  };
}
