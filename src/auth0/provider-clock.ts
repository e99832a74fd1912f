// How far Auth0's clock is from ours, measured by the header Date of its answers. The only place where an instant of one clock
// becomes an instant of the other: everything outside this folder is by our clock.
// Decision 0038 says why a wrong measurement cannot make a proof.
import type { Logger } from 'pino';
import { type Instant, instant } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';

export interface ProviderClock {
  /** Call it when a request is sent. Call what it returns with the answer's headers, as soon as they have arrived. */
  measure(): (headers: Headers) => void;
  /** How far it is ahead of ours, in milliseconds; undefined until a few answers have been measured. */
  aheadMs(): number | undefined;
  /** What Auth0's clock shows now. */
  now(): Instant;
  /** What Auth0's clock showed at this instant of ours. */
  toTheirs(ours: Instant): Instant;
  /** What our clock showed at this instant of Auth0's. */
  toOurs(theirs: Instant): Instant;
}

export interface ProviderClockOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Called with every new estimate: how far Auth0's clock is ahead of ours, in milliseconds. */
  readonly observe?: ((aheadMs: number) => void) | undefined;
}

/** The median of so many answers: half of them would have to be wrong at once to move it. */
const answersKept = 9;
/** With fewer answers nothing is corrected, so that a single one decides nothing. */
const answersAtLeast = 3;
/** A slower answer tells too little: the header may be from any moment between the request and the answer. */
const slowestMs = 2_000;
/** The header has whole seconds, so a smaller difference may be none. */
const negligibleMs = 1_000;
const warnFromMs = 2_000;
/** A difference above this is not corrected: it is more likely a wrong header, or a machine whose clock must be set. */
const correctedAtMostMs = 15 * 60_000;
/** The longest HTTP date has 29 characters. */
const dateCharsAtMost = 64;

export function createProviderClock({ clock, log, observe }: ProviderClockOptions): ProviderClock {
  const measured: number[] = [];
  let aheadMs = 0;
  let toldMs = 0;
  let estimatedMs: number | undefined;

  function tell(estimateMs: number): void {
    const seconds = Math.round(estimateMs / 100) / 10;
    if (Math.abs(estimateMs) < negligibleMs && toldMs !== 0) {
      toldMs = 0;
      log.info({ event: 'auth0.clock', aheadSeconds: seconds }, 'the clocks of Auth0 and of this machine agree again');
      return;
    }
    if (Math.abs(estimateMs) < warnFromMs || Math.abs(estimateMs - toldMs) < warnFromMs) return;
    toldMs = estimateMs;
    const line = { event: 'auth0.clock', aheadSeconds: seconds, remedy };
    if (Math.abs(estimateMs) > correctedAtMostMs)
      log.error(line, 'the clocks of Auth0 and of this machine are too far apart; the difference is not corrected');
    else log.warn(line, 'the clocks of Auth0 and of this machine differ; the difference is corrected');
  }

  function add(sampleMs: number): void {
    measured.push(sampleMs);
    if (measured.length > answersKept) measured.shift();
    if (measured.length < answersAtLeast) return;
    const estimateMs = medianOf(measured);
    estimatedMs = estimateMs;
    const isCorrected = Math.abs(estimateMs) >= negligibleMs && Math.abs(estimateMs) <= correctedAtMostMs;
    aheadMs = isCorrected ? Math.round(estimateMs) : 0;
    observe?.(estimateMs);
    tell(estimateMs);
  }

  const toTheirs = (ours: Instant): Instant => instant(ours + aheadMs);
  return {
    measure() {
      const sentAt = clock.now();
      return (headers) => {
        const answeredAt = clock.now();
        const date = dateIn(headers);
        const tookMs = answeredAt - sentAt;
        if (date === undefined || tookMs < 0 || tookMs > slowestMs) return;
        // On average the header is half a second behind, because it leaves out the fraction.
        add(date + 500 - (sentAt + answeredAt) / 2);
      };
    },
    aheadMs: () => estimatedMs,
    now: () => toTheirs(clock.now()),
    toTheirs,
    toOurs: (theirs) => instant(theirs - aheadMs),
  };
}

const remedy = 'Set the clock of this machine by NTP. If it is right, look at the proxy between Latchkey and Auth0.';

/** Undefined if there is none, or if the answer comes out of a cache: then its date is that of an earlier answer. */
function dateIn(headers: Headers): number | undefined {
  const age = headers.get('age');
  const date = headers.get('date');
  if (date === null || date.length > dateCharsAtMost || (age !== null && age.trim() !== '0')) return undefined;
  const at = Date.parse(date);
  return Number.isNaN(at) ? undefined : at;
}

/** Of an even number, the one of the two in the middle that is nearer to zero: half the answers alone move nothing. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  const high = sorted[Math.floor(sorted.length / 2)] ?? low;
  return Math.abs(low) < Math.abs(high) ? low : high;
}
