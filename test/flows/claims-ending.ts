// How flows end: by the clock, by a wish, by "it wasn't me"; and that the end is final.
import { isReplaceable } from '../../src/flows/decide.ts';
import type { Earlier } from '../../src/flows/decision.ts';
import { dueAt } from '../../src/flows/due.ts';
import { later } from '../../src/flows/ids.ts';
import { disownSeconds, freezeSeconds } from '../../src/flows/limits.ts';
import { changesOf, type FlowState } from '../../src/flows/state.ts';
import { jane } from './cast.ts';
import {
  answers,
  answersTo,
  by,
  closes,
  ignoredAs,
  isMoved,
  isOldLookedAt,
  isProven,
  type MovedStep,
  mayBeSet,
  moves,
  orders,
  shows,
} from './claim.ts';
import { isTold } from './claims-telling.ts';
import type { Step } from './walk.ts';

const acting = [
  ...(['identify', 'send-code', 'check-code', 'check-recovery-code'] as const),
  ...(['inspect-account', 'lift-lock', 'mint-ticket', 'mail-link', 'set-password', 'change-password'] as const),
  'look-at-password' as const,
  ...(['bind-actor', 'send-new-code', 'check-new-code', 'link-contact', 'confirm-contact'] as const),
] as const;
const ticketMayBeOut = ({ from }: Step): boolean =>
  from.at === 'opening' || from.at === 'mailing' || from.at === 'changing';
/** Heard also where the time of the request is over. */
const breaksOffLate: ReadonlySet<string> = new Set(['account.frozen', 'disowned']);
const isActUnderWay = ({ from }: Step): boolean =>
  from.at === 'fulfilling' ||
  from.at === 'opening' ||
  from.at === 'in-doubt' ||
  from.at === 'setting-password' ||
  from.at === 'confirming-password' ||
  from.at === 'binding-actor' ||
  from.at === 'linking' ||
  from.at === 'unlinking' ||
  from.at === 'removing';

const knownOfLock = (state: FlowState) => ('lock' in state ? state.lock : undefined);

