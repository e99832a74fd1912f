// After the end: nothing is granted any more. Only these events are still processed: "it wasn't me", the end of the pause that it
// caused, a password change that was detected late, and the reports about ended sessions and about what was taken back.

import { openEnd, openEndByCode, takenBack } from './contact-change.ts';
import {
  close,
  type Decision,
  ignored,
  type Moment,
  type Moved,
  moved,
  redraw,
  redrawHelpdesk,
  tell,
  tellHelpdesk,
} from './decision.ts';
import type { Effect } from './effect.ts';
import type { SignedInState, Undone } from './enrolment-state.ts';
import type { FlowEvent } from './event.ts';
import { type AccountId, type ContactRef, earliest, type Instant, later } from './ids.ts';
import { disownSeconds, freezeSeconds, hourSeconds, lateNewsSeconds, noticeSeconds } from './limits.ts';
import { changed, endOldSessions, isOfPage } from './reset.ts';
import type { Closed, FirstProof, Open, Proof } from './state.ts';

export function closed(state: Closed, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'disowned':
      return disownAfterwards(state, moment);
    case 'change.disowned':
      return disownChangeAfterwards(state, event.change, moment);
    case 'account.frozen':
      return event.changesSince === undefined ? ignored('closed') : takeBackSince(state, event.changesSince, moment);
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
  if (ending.because !== 'password-changed' || ending.sessions !== 'ending') return ignored('stale');
  return moved({ ...state, ending: { ...ending, sessions: how } }, [tell]);
}

/**
 * What was taken back is out, or is not. Where it is not, somebody must do it by hand: so the helpdesk is told, also of a request of
 * which it had no card.
 */
function undone(state: Closed, is: Undone['is'], contact: ContactRef | undefined): Decision {
  const { undone: known = [], disownedAt, enrolment } = state;
  // Where nobody doubted the person, what was taken out is what had not come about: nobody was told of it.
  const isDoubted = disownedAt !== undefined || state.ending.because === 'frozen';
  if (enrolment === undefined || !isDoubted) return ignored('closed');
  if (known.some((each) => each.contact === contact)) return ignored('stale');
  const next: Closed = { ...state, undone: [...known, { is, ...(contact === undefined ? {} : { contact }) }] };
  if (is === 'failed' && disownedAt !== undefined) return moved({ ...next, helpdeskKnows: true }, [tell, tellHelpdesk]);
  return moved(next, [redraw, ...(state.helpdeskKnows ? [redrawHelpdesk] : [])]);
}

function disownAfterwards(state: Closed, moment: Moment): Decision {
  const { proof, account, disownedAt, closedAt, page, enrolment } = state;
  if ((proof === undefined && enrolment === undefined) || account === undefined) return ignored('closed');
  if (disownedAt !== undefined) return ignored('stale');
  if (moment.now >= later(closedAt, disownSeconds)) return ignored('closed');
  // The change that ended the request may have been made elsewhere: then the ticket that was issued for the page still works.
  const mayHaveTicket = page !== undefined && moment.now < page.until;
  return disowned({ ...state, disownedAt: moment.now, helpdeskKnows: true }, account, mayHaveTicket, moment);
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

type Disownable = Extract<Open, { readonly proof: Proof } | { readonly first?: FirstProof }>;

/** "It wasn't me" before the end: the flow ends at once, and a ticket that may have been issued is voided. */
export function disown(state: Disownable | SignedInState, moment: Moment): Decision {
  if ('changes' in state) return disownEnrolment(state, moment);
  const closing = close(state, { outcome: 'refused', because: 'disowned' }, moment.now, 'tell');
  const mayHaveTicket = state.at === 'changing' || state.at === 'opening';
  const removal = state.at === 'removing' ? openEndByCode(state, moment.now) : undefined;
  const ended: Closed = {
    ...closing.state,
    disownedAt: moment.now,
    ...(removal === undefined ? {} : { enrolment: removal.enrolment }),
  };
  const next = disowned(ended, state.account, mayHaveTicket, moment, removal?.effects);
  // The code for the second proof may still be on its way.
  return { ...next, counts: closing.counts };
}

/**
 * Tickets are voided only where one may have been issued: voiding means minting a newer one, and needs all that minting needs.
 * Contacts are taken out last, because that is tried for the longest.
 */
function disowned(
  state: Closed,
  account: AccountId,
  mayHaveTicket: boolean,
  moment: Moment,
  begun: readonly Effect[] = [],
): Moved {
  const tickets: readonly Effect[] = mayHaveTicket ? [{ do: 'void-tickets', account }] : [];
  const sessions: Effect = { do: 'end-sessions', account, report: false };
  const taken = [...begun, ...takenBack(account, state.enrolment?.changes ?? [])];
  const next = moved(state, [...tickets, sessions, ...taken, tell, tellHelpdesk]);
  const since = doubtedSince(state, moment);
  return {
    ...next,
    freezeUntil: later(moment.now, freezeSeconds),
    // Whoever did this may have made the recovery codes, too.
    voidsRecoveryCodes: true,
    ...(since === undefined ? {} : { changesSince: since }),
  };
}

/**
 * Whoever changed a contact in one request may have added another one in the next, or in the one before: what still rests, and what
 * came after this change, is not trusted either. Undefined: no contact was changed.
 */
function doubtedSince({ enrolment }: Closed, { now, policy }: Moment): Instant | undefined {
  const first = enrolment?.changes[0]?.at;
  return first === undefined ? undefined : earliest(first, later(now, -policy.contacts.coolOffHours * hourSeconds));
}

/** Another enrolment of the account was disowned: what this one added since then goes, too. */
function takeBackSince(state: Closed, since: Instant, { now }: Moment): Decision {
  const { account, enrolment, disownedAt } = state;
  if (account === undefined || enrolment === undefined || disownedAt !== undefined) return ignored('closed');
  const taken = takenBack(
    account,
    enrolment.changes.filter(({ at }) => at >= since),
  );
  return taken.length === 0 ? ignored('closed') : moved({ ...state, disownedAt: now }, [...taken, tell]);
}

/** Whoever signed in knows the password: so the sessions end too, and nothing of the account is granted for a day. */
function disownEnrolment(state: SignedInState, moment: Moment): Moved {
  const open = openEnd(state, moment.now);
  const {
    state: ended,
    counts,
    effects,
  } = close(open.from, { outcome: 'refused', because: 'disowned' }, moment.now, 'tell');
  const discarded = effects.filter((effect) => effect.do === 'discard-contact');
  const begun = [...open.effects, ...discarded];
  const next = disowned({ ...ended, disownedAt: moment.now }, state.account, false, moment, begun);
  return { ...next, counts };
}

/** The owner of an older contact says so, by the link in the notice. */
export function disownChange(state: Open, change: number, moment: Moment): Decision {
  return 'changes' in state && state.changes[change] !== undefined ? disownEnrolment(state, moment) : ignored('stale');
}

function disownChangeAfterwards(state: Closed, change: number, moment: Moment): Decision {
  const { account, enrolment, disownedAt } = state;
  const made = enrolment?.changes[change];
  if (account === undefined || made === undefined) return ignored('closed');
  if (disownedAt !== undefined) return ignored('stale');
  if (moment.now >= later(made.at, noticeSeconds)) return ignored('closed');
  return disowned({ ...state, disownedAt: moment.now, helpdeskKnows: true }, account, false, moment);
}
