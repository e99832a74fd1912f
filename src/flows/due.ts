// When the clock alone changes a state.
import { earliest, type Instant } from './ids.ts';
import { type Challenged, type FlowState, isDeadCode } from './state.ts';

/** The next instant at which the clock alone changes this state; undefined: never. */
export function dueAt(state: FlowState): Instant | undefined {
  switch (state.at) {
    case 'closed':
      return undefined;
    case 'checking':
    case 'checking-recovery-code':
      return state.checkUntil;
    case 'opening':
      return state.openUntil;
    case 'setting-password':
      return state.setUntil;
    case 'changing':
      return earliest(state.again?.until ?? state.mail?.resendFrom ?? state.until, state.until);
    case 'sending-new':
      return earliest(state.sendUntil, state.until);
    case 'checking-new':
      return state.checkUntil;
    case 'challenged-new':
      return isDeadCode(state.after) ? state.until : earliest(state.codeUntil, state.until);
    case 'challenged':
      return dueChallenge(state);
    default:
      return state.until;
  }
}

function dueChallenge(state: Challenged): Instant {
  const end = isDeadCode(state.after) || state.codeUntil > state.until ? state.until : state.codeUntil;
  return state.resendOffered !== true && state.resendFrom < end ? state.resendFrom : end;
}