export const ending = {
  'a closed flow stays closed': answers(
    ({ from }) => from.at === 'closed',
    (step) => {
      if (!isMoved(step)) return true;
      const { from, decision } = step;
      if (from.at !== 'closed' || decision.state.at !== 'closed') return false;
      const keptItsEnd =
        decision.state.ending.outcome === from.ending.outcome && decision.state.ending.because === from.ending.because;
      return keptItsEnd && decision.counts.length === 0 && acting.every((name) => !orders(step, name));
    },
  ),
  'what is known of a lock is kept to the end of an unlock': moves(
    ({ from }) => 'lock' in from && from.lock !== undefined,
    ({ from, decision }) => JSON.stringify(knownOfLock(decision.state)) === JSON.stringify(knownOfLock(from)),
  ),
  'after the end only "it wasn\'t me", what was or was not undone after it, the end of its pause, a changed password and the report about ended sessions are heard':
    moves(
      ({ from }) => from.at === 'closed',
      ({ event }) =>
        (event.type === 'disowned' && event.by === jane) ||
        event.type === 'change.disowned' ||
        (event.type === 'account.frozen' && event.doubt !== undefined) ||
        event.type === 'pause.lifted' ||
        event.type === 'sessions.ended' ||
        event.type === 'change.undone' ||
        event.type === 'change.not-undone' ||
        event.type === 'password.changed' ||
        event.type === 'password.set',
    ),
  'a change of the password counts only while the page for it stood open': moves(
    (step) => step.event.type === 'password.changed' && !closedByTheClock(step),
    ({ from, event }) => {
      const page = pageStanding(from);
      return (
        page !== undefined &&
        event.type === 'password.changed' &&
        event.changedAt > page.openedAt - 3000 &&
        event.changedAt < page.until
      );
    },
  ),
  'a password that was changed at the page is told within a day, however the request has ended, and once': answersTo(
    ['password.changed'],
    ({ from, event, moment }) =>
      from.at === 'closed' &&
      event.type === 'password.changed' &&
      from.page !== undefined &&
      event.changedAt >= from.page.openedAt &&
      event.changedAt < from.page.until &&
      moment.now < later(from.closedAt, 86_400),
    (step) => {
      const { from } = step;
      const isNew = from.at === 'closed' && from.ending.because !== 'password-changed' && from.lateChange === undefined;
      return isMoved(step) ? isNew && shows(step, 'person')?.lasting === true : !isNew;
    },
  ),
  'a flow that ends orders nothing but safety and drawings': moves(
    ({ decision }) => decision.state.at === 'closed',
    (step) =>
      acting.every((name) => !orders(step, name)) &&
      step.decision.counts.every((count) => count === 'void' || count === 'adrift' || isOldLookedAt(step.from)),
  ),
  'every open state has a time at which the clock ends it': moves(
    ({ decision }) => decision.state.at !== 'closed',
    ({ decision: { state } }) => Number.isFinite(dueAt(state)),
  ),
  'a new state does not wait longer than the longest wait that is allowed': moves(
    ({ decision }) => decision.state.at !== 'closed',
    ({ decision: { state }, moment }) => (dueAt(state) ?? Number.NaN) <= later(moment.now, 24 * 3600),
  ),
  'the deadline moves a flow on when it is due': answersTo(
    ['deadline'],
    ({ from, event, moment }) => event.type === 'deadline' && from.at !== 'closed' && moment.now >= (dueAt(from) ?? 0),
    (step) =>
      isMoved(step) && (closes(step) || (dueAt(step.decision.state) ?? 0) > (dueAt(step.from) ?? 0) || isOver(step)),
  ),
  'a deadline that comes early changes nothing': answersTo(
    ['deadline'],
    ({ from, event, moment }) => event.type === 'deadline' && moment.now < (dueAt(from) ?? Number.POSITIVE_INFINITY),
    (step) => !isMoved(step),
  ),
  'an act that may be at the provider is neither cancelled nor replaced': answersTo(
    ['cancelled', 'superseded'],
    (step) => isActUnderWay(step) && (step.event.type === 'cancelled' || step.event.type === 'superseded'),
    (step) => !isMoved(step) || hasRunOut(step),
  ),
  'whoever cancels in time has cancelled': answersTo(
    ['cancelled'],
    (step) =>
      step.event.type === 'cancelled' && by(step.event) === jane && step.from.at !== 'closed' && !isActUnderWay(step),
    (step) => isMoved(step) && closes(step),
  ),
  'an administrator ends any request, except while an act is at the provider': answersTo(
    ['operator.ended'],
    (step) => step.from.at !== 'closed' && !hasRunOut(step),
    (step) =>
      isMoved(step)
        ? closes(step) && shows(step, 'person')?.lasting === true && step.decision.news?.includes('person') === true
        : step.from.at === 'removing' || (isActUnderWay(step) && step.from.at !== 'in-doubt'),
  ),
  'an unlock in doubt that an administrator ends is not said to be cancelled': moves(
    (step) => step.event.type === 'operator.ended' && step.from.at === 'in-doubt',
    ({ decision: { state } }) => state.at === 'closed' && state.ending.because === 'unconfirmed',
  ),
  'only an administrator lifts a pause, once for each "it wasn\'t me", and the person and the helpdesk are told': moves(
    ({ from, event, decision }) =>
      (event.type === 'pause.lifted' && from.at === 'closed') || decision.liftsFreeze !== undefined,
    (step) => {
      const { from, event, decision, moment } = step;
      return (
        event.type === 'pause.lifted' &&
        decision.liftsFreeze === true &&
        from.at === 'closed' &&
        from.disownedAt !== undefined &&
        from.pauseLiftedAt === undefined &&
        (moment.budget.frozenUntil ?? 0) > moment.now &&
        decision.freezeUntil === undefined &&
        (['person', 'helpdesk'] as const).every(
          (viewer) => shows(step, viewer)?.lasting === true && decision.news?.includes(viewer) === true,
        )
      );
    },
  ),
  'a flow that may be replaced is, and no other': answersTo(
    ['superseded'],
    (step) => step.event.type === 'superseded' && step.from.at !== 'closed' && !hasRunOut(step),
    (step) => isMoved(step) === isReplaceable(step.from),
  ),
  'only a flow that goes on replaces another': moves(
    ({ decision }) => decision.supersede !== undefined,
    ({ from, decision: { state }, event, moment }) =>
      moment.rival === 'replaceable' &&
      ((from.at === 'signing-in' && state.at === 'sending' && event.type === 'code.requested') ||
        (state.at === 'choosing-contact' && event.type === 'person.identified') ||
        // Whose account it may not be ends nothing before they have signed in, or have opened the page for their old password.
        ((state.at === 'signing-in' || state.at === 'change-ready') &&
          event.type === 'person.identified' &&
          event.binding === 'bound') ||
        (state.at === 'binding-actor' && event.type === 'signed-in') ||
        (from.at === 'change-ready' && state.at === 'inspecting' && event.type === 'signed-in') ||
        (from.at === 'change-ready' && state.at === 'choosing-password' && event.type === 'change.opened')),
  ),
  '"it wasn\'t me" ends whatever is open, at once': answersTo(
    ['disowned'],
    (step) => step.event.type === 'disowned' && by(step.event) === jane && step.from.at !== 'closed',
    (step) => isMoved(step) && closes(step),
  ),
  '"it wasn\'t me" after the proof freezes the account, ends its sessions and tells the helpdesk': moves(
    (step) =>
      step.event.type === 'disowned' && step.from.at !== 'closed' && (isProven(step.before) || mayBeSet(step.from)),
    (step) =>
      step.decision.freezeUntil === later(step.moment.now, freezeSeconds) &&
      orders(step, 'end-sessions') &&
      shows(step, 'helpdesk')?.lasting === true,
  ),
  '"it wasn\'t me" before the proof ends this request and touches nothing else': moves(
    (step) =>
      step.event.type === 'disowned' && step.from.at !== 'closed' && !isProven(step.before) && !mayBeSet(step.from),
    (step) => step.decision.freezeUntil === undefined && step.decision.effects.every((effect) => effect.do === 'show'),
  ),
  '"it wasn\'t me" is heard for a day after a proven end, or after a notice that nobody asked for, once': answersTo(
    ['disowned'],
    ({ event, from }) => event.type === 'disowned' && by(event) === jane && from.at === 'closed',
    (step) =>
      step.from.at === 'closed' &&
      isMoved(step) ===
        ((step.from.proof !== undefined ||
          step.from.enrolment !== undefined ||
          step.from.page !== undefined ||
          isTold(step.from, 'password-changed') ||
          isTold(step.from, 'changed-elsewhere', 'requested-elsewhere')) &&
          step.from.disownedAt === undefined &&
          step.moment.now < later(step.from.closedAt, disownSeconds)),
  ),
  'whoever was connected a moment ago doubts nobody else, and voids only their own recovery codes': moves(
    (step) => step.event.type === 'disowned' && step.decision.freezeUntil !== undefined && isNewcomer(step),
    ({ decision: { doubt, voidsRecoveryCodes }, moment: { earlier } }) =>
      doubt?.of === jane &&
      doubt.reach === 'theirs' &&
      doubt.othersSince === undefined &&
      (voidsRecoveryCodes === undefined || earlier?.codesBy === undefined || earlier.codesBy === jane),
  ),
  'whoever has been connected for long, was the first, or has a notice doubts everybody, and voids all recovery codes':
    moves(
      (step) => step.decision.freezeUntil !== undefined && (step.event.type === 'change.disowned' || isOldHand(step)),
      (step) => step.decision.doubt?.reach === 'all' && step.decision.voidsRecoveryCodes === true,
    ),
  '"it wasn\'t me" about a request that changed nothing takes back what was enrolled since its proof, or still rests':
    moves(
      ({ event, decision: { freezeUntil, state } }) =>
        event.type === 'disowned' && freezeUntil !== undefined && changesOf(state).length === 0,
      ({ subject, decision: { state, doubt }, moment: { now, policy } }) => {
        if (doubt === undefined || state.at !== 'closed') return false;
        const resting = now - policy.contacts.coolOffHours * 3_600_000;
        const elsewhere =
          state.ending.because === 'changed-elsewhere'
            ? state.ending.changedAt
            : state.ending.because === 'requested-elsewhere'
              ? state.ending.provenAt
              : undefined;
        const first = state.proof !== undefined && 'first' in state.proof ? state.proof.first : state.proof;
        const begun = elsewhere ?? first?.at ?? subject.startedAt;
        const since = [doubt.theirsSince, ...(doubt.reach === 'all' ? [doubt.othersSince ?? now + 1] : [])];
        return since.every((at) => at === Math.min(resting, begun));
      },
    ),
  'only the person or an older contact freezes the account, by "it wasn\'t me"': moves(
    ({ decision }) => decision.freezeUntil !== undefined,
    ({ event }) => (event.type === 'disowned' && event.by === jane) || event.type === 'change.disowned',
  ),
  'a ticket that may be out is voided when its flow is broken off': moves(
    (step) =>
      ticketMayBeOut(step) &&
      (breaksOffLate.has(step.event.type) ||
        (!hasRunOut(step) && ['cancelled', 'superseded', 'operator.ended'].includes(step.event.type))),
    (step) => orders(step, 'void-tickets'),
  ),
  '"it wasn\'t me" after the end voids a ticket that has not expired, however the request has ended': moves(
    ({ from, event, moment }) =>
      event.type === 'disowned' &&
      from.at === 'closed' &&
      from.page !== undefined &&
      (from.page.byMail === true || moment.now < from.page.until),
    (step) => orders(step, 'void-tickets'),
  ),
  'a link that the provider may have mailed is voided with its request, whatever ends it': moves(
    (step) =>
      closes(step) && (step.from.at === 'mailing' || (step.from.at === 'changing' && step.from.mail !== undefined)),
    (step) => orders(step, 'void-tickets'),
  ),
  'a ticket that may be newer than the change of password is voided with it': moves(
    ({ from, decision: { state } }) =>
      from.at === 'changing' &&
      from.reopenedAt !== undefined &&
      state.at === 'closed' &&
      state.ending.outcome === 'done',
    (step) => orders(step, 'void-tickets'),
  ),
  'an open page is not left usable where it may not be opened again': moves(
    ({ from, event, decision: { state } }) =>
      from.at === 'opening' &&
      from.before !== undefined &&
      state.at === 'closed' &&
      (event.type === 'person.refused' || event.type === 'ticket.not-minted') &&
      state.ending.outcome === 'refused',
    (step) =>
      orders(step, 'void-tickets') && step.decision.state.at === 'closed' && step.decision.state.page !== undefined,
  ),
  'sessions are ended after a change of password': moves(
    ({ decision: { state }, from }) =>
      state.at === 'closed' &&
      (from.at === 'closed'
        ? from.lateChange === undefined && state.lateChange !== undefined
        : state.ending.because === 'password-changed'),
    (step) =>
      orders(step, 'end-sessions') && (step.event.type === 'password.changed' || step.event.type === 'password.set'),
  ),
  'after a password was set from here, older links to the provider’s page are voided': moves(
    ({ from, decision: { state } }) =>
      ['choosing-password', 'setting-password', 'confirming-password'].includes(from.at) &&
      state.at === 'closed' &&
      state.ending.because === 'password-changed',
    (step) => orders(step, 'void-tickets'),
  ),
  'a password that was sent from here and is set is told, wherever its request stands': answersTo(
    ['password.set'],
    ({ from, event, moment: { now } }) =>
      event.type === 'password.set' &&
      (['choosing-password', 'setting-password', 'confirming-password'].includes(from.at) ||
        (from.at === 'closed' && from.page !== undefined && now < later(from.closedAt, 86_400))),
    (step) => {
      const { from, event } = step;
      const isKnown =
        from.at === 'closed' && (from.ending.because === 'password-changed' || from.lateChange !== undefined);
      const page = from.at === 'closed' ? from.page : undefined;
      const isOfPage =
        page === undefined ||
        ('at' in event && event.at > page.openedAt - 3000 && event.at < page.until && event.type === 'password.set');
      if (isKnown || !isOfPage) return !isMoved(step);
      return isMoved(step) && step.decision.state.at === 'closed' && shows(step, 'person')?.lasting === true;
    },
  ),
  'a password of which nobody knows whether it was set is looked at by reading, and the person is told': moves(
    ({ from, decision: { state } }) => from.at === 'setting-password' && state.at === 'confirming-password',
    (step) => orders(step, 'look-at-password') && shows(step, 'person')?.lasting === true,
  ),
  'only what is known for certain leads back from there to the page': moves(
    ({ from, decision: { state } }) => from.at === 'confirming-password' && state.at !== 'confirming-password',
    ({ event, decision: { state } }) =>
      state.at === 'closed' || (event.type === 'password.not-seen' && event.is === 'not-set'),
  ),
  'a password of which nobody knows in the end is told as that to the person and the helpdesk, and old sessions end':
    moves(
      (step) => closes(step) && step.decision.state.ending.because === 'password-unconfirmed',
      (step) =>
        step.from.at === 'confirming-password' &&
        shows(step, 'helpdesk')?.lasting === true &&
        orders(step, 'end-sessions') &&
        orders(step, 'void-tickets') &&
        step.decision.state.at === 'closed' &&
        step.decision.state.page !== undefined,
    ),
  'nobody is told that nothing was changed while a password may still be set': moves(
    (step) => closes(step) && (step.from.at === 'setting-password' || step.from.at === 'confirming-password'),
    ({ event, decision: { state } }) => {
      if (state.at !== 'closed') return false;
      return isKnownNotToBeSet(event) || (state.page !== undefined && leavesOpen.has(state.ending.because));
    },
  ),
  'an unlock is told as done only when the lock was lifted': moves(
    ({ decision: { state }, from }) =>
      from.at !== 'closed' && state.at === 'closed' && state.ending.because === 'unlocked',
    ({ from, event }) => from.at === 'fulfilling' && event.type === 'lock.lifted',
  ),
  'an unlock in doubt that nobody has looked at ends as just that': moves(
    (step) => step.from.at === 'in-doubt' && hasRunOut(step) && step.event.type !== 'disowned',
    ({ decision: { state } }) => state.at === 'closed' && state.ending.because === 'unconfirmed',
  ),
  'where trying again does not help, the request ends at once and the helpdesk gets a card': answersTo(
    ['effect.failed', 'ticket.not-minted', 'password.not-set', 'code.denied'],
    (step) => isAwaited(step) && (step.event.type === 'code.denied' || isPermanent(step)),
    (step) =>
      isMoved(step) &&
      step.decision.state.at === 'closed' &&
      (closedByTheClock(step) || shows(step, 'helpdesk')?.lasting === true),
  ),
  'a pause that the request does not outlive ends it at once, with the time of its end': answersTo(
    ['effect.failed', 'ticket.not-minted', 'password.not-set', 'code.unchecked'],
    (step) => isAwaited(step) && !hasRunOut(step) && isTooLong(step) && step.from.at !== 'confirming-password',
    (step) => {
      const { event, decision } = step;
      if (!('again' in event) || !isMoved(step) || decision.kind !== 'moved' || decision.state.at !== 'closed')
        return false;
      const { ending: end } = decision.state;
      return end.outcome === 'failed' && 'again' in end && end.again === event.again;
    },
  ),
  'a pause that the request outlives is kept until it is over': answersTo(
    ['effect.delayed', 'ticket.not-minted', 'password.not-set', 'code.unchecked'],
    (step) =>
      'again' in step.event &&
      step.from.at !== 'confirming-password' &&
      isAwaited(step) &&
      !hasRunOut(step) &&
      !isTooLong(step) &&
      !isOverAnyway(step),
    ({ from, event, decision }) => {
      if (!('again' in event)) return false;
      const state = decision.kind === 'moved' ? decision.state : from;
      if (state.at !== 'challenged') return 'again' in state && state.again === event.again;
      return state.after === 'unchecked' ? state.checkFrom === event.again : state.resendFrom >= Number(event.again);
    },
  ),
  'a late press on something closed is told as such': answersTo(
    ['approval.given'],
    ({ from, event }) => from.at === 'closed' && event.type === 'approval.given',
    (step) => ignoredAs(step.decision, 'closed'),
  ),
} as const;

