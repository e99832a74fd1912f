// What an observer outside has seen of one flow so far. Kept from events and decisions only, never from a state's own
// memory: a claim that trusts the state it judges would prove nothing.
import type { Decision, Moment } from '../../src/flows/decision.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import type { ActorId } from '../../src/flows/ids.ts';
import type { FlowKind, FlowState } from '../../src/flows/state.ts';

export interface Vote {
  readonly by: ActorId;
  readonly entitled: boolean;
}

export interface Ledger {
  readonly codesOrdered: boolean;
  readonly codeAccepted: boolean;
  /** What the rule of the account asked for when it was inspected. */
  readonly approvalsNeeded?: number;
  readonly foundDisabled: boolean;
  readonly votes: readonly Vote[];
  readonly unlocksCounted: number;
  readonly helpdeskWasTold: boolean;
}

export const blankLedger: Ledger = {
  codesOrdered: false,
  codeAccepted: false,
  foundDisabled: false,
  votes: [],
  unlocksCounted: 0,
  helpdeskWasTold: false,
};

export function noted(
  before: Ledger,
  kind: FlowKind,
  from: FlowState,
  event: FlowEvent,
  moment: Moment,
  decision: Decision,
): Ledger {
  if (decision.kind === 'ignored') return before;
  const { effects, counts } = decision;
  return {
    ...before,
    ...heard(before, kind, from, event, moment, decision.state),
    codesOrdered: before.codesOrdered || effects.some((effect) => effect.do === 'send-code'),
    unlocksCounted: before.unlocksCounted + counts.filter((count) => count === 'unlock').length,
    helpdeskWasTold:
      before.helpdeskWasTold ||
      effects.some((effect) => effect.do === 'show' && effect.to === 'helpdesk' && effect.lasting),
  };
}

/** A report or a vote that only found the request run out was not heard. */
function heard(
  before: Ledger,
  kind: FlowKind,
  from: FlowState,
  event: FlowEvent,
  moment: Moment,
  to: FlowState,
): Partial<Ledger> {
  switch (event.type) {
    case 'code.accepted':
      return from.at === 'checking' ? { codeAccepted: true } : {};
    case 'account.inspected': {
      if (from.at !== 'inspecting') return {};
      const approvalsNeeded = moment.policy.rules[0]?.[kind]?.approvals ?? 0;
      return { approvalsNeeded, foundDisabled: event.facts.disabled };
    }
    case 'account.found-disabled':
      return { foundDisabled: true };
    case 'ticket.not-minted':
      return event.because === 'disabled' ? { foundDisabled: true } : {};
    case 'approval.given':
      if (to.at === 'closed') return {};
      return { votes: [...before.votes, { by: event.by, entitled: event.entitled }] };
    default:
      return {};
  }
}
