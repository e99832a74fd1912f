// Nobody knows whether the act was carried out: a person of the helpdesk looks and says.
import { close, type Decision, ignored, type Moment, moved, redrawHelpdesk, resting, tell } from './decision.ts';
import type { FlowEvent } from './event.ts';
import { later } from './ids.ts';
import { approverVerdict } from './policy.ts';
import type { Fulfilling, InDoubt, Subject } from './state.ts';

export function inDoubt(subject: Subject, state: InDoubt, event: FlowEvent, moment: Moment): Decision {
  if (event.type !== 'doubt.retried' && event.type !== 'doubt.settled') return ignored('stale');
  // Somebody who approved the act may look after it too: this is no second vote.
  const verdict = approverVerdict(event, subject.actor, []);
  if (verdict !== 'may-decide' && verdict !== 'already-decided') return ignored(verdict);
  if (event.type === 'doubt.settled') {
    return close(state, { outcome: 'failed', because: 'settled-by-helpdesk' }, moment.now);
  }
  // Nothing is granted while the account rests; the doubt stays for the helpdesk to settle.
  if (resting(moment) !== undefined) return ignored('too-soon');
  const { account, proof, approvals } = state;
  const until = later(moment.now, moment.policy.limits.flowSeconds);
  const next: Fulfilling = { at: 'fulfilling', account, proof, approvals, delayed: false, doubted: true, until };
  return moved(next, [{ do: 'lift-lock', account }, tell, redrawHelpdesk]);
}