/** Whoever reads of one of these ends is not told that their password is the old one. */
const leavesOpen: ReadonlySet<string> = new Set([
  ...(['password-changed', 'password-unconfirmed', 'disowned', 'frozen'] as const),
]);
const isKnownNotToBeSet = (event: Step['event']): boolean =>
  ['password.refused', 'password.not-set', 'password.too-soon', 'old-password.rejected', 'person.refused'].includes(
    event.type,
  ) ||
  (event.type === 'password.not-seen' && event.is === 'not-set');

/** When a password could be set: on the provider's page, or by the call from ours, which may be carried out a minute late. */
function pageStanding(from: Step['from']): { readonly openedAt: number; readonly until: number } | undefined {
  if (from.at === 'closed') return from.page;
  if (from.at === 'changing') return from;
  if (from.at === 'mailing') return { openedAt: from.since, until: from.until };
  if (from.at !== 'setting-password' && from.at !== 'confirming-password') return undefined;
  return { openedAt: from.since, until: from.since + 105_000 };
}

/** As an outside observer determines it: less than a day ago, by this request or by another one. */
function connectedIn({ from, moment: { earlier } }: Step): Earlier['connected'] {
  return changesOf(from).find((made) => made.what === 'bound') ?? earlier?.connected;
}
function isNewcomer(step: Step): boolean {
  const connected = connectedIn(step);
  return connected !== undefined && connected.isFirst !== true && step.moment.now - connected.at < 86_400_000;
}
const isOldHand = (step: Step): boolean =>
  connectedIn(step) === undefined ? step.from.at !== 'binding-actor' : !isNewcomer(step);

