// After the proof: the account's current record decides what is still needed. Only from here on may the person be told about it.
import { unlockFrom, unlocks } from './budget.ts';
import {
  close,
  type Decision,
  delay,
  giveUp,
  ignored,
  type Moment,
  type Moved,
  moved,
  tell,
  tellHelpdesk,
} from './decision.ts';
import type { FlowEvent } from './event.ts';
import { type AccountId, later, livesInDirectory } from './ids.ts';
import { monthSeconds } from './limits.ts';
import { type AboutLock, lockOf } from './lock.ts';
import { mailLink } from './mailed-link.ts';
import { type AccountFacts, type FactsRead, gatesFor, isLinkMailed, mayStillRecover } from './policy.ts';
import { takeOutProven } from './removal-by-code.ts';
import { readyLink } from './reset.ts';
import { askAgain } from './second-proof.ts';
import {
  type AwaitingApproval,
  type FlowKind,
  type Granted,
  type Inspecting,
  isOneCode,
  type LinkByMail,
  type PasswordHere,
  type Subject,
} from './state.ts';
import { liftLock } from './unlock.ts';

/** What each kind of flow needs to know about the account: locks are read only where one is to be lifted. */
export const factsRead: Readonly<Record<FlowKind, FactsRead>> = {
  reset: { locks: false, password: 'new' },
  unlock: { locks: true },
  change: { locks: false, password: 'known' },
  enroll: { locks: false },
};

export function inspecting(subject: Subject, state: Inspecting, event: FlowEvent, moment: Moment): Decision {
  switch (event.type) {
    case 'account.inspected':
      return inspected(subject, state, event.facts, moment);
    case 'effect.delayed':
      return event.of === 'inspect-account' ? delay(state, event.again) : ignored('stale');
    case 'effect.failed':
      return event.of === 'inspect-account' ? giveUp(state, event, moment.now) : ignored('stale');
    default:
      return ignored('stale');
  }
}

/** Where the request ends here although its rule asks for a second proof, nobody may take the person for verified. */
function inspected(subject: Subject, state: Inspecting, facts: AccountFacts, moment: Moment): Decision {
  const decision = looked(subject, state, facts, moment);
  if (decision.kind === 'ignored' || decision.state.at !== 'closed') return decision;
  const { proofs } = gatesFor(moment.policy.rules, subject.kind, facts);
  if (proofs !== 2 || 'first' in state.proof) return decision;
  return { ...decision, state: { ...decision.state, isHalfProven: true } };
}

function looked(subject: Subject, state: Inspecting, facts: AccountFacts, moment: Moment): Decision {
  // An enrolment is looked at for a removal with codes alone.
  if (subject.kind === 'enroll' && state.removal === undefined) return ignored('stale');
  const { now, policy, budget } = moment;
  const { account, proof } = state;
  const frozen = budget.frozenUntil;
  if (frozen !== undefined && frozen > now) {
    return close(state, { outcome: 'refused', because: 'frozen', again: frozen }, now);
  }
  // Since the request began the owner may have bound another chat user: from then on only that one may recover the account. Whoever has
  // signed in to change a password that they know recovers nothing.
  if (subject.kind !== 'change' && !mayStillRecover(facts, policy.binding)) {
    return close(state, { outcome: 'refused', because: 'no-contact' }, now);
  }
  // An administrator's block must not be lifted here, and setting a password would lift it.
  if (facts.disabled) return close(state, { outcome: 'refused', because: 'disabled' }, now, 'tell');
  // Asked about an account that lives in a directory: there it is not to be touched.
  const { barrier } = facts;
  // Only an unlock reads locks.
  const lock = subject.kind === 'unlock' ? lockOf(facts) : {};
  if (barrier !== undefined) {
    return withLock(close(state, { outcome: 'refused', because: 'barred', barrier }, now, 'tell'), lock);
  }
  const setsPassword = subject.kind === 'reset' || subject.kind === 'change';
  if (setsPassword && (facts.choosesPassword === 'nowhere' || isAroundDirectory(subject, account, facts))) {
    return close(state, { outcome: 'refused', because: 'unsupported' }, now, 'tell');
  }
  if (subject.kind === 'unlock') {
    // The locks were not read. So no lock is lifted, and the person is not told that there is none.
    if (facts.locked === undefined) return close(state, { outcome: 'failed', because: 'unreachable' }, now, 'tell');
    if (!facts.locked) return close(state, { outcome: 'done', because: 'not-locked' }, now);
    const again = unlockFrom(budget, policy.limits, now);
    if (again > now) {
      return withLock(close(state, { outcome: 'refused', because: 'unlocks-spent', again }, now, 'tell'), lock);
    }
  }
  const { approvals: byRule, proofs } = gatesFor(policy.rules, subject.kind, facts);
  const approvals = byRule + (policy.extraApprovals ?? 0);
  if (subject.kind === 'enroll' && approvals > 0) {
    return close(state, { outcome: 'refused', because: 'sign-in-needed' }, now);
  }
  if (approvals > 0 && !policy.hasHelpdesk) return close(state, { outcome: 'refused', because: 'no-helpdesk' }, now);
  if (proofs === 2 && isOneCode(proof)) return askAgain(state, proof, moment);
  if (state.removal !== undefined) return takeOutProven(account, proof, state.removal, moment);
  const where = setsPassword ? wayTo(subject, account, facts, moment) : {};
  if (approvals > 0) return askHelpdesk(state, approvals, { ...lock, ...where }, moment);
  return passGates(subject, { account, proof, approvals: [], ...lock }, where, moment);
}

/** No page of the provider's asks for the old password, so none changes a known one in a directory. */
const isAroundDirectory = ({ kind }: Subject, account: AccountId, { choosesPassword }: AccountFacts): boolean =>
  kind === 'change' && livesInDirectory(account) && choosesPassword === 'at-provider';

type Way = PasswordHere & LinkByMail;

function wayTo({ kind }: Subject, account: AccountId, facts: AccountFacts, { policy }: Moment): Way {
  // A directory changes a known password by itself, and wants the old one for it.
  if (facts.choosesPassword === 'here')
    return { isHere: true, ...(kind === 'change' && livesInDirectory(account) ? { isKnown: true } : {}) };
  // Whoever changes a known password has just signed in, in the browser that goes on.
  return kind === 'reset' && isLinkMailed(policy.rules, facts) ? { byMail: true } : {};
}

/** The helpdesk reads on its card what keeps the account locked. */
const withLock = (closed: ReturnType<typeof close>, lock: AboutLock): Moved => ({
  ...closed,
  state: { ...closed.state, ...lock },
});

function askHelpdesk(state: Inspecting, needed: number, kept: AboutLock & Way, moment: Moment): Decision {
  const { now, policy, budget, usualApprovalSeconds } = moment;
  const next: AwaitingApproval = {
    at: 'awaiting-approval',
    account: state.account,
    proof: state.proof,
    ...kept,
    needed,
    approvals: [],
    askedAt: now,
    ...(usualApprovalSeconds === undefined ? {} : { usualSeconds: usualApprovalSeconds }),
    earlierUnlocks: unlocks(budget, monthSeconds, now).length,
    until: later(now, policy.limits.approvalSeconds),
  };
  return moved(next, [tell, tellHelpdesk]);
}

/** Proof and approvals are complete. This is the one step in which the kinds of flow differ. */
export function passGates(subject: Subject, granted: Granted, { byMail, ...where }: Way, moment: Moment): Moved {
  if (subject.kind === 'unlock') return liftLock(granted, moment);
  return byMail === true ? mailLink(granted, moment) : readyLink(granted, where, moment);
}
