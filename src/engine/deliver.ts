// Applies one event to one flow: the change of state and the effects that it orders are one transaction. Then waiters are notified.
import { decide } from '../flows/decide.ts';
import type { Moment } from '../flows/decision.ts';
import type { Ending } from '../flows/ending.ts';
import type { FlowEvent } from '../flows/event.ts';
import type { ActorId, DeliveryId, FlowId, LinkId } from '../flows/ids.ts';
import type { Failure } from '../flows/outcome.ts';
import type { PolicyRules } from '../flows/policy.ts';
import type { Clock } from '../flows/ports.ts';
import type { Flow } from '../flows/state.ts';
import type { Applied, Decider, Flows, Lease } from '../flows/store.ts';
import type { FlowNotifier } from './flow-notifier.ts';
import type { WakeSignal } from './wake-signal.ts';

export interface DeliverOptions {
  readonly delivery?: DeliveryId;
  readonly settles?: Lease;
  /** Why the settled effect is given up. */
  readonly givesUp?: Failure['kind'];
  readonly asOf?: number;
}
export type Deliver = (flow: FlowId, event: FlowEvent, options?: DeliverOptions) => Promise<Applied>;

export interface DeliverParts {
  readonly store: Pick<Flows, 'apply'>;
  readonly clock: Clock;
  readonly policy: PolicyRules;
  /** The policy for the requests of one person. Absent: it is the same for everybody. */
  readonly policyOf?: (actor: ActorId) => PolicyRules;
  readonly changes: FlowNotifier;
  readonly newLinkId: () => LinkId;
  /** Raised after a move: there may be something to perform. */
  readonly wake: Pick<WakeSignal, 'raise'>;
  readonly observeEnded?: ObserveEnded | undefined;
}

/** A request ended: how, and how long after it began. */
export type ObserveEnded = (
  /** As it was before. */
  flow: Pick<Flow, 'id' | 'kind' | 'actor' | 'state'>,
  ending: Pick<Ending, 'outcome' | 'because'>,
  ms: number,
) => void;

export function createDeliver(parts: DeliverParts): Deliver {
  const { store, clock, policy, changes, newLinkId, wake } = parts;
  const policyOf = parts.policyOf ?? (() => policy);
  return async (flow, event, options = {}) => {
    const now = clock.now();
    /** This request, and others of the account that ended with it. */
    const ended = new Map<FlowId, () => void>();
    const decider: Decider = (subject, happened, known) => {
      // Decided about first, also where a conflict lets the transaction run again.
      if (subject.id === flow) ended.clear();
      const moment: Moment = { now, policy: policyOf(subject.actor), freshLink: newLinkId(), ...known };
      const decision = decide(subject, subject.state, happened, moment);
      if (decision.kind === 'moved' && decision.state.at === 'closed' && subject.state.at !== 'closed') {
        const { ending } = decision.state;
        ended.set(subject.id, () => parts.observeEnded?.(subject, ending, now - subject.startedAt));
      }
      return decision;
    };
    const applied = await store.apply({ flow, event, now, decide: decider, ...options });
    if (applied.kind === 'moved') {
      for (const observe of ended.values()) observe();
      changes.announce(applied.flow);
      wake.raise();
    }
    return applied;
  };
}
