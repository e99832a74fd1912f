// How long an outside system asks us to wait.

/** The longest HTTP date has 29 characters. */
const charsAtMost = 64;

/** `Retry-After`, in seconds or as a date: milliseconds from `now`. Undefined if it is neither, or in the past. */
export function retryAfterMs(value: string | null, now: number): number | undefined {
  if (value === null || value.length > charsAtMost) return undefined;
  const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}
