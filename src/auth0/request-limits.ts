// Wraps every call to Auth0: keeps to the pause that Auth0 asked for, measures the outcome, and logs a failure in one line.
// Logs names of endpoints, statuses and codes; never a request, an answer or an address.
import type { Logger } from 'pino';
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import { type Instant, instant } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import { type Observe, observed } from '../outbound/observe.ts';
import type { Endpoint, Limit } from './endpoints.ts';
import type { CallResult, Failed } from './errors.ts';
import type { ProviderClock } from './provider-clock.ts';

export interface RequestLimits {
  readonly clock: Clock;
  /** For every instant that Auth0 states, and every instant of ours that is compared with one. */
  readonly providerClock: ProviderClock;
  readonly log: Logger;
  /**
   * The pause in this call's limit group as a failure, if there is one. Check it before requests that only prepare such a call.
   */
  currentPause(call: Endpoint): Failed | undefined;
  /**
   * Runs `work` unless Auth0 asked for a pause in this call's limit group that is not over yet. `countedBy`: Auth0 counts this
   * call by that address, so a pause concerns no other call of the group, and no pause of the group concerns it.
   */
  run<T>(call: Endpoint, work: () => Promise<CallResult<T>>, countedBy?: string): Promise<CallResult<T>>;
}

export interface RequestLimitsOptions {
  readonly clock: Clock;
  readonly providerClock: ProviderClock;
  readonly log: Logger;
  readonly observe: Observe | undefined;
}

/** A call that was refused during a pause comes back within this time after it. */
const comeBackWithinMs = 1_500;

/** More than the browsers that run into a limit within an hour, Auth0's longest window. */
const addressesAtMost = 5_000;

export function createRequestLimits({ clock, providerClock, log, observe }: RequestLimitsOptions): RequestLimits {
  const pausedUntil = new Map<Limit, Instant>();
  const pausedAddresses = createExpiringMap<string, Instant>({ atMost: addressesAtMost });
  /** Until when patient calls wait, so that calls that were refused go first. */
  const patientWaitUntil = new Map<Limit, Instant>();

  function delayPatientCalls({ limit, isPatient }: Endpoint, ms: number): void {
    if (isPatient !== true) patientWaitUntil.set(limit, instant(clock.now() + ms + comeBackWithinMs));
  }

  function remainingMs({ limit, isPatient }: Endpoint): number {
    const until = Math.max(pausedUntil.get(limit) ?? 0, isPatient === true ? (patientWaitUntil.get(limit) ?? 0) : 0);
    return until - clock.now();
  }

  function currentPause(call: Endpoint): Failed | undefined {
    const ms = remainingMs(call);
    if (ms <= 0) return undefined;
    delayPatientCalls(call, ms);
    return pauseFailure(call, ms);
  }

  function addressPause(call: Endpoint, key: string): Failed | undefined {
    const ms = (pausedAddresses.get(key) ?? 0) - clock.now();
    return ms > 0 ? pauseFailure(call, ms) : undefined;
  }

  return {
    clock,
    providerClock,
    log,
    currentPause,
    run: async (call, work, countedBy) => {
      const addressKey = countedBy === undefined ? undefined : `${call.limit} ${countedBy}`;
      const pause = addressKey === undefined ? currentPause(call) : addressPause(call, addressKey);
      if (pause !== undefined) return pause;
      const reply = await observed(observe, call.name, work);
      if (!reply.ok && reply.failure.kind === 'rate-limited') {
        const until = instant(clock.now() + reply.failure.retryAfterMs);
        if (addressKey === undefined) {
          pausedUntil.set(call.limit, until);
          delayPatientCalls(call, reply.failure.retryAfterMs);
        } else pausedAddresses.set(addressKey, until);
      }
      if (!reply.ok) report(log, call, reply);
      return reply;
    },
  };
}

/** The failure of a call that is not sent: to ask before the pause is over only makes it longer. */
function pauseFailure(call: Endpoint, retryAfterMs: number): Failed {
  const cause = `${call.name}: waiting as Auth0 asked`;
  return { ok: false, failure: { kind: 'rate-limited', retry: 'later', retryAfterMs, cause } };
}

function report(log: Logger, call: Endpoint, { failure }: Failed): void {
  const line = { call: call.name, ...failure };
  if (call.isOptional === true) log.debug(line, 'Auth0 call refused');
  else if (failure.kind === 'misconfigured' || failure.kind === 'malformed') log.error(line, 'Auth0 call failed');
  else if (failure.kind === 'unreachable' || failure.kind === 'rate-limited') log.warn(line, 'Auth0 call failed');
  else log.debug(line, 'Auth0 call refused');
}
