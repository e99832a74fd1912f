// Claims effects by lease, performs them, and reports the result in the transaction that settles them.
// After a crash in between, the row can be claimed again once its lease has expired.
import type { Logger } from 'pino';
import { withWorkContext } from '../concurrency/work-context.ts';
import { isStillWanted } from '../flows/begin.ts';
import type { EffectName, EffectOutcome } from '../flows/effect.ts';
import type { FlowEvent } from '../flows/event.ts';
import type { FlowId, Instant } from '../flows/ids.ts';
import type { Failure } from '../flows/outcome.ts';
import type { PolicyRules } from '../flows/policy.ts';
import type { Clock } from '../flows/ports.ts';
import type { ClaimedEffect, Outbox, Surfaces } from '../flows/store.ts';
import type { Deliver } from './deliver.ts';
import { eventOnGivingUp, permittedAgain } from './giving-up.ts';
import { perform, type World } from './perform.ts';
import { isDriving, nextTry } from './retry-policy.ts';
import type { ReportUnmatched } from './unmatched.ts';

/** Longer than all timeouts of one effect's calls together, so that a lease expires only when its process was lost. */
const leaseMs = 60_000;
/** The person is told about a pause for a rate limit if it is at least this long, or if they have waited `longWaitMs` in all. */
const longPauseMs = 5_000;
const longWaitMs = 60_000;
/** Calls under way at once; more would only wait at the provider's rate limit. */
const mostAtOnce = 32;

export interface WorkerParts {
  readonly store: Outbox & Surfaces;
  readonly clock: Clock;
  readonly world: World;
  readonly policy: PolicyRules;
  readonly deliver: Deliver;
  readonly log: Logger;
  readonly random: () => number;
  readonly observe: (effect: EffectName, outcome: EffectOutcome) => void;
  readonly reportUnmatched: ReportUnmatched;
}

export interface Worker {
  /** Claims and starts the effects that are due, as far as slots are free. True when there may be more. */
  startDue(onSettled: () => void): Promise<boolean>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
  /** What is being carried out. */
  underWay(): readonly OrderUnderWay[];
}

export interface OrderUnderWay {
  readonly flow: FlowId;
  readonly effect: EffectName;
}

export function createWorker(parts: WorkerParts): Worker {
  const underWay = new Map<Promise<void>, OrderUnderWay>();
  return {
    async startDue(onSettled) {
      const room = mostAtOnce - underWay.size;
      if (room <= 0) return false;
      const claimed = await parts.store.claim(parts.clock.now(), leaseMs, room);
      for (const claim of claimed) {
        const work = withWorkContext({ flow: claim.flow.id }, () => carryOut(claim, parts))
          .catch((error: unknown) =>
            parts.log.error({ flow: claim.flow.id, effect: claim.effect.do, err: error }, 'effect crashed'),
          )
          .finally(() => {
            underWay.delete(work);
            onSettled();
          });
        underWay.set(work, { flow: claim.flow.id, effect: claim.effect.do });
      }
      return claimed.length === room;
    },
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay.keys());
    },
    underWay: () => [...underWay.values()],
  };
}

async function carryOut(claimed: ClaimedEffect, parts: WorkerParts): Promise<void> {
  const { store, clock, deliver, observe } = parts;
  const { effect, flow, lease } = claimed;
  if (!isStillWanted(effect, flow.state)) {
    observe(effect.do, 'obsolete');
    await store.finish(lease, clock.now());
    return;
  }
  // The lost try may have sent a code that still arrives. `effect.delayed` records that, so that another request waits with its code.
  if (claimed.isInDoubt && effect.do === 'send-code') await deliver(flow.id, { type: 'effect.delayed', of: effect.do });
  const report = await perform(effect, flow, parts.world, parts.policy, parts.reportUnmatched);
  if (!report.ok) return await handleFailure(claimed, report.failure, parts);
  observe(effect.do, 'done');
  if (report.value === undefined) await store.finish(lease, clock.now());
  else await deliver(flow.id, report.value, { settles: lease });
}

async function handleFailure(claimed: ClaimedEffect, failure: Failure, parts: WorkerParts): Promise<void> {
  const { store, clock, deliver, log, observe, random } = parts;
  const { effect, flow, lease, earlierTries, orderedAt } = claimed;
  const about = { flow: flow.id, effect: effect.do, tries: earlierTries + 1, failure };
  const now = clock.now();
  const next = nextTry(claimed, failure, now, random);
  if (next === undefined) {
    log.error(about, 'effect given up');
    observe(effect.do, 'failed');
    const event = await eventOnGivingUp(claimed, failure, store, clock.now());
    const givesUp = failure.kind;
    if (event === undefined) await store.finish(lease, clock.now(), givesUp);
    else await deliver(flow.id, event, { settles: lease, givesUp });
    return;
  }
  const isWaiting = next.because === 'waiting';
  const fields = { ...about, next: new Date(next.at).toISOString() };
  // Waiting in our own queue is normal. A limit that the other side had to enforce is something the operator should know.
  if (failure.kind === 'rate-limited' && failure.isTurn === true) log.info(fields, 'effect waits its turn');
  else log.warn(fields, 'effect failed, will be tried again');
  observe(effect.do, isWaiting ? 'waiting' : 'delayed');
  const isLong = failure.kind === 'rate-limited' && failure.retryAfterMs >= longPauseMs;
  const isWorthTelling = !isWaiting || isLong || now - orderedAt >= longWaitMs;
  if (isDriving(effect) && isWorthTelling)
    await deliver(flow.id, delayedUntil(effect.do, permittedAgain(failure, now)));
  await store.postpone(lease, next.at, next.because);
}

const delayedUntil = (of: EffectName, again: Instant | undefined): FlowEvent => ({
  ...{ type: 'effect.delayed', of },
  ...(again === undefined ? {} : { again }),
});
