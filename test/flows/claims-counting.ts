// What is counted and when; the flow never takes a count back.
import { type Budget, failures, sends, unlocks } from '../../src/flows/budget.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import { daySeconds } from '../../src/flows/limits.ts';
import type { FlowState } from '../../src/flows/state.ts';
import { checksCode, checksSentCode, countsOf, isOldLookedAt, moves, orders, sendsCode } from './claim.ts';
import type { Step } from './walk.ts';

export const counting = {
  'an attempt is counted before the provider is asked': moves(
    (step) => checksCode(step) || orders(step, 'change-password'),
    (step) => countsOf(step, 'attempt') === 1,
  ),
  'a send is counted before a code goes out': moves(sendsCode, (step) => countsOf(step, 'send') === 1),
  'an unlock is counted when it is ordered, and once': moves(
    (step) => orders(step, 'lift-lock'),
    (step) => step.after.unlocksCounted === 1,
  ),
  'no counter ever goes down': moves(
    ({ decision }) => decision.counts.length > 0,
    ({ subject, event, decision, moment: { budget, now } }) => {
      const rows = decision.counts.map((what) => ({ what, flow: subject.id, at: now }));
      const next = { ...budget, counted: [...budget.counted, ...rows] };
      const isKept = (used: (of: Budget) => readonly unknown[]) => used(next).length >= used(budget).length;
      const settles = wasRight(event) || wasNotLookedAt(event);
      return (
        isKept((of) => sends(of, now)) &&
        isKept((of) => unlocks(of, daySeconds, now)) &&
        (settles || isKept((of) => failures(of, now)))
      );
    },
  ),
  'a wrong code stays counted: only a right one, or one that was not looked at, is taken off': moves(
    (step) => countsOf(step, 'passed') + countsOf(step, 'void') > 0,
    ({ from, event, decision }) =>
      (isChecking(from) || isOldLookedAt(from)) &&
      decision.counts.length === 1 &&
      (wasRight(event) || wasNotLookedAt(event)),
  ),
  'a wrong old password stays counted for the day: only one that was right, that is not all the provider asks for, or that nobody looked at is taken off':
    moves(
      ({ from }) => 'oldLeft' in from && from.oldLeft !== undefined,
      ({ from, event, decision: { state, counts } }) => {
        const settled = counts.filter((count) => count !== 'attempt');
        if (!isOldLookedAt(from) || state.at === 'confirming-password') return settled.length === 0;
        if (breaksOff.has(event.type)) return settled.length === 0;
        return String(settled) === (wasRight(event) ? 'passed' : wasNotLookedAt(event) ? 'void' : '');
      },
    ),
  'the tries of one code only fall, one by one, and never below none, but for one that was not looked at': moves(
    ({ from, decision }) => 'attemptsLeft' in from && 'attemptsLeft' in decision.state,
    (step) => {
      const { from, decision } = step;
      if (!('attemptsLeft' in from) || !('attemptsLeft' in decision.state)) return false;
      const { attemptsLeft } = decision.state;
      const change = attemptsLeft - from.attemptsLeft;
      const expected = isGivenBack(step) ? 1 : isChecking(decision.state) ? -1 : 0;
      return attemptsLeft >= 0 && attemptsLeft <= step.moment.policy.limits.codeAttempts && change === expected;
    },
  ),
  'a try that was not looked at is given back to the code and to the day alike': moves(
    ({ from, event, decision: { state } }) =>
      isChecking(from) &&
      (state.at === 'challenged' || state.at === 'challenged-new') &&
      (event.type === 'code.unchecked' || event.type === 'new-code.unchecked'),
    (step) => {
      const { from, decision } = step;
      const isBackToTheCode =
        'attemptsLeft' in from && 'attemptsLeft' in decision.state && decision.state.attemptsLeft > from.attemptsLeft;
      return isBackToTheCode === isGivenBack(step) && (countsOf(step, 'void') === 1) === isGivenBack(step);
    },
  ),
  'new tries come only with a new code': moves(
    ({ from, decision }) => !('attemptsLeft' in from) && 'attemptsLeft' in decision.state,
    ({ from, event, before }) =>
      (from.at === 'sending' && event.type === 'code.sent' && before.codesOrdered) ||
      (from.at === 'sending-new' && event.type === 'new-code.sent' && before.newCode?.step === 'ordered'),
  ),
  'a code without tries is not asked about': moves(
    checksSentCode,
    ({ from }) =>
      (from.at === 'challenged' || from.at === 'challenged-new') &&
      from.attemptsLeft > 0 &&
      !['used-up', 'expired', 'too-old'].includes(from.after),
  ),
  'approvals are only added': moves(
    ({ from, decision }) => 'approvals' in from && 'approvals' in decision.state,
    ({ from, decision: { state } }) =>
      'approvals' in from &&
      'approvals' in state &&
      from.approvals.every((approval, index) => state.approvals[index]?.by === approval.by),
  ),
  'a flow keeps its account': moves(
    ({ from }) => 'account' in from,
    ({ from, decision: { state } }) => 'account' in from && 'account' in state && state.account === from.account,
  ),
  'a request that no longer waits for its code says so while one may still come': moves(
    ({ from, decision }) => from.at === 'sending' && decision.state.at !== 'sending',
    (step) => {
      const { from, event, decision } = step;
      const wasTriedOnce = from.at === 'sending' && !from.delayed;
      const isKnown = event.type === 'code.sent' || (event.type === 'effect.failed' && event.because !== 'unreachable');
      const isClosedByTheClock = decision.state.at === 'closed' && decision.state.ending.outcome === 'expired';
      return countsOf(step, 'adrift') === (wasTriedOnce && isKnown && !isClosedByTheClock ? 0 : 1);
    },
  ),
  'an enrolment that no longer waits for its code says so while one may still come': moves(
    ({ from, decision }) => from.at === 'sending-new' && decision.state.at !== 'sending-new',
    (step) => {
      const { event, from, moment } = step;
      const isClosedByTheClock = from.at !== 'closed' && moment.now >= from.until;
      const isKnown =
        event.type === 'new-code.sent' || (event.type === 'new-code.not-sent' && event.because !== 'unreachable');
      return countsOf(step, 'adrift') === (isKnown && !isClosedByTheClock ? 0 : 1);
    },
  ),
  'only an order counts: the rest of a flow costs no budget': moves(
    ({ decision }) => decision.counts.length > 0,
    (step) =>
      (['attempt', 'send', 'unlock'] as const).every((what) => countsOf(step, what) === 0 || orderOf[what](step)),
  ),
} as const;

