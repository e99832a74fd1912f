// The proof step: the person chooses a contact, gets a code and enters it. Every attempt is counted before the provider is asked.
import { aloneFrom, attemptFrom, type Budget, cooledFrom, lastSender, sendFrom } from './budget.ts';
import { afterVerdict, freshCode, triedCode } from './code-life.ts';
import {
  close,
  type Decision,
  delay,
  giveUp,
  ignored,
  type Moment,
  type Moved,
  moved,
  redraw,
  redrawGently,
  removalOf,
  spentBefore,
  tell,
  tooSoon,
} from './decision.ts';
import type { Effect } from './effect.ts';
import type { FlowEvent } from './event.ts';
import { type ContactRef, type Instant, later, latest } from './ids.ts';
import { isGated, mayNeedTwoProofs } from './policy.ts';
import { chooseRecoveryCode } from './second-proof.ts';
import {
  type Challenged,
  type Checking,
  type ChoosingContact,
  type FlowKind,
  type Inspecting,
  isDeadCode,
  type Sending,
  type Subject,
} from './state.ts';

export function choosingContact(subject: Subject, state: ChoosingContact, event: FlowEvent, moment: Moment): Decision {
  if (event.type === 'recovery-code.chosen') return chooseRecoveryCode(state);
  return event.type === 'code.requested' ? send(subject, state, event.contact, moment) : ignored('stale');
}

/** Orders a code, if the budgets allow one. Counted here, so that parallel requests share one budget. */
export function send(
  subject: Subject,
  state: ChoosingContact | Challenged,
  contact: ContactRef,
  moment: Moment,
): Decision {
  const { now, policy, budget } = moment;
  const spent = spentBefore(moment);
  if (spent !== undefined) return close(state, spent, now);
  if (!state.contacts.some((known) => known.ref === contact)) return ignored('stale');
  // With two codes under way at once, the one that arrives last would be accepted for the other request.
  if (moment.isSendingElsewhere) return ignored('sending-elsewhere');
  const sendAgainAt = sendFrom(budget, policy.limits, now);
  const usedUpIn = isUsedUpHere(subject, state, contact, budget) ? subject.id : undefined;
  const cooledAt = latest(
    cooledFrom(budget, policy.limits, contact, now, usedUpIn),
    aloneFrom(budget, subject.id, contact, now),
  );
  if (cooledAt > now) return tooSoon(latest(cooledAt, sendAgainAt));
  if (sendAgainAt > now) {
    if (state.at === 'challenged' && isLive(state, now)) return tooSoon(sendAgainAt);
    // A recovery code needs no message, so the first proof is not lost for want of one.
    if (state.first !== undefined && state.first.recoveryCodes > 0) return tooSoon(sendAgainAt);
    return close(state, { outcome: 'refused', because: 'sends-spent', again: sendAgainAt }, now);
  }
  const next: Sending = { at: 'sending', ...kept(state), contact, delayed: false };
  return moved(next, [{ do: 'send-code', account: state.account, contact }, redraw], ['send']);
}

/** What every step of the challenge carries on. */
function kept(state: ChoosingContact | Sending | Challenged) {
  const { account, contacts, first, until } = state;
  return { account, contacts, ...(first === undefined ? {} : { first }), ...removalOf(state), until };
}

/** Whether the last code for this contact was this request's own, and its tries are used up. */
function isUsedUpHere(
  { id }: Subject,
  state: ChoosingContact | Challenged,
  contact: ContactRef,
  budget: Budget,
): boolean {
  return (
    state.at === 'challenged' && state.after === 'used-up' && state.contact === contact && lastSender(budget) === id
  );
}

export function sending(state: Sending, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'code.sent':
      return event.contact === state.contact ? sent(state, moment) : ignored('stale');
    case 'effect.delayed':
      return event.of === 'send-code' ? delay(state, event.again) : ignored('stale');
    case 'effect.failed':
      return event.of === 'send-code' ? giveUp(state, event, moment.now) : ignored('stale');
    default:
      return ignored('stale');
  }
}

