// The one place where a flow's state changes: (subject, state, event, moment) → decision. Pure and total.
// To know who can reach `fulfilling` and `link-ready`, it is enough to read this folder.
import { awaitingApproval } from './approval.ts';
import { challenged, checking, choosingContact, sending } from './challenge.ts';
import { changeReady } from './change.ts';
import { closed } from './closed.ts';
import { endBy, endKeeping, finish, openEndByCode } from './contact-change.ts';
import { close, type Decision, ignored, type Moment, type Moved, mailedPageOf, redraw, tell } from './decision.ts';
import { disown, disownChange, isDisownable, isDoubted } from './disowned.ts';
import { inDoubt } from './doubt.ts';
import type { Ending } from './ending.ts';
import { bindingActor, isChanging, managingContacts, runOut, signingIn } from './enrolment.ts';
import type { FlowEvent } from './event.ts';
import { identifying } from './identification.ts';
import { type Instant, latest } from './ids.ts';
import { inspecting } from './inspection.ts';
import { mailed, mailing, mayHaveMailed } from './mailed-link.ts';
import { checkingNew, linking, sendingNew } from './new-contact.ts';
import { withNews } from './news.ts';
import { withChangeTold } from './notice.ts';
import { choosingPassword, confirmingPassword, settingPassword, unconfirmed } from './own-page.ts';
import { mayNeedTwoProofs } from './policy.ts';
import { unlinking } from './removal.ts';
import { finishLater, removing } from './removal-by-code.ts';
import { changing, isOfPage, linkReady, opening } from './reset.ts';
import { checkingRecoveryCode, enteringRecoveryCode } from './second-proof.ts';
import { type Delayable, type FlowState, isOpen, type Open, type Subject } from './state.ts';
import { fulfilling } from './unlock.ts';
import { unreachable } from './unreachable.ts';

export function decide(subject: Subject, state: FlowState, event: FlowEvent, moment: Moment): Decision {
  const decision = ended(subject, state, event, moment);
  return decision.kind === 'moved' ? withChangeTold(state, withNews(state, event, decision), moment) : decision;
}

/**
 * A request that ends before the account was read may have needed a second proof, which nobody asked for yet: its person is not
 * verified.
 */
function ended(subject: Subject, state: FlowState, event: FlowEvent, moment: Moment): Decision {
  const decision = decided(subject, state, event, moment);
  if (state.at !== 'inspecting' || event.type === 'account.inspected' || 'first' in state.proof) return decision;
  if (decision.kind === 'ignored' || decision.state.at !== 'closed') return decision;
  const isOpenQuestion = state.remaining !== undefined || mayNeedTwoProofs(moment.policy.rules, subject.kind);
  return isOpenQuestion ? { ...decision, state: { ...decision.state, isHalfProven: true } } : decision;
}

function decided(subject: Subject, state: FlowState, event: FlowEvent, moment: Moment): Decision {
  if ('by' in event && isPersonal(event) && event.by !== subject.actor) return ignored('not-yours');
  if (!isOpen(state)) return closed(subject, state, event, moment);
  // Also where the time of the request is over: these are not about this request alone.
  if (event.type === 'change.disowned') return disownChange(subject, state, event.change, moment);
  if (event.type === 'account.frozen') return freeze(subject, state, event, moment);
  if (event.type === 'disowned' && isDisownable(state)) return disown(subject, state, 'own-chat', moment);
  if (hasRunOut(state, moment) && !isLateNews(state, event)) {
    if ('changes' in state) return runOut(state, moment);
    if (state.at === 'removing') return finishLater(state, moment);
    if (state.at === 'confirming-password') return unconfirmed(state, moment);
    return timedOut(state, moment);
  }
  if (event.type === 'cancelled') return cancel(state, moment);
  if (event.type === 'superseded') return supersede(state, moment);
  if (event.type === 'operator.ended') return endByOperator(state, moment);
  if (event.type === 'disowned') return cancel(state, moment);
  return step(subject, state, event, moment);
}