const awaited: Readonly<Partial<Record<Step['from']['at'], string>>> = {
  identifying: 'identify',
  sending: 'send-code',
  inspecting: 'inspect-account',
  fulfilling: 'lift-lock',
  mailing: 'mail-link',
  'confirming-password': 'look-at-password',
  'binding-actor': 'bind-actor',
};
/** Whether the event is about what this state waits for. */
function isAwaited({ from, event }: Step): boolean {
  if (event.type === 'effect.failed' || event.type === 'effect.delayed') return awaited[from.at] === event.of;
  // A page that is open already stays open if it cannot be opened once more.
  if (event.type === 'ticket.not-minted') return from.at === 'opening' && from.before === undefined;
  if (event.type === 'password.not-set') return from.at === 'setting-password';
  return from.at === 'checking';
}
const isPermanent = ({ event }: Step): boolean =>
  'because' in event && (event.because === 'refused-by-provider' || event.because === 'not-permitted');
/** Nothing is tried again, or not before the request has ended. */
const isTooLong = ({ from, event }: Step): boolean =>
  'again' in event &&
  event.again !== undefined &&
  (event.type === 'effect.failed' || ('until' in from && event.again >= from.until));
/** The link has expired while it was being opened. */
const isOverAnyway = ({ from, moment }: Step): boolean =>
  (from.at === 'opening' || from.at === 'setting-password') && moment.now >= from.until;

/** The event only triggered the end that the clock had already brought. */
function closedByTheClock(step: MovedStep): boolean {
  const { state } = step.decision;
  const isDone = state.at === 'closed' && state.ending.outcome === 'done' && state.ending.because !== 'enrolled';
  return hasRunOut(step) && state.at === 'closed' && !isDone;
}

/** An act under way is waited for; everything else expires at `until`. */
function hasRunOut({ from, moment }: Step): boolean {
  return (
    from.at !== 'closed' &&
    from.at !== 'checking' &&
    from.at !== 'checking-recovery-code' &&
    from.at !== 'checking-new' &&
    from.at !== 'opening' &&
    from.at !== 'fulfilling' &&
    from.at !== 'setting-password' &&
    moment.now >= from.until
  );
}

/**
 * The step returned from an act that was waited for, to a state whose own time has passed: the next deadline closes it.
 */
function isOver(step: Step): boolean {
  const { from, moment } = step;
  const isChecking = from.at === 'checking' || from.at === 'checking-recovery-code' || from.at === 'checking-new';
  return isChecking && moment.now >= from.until;
}
