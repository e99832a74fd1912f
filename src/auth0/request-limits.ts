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
  /** Runs `work` unless Auth0 asked for a pause in this call's limit group that is not over yet. */
  place<T>(call: Endpoint, work: () => Promise<CallResult<T>>): Promise<CallResult<T>>;
}

export interface CallerOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly observe: Observe | undefined;
}

export function createCaller({ clock, log, observe }: CallerOptions): Caller {
  const restsUntil = new Map<Limit, Instant>();

  return {
    clock,
    log,
    place: async (call, work) => {
      const left = (restsUntil.get(call.limit) ?? 0) - clock.now();
      if (left > 0) return resting(call, left);
      const began = performance.now();
      const reply = await work();
      if (!reply.ok && reply.failure.kind === 'rate-limited') {
        restsUntil.set(call.limit, instant(clock.now() + reply.failure.retryAfterMs));
      }
      observe?.(call.name, reply.ok ? 'ok' : reply.failure.kind, performance.now() - began);
      if (!reply.ok) report(log, call, reply);
      return reply;
    },
  };
}

/** Without a request: asking again before the time only makes the pause longer. */
function resting(call: Endpoint, retryAfterMs: number): Failed {
  const cause = `${call.name}: waiting as Auth0 asked`;
  return { ok: false, failure: { kind: 'rate-limited', retry: 'later', retryAfterMs, cause } };
}

function report(log: Logger, call: Endpoint, { failure }: Failed): void {
  const line = { call: call.name, ...failure };
  if (failure.kind === 'misconfigured' || failure.kind === 'malformed') log.error(line, 'Auth0 call failed');
  else if (failure.kind === 'unreachable' || failure.kind === 'rate-limited') log.warn(line, 'Auth0 call failed');
  else log.debug(line, 'Auth0 call refused');
}
