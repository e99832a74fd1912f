// Which changes of a request are news for a viewer who may be looking elsewhere. News is posted as a new message, because an
// edited message notifies nobody. Everything else is progress, or the answer to the viewer's own press: an edit.
import type { Moved } from './decision.ts';
import type { EventType, FlowEvent } from './event.ts';
import type { HelpdeskScreen, Viewer } from './screen.ts';
import { changesOf, type FlowState } from './state.ts';

/** The decision with the viewers for whom it is news. */
export function withNews(from: FlowState, event: FlowEvent, decision: Moved): Moved {
  const to = decision.state;
  const news: readonly Viewer[] = [
    ...(isNewsForPerson(from, event, to) ? (['person'] as const) : []),
    ...(isNewsForHelpdesk(from, event, to) ? (['helpdesk'] as const) : []),
  ];
  return news.length === 0 ? decision : { ...decision, news };
}

/**
 * What the person did themselves, in the chat or on a page of ours that says what came of it; what a newer request of theirs or
 * their *It wasn't me* elsewhere did to this one; and the small print of news that they have already.
 */
const knownToPerson: ReadonlySet<EventType> = new Set([
  'code.requested',
  'code.submitted',
  'contact.reconsidered',
  'removal.chosen',
  'recovery-code.chosen',
  'recovery-code.submitted',
  'mail.requested',
  'cancelled',
  'disowned',
  'link.opened',
  'change.opened',
  'ticket.minted',
  'ticket.not-minted',
  'password.submitted',
  'password.refused',
  'password.not-set',
  'password.unknown',
  'password.too-soon',
  'old-password.rejected',
  'superseded',
  'account.frozen',
  'sessions.ended',
  'change.undone',
]);

function isNewsForPerson(from: FlowState, event: FlowEvent, to: FlowState): boolean {
  if (knownToPerson.has(event.type)) return false;
  if (event.type === 'operator.ended') return true;
  if (from.at === 'closed' || to.at === 'in-doubt') return true;
  if ('changes' in from) return newsOfEnrolment.has(event.type) || isNewBinding(event) || isRemovedLater(from, to);
  return isAway(from, event) && !isProgress(from, to);
}

/** The person works in the browser, and reads there what comes of it. These are for whoever else is signed in as them. */
const newsOfEnrolment: ReadonlySet<EventType> = new Set([
  'contact.linked',
  'contact.unlinked',
  'recovery-codes.renewed',
  'change.disowned',
]);

/** The first binding is no news for whoever has just signed in: there was nothing that it could take away from anybody. */
const isNewBinding = (event: FlowEvent): boolean => event.type === 'actor.bound' && event.binding === 'another';

/** A removal that counts as done although nobody knows how far it came, whatever reported that. */
const isRemovedLater = (from: FlowState, to: FlowState): boolean =>
  from.at === 'unlinking' && changesOf(to).length > changesOf(from).length;

/** The person does not wait in front of this state: it depends on other people, on a page in the browser, or on an outage. */
function isAway(from: FlowState, event: FlowEvent): boolean {
  switch (from.at) {
    case 'awaiting-approval':
    case 'in-doubt':
    case 'link-ready':
    case 'changing':
    case 'choosing-password':
    case 'setting-password':
    case 'confirming-password':
      return true;
    case 'fulfilling':
      return from.delayed || from.approvals.length > 0 || from.doubted === true;
    case 'mailing':
      return from.delayed || from.approvals.length > 0;
    case 'inspecting':
      // At the deadline a process has died over it, so the person has waited for long.
      return from.delayed || event.type === 'deadline';
    case 'identifying':
    case 'sending':
      return from.delayed;
    case 'removing':
      // For whoever else is signed in as this person.
      return true;
    case 'opening':
      // Whoever opened the link reads the answer in the browser, unless a process died over it.
      return event.type === 'deadline';
    default:
      return false;
  }
}

/** One more approval, another try, the unlock or the mail that follows an approval: the news is what comes of it. */
const isProgress = (from: FlowState, to: FlowState): boolean =>
  from.at === to.at || ((to.at === 'fulfilling' || to.at === 'mailing') && from.at !== 'inspecting');

/** Decisions of the helpdesk. The card answers the press. */
const pressedByHelpdesk: ReadonlySet<EventType> = new Set([
  'approval.given',
  'approval.denied',
  'doubt.retried',
  'doubt.settled',
]);

function isNewsForHelpdesk(from: FlowState, event: FlowEvent, to: FlowState): boolean {
  if (pressedByHelpdesk.has(event.type)) return false;
  if (to.at === 'in-doubt') return true;
  // An administrator has looked, in place of the helpdesk.
  const isSettled = from.at === 'in-doubt' && event.type === 'operator.ended';
  if (to.at !== 'closed' || isSettled) return false;
  const isDisowned = to.disownedAt !== undefined && newsOfDisowned.has(event.type);
  return isDisowned || ranOut(from, to) || failedAfterApproval(from, to);
}

const newsOfDisowned: ReadonlySet<EventType> = new Set([
  'disowned',
  'change.disowned',
  'change.not-undone',
  'pause.lifted',
  'password.changed',
  'password.set',
]);

/** Nobody answered in time: the request for approval, or the question whether the unlock was carried out. */
const ranOut = (from: FlowState, to: Extract<FlowState, { at: 'closed' }>): boolean =>
  (from.at === 'awaiting-approval' && to.ending.outcome === 'expired') ||
  (from.at === 'in-doubt' && to.ending.because === 'unconfirmed') ||
  (from.at === 'confirming-password' && to.ending.because === 'password-unconfirmed');

const failedAfterApproval = (from: FlowState, to: Extract<FlowState, { at: 'closed' }>): boolean =>
  from.at === 'fulfilling' &&
  (to.ending.outcome === 'failed' || to.ending.because === 'disabled' || to.ending.because === 'barred');

/** Whether somebody of the helpdesk has to act who may not be looking: news with this screen calls those who may decide. */
export function callsSomebody(screen: HelpdeskScreen): boolean {
  if (screen.shows === 'over' || screen.shows === 'approved') {
    return screen.outcome === 'expired' || screen.outcome === 'unconfirmed';
  }
  return callsAlways[screen.shows];
}

const callsAlways: Readonly<Record<Exclude<HelpdeskScreen['shows'], 'over' | 'approved'>, boolean>> = {
  doubt: true,
  disowned: true,
  'help-wanted': false,
  approval: false,
  denied: false,
  mismatch: false,
};