function sent(state: Sending, moment: Moment): Decision {
  const { now } = moment;
  const { contact, delayed } = state;
  const next: Challenged = {
    at: 'challenged',
    ...kept(state),
    contact,
    ...freshCode(moment),
  };
  // If there was an earlier try, its answer was lost, and the provider may still carry it out: a second code may arrive.
  return moved(offering(next, now), [delayed ? tell : redraw], delayed ? ['sent', 'adrift'] : ['sent']);
}

export function challenged(subject: Subject, state: Challenged, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'code.submitted':
      return submit(subject, state, moment);
    case 'code.requested':
      return moment.now < state.resendFrom && event.contact === state.contact && state.resendFrom < state.until
        ? tooSoon(state.resendFrom)
        : send(subject, state, event.contact, moment);
    case 'contact.reconsidered':
      return moved({ at: 'choosing-contact', ...kept(state) }, [redraw]);
    case 'recovery-code.chosen':
      return chooseRecoveryCode(state);
    case 'deadline':
      return timePassed(state, moment.now);
    default:
      return ignored('stale');
  }
}

function timePassed(state: Challenged, now: Instant): Decision {
  const isOpen = isOpenToCodes(state);
  if (isOpen && now >= state.codeUntil) return moved(offering({ ...state, after: 'expired' }, now), [redraw]);
  if (state.resendOffered || now < state.resendFrom) return ignored('stale');
  return moved(offering(state, now), [isOpen ? redrawGently : redraw]);
}

/** Every move after `resendFrom` records that the resend is offered, so that no separate deadline is needed for it. */
const offering = (state: Challenged, now: Instant): Challenged =>
  now >= state.resendFrom ? { ...state, resendOffered: true } : state;

const isOpenToCodes = (state: Challenged): boolean => !isDeadCode(state.after);
const isLive = (state: Challenged, now: Instant): boolean => isOpenToCodes(state) && now < state.codeUntil;

/** Reserves the attempt. The move to `checking` makes sure that only one of many parallel submissions is checked. */
function submit(subject: Subject, state: Challenged, moment: Moment): Decision {
  const { now, budget } = moment;
  const spent = spentBefore(moment);
  if (spent !== undefined) return close(state, spent, now);
  if (!isOpenToCodes(state)) return ignored('stale');
  // Another request has ordered a newer code to the same address. The provider would accept it here, but it proves only that request.
  if ((lastSender(budget) ?? subject.id) !== subject.id)
    return moved(offering({ ...state, after: 'used-up' }, now), [redraw]);
  if (now >= state.codeUntil) return moved(offering({ ...state, after: 'expired' }, now), [redraw]);
  const { after: _after, checkFrom: _checkFrom, ...challenge } = state;
  const next: Checking = {
    ...challenge,
    at: 'checking',
    ...triedCode(state, now),
  };
  return moved(next, [{ do: 'check-code', account: state.account, contact: state.contact }, redraw], ['attempt']);
}

export function checking(subject: Subject, state: Checking, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'code.accepted':
      return moment.now >= state.checkUntil ? unchecked(subject, state, moment) : accepted(subject, state, moment);
    case 'code.rejected':
      return rejected(subject, state, event.because, moment);
    case 'code.unchecked':
      if (event.because === 'limited') return limited(subject, state, event.again, moment);
      return event.because === 'not-asked' ? notAsked(subject, state, moment) : unchecked(subject, state, moment);
    case 'code.denied':
      return close(state, { outcome: 'refused', because: 'denied-by-provider' }, moment.now, 'tell');
    case 'proof.mismatched':
      return close(state, { outcome: 'refused', because: 'proof-mismatch' }, moment.now, 'tell');
    case 'deadline':
      return moment.now >= state.checkUntil ? unchecked(subject, state, moment) : ignored('stale');
    default:
      return ignored('stale');
  }
}

