// What is particular to an unlock: the lock is lifted as the last step, and the result is checked afterwards.
import {
  close,
  type Decision,
  delay,
  giveUp,
  ignored,
  type Moment,
  type Moved,
  moved,
  tell,
  tellHelpdesk,
} from './decision.ts';
import type { Ending } from './ending.ts';
import type { FlowEvent } from './event.ts';
import { later } from './ids.ts';
import { doubtSeconds, hourSeconds } from './limits.ts';
import { lockOf } from './lock.ts';
import type { Fulfilling, Granted, InDoubt, Subject } from './state.ts';

/** Counted when it is ordered, not when it is done: an unlock that may have happened uses up the limit. */
export function liftLock(granted: Granted, moment: Moment): Moved {
  const until = later(moment.now, moment.policy.limits.flowSeconds);
  const next: Fulfilling = { ...granted, at: 'fulfilling', delayed: false, until };
  return moved(next, [{ do: 'lift-lock', account: granted.account }, tell], ['unlock']);
}

export function fulfilling(subject: Subject, state: Fulfilling, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'lock.lifted':
      return close(state, unlocked(subject, state, moment), moment.now);
    case 'person.refused':
      return close(state, { outcome: 'refused', because: event.because }, moment.now);
    case 'account.found-disabled':
      return close(state, { outcome: 'refused', because: 'disabled' }, moment.now, 'tell');
    case 'account.found-barred':
      return close(state, { outcome: 'refused', because: 'barred', barrier: event.barrier }, moment.now, 'tell');
    case 'lock.stood-again':
      return close(state, { outcome: 'failed', because: 'locked-again' }, moment.now, 'tell');
    case 'effect.delayed':
      return event.of === 'lift-lock' ? delay(state, event.again) : ignored('stale');
    case 'effect.failed':
      return event.of === 'lift-lock' ? giveUp(state, event, moment.now) : ignored('stale');
    case 'deadline':
      return moment.now >= state.until ? doubt(state, moment) : ignored('stale');
    case 'effect.doubtful':
      return event.of === 'lift-lock' ? doubt(state, moment) : ignored('stale');
    default:
      return ignored('stale');
  }
}

/** Earlier unlocks are counted back from the time of the proof, not from the approval, which may have come much later. */
function unlocked({ id }: Subject, { proof }: Fulfilling, { budget }: Moment): Ending {
  const isAgain = budget.counted.some(
    ({ what, flow, at }) => what === 'unlock' && flow !== id && later(at, hourSeconds) > proof.at,
  );
  return { outcome: 'done', because: 'unlocked', ...(isAgain ? { isAgain } : {}) };
}

function doubt(state: Fulfilling, moment: Moment): Decision {
  const { account, proof, approvals } = state;
  const until = later(moment.now, doubtSeconds);
  const next: InDoubt = { at: 'in-doubt', account, proof, ...lockOf(state), approvals, since: moment.now, until };
  return moved(next, [tell, tellHelpdesk]);
}
