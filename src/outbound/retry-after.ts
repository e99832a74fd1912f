// How long an outside system asks us to wait.

/** The longest date of HTTP has 29. */
const charsAtMost = 64;

/** `Retry-After`, which is seconds or a date: milliseconds from `now`. Undefined where it says neither, or names the past. */
export function retryAfterMs(value: string | null, now: number): number | undefined {
  if (value === null || value.length > charsAtMost) return undefined;
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}
