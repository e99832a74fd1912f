// The approval step, after the proof: the helpdesk approves or denies. Nobody approves their own request, nobody approves
// twice, and nothing is approved after the deadline.
import { close, type Decision, ignored, type Moment, moved, redrawHelpdesk, resting, tell } from './decision.ts';
import type { FlowEvent } from './event.ts';
import { passGates } from './inspection.ts';
import { lockOf } from './lock.ts';
import { approverVerdict, mayDeny } from './policy.ts';
import type { AwaitingApproval, Subject } from './state.ts';

export function awaitingApproval(
  subject: Subject,
  state: AwaitingApproval,
  event: FlowEvent,
  moment: Moment,
): Decision {
  if (event.type === 'helpdesk.unreachable') {
    return close(state, { outcome: 'failed', because: 'helpdesk-unreachable' }, moment.now);
  }
  if (event.type !== 'approval.given' && event.type !== 'approval.denied') return ignored('stale');
  const verdict = approverVerdict(event, subject.actor, state.approvals);
  if (event.type === 'approval.denied') {
    if (verdict !== 'may-decide' && !mayDeny(verdict)) return ignored(verdict);
    return close(state, { outcome: 'refused', because: 'denied', by: event.by, reason: event.reason }, moment.now);
  }
  if (verdict !== 'may-decide') return ignored(verdict);
  return approved(subject, state, event, moment);
}

function approved(
  subject: Subject,
  state: AwaitingApproval,
  { by, account: approverAccount }: Pick<FlowEvent & { type: 'approval.given' }, 'by' | 'account'>,
  moment: Moment,
): Decision {
  const refusal = resting(moment);
  if (refusal !== undefined) return close(state, refusal, moment.now);
  const approval = { by, at: moment.now, ...(approverAccount === undefined ? {} : { account: approverAccount }) };
  const approvals = [...state.approvals, approval];
  if (approvals.length < state.needed) return moved({ ...state, approvals }, [redrawHelpdesk, tell]);
  const { account, proof, isHere, byMail } = state;
  const where = { ...(isHere === undefined ? {} : { isHere }), ...(byMail === undefined ? {} : { byMail }) };
  const next = passGates(subject, { account, proof, ...lockOf(state), approvals }, where, moment);
  return { ...next, effects: [...next.effects, redrawHelpdesk] };
}
