// Verifies that a request comes from Slack, is recent, and was not seen before. It runs before anything is parsed.
// Bolt's own check accepts future timestamps and replays within its window; this one does not.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../flows/ports.ts';
import { createSeenOnce } from '../../inbound/seen-once.ts';

export type Verification =
  /** `arrival` identifies this request: 32 hex digits of its signature. */
  | { readonly kind: 'pass'; readonly arrival: string }
  | { readonly kind: 'probe' }
  | { readonly kind: 'refused'; readonly because: Refusal };

export type Refusal = 'unsigned' | 'stale' | 'future' | 'forged' | 'replayed';

export interface Verifier {
  /**
   * Why a request with these headers cannot come from Slack, whatever its body is. Undefined: it may come from Slack. Call it before
   * the body is read, so that a stranger's large body costs nothing.
   */
  admitHeaders(headers: IncomingHttpHeaders): Refusal | undefined;
  /** The complete check, with the body. */
  admit(headers: IncomingHttpHeaders, body: Buffer): Verification;
  /** For a request that failed on our side: Slack may send it again unchanged, and that must not count as a replay. */
  forget(arrival: string): void;
}

const windowSeconds = 300;
/** A signature is accepted from one window before its timestamp until one window after it. */
const rememberMs = 2 * windowSeconds * 1000;
/** More requests than a workspace sends in ten minutes: Slack's own limit is 30 000 events an hour. */
const rememberedAtMost = 100_000;

export function createVerifier(options: {
  readonly signingSecret: string;
  readonly clock: Clock;
  readonly rememberedAtMost?: number;
}): Verifier {
  const { signingSecret, clock } = options;
  const atMost = options.rememberedAtMost ?? rememberedAtMost;
  const seen = createSeenOnce({ forMs: rememberMs, atMost, now: clock.now });
  return {
    admitHeaders(headers) {
      if (mayBeProbe(headers)) return undefined;
      const claimed = claimOf(headers, clock);
      return typeof claimed === 'string' ? claimed : undefined;
    },
    admit(headers, body) {
      if (mayBeProbe(headers) && isProbe(body)) return { kind: 'probe' };
      const claimed = claimOf(headers, clock);
      if (typeof claimed === 'string') return refused(claimed);
      const { timestamp, signature } = claimed;
      if (!isSigned(signingSecret, timestamp, body, signature)) return refused('forged');
      const arrival = signature.slice('v0='.length, 'v0='.length + 32);
      return seen.isNew(arrival) ? { kind: 'pass', arrival } : refused('replayed');
    },
    forget: (arrival) => void seen.forget(arrival),
  };
}

interface Claim {
  readonly signature: string;
  readonly timestamp: string;
}

/** The signature and timestamp from the headers, if their format and age are acceptable. */
function claimOf(headers: IncomingHttpHeaders, clock: Clock): Claim | Refusal {
  const signature = headers['x-slack-signature'];
  const timestamp = headers['x-slack-request-timestamp'];
  if (typeof signature !== 'string' || typeof timestamp !== 'string') return 'unsigned';
  if (!/^v0=[0-9a-f]{64}$/.test(signature) || !/^\d{1,12}$/.test(timestamp)) return 'unsigned';
  const aheadSeconds = Number(timestamp) - clock.now() / 1000;
  if (aheadSeconds > windowSeconds) return 'future';
  if (aheadSeconds < -windowSeconds) return 'stale';
  return { signature, timestamp };
}

const refused = (because: Refusal): Verification => ({ kind: 'refused', because });

function isSigned(secret: string, timestamp: string, body: Buffer, signature: string): boolean {
  const expected = `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
  const given = Buffer.from(signature);
  const wanted = Buffer.from(expected);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

const probeBytesAtMost = 1_024;

/** Slack's certificate probe is a form of a few bytes, which Slack does not sign. It is answered and has no other effect. */
const mayBeProbe = (headers: IncomingHttpHeaders): boolean =>
  headers['x-slack-signature'] === undefined && Number(headers['content-length'] ?? Number.NaN) <= probeBytesAtMost;
const isProbe = (body: Buffer): boolean =>
  body.length <= probeBytesAtMost && /(?:^|&)ssl_check=1(?:&|$)/.test(body.toString('latin1'));
