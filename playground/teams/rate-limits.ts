// Teams' rate limits for a bot in one conversation, by the injected clock.
// Source: learn.microsoft.com, Rate limiting for bots, per bot per thread.

type Window = { readonly calls: number; readonly seconds: number };
const SENDING: readonly Window[] = [
  { calls: 7, seconds: 1 },
  { calls: 8, seconds: 2 },
  { calls: 60, seconds: 30 },
  { calls: 1800, seconds: 3600 },
];
const ROSTER: readonly Window[] = [
  { calls: 14, seconds: 1 },
  { calls: 120, seconds: 30 },
];

export type Limited = 'send' | 'create' | 'roster';
export type RateLimits = {
  /** Seconds to wait, or undefined when the call is permitted. */
  wait(what: Limited, conversation: string): number | undefined;
};

export function createRateLimits(now: () => number): RateLimits {
  const passed = new Map<string, number[]>();
  return {
    wait(what, conversation) {
      const windows = what === 'roster' ? ROSTER : SENDING;
      const key = `${what} ${conversation}`;
      const longest = Math.max(...windows.map(({ seconds }) => seconds));
      const times = (passed.get(key) ?? []).filter((at) => at > now() - longest * 1000);
      passed.set(key, times);
      const waits = windows.flatMap(({ calls, seconds }) => {
        const blocking = times.at(-calls);
        return blocking === undefined ? [] : [blocking + seconds * 1000 - now()];
      });
      const waitMs = Math.max(0, ...waits);
      if (waitMs > 0) return Math.max(1, Math.ceil(waitMs / 1000));
      times.push(now());
      return undefined;
    },
  };
}