function accepted({ kind }: Subject, state: Checking, moment: Moment): Decision {
  const { account, first } = state;
  const chosen = state.contacts.find((known) => known.ref === state.contact);
  if (chosen === undefined) return ignored('stale');
  const next: Inspecting = {
    at: 'inspecting',
    account,
    proof: {
      channel: chosen.channel,
      at: moment.now,
      ...(first === undefined ? {} : { first: { channel: first.channel, at: first.at } }),
    },
    ...removalOf(state),
    ...(first === undefined && mayNeedTwoProofs(moment.policy.rules, kind)
      ? { remaining: { proven: chosen.ref, contacts: state.contacts.filter(({ ref }) => ref !== chosen.ref) } }
      : {}),
    delayed: false,
    until: later(moment.now, moment.policy.limits.flowSeconds),
  };
  const confirm: readonly Effect[] =
    chosen.unconfirmed === true ? [{ do: 'confirm-contact', account, contact: chosen.ref }] : [];
  return moved(
    next,
    [...announced(kind, state, moment), ...confirm, { do: 'inspect-account', account }, redraw],
    ['passed'],
  );
}

/** One proof is enough to tell of: the owner hears of it before the rest can be proven, approved or done. */
function announced(kind: FlowKind, { account, first }: Checking, { now, policy }: Moment): readonly Effect[] {
  const isOwed = policy.announcesRequests === true && first === undefined;
  return isOwed && isGated(kind) ? [{ do: 'announce-request', account, of: kind, at: now }] : [];
}

type Rejection = Extract<FlowEvent, { type: 'code.rejected' }>['because'];

function rejected(subject: Subject, state: Checking, because: Rejection, moment: Moment): Decision {
  const again = attemptFrom(moment.budget, moment.policy.limits, moment.now);
  if (again > moment.now) return close(state, { outcome: 'refused', because: 'attempts-spent', again }, moment.now);
  return moved(backTo(subject, state, because, moment), [redraw]);
}

function unchecked(subject: Subject, state: Checking, moment: Moment): Moved & { readonly state: Challenged } {
  const back = backTo(subject, state, 'unchecked', moment);
  return { ...moved(back, [redraw]), state: back };
}

/** The provider did not look at the code, so nobody learnt anything: both the code and the day get the attempt back. */
function notAsked(subject: Subject, state: Checking, moment: Moment): Moved & { readonly state: Challenged } {
  return { ...unchecked(subject, { ...state, attemptsLeft: state.attemptsLeft + 1 }, moment), counts: ['void'] };
}

/** Not looked at either, and not before `again`. A code that expires before that is as good as dead, and so is a new one until then. */
function limited(subject: Subject, state: Checking, again: Instant, moment: Moment): Decision {
  if (again >= state.until) return { ...giveUp(state, { because: 'limited', again }, moment.now), counts: ['void'] };
  if (again >= state.codeUntil) {
    const { resendOffered: _offered, ...rest } = state;
    const given = { ...rest, attemptsLeft: state.attemptsLeft + 1, resendFrom: latest(state.resendFrom, again) };
    return moved(backTo(subject, given, 'expired', moment), [redraw], ['void']);
  }
  const back = notAsked(subject, state, moment);
  return { ...back, state: { ...back.state, checkFrom: again } };
}

/** Back to the code input, or to "send a new one" where this code has no attempts left. */
function backTo(subject: Subject, state: Checking, because: Challenged['after'], moment: Moment): Challenged {
  const { checkUntil: _checkUntil, ...challenge } = state;
  const after = afterVerdict(state, because, moment.now);
  const next: Challenged = { ...challenge, at: 'challenged', after };
  return offering(after === 'used-up' ? withoutWait(subject, next, moment) : next, moment.now);
}

/** After the last try a new code may be sent at once, as far as the hour's codes last. */
function withoutWait(subject: Subject, state: Challenged, { now, policy, budget }: Moment): Challenged {
  const { id } = subject;
  if (!isUsedUpHere(subject, state, state.contact, budget)) return state;
  const cooledAt = cooledFrom(budget, policy.limits, state.contact, now, id);
  return { ...state, resendFrom: latest(cooledAt, sendFrom(budget, policy.limits, now)) };
}
