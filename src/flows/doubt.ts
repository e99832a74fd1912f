// Nobody knows whether the unlock was carried out: somebody of the helpdesk looks and decides.
import { close, type Decision, ignored, type Moment, moved, redrawHelpdesk, resting, tell } from './decision.ts';
import type { FlowEvent } from './event.ts';
import { later } from './ids.ts';
import { lockOf } from './lock.ts';
import { approverVerdict } from './policy.ts';
import type { Fulfilling, InDoubt, Subject } from './state.ts';

export function inDoubt(subject: Subject, state: InDoubt, event: FlowEvent, moment: Moment): Decision {
  // Everything that the unlock needs was given before: so an administrator need not be an approver.
  if (event.type === 'operator.retried') return retry(state, moment);
  if (event.type !== 'doubt.retried' && event.type !== 'doubt.settled') return ignored('stale');
  // Somebody who approved the request may decide here too: this is not a second approval.
  const verdict = approverVerdict(event, subject.actor, []);
  if (verdict !== 'may-decide' && verdict !== 'already-decided') return ignored(verdict);
  if (event.type === 'doubt.settled') {
    return close(state, { outcome: 'failed', because: 'settled-by-helpdesk' }, moment.now);
  }
  return retry(state, moment);
}

/** Nothing is granted while the account is frozen. The flow stays in doubt until somebody settles it. */
function retry(state: InDoubt, moment: Moment): Decision {
  if (resting(moment) !== undefined) return ignored('too-soon');
  const { account, proof, approvals } = state;
  const until = later(moment.now, moment.policy.limits.flowSeconds);
  const granted = { account, proof, ...lockOf(state), approvals };
  const next: Fulfilling = { ...granted, at: 'fulfilling', delayed: false, doubted: true, until };
  return moved(next, [{ do: 'lift-lock', account }, tell, redrawHelpdesk]);
}
