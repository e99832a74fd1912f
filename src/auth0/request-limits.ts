// Around every call: the pause that Auth0 asked for is kept, the outcome is measured, trouble gets one log line.
// Logs names of endpoints, statuses and codes; never a request, an answer or an address.
import type { Logger } from 'pino';
import { type Instant, instant } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import type { Observe } from '../outbound/observe.ts';
import type { Endpoint, Limit } from './endpoints.ts';
import type { CallResult, Failed } from './errors.ts';

export interface Caller {
  readonly clock: Clock;
  readonly log: Logger;
  /** The pause of this call's group where one stands: what only leads up to such a call is not worth asking then. */
  resting(call: Endpoint): Failed | undefined;
  /** Runs `work` unless Auth0 asked for a pause in this call's limit group that is not over yet. */
  place<T>(call: Endpoint, work: () => Promise<CallResult<T>>): Promise<CallResult<T>>;
}

export interface CallerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe: Observe | undefined;
}

/** Whoever was sent away asks again so soon after the pause. */
const comeBackWithinMs = 1_500;

export function createCaller({ clock, log, observe }: CallerOptions): Caller {
  const restsUntil = new Map<Limit, Instant>();
  /** Until when patient endpoints let those go first that were sent away. */
  const yieldsUntil = new Map<Limit, Instant>();

  function sentAway({ limit, isPatient }: Endpoint, ms: number): void {
    if (isPatient !== true) yieldsUntil.set(limit, instant(clock.now() + ms + comeBackWithinMs));
  }

  function leftOf({ limit, isPatient }: Endpoint): number {
    const until = Math.max(restsUntil.get(limit) ?? 0, isPatient === true ? (yieldsUntil.get(limit) ?? 0) : 0);
    return until - clock.now();
  }

  function resting(call: Endpoint): Failed | undefined {
    const left = leftOf(call);
    if (left <= 0) return undefined;
    sentAway(call, left);
    return waiting(call, left);
  }

  return {
    clock,
    log,
    resting,
    place: async (call, work) => {
      const rest = resting(call);
      if (rest !== undefined) return rest;
      const began = performance.now();
      const reply = await work();
      if (!reply.ok && reply.failure.kind === 'rate-limited') {
        restsUntil.set(call.limit, instant(clock.now() + reply.failure.retryAfterMs));
        sentAway(call, reply.failure.retryAfterMs);
      }
      observe?.(call.name, reply.ok ? 'ok' : reply.failure.kind, performance.now() - began);
      if (!reply.ok) report(log, call, reply);
      return reply;
    },
  };
}

/** Without a request: asking again before the time only makes the pause longer. */
function waiting(call: Endpoint, retryAfterMs: number): Failed {
  const cause = `${call.name}: waiting as Auth0 asked`;
  return { ok: false, failure: { kind: 'rate-limited', retry: 'later', retryAfterMs, cause } };
}

function report(log: Logger, call: Endpoint, { failure }: Failed): void {
  const line = { call: call.name, ...failure };
  if (failure.kind === 'misconfigured' || failure.kind === 'malformed') log.error(line, 'Auth0 call failed');
  else if (failure.kind === 'unreachable' || failure.kind === 'rate-limited') log.warn(line, 'Auth0 call failed');
  else log.debug(line, 'Auth0 call refused');
}
