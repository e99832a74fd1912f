// Auth0's token buckets: passwordless per IP address, Management API per group (figures of the Essentials plan).

export type LimitGroup =
  | 'read-users'
  | 'write-users'
  | 'delete-users'
  | 'read-logs'
  | 'read-connections'
  | 'read-clients'
  | 'other';

type Bucket = { tokens: number; filledAt: number };
type Size = { readonly burst: number; readonly perMinute: number };

export type Buckets = Map<string, Bucket>;

const managementSizes: Readonly<Record<LimitGroup, Size>> = {
  'read-users': { burst: 40, perMinute: 500 },
  'write-users': { burst: 20, perMinute: 200 },
  'delete-users': { burst: 20, perMinute: 200 },
  'read-logs': { burst: 10, perMinute: 100 },
  'read-connections': { burst: 5, perMinute: 50 },
  'read-clients': { burst: 5, perMinute: 100 },
  other: { burst: 10, perMinute: 150 },
};
const passwordlessSize: Size = { burst: 50, perMinute: 50 / 60 };

/** `/dbconnections/change_password`, by IP address and address of the mail (rate-limit configurations, September 2025). */
const resetMailSize: Size = { burst: 10, perMinute: 1 };

export type Allowance = {
  readonly allowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
};

function draw(buckets: Buckets, key: string, size: Size, now: number): Allowance {
  const bucket = buckets.get(key) ?? { tokens: size.burst, filledAt: now };
  const refilled = ((now - bucket.filledAt) / 60_000) * size.perMinute;
  bucket.tokens = Math.min(size.burst, bucket.tokens + Math.max(0, refilled));
  bucket.filledAt = now;
  buckets.set(key, bucket);
  const allowed = bucket.tokens >= 1;
  if (allowed) bucket.tokens -= 1;
  const waitMs = allowed ? 0 : ((1 - bucket.tokens) / size.perMinute) * 60_000;
  return { allowed, headers: limitHeaders(size.burst, Math.floor(bucket.tokens), now, waitMs) };
}

/** The documented headers. `Retry-After` is sent only where the caller has to wait. */
export function limitHeaders(
  limit: number,
  remaining: number,
  now: number,
  waitMs: number,
): Readonly<Record<string, string>> {
  const seconds = Math.ceil(waitMs / 1000);
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(Math.floor(now / 1000) + Math.max(1, seconds)),
    ...(seconds > 0 ? { 'retry-after': String(seconds) } : {}),
  };
}

export function drawManagement(buckets: Buckets, group: LimitGroup, now: number): Allowance {
  return draw(buckets, `management:${group}`, managementSizes[group], now);
}

/** Full buckets of codes, from each of which so many were sent a moment ago. */
export function bucketsAfter(sent: number, ip: string, now: number): Buckets {
  return new Map([[`passwordless:${ip}`, { tokens: passwordlessSize.burst - sent, filledAt: now }]]);
}

export function drawResetMail(buckets: Buckets, who: string, now: number): Allowance {
  return draw(buckets, `reset-mail:${who}`, resetMailSize, now);
}

export function drawPasswordless(buckets: Buckets, ip: string, now: number): Allowance {
  return draw(buckets, `passwordless:${ip}`, passwordlessSize, now);
}