/** A link that the provider minted has expired by then. One that it mailed works for days. */
function timedOut(state: Open, { now }: Moment): Decision {
  const closing = close(state, endingOnTimeout(state, now), now, state.at === 'inspecting' ? 'tell' : undefined);
  return mayHaveMailed(state) ? withoutTicket(state, closing) : closing;
}

function step(subject: Subject, state: Open, event: FlowEvent, moment: Moment): Decision {
  switch (state.at) {
    case 'identifying':
      return identifying(subject, state, event, moment);
    case 'choosing-contact':
      return choosingContact(subject, state, event, moment);
    case 'sending':
      return sending(state, event, moment);
    case 'challenged':
      return challenged(subject, state, event, moment);
    case 'checking':
      return checking(subject, state, event, moment);
    case 'entering-recovery-code':
      return enteringRecoveryCode(state, event, moment);
    case 'checking-recovery-code':
      return checkingRecoveryCode(state, event, moment);
    case 'inspecting':
      return inspecting(subject, state, event, moment);
    case 'awaiting-approval':
      return awaitingApproval(subject, state, event, moment);
    case 'fulfilling':
      return fulfilling(subject, state, event, moment);
    case 'change-ready':
      return changeReady(state, event, moment);
    case 'link-ready':
      return linkReady(state, event, moment);
    case 'opening':
      return opening(state, event, moment);
    case 'mailing':
      return mailing(state, event, moment);
    case 'changing':
      return state.mail === undefined ? changing(state, event, moment) : mailed(state, state.mail, event, moment);
    case 'choosing-password':
      return choosingPassword(state, event, moment);
    case 'setting-password':
      return settingPassword(state, event, moment);
    case 'confirming-password':
      return confirmingPassword(state, event, moment);
    case 'in-doubt':
      return inDoubt(subject, state, event, moment);
    case 'signing-in':
      return signingIn(subject, state, event, moment);
    case 'removing':
      return removing(state, event, moment);
    case 'binding-actor':
      return bindingActor(state, event, moment);
    case 'managing':
    case 'challenged-new':
      return managingContacts(state, event, moment);
    case 'sending-new':
      return sendingNew(state, event, moment);
    case 'checking-new':
      return checkingNew(state, event, moment);
    case 'linking':
      return linking(state, event, moment);
    case 'unlinking':
      return unlinking(state, event, moment);
    default:
      return unreachable(state);
  }
}

const personal: ReadonlySet<FlowEvent['type']> = new Set([
  'code.requested',
  'code.submitted',
  'contact.reconsidered',
  'removal.chosen',
  'recovery-code.chosen',
  'recovery-code.submitted',
  'mail.requested',
  'cancelled',
  'disowned',
]);
const isPersonal = (event: FlowEvent): boolean => personal.has(event.type);

/**
 * Checked with every event, so that a late `deadline` event extends nothing. A call under way (`checking`, `opening`,
 * `fulfilling`, `setting-password`) is waited for: its own deadline leads to a state that has expired, or to `in-doubt`.
 */
function hasRunOut(state: Open, moment: Moment): boolean {
  return !awaited.has(state.at) && moment.now >= state.until;
}

const awaited: ReadonlySet<Open['at']> = new Set([
  'checking',
  'checking-recovery-code',
  'opening',
  'fulfilling',
  'checking-new',
  'setting-password',
]);

/** A password that was changed in time counts, however late the provider reports it; and one that was set counts always. */
function isLateNews(state: Open, event: FlowEvent): boolean {
  if (event.type === 'password.set') return state.at === 'choosing-password' || state.at === 'confirming-password';
  if (event.type !== 'password.changed') return false;
  if (state.at === 'mailing') return isOfPage(mailedPageOf(state), event.changedAt);
  return state.at === 'changing' && isOfPage(state, event.changedAt);
}

