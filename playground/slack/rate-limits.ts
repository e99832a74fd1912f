// Slack's rate limits, by the injected clock: one message per second and channel with a small burst, and each method's
// tier.
import { type Json, textOf } from '../json.ts';

const POSTS_PER_SECOND = 1;
const BURST = 3;

type Bucket = { tokens: number; at: number };
export type RateLimits = {
  /** Seconds to wait, or undefined when the call is permitted. */
  wait(method: string, perMinute: number, args: Json): number | undefined;
};

export function createRateLimits(now: () => number): RateLimits {
  const buckets = new Map<string, Bucket>();
  const take = (key: string, perSecond: number, size: number): number | undefined => {
    const bucket = buckets.get(key) ?? { tokens: size, at: now() };
    bucket.tokens = Math.min(size, bucket.tokens + (Math.max(0, now() - bucket.at) / 1000) * perSecond);
    bucket.at = now();
    buckets.set(key, bucket);
    if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / perSecond));
    bucket.tokens -= 1;
    return undefined;
  };
  return {
    wait: (method, perMinute, args) =>
      take(method, perMinute / 60, perMinute) ??
      (method === 'chat.postMessage'
        ? take(`channel:${textOf(args['channel']) ?? ''}`, POSTS_PER_SECOND, BURST)
        : undefined),
  };
}
