// Who gets what: proof, approvals, times and pauses. Each claim is a sentence for a security officer.
import { attemptFrom, lastSender, sendFrom, unlockFrom } from '../../src/flows/budget.ts';
import type { Moment } from '../../src/flows/decision.ts';
import { dueAt } from '../../src/flows/due.ts';
import type { EventType } from '../../src/flows/event.ts';
import type { ContactRef, FlowId } from '../../src/flows/ids.ts';
import { jane, newEmail } from './cast.ts';
import {
  answersTo,
  by,
  checksCode,
  checksSentCode,
  closes,
  fulfils,
  grants,
  ignoredAs,
  isAfterProof,
  isMoved,
  type MovedStep,
  moves,
  orders,
  sendsCode,
  sendsPassword,
} from './claim.ts';
import type { Step } from './walk.ts';

const isFrozen = (moment: { budget: { frozenUntil?: number }; now: number }): boolean =>
  moment.budget.frozenUntil !== undefined && moment.budget.frozenUntil > moment.now;

const given = [
  ...(['send-code', 'check-code', 'check-recovery-code', 'lift-lock', 'mint-ticket', 'set-password'] as const),
  ...(['mail-link', 'change-password', 'bind-actor', 'send-new-code', 'check-new-code', 'link-contact'] as const),
] as const;

const dueOf = (state: Parameters<typeof dueAt>[0]): number => dueAt(state) ?? Number.POSITIVE_INFINITY;

const decides: readonly EventType[] = ['approval.given', 'approval.denied', 'doubt.retried', 'doubt.settled'];
const presses: readonly EventType[] = [
  'code.requested',
  'code.submitted',
  'contact.reconsidered',
  'recovery-code.chosen',
  'recovery-code.submitted',
  'mail.requested',
  'cancelled',
  'disowned',
];

/**
 * Another request's send to this contact, less than a minute ago, may still be carried out: its code would answer for
 * this request.
 */
const isAwaited = (contact: ContactRef, flow: FlowId, { budget, now }: Moment): boolean =>
  budget.counted.some(
    (row) =>
      row.what === 'adrift' &&
      row.flow !== flow &&
      (row.contact === contact || row.contact === newEmail.key) &&
      now - row.at < 60_000,
  );

/**
 * As an outside observer determines it: the newest send to this contact is more recent than the cool-down, and its code
 * was not used.
 */
function isCooling(contact: ContactRef, { budget: { counted }, policy, now }: Moment): boolean {
  const newest = counted.filter((row) => row.what === 'sent' && row.contact === contact).at(-1);
  if (newest === undefined || now - newest.at >= policy.limits.resendSeconds * 1000) return false;
  return !counted.some((row) => row.what === 'passed' && row.contact === contact && row.at >= newest.at);
}

/** This request's own code was the newest one, for this contact, and its tries are used up. */
function hasUsedUp(contact: ContactRef, { from, subject, moment: { budget } }: Step): boolean {
  const newest = budget.counted
    .filter((row) => row.contact === contact && ['sent', 'adrift'].includes(row.what))
    .at(-1);
  return (
    from.at === 'challenged' &&
    from.after === 'used-up' &&
    from.contact === contact &&
    newest?.what === 'sent' &&
    newest.flow === subject.id
  );
}