function endingOnTimeout(state: Open, now: Instant): Ending {
  switch (state.at) {
    case 'awaiting-approval':
      return { outcome: 'expired', because: 'approval' };
    case 'change-ready':
    case 'link-ready':
    case 'choosing-password':
      return { outcome: 'expired', because: 'link' };
    case 'changing':
      return { outcome: 'expired', because: 'password' };
    case 'mailing':
      // Where nothing was delayed, a process died over it, and a mail may be there.
      return state.delayed ? waitedTooLong(state, now) : { outcome: 'expired', because: 'password' };
    case 'inspecting':
      return waitedTooLong(state, now);
    case 'in-doubt':
      return { outcome: 'failed', because: 'unconfirmed' };
    default:
      return 'delayed' in state && state.delayed ? waitedTooLong(state, now) : { outcome: 'expired', because: 'flow' };
  }
}

/** If the last thing that was heard was a rate limit, the service was reached, and was only too busy. */
function waitedTooLong(state: Delayable, now: Instant): Ending {
  if (state.again === undefined) return { outcome: 'failed', because: 'unreachable' };
  const because = state.at === 'sending' ? 'codes-limited' : 'limited';
  return { outcome: 'failed', because, again: latest(state.again, now) };
}

/** What may already be happening at the provider cannot be cancelled: see `isUnderWay`. */
function cancel(state: Open, moment: Moment): Decision {
  if (isUnderWay(state)) return ignored('too-soon');
  // What was changed before stays, and the person is told which.
  if ('changes' in state) return finish(state, moment);
  return withoutTicket(state, close(state, { outcome: 'cancelled', because: 'person' }, moment.now));
}

function supersede(state: Open, moment: Moment): Decision {
  if (!isReplaceable(state)) return ignored('too-soon');
  return withoutTicket(state, close(state, { outcome: 'cancelled', because: 'superseded' }, moment.now));
}

/**
 * An administrator ends it. The person has not seen it coming, so they get a message also where they only had a window. What was
 * changed in an enrolment stays.
 */
function endByOperator(state: Open, moment: Moment): Decision {
  // Whoever ends this has looked; but nobody has said what they saw.
  if (state.at === 'in-doubt') return close(state, { outcome: 'failed', because: 'unconfirmed' }, moment.now);
  if (isUnderWay(state)) return ignored('too-soon');
  const closing = close(state, { outcome: 'cancelled', because: 'operator' }, moment.now);
  const effects = closing.effects.map((effect) => (effect === redraw ? tell : effect));
  return withoutTicket(state, { ...closing, effects });
}

type Frozen = Extract<FlowEvent, { type: 'account.frozen' }>;

/** The person disowned another flow of this account. An unlock under way is still finished: an unlock alone lets nobody in. */
function freeze({ actor }: Subject, state: Open, { until, doubt }: Frozen, moment: Moment): Decision {
  if (state.at === 'fulfilling' || state.at === 'in-doubt') return ignored('too-soon');
  const frozen: Ending = { outcome: 'refused', because: 'frozen', again: until };
  if ('changes' in state) return (isDoubted(actor, doubt) ? endBy : endKeeping)(state, frozen, moment);
  if (state.at === 'removing') {
    const { enrolment, effects } = openEndByCode(state, moment.now);
    const closing = close(state, frozen, moment.now);
    return { ...closing, state: { ...closing.state, enrolment }, effects: [...effects, ...closing.effects] };
  }
  return withoutTicket(state, close(state, frozen, moment.now));
}

/** A ticket that may have been issued must not outlive its flow. */
function withoutTicket(state: Open, closing: Moved): Decision {
  if (state.at !== 'changing' && state.at !== 'opening' && state.at !== 'mailing') return closing;
  return { ...closing, effects: [{ do: 'void-tickets', account: state.account }, ...closing.effects] };
}

/** Whether a newer flow for the same account and kind may take this one's place. */
export function isReplaceable(state: FlowState): boolean {
  return isOpen(state) && !isUnderWay(state);
}

/** What may be happening at the provider at this moment is finished before anything else ends the flow. */
const isUnderWay = (state: Open): boolean =>
  state.at === 'fulfilling' ||
  state.at === 'opening' ||
  state.at === 'in-doubt' ||
  state.at === 'setting-password' ||
  state.at === 'confirming-password' ||
  state.at === 'removing' ||
  ('changes' in state && isChanging(state));