/** Nobody waits for the verdict any more. */
const breaksOff: ReadonlySet<string> = new Set(['disowned', 'account.frozen', 'password.changed']);

function wasNotLookedAt(event: FlowEvent): boolean {
  switch (event.type) {
    case 'code.unchecked':
    case 'new-code.unchecked':
      return event.because === 'not-asked' || event.because === 'limited';
    case 'old-password.rejected':
      return event.because === 'locked' || event.because === 'no-tries';
    case 'password.refused':
      return event.isOldRight === undefined;
    default:
      return ['password.not-set', 'password.too-soon', 'person.refused'].includes(event.type);
  }
}
/** The code was right, also where its address turned out to belong to somebody; or the old password, also where the new one is refused. */
function wasRight(event: FlowEvent): boolean {
  switch (event.type) {
    case 'code.accepted':
    case 'recovery-code.accepted':
    case 'contact.proven':
    case 'contact.not-new':
    case 'password.set':
      return true;
    case 'password.refused':
      return event.isOldRight === true;
    default:
      return event.type === 'old-password.rejected' && event.because === 'not-enough';
  }
}
const isChecking = ({ at }: FlowState): boolean =>
  at === 'checking' || at === 'checking-recovery-code' || at === 'checking-new';
const isGivenBack = ({ from, event }: Step): boolean => isChecking(from) && wasNotLookedAt(event);

const orderOf = {
  attempt: (step: Parameters<typeof orders>[0]) => checksCode(step) || orders(step, 'change-password'),
  send: sendsCode,
  unlock: (step: Parameters<typeof orders>[0]) => orders(step, 'lift-lock'),
};
