// After the end: nothing is granted any more. Only "it wasn't me" and the report about ended sessions still arrive.
import { close, type Decision, ignored, type Moment, type Moved, moved, tell, tellHelpdesk } from './decision.ts';
import type { Effect } from './effect.ts';
import type { FlowEvent } from './event.ts';
import { type AccountId, later } from './ids.ts';
import { disownSeconds, freezeSeconds } from './limits.ts';
import type { Closed, Open, Proof } from './state.ts';

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
  const { proof, account, disownedAt, closedAt } = state;
  if (proof === undefined || account === undefined) return ignored('closed');
  if (disownedAt !== undefined) return ignored('stale');
  if (moment.now >= later(closedAt, disownSeconds)) return ignored('closed');
  return disowned({ ...state, disownedAt: moment.now, helpdeskKnows: true }, account, false, moment);
}

/** "It wasn't me" before the end: whatever was open is dead at once. */
export function disown(state: Extract<Open, { readonly proof: Proof }>, moment: Moment): Decision {
  const closing = close(state, { outcome: 'refused', because: 'disowned' }, moment.now, 'tell');
  const ticketIsOut = state.at === 'changing' || state.at === 'opening';
  return disowned({ ...closing.state, disownedAt: moment.now }, state.account, ticketIsOut, moment);
}

/** Tickets are voided only where one may be out: voiding means minting a newer one, which needs what minting needs. */
function disowned(state: Closed, account: AccountId, ticketIsOut: boolean, moment: Moment): Moved {
  const tickets: readonly Effect[] = ticketIsOut ? [{ do: 'void-tickets', account }] : [];
  const sessions: Effect = { do: 'end-sessions', account, report: false };
  const next = moved(state, [...tickets, sessions, tell, tellHelpdesk]);
  return { ...next, freezeUntil: later(moment.now, freezeSeconds) };
}
