// After the end: nothing is granted any more. Only these events are still processed: "it wasn't me", the end of the pause that it
// caused, a password change that was detected late, and the reports about ended sessions and about what was taken back.

import { type Decision, ignored, type Moment, moved, redraw, redrawHelpdesk, tell, tellHelpdesk } from './decision.ts';
import { disownChangeAfterwards, disowned, takeBackSince } from './disowned.ts';
import type { Undone } from './enrolment-state.ts';
import type { FlowEvent } from './event.ts';
import { type ContactRef, earliest, type Instant, later } from './ids.ts';
import { disownSeconds, lateNewsSeconds } from './limits.ts';
import { noticeSessionsEnded } from './notice.ts';
import { changed, endOldSessions, isOfPage } from './reset.ts';
import { type Closed, hasWhatToDisown, isNotTrusted, type Subject } from './state.ts';

export function closed(subject: Subject, state: Closed, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'disowned':
      return disownAfterwards(subject, state, moment);
    case 'change.disowned':
      return disownChangeAfterwards(subject, state, event.change, moment);
    case 'account.frozen':
      return event.doubt === undefined ? ignored('closed') : takeBackSince(subject, state, event.doubt, moment.now);
    case 'pause.lifted':
      return liftPause(state, moment);
    case 'sessions.ended':
      return sessionsEnded(state, event.how);
    case 'change.undone':
      return undone(state, 'done', event.contact);
    case 'change.not-undone':
      return undone(state, 'failed', event.contact);
    case 'password.changed':
      return changedAfterAll(state, event.changedAt, moment);
    case 'password.set':
      return changedAfterAll(state, earliest(event.at, moment.now), moment);
    default:
      return ignored('closed');
  }
}

/**
 * A password change that was detected after the end. A person who cancels right after saving, or says "it wasn't me" about
 * it, has a new password all the same. The ending stays as it was; the person is told, and the old sessions end.
 */
function changedAfterAll(state: Closed, changedAt: Instant, { now }: Moment): Decision {
  const { account, page, lateChange, closedAt, helpdeskKnows } = state;
  const isKnown = state.ending.because === 'password-changed' || lateChange !== undefined;
  if (account === undefined || page === undefined || isKnown) return ignored('closed');
  if (!isOfPage(page, changedAt) || now >= later(closedAt, lateNewsSeconds)) return ignored('closed');
  const effects = [endOldSessions(account), tell, ...(helpdeskKnows ? [redrawHelpdesk] : [])];
  return moved({ ...state, lateChange: changed(changedAt) }, effects);
}

function sessionsEnded(state: Closed, how: 'asked' | 'unavailable'): Decision {
  const { ending, lateChange } = state;
  if (lateChange?.sessions === 'ending')
    return moved({ ...state, lateChange: { ...lateChange, sessions: how } }, [tell]);
  if (ending.because !== 'password-changed' || ending.sessions !== 'ending')
    return noticeSessionsEnded(state, how) ?? ignored('stale');
  return moved({ ...state, ending: { ...ending, sessions: how } }, [tell]);
}

/**
 * What was taken back is out, or is not. Where it is not, somebody must do it by hand: so the helpdesk is told, also of a request of
 * which it had no card.
 */
function undone(state: Closed, is: Undone['is'], contact: ContactRef | undefined): Decision {
  const { undone: known = [], disownedAt, enrolment } = state;
  // Where nobody doubted the person, what was taken out is what had not come about: nobody was told of it.
  if (enrolment === undefined || !isNotTrusted(state)) return ignored('closed');
  if (known.some((each) => each.contact === contact)) return ignored('stale');
  const next: Closed = { ...state, undone: [...known, { is, ...(contact === undefined ? {} : { contact }) }] };
  if (is === 'failed' && disownedAt !== undefined) return moved({ ...next, helpdeskKnows: true }, [tell, tellHelpdesk]);
  return moved(next, [redraw, ...(state.helpdeskKnows ? [redrawHelpdesk] : [])]);
}

function disownAfterwards(subject: Subject, state: Closed, moment: Moment): Decision {
  const { account, disownedAt, closedAt, page } = state;
  if (!hasWhatToDisown(state) || account === undefined) return ignored('closed');
  if (disownedAt !== undefined) return ignored('stale');
  if (moment.now >= later(closedAt, disownSeconds)) return ignored('closed');
  // The change that ended the request may have been made elsewhere: then the ticket that was issued for the page still works.
  // And nobody knows for how long the provider lets a link be used that it mailed, nor how far a request came that was made elsewhere.
  const isOfReset = state.ending.because === 'requested-elsewhere' && subject.kind === 'reset';
  const mayHaveTicket = isOfReset || (page !== undefined && (page.byMail === true || moment.now < page.until));
  return disowned(subject, state, account, moment, { by: 'own-chat', mayHaveTicket });
}

/**
 * Whoever said "it wasn't me" reads who undid it, and so does the helpdesk: an attacker who talks an administrator into this must not
 * go unnoticed.
 */
function liftPause(state: Closed, { now, budget }: Moment): Decision {
  const isFrozen = budget.frozenUntil !== undefined && budget.frozenUntil > now;
  if (state.disownedAt === undefined || state.pauseLiftedAt !== undefined || !isFrozen) return ignored('stale');
  return { ...moved({ ...state, pauseLiftedAt: now, helpdeskKnows: true }, [tell, tellHelpdesk]), liftsFreeze: true };
}