export const granting = {
  'nothing is beyond the proof without an accepted code, but for a change of a known password': moves(
    (step) => isAfterProof(step.decision.state) && step.subject.kind !== 'change',
    (step) => step.after.codeAccepted,
  ),
  'nothing fulfils without an accepted code, but a change of a known password': moves(
    (step) => fulfils(step) && step.subject.kind !== 'change',
    (step) => step.after.codeAccepted && !orders(step, 'change-password'),
  ),
  'nothing fulfils without the approvals that its rule asks for': moves(fulfils, ({ subject, after }) => {
    const people = new Set(after.votes.filter((vote) => vote.entitled && vote.by !== jane).map((vote) => vote.by));
    // No rule asks for any where the password is known, so the page that asks for the old one is opened without a look at them.
    const { approvalsNeeded = subject.kind === 'change' ? 0 : undefined } = after;
    return approvalsNeeded !== undefined && people.size >= approvalsNeeded;
  }),
  'an approval never comes from the person': moves(
    (step) => step.after.votes.length > 0,
    (step) => step.after.votes.every((vote) => vote.by !== jane && vote.isSameAs !== 'person'),
  ),
  'no person approves twice': moves(
    ({ after }) => after.votes.length > 0,
    ({ after: { votes } }) =>
      new Set(votes.map((vote) => vote.by)).size === votes.length &&
      votes.every((vote) => vote.isSameAs !== 'approver'),
  ),
  'nobody approves who was not told apart from the person and from everybody before': moves(
    ({ after: { votes } }) => votes.length > 0,
    ({ after: { votes } }) =>
      votes.every((vote, index) =>
        [jane, ...votes.slice(0, index).map(({ by }) => by)].every(
          (other) => vote.distinctFrom?.includes(other) === true,
        ),
      ),
  ),
  'the approvals that a flow carries are those that were given': moves(
    ({ decision }) => 'approvals' in decision.state,
    ({ decision: { state }, after }) =>
      'approvals' in state &&
      state.approvals.length === after.votes.length &&
      state.approvals.every(({ by, account }, index) => {
        const vote = after.votes[index];
        return by === vote?.by && account === vote.account;
      }),
  ),
  'nobody who is not entitled decides': answersTo(
    decides,
    ({ event }) => 'entitled' in event && !event.entitled,
    (step) => !isMoved(step) || closedByTheClock(step),
  ),
  'an administrator grants nothing: what they order again had every proof and approval before': answersTo(
    ['operator.ended', 'operator.retried', 'pause.lifted'],
    ({ event }) => event.type.startsWith('operator.') || event.type === 'pause.lifted',
    (step) => {
      if (!isMoved(step)) return true;
      const { from, decision } = step;
      if (!grants(step)) return given.every((name) => !orders(step, name));
      return (
        from.at === 'in-doubt' &&
        decision.state.at === 'fulfilling' &&
        decision.state.proof === from.proof &&
        decision.state.approvals === from.approvals
      );
    },
  ),
  'nobody decides about their own request': answersTo(
    decides,
    ({ event }) => by(event) === jane || ('isSameAs' in event && event.isSameAs === 'person'),
    (step) => !isMoved(step) || closedByTheClock(step),
  ),
  'what somebody else presses changes nothing': answersTo(
    presses,
    ({ event }) => by(event) !== jane,
    (step) => ignoredAs(step.decision, 'not-yours'),
  ),
  'a code goes only to a contact that was offered': moves(
    (step) => orders(step, 'send-code') || orders(step, 'check-code'),
    ({ from, decision }) =>
      decision.effects.every(
        (effect) =>
          !(effect.do === 'send-code' || effect.do === 'check-code') ||
          ('contacts' in from && from.contacts.some((known) => known.ref === effect.contact)),
      ),
  ),
  'a code is not asked about once another request of the account sent a newer one': moves(
    (step) => orders(step, 'check-code'),
    ({ subject, moment }) => (lastSender(moment.budget) ?? subject.id) === subject.id,
  ),
  'a code is not asked about once its time is over': moves(
    checksSentCode,
    ({ from, moment }) => (from.at === 'challenged' || from.at === 'challenged-new') && moment.now < from.codeUntil,
  ),
  'while a code is being sent for another request of the account, none is ordered': answersTo(
    ['code.requested'],
    ({ event, moment }) => event.type === 'code.requested' && moment.isSendingElsewhere,
    (step) => !isMoved(step) || !orders(step, 'send-code'),
  ),
  "no code is ordered where one of another request's may still come": answersTo(
    ['code.requested'],
    ({ event, subject, moment }) => event.type === 'code.requested' && isAwaited(event.contact, subject.id, moment),
    (step) => !isMoved(step) || !orders(step, 'send-code'),
  ),
  'between two codes for one contact lies the cool-down, over all requests, unless the first came back rightly or is used up':
    answersTo(
      ['code.requested'],
      ({ event, moment }) => event.type === 'code.requested' && isCooling(event.contact, moment),
      (step) =>
        !isMoved(step) ||
        !orders(step, 'send-code') ||
        (step.event.type === 'code.requested' && hasUsedUp(step.event.contact, step)),
    ),
  'whoever has used up the tries of their own code gets a new one at once, while the hour has one': answersTo(
    ['code.requested'],
    (step) => {
      const { event, subject, from, moment } = step;
      return (
        event.type === 'code.requested' &&
        event.by === jane &&
        from.at === 'challenged' &&
        moment.now < from.until &&
        moment.now >= from.resendFrom &&
        hasUsedUp(event.contact, step) &&
        lastSender(moment.budget) === subject.id &&
        !moment.isSendingElsewhere &&
        !isFrozen(moment) &&
        attemptFrom(moment.budget, moment.policy.limits, moment.now) <= moment.now &&
        sendFrom(moment.budget, moment.policy.limits, moment.now) <= moment.now
      );
    },
    (step) => isMoved(step) && orders(step, 'send-code'),
  ),
  'the cool-down holds nobody up who may have a code': answersTo(
    ['code.requested'],
    ({ from, event, moment }) =>
      from.at === 'choosing-contact' &&
      moment.now < from.until &&
      event.type === 'code.requested' &&
      event.by === jane &&
      from.contacts.some(({ ref }) => ref === event.contact) &&
      !moment.isSendingElsewhere &&
      !isFrozen(moment) &&
      moment.budget.counted.every(({ what }) => what === 'sent' || what === 'passed' || what === 'attempt') &&
      attemptFrom(moment.budget, moment.policy.limits, moment.now) <= moment.now &&
      !isCooling(event.contact, moment),
    (step) => isMoved(step) && orders(step, 'send-code'),
  ),
  'whoever asks for a code too soon is told from when': answersTo(
    ['code.requested'],
    ({ event, decision }) => event.type === 'code.requested' && ignoredAs(decision, 'too-soon'),
    ({ decision, moment }) => decision.kind === 'ignored' && (decision.again ?? moment.now) > moment.now,
  ),
  'only the link of this flow opens it': moves(
    (step) => orders(step, 'mint-ticket'),
    ({ from, event }) => {
      const link = from.at === 'link-ready' ? from.link : from.at === 'changing' ? from.again?.link : undefined;
      return link !== undefined && event.type === 'link.opened' && event.link === link;
    },
  ),
  'the provider mails its link only where the rule of the account says so, and no other link is given there': moves(
    (step) =>
      orders(step, 'mail-link') ||
      orders(step, 'mint-ticket') ||
      step.decision.state.at === 'link-ready' ||
      step.decision.state.at === 'choosing-password',
    (step) => {
      const { isMailed = false, choosesPassword } = step.after;
      return orders(step, 'mail-link') === (isMailed && choosesPassword === 'at-provider');
    },
  ),
  'a mail is asked for again by the person alone, three times at most, and a minute after the last': moves(
    (step) => step.decision.state.at === 'mailing' && step.from.at !== 'mailing',
    ({ from, event, decision: { state }, moment: { now } }) => {
      if (state.at !== 'mailing') return false;
      if (from.at !== 'changing') return state.mailsLeft === 3;
      const isTheirs = event.type === 'mail.requested' && event.by === jane;
      const { left = 0, resendFrom = now } = from.mail ?? {};
      return isTheirs && left > 0 && state.mailsLeft === left - 1 && now >= resendFrom;
    },
  ),
  'that a mail was asked for is told only after the provider took the order, and counts from the first order': moves(
    ({ from, decision: { state } }) => from.at === 'mailing' && state.at === 'changing',
    ({ from, event, decision: { state }, moment: { now } }) =>
      from.at === 'mailing' &&
      state.at === 'changing' &&
      event.type === 'link.mailed' &&
      state.openedAt === from.since &&
      state.mail?.left === from.mailsLeft &&
      (state.mail.resendFrom ?? now + 60_000) >= now + 60_000,
  ),
  'a password is set only for whoever has the link of this request, on the page that it opened': moves(
    sendsPassword,
    ({ from, event, moment: { now } }) =>
      from.at === 'choosing-password' &&
      event.type === 'password.submitted' &&
      event.link === from.link &&
      now < from.until,
  ),
  'a page of ours is opened only where the account was found to need it, and the provider gives no ticket then': moves(
    ({ from }) => from.at === 'link-ready',
    (step) =>
      (step.decision.state.at !== 'choosing-password' || step.after.choosesPassword === 'here') &&
      (!orders(step, 'mint-ticket') || step.after.choosesPassword === 'at-provider'),
  ),
  'each password that is sent costs a try before the provider is asked, and a link has five': moves(
    ({ from, decision: { state } }) => 'left' in from || 'left' in state,
    (step) => {
      const { from, event, decision } = step;
      const { state } = decision;
      if (from.at === 'link-ready' || from.at === 'change-ready')
        return state.at !== 'choosing-password' || state.left === 5;
      if (!('left' in from) || !('left' in state)) return true;
      if (sendsPassword(step)) return from.left > 0 && state.left === from.left - 1;
      const isGivenBack = event.type === 'password.not-set' && state.left === from.left + 1;
      return state.at === 'choosing-password' ? state.left > 0 && (isGivenBack || state.left === from.left) : true;
    },
  ),
  'a try comes back only where the provider certainly did not look at the password': answersTo(
    [
      'password.refused',
      'password.not-set',
      'old-password.rejected',
      'password.unknown',
      'password.not-seen',
      'deadline',
    ],
    ({ from }) => 'left' in from,
    ({ from, event, decision }) =>
      decision.kind === 'ignored' ||
      !('left' in from) ||
      !('left' in decision.state) ||
      decision.state.left <= from.left ||
      event.type === 'password.not-set',
  ),
  'no password is sent while another one may be at the provider': moves(
    ({ from }) => from.at === 'setting-password' || from.at === 'confirming-password',
    (step) => !sendsPassword(step),
  ),
  'no password is sent before the provider takes one again': moves(
    sendsPassword,
    ({ from, moment: { now } }) => from.at === 'choosing-password' && (from.again ?? 0) <= now,
  ),
  'the page is opened again only before its link expires, at most three times, and never for longer': moves(
    ({ from, decision: { state } }) => from.at === 'opening' && state.at === 'changing',
    ({ from, event, decision: { state }, moment: { now } }) => {
      if (from.at !== 'opening' || state.at !== 'changing') return false;
      const { before, until } = from;
      // The provider makes no page before the link expires.
      const isUseless = before !== undefined && 'again' in event && Number(event.again) >= until;
      if (isUseless) return state.again === undefined && state.openedAt === before.openedAt;
      const isKept = before === undefined || state.openedAt === before.openedAt;
      if (state.again === undefined) return isKept && (now >= until || before?.left === 1);
      const { left } = state.again;
      const isFewer = before === undefined ? left === 3 : left === before.left || left === before.left - 1;
      return isKept && isFewer && left > 0 && state.again.until === until && now < until;
    },
  ),
  'after the deadline nothing is granted, and an act under way is only brought to its end': moves(
    ({ from, moment }) =>
      from.at !== 'closed' && moment.now >= ('after' in from || 'mail' in from ? from.until : dueOf(from)),
    (step) =>
      !grants(step) ||
      ['in-doubt', 'link-ready', 'confirming-password'].includes(step.decision.state.at) ||
      isBackAtThePage(step),
  ),
  'a frozen account is granted nothing': moves(
    ({ moment }) => isFrozen(moment),
    (step) =>
      given.every((name) => !orders(step, name)) &&
      (step.decision.state.at !== 'link-ready' || step.from.at === 'opening'),
  ),
  'a freeze from another flow ends this one, unless its unlock is on its way': answersTo(
    ['account.frozen'],
    ({ from }) => from.at !== 'closed',
    (step) => (isMoved(step) ? closes(step) : step.from.at === 'fulfilling' || step.from.at === 'in-doubt'),
  ),
  'a disabled account gets neither link nor unlock': moves(
    (step) => step.after.foundDisabled,
    (step) =>
      step.decision.state.at === 'closed' &&
      (['lift-lock', 'mint-ticket', 'mail-link', 'set-password', 'change-password'] as const).every(
        (name) => !orders(step, name),
      ),
  ),
  'whoever is found to be no employee any more right before the act gets neither link nor unlock': answersTo(
    ['person.refused'],
    ({ from, event }) =>
      event.type === 'person.refused' && ['fulfilling', 'opening', 'mailing', 'setting-password'].includes(from.at),
    (step) => isMoved(step) && closes(step),
  ),
  "an account that used up the day's wrong codes gets neither code nor check": moves(
    ({ moment }) => attemptFrom(moment.budget, moment.policy.limits, moment.now) > moment.now,
    (step) => !sendsCode(step) && !checksCode(step),
  ),
  "an account that used up the hour's codes gets none": moves(
    ({ moment }) => sendFrom(moment.budget, moment.policy.limits, moment.now) > moment.now,
    (step) => !sendsCode(step),
  ),
  "an account that used up the day's unlocks is not considered for another": moves(
    ({ subject, event, moment }) =>
      subject.kind === 'unlock' &&
      event.type === 'account.inspected' &&
      unlockFrom(moment.budget, moment.policy.limits, moment.now) > moment.now,
    closes,
  ),
  'while another request is at the act, none is begun': moves(
    ({ subject, event, moment, from }) =>
      moment.rival === 'busy' &&
      (subject.kind === 'reset' || subject.kind === 'unlock'
        ? event.type === 'person.identified'
        : (from.at === 'signing-in' || from.at === 'change-ready') &&
          (event.type === 'signed-in' || event.type === 'change.opened')),
    closes,
  ),
} as const;

/** The page could not be opened again: the request stands where it stood before, for no longer than before. */
const isBackAtThePage = ({ from, decision: { state } }: MovedStep): boolean =>
  (from.at === 'opening' && state.at === 'changing' && state.until === from.before?.until) ||
  (from.at === 'setting-password' && state.at === 'choosing-password' && state.until === from.until);

/** A late press finds the request expired: the clock ended it, not the press. */
function closedByTheClock({ from, decision, moment }: Parameters<typeof closes>[0]): boolean {
  const { state } = decision;
  return from.at !== 'closed' && moment.now >= from.until && state.at === 'closed' && state.ending.because !== 'denied';
}
