// After the end: nothing is granted any more. Only "it wasn't me" and the report about ended sessions still arrive.
import { close, type Decision, ignored, type Moment, type Moved, moved, tell, tellHelpdesk } from './decision.ts';
import type { Effect } from './effect.ts';
import type { FlowEvent } from './event.ts';
import { later } from './ids.ts';
import { disownSeconds, freezeSeconds } from './limits.ts';
import { accountOf, type Closed, type FlowState } from './state.ts';

export function closed(state: Closed, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'disowned':
      return disownAfterwards(state, moment);
    case 'sessions.ended':
      return sessionsEnded(state, event.how, event.stillLocked);
    default:
      return ignored('closed');
  }
}

function sessionsEnded(state: Closed, how: 'asked' | 'unavailable', stillLocked: boolean): Decision {
  const { ending } = state;
  if (ending.because !== 'password-changed' || ending.sessions !== 'ending') return ignored('stale');
  return moved({ ...state, ending: { ...ending, sessions: how, stillLocked } }, [tell]);
}

function disownAfterwards(state: Closed, moment: Moment): Decision {
  if (state.proof === undefined) return ignored('closed');
  if (state.disownedAt !== undefined) return ignored('stale');
  if (moment.now >= later(state.closedAt, disownSeconds)) return ignored('closed');
  const next: Closed = { ...state, disownedAt: moment.now, helpdeskKnows: true };
  return frozen(moved(next, [...safetyEffects(state), tell, tellHelpdesk]), moment);
}

/** "It wasn't me" before the end: whatever was open is dead at once. */
export function disown(state: Exclude<FlowState, Closed>, moment: Moment): Decision {
  const closing = close(state, { outcome: 'refused', because: 'disowned' }, moment.now, 'tell');
  if (closing.state.at !== 'closed') return closing;
  const next: Closed = { ...closing.state, disownedAt: moment.now };
  return frozen({ ...closing, state: next, effects: [...safetyEffects(state), tell, tellHelpdesk] }, moment);
}

/** Tickets are voided only where one may be out: voiding means minting a newer one, which needs what minting needs. */
function safetyEffects(state: FlowState): readonly Effect[] {
  const account = accountOf(state);
  if (account === undefined) return [];
  const ticketIsOut = state.at === 'changing' || state.at === 'opening';
  const sessions: Effect = { do: 'end-sessions', account, report: false };
  return ticketIsOut ? [{ do: 'void-tickets', account }, sessions] : [sessions];
}

const frozen = (decision: Moved, moment: Moment): Moved =>
  accountOf(decision.state) === undefined ? decision : { ...decision, freezeUntil: later(moment.now, freezeSeconds) };
