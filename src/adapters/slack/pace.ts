// One message per second and channel: Slack's own limit, kept here so that it never has to say so.
// A short wait is taken; a longer one is told to the caller, whose outbox keeps the order and survives a restart.

export interface Pace {
  /** Milliseconds to wait before the turn, which is then taken; or how long until asking again makes sense. */
  take(key: string): { readonly waitMs: number } | { readonly comeBackInMs: number };
  /** Nothing for this key during that time: Slack asked for a pause. */
  hold(key: string, ms: number): void;
}

/** Far more than the channels and people who write within one interval. */
const keysAtMost = 10_000;

export function createPace(options: {
  readonly everyMs: number;
  readonly waitAtMostMs: number;
  /** Monotonic milliseconds. */
  readonly now?: () => number;
}): Pace {
  const now = options.now ?? (() => performance.now());
  const freeFrom = new Map<string, number>();
  const forgetOld = (at: number): void => {
    if (freeFrom.size < keysAtMost) return;
    for (const [key, free] of freeFrom) if (free <= at) freeFrom.delete(key);
  };
  return {
    take(key) {
      const at = now();
      forgetOld(at);
      const start = Math.max(at, freeFrom.get(key) ?? 0);
      if (start - at > options.waitAtMostMs) return { comeBackInMs: Math.ceil(start - at) };
      freeFrom.set(key, start + options.everyMs);
      return { waitMs: start - at };
    },
    hold(key, ms) {
      freeFrom.set(key, Math.max(freeFrom.get(key) ?? 0, now() + ms));
    },
  };
}
