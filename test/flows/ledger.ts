// What an outside observer has seen of one flow so far. Kept from events and decisions only, never from the state
// itself: a claim that trusts the state it judges would prove nothing.
import type { Decision, Moment } from '../../src/flows/decision.ts';
import type { Effect } from '../../src/flows/effect.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import type { AccountId, ActorId, ContactRef } from '../../src/flows/ids.ts';
import type { AccountFacts } from '../../src/flows/policy.ts';
import type { FlowKind, FlowState } from '../../src/flows/state.ts';

export interface Vote {
  readonly by: ActorId;
  readonly entitled: boolean;
  readonly account?: AccountId;
  /** Under another id, on this platform or another. */
  readonly isSameAs?: 'person' | 'approver';
  readonly distinctFrom?: readonly ActorId[];
}

export interface Ledger {
  readonly codesOrdered: boolean;
  readonly codeAccepted: boolean;
  /** The contact whose code was last asked about. */
  readonly asked?: ContactRef;
  /** What was accepted, in this order: codes of these contacts, or a recovery code. */
  readonly proven: readonly (ContactRef | 'recovery-code')[];
  /** How many approvals and proofs the account's rule required when it was inspected last. */
  readonly approvalsNeeded?: number;
  readonly proofsNeeded?: number;
  readonly foundDisabled: boolean;
  /** Where the person chooses a new password, as the account was inspected last. */
  readonly choosesPassword?: AccountFacts['choosesPassword'];
  /** The account's rule says that the provider mails its own link. */
  readonly isMailed?: boolean;
  readonly votes: readonly Vote[];
  readonly unlocksCounted: number;
  readonly helpdeskWasTold: boolean;
  /**
   * Of a page that asks for the old password: what was heard of it. `spent`: how many were wrong, or may have been. `neededMore`: the
   * provider asks for more than it. `isSent`: the last password that was ordered came with an old one.
   */
  readonly oldPassword?: {
    readonly isSent: boolean;
    readonly spent: number;
    readonly isRight: boolean;
    readonly neededMore: boolean;
  };
  /** Of an enrolment, or of a change: the account that was signed in to in this request. */
  readonly signedInAs?: AccountId;
  /** How far the proof of the address that is being enrolled has come, and how the address is counted. */
  readonly newCode?: { readonly key: ContactRef; readonly step: 'ordered' | 'sent' | 'typed' | 'accepted' };
}

export const blankLedger: Ledger = {
  codesOrdered: false,
  codeAccepted: false,
  proven: [],
  foundDisabled: false,
  votes: [],
  unlocksCounted: 0,
  helpdeskWasTold: false,
};

export function noted(
  before: Ledger,
  kind: FlowKind,
  from: FlowState,
  event: FlowEvent,
  moment: Moment,
  decision: Decision,
): Ledger {
  if (decision.kind === 'ignored') return before;
  const { effects, counts } = decision;
  const told = heard(before, kind, from, event, moment, decision.state);
  const ordered = effects.some((effect) => effect.do === 'send-code');
  const check = effects.find((effect) => effect.do === 'check-code');
  const unlocks = counts.filter((count) => count === 'unlock').length;
  const isCarded = effects.some((effect) => effect.do === 'show' && effect.to === 'helpdesk' && effect.lasting);
  const sent = sentNow(before, effects);
  if (
    told === undefined &&
    !ordered &&
    check === undefined &&
    unlocks === 0 &&
    !isCarded &&
    sent === before.oldPassword
  ) {
    return before;
  }
  return {
    ...before,
    ...(sent === undefined ? {} : { oldPassword: sent }),
    ...told,
    ...(check === undefined ? {} : { asked: check.contact }),
    codesOrdered: before.codesOrdered || ordered,
    unlocksCounted: before.unlocksCounted + unlocks,
    helpdeskWasTold: before.helpdeskWasTold || isCarded,
  };
}

/** A report or a vote that only found the request expired has had no effect. */
function heard(
  before: Ledger,
  kind: FlowKind,
  from: FlowState,
  event: FlowEvent,
  moment: Moment,
  to: FlowState,
): Partial<Ledger> | undefined {
  switch (event.type) {
    case 'code.accepted':
      // After that nobody waits for the verdict any more.
      if (from.at !== 'checking' || moment.now >= from.checkUntil || before.asked === undefined) return undefined;
      return { codeAccepted: true, proven: [...before.proven, before.asked] };
    case 'recovery-code.accepted':
      if (from.at !== 'checking-recovery-code' || moment.now >= from.checkUntil) return undefined;
      return { proven: [...before.proven, 'recovery-code'] };
    case 'account.inspected': {
      if (from.at !== 'inspecting') return undefined;
      const gates = kind === 'change' ? noGates : moment.policy.rules[0]?.[kind === 'enroll' ? 'reset' : kind];
      const { approvals = 0, proofs: proofsNeeded = 1 } = gates ?? {};
      return {
        approvalsNeeded: approvals + (moment.policy.extraApprovals ?? 0),
        proofsNeeded,
        foundDisabled: event.facts.disabled || event.facts.barrier !== undefined,
        choosesPassword: event.facts.choosesPassword,
        isMailed: event.facts.appMetadata['mailed'] === true,
      };
    }
    case 'account.found-disabled':
    case 'account.found-barred':
      return { foundDisabled: true };
    case 'ticket.not-minted':
    case 'link.not-mailed':
    case 'password.not-set':
      return event.because === 'disabled' ? { foundDisabled: true } : undefined;
    case 'password.set':
    case 'password.refused':
    case 'old-password.rejected':
      return heardOfOldPassword(before, from, event);
    case 'password.unknown':
    case 'deadline':
      return from.at === 'setting-password' && before.oldPassword?.isSent === true
        ? { oldPassword: { ...before.oldPassword, spent: before.oldPassword.spent + 1 } }
        : heardOfEnrolment(before, from, event, moment, to);
    case 'approval.given': {
      if (to.at === 'closed') return undefined;
      const { type: _, ...vote } = event;
      return { votes: [...before.votes, vote] };
    }
    default:
      return heardOfEnrolment(before, from, event, moment, to);
  }
}

/** No rule asks for codes or approvals where a known password is changed. */
const noGates = { approvals: 0, proofs: 0 };

function sentNow({ oldPassword }: Ledger, effects: readonly Effect[]): Ledger['oldPassword'] {
  if (effects.some((effect) => effect.do === 'change-password')) {
    return { spent: 0, isRight: false, neededMore: false, ...oldPassword, isSent: true };
  }
  const isOther = oldPassword?.isSent === true && effects.some((effect) => effect.do === 'set-password');
  return isOther ? { ...oldPassword, isSent: false } : oldPassword;
}

/** Only the call that carries the old password says whether it is right, as long as somebody waits for it. */
function heardOfOldPassword(before: Ledger, from: FlowState, event: FlowEvent): Partial<Ledger> | undefined {
  if (from.at !== 'setting-password' || before.oldPassword?.isSent !== true) return undefined;
  const { spent } = before.oldPassword;
  // A rule may be broken before anybody looks at the old password.
  if (event.type === 'password.refused' && event.isOldRight === undefined) return undefined;
  if (event.type !== 'old-password.rejected') return { oldPassword: { ...before.oldPassword, isRight: true } };
  if (event.because === 'not-enough') return { oldPassword: { ...before.oldPassword, neededMore: true } };
  return event.because === 'wrong' ? { oldPassword: { ...before.oldPassword, spent: spent + 1 } } : undefined;
}

/** Each step counts only after the one before it, of the same address. */
function heardOfEnrolment(
  before: Ledger,
  from: FlowState,
  event: FlowEvent,
  { now }: Moment,
  to: FlowState,
): Partial<Ledger> | undefined {
  if (to.at === 'closed') return undefined;
  const { newCode } = before;
  switch (event.type) {
    case 'signed-in':
      return from.at === 'signing-in' || from.at === 'change-ready' ? { signedInAs: event.account } : undefined;
    case 'address.given':
      return to.at === 'sending-new' ? { newCode: { key: event.draft.key, step: 'ordered' } } : undefined;
    case 'new-code.sent':
      return newCode?.step === 'ordered' ? { newCode: { ...newCode, step: 'sent' } } : undefined;
    case 'new-code.submitted':
      return newCode?.step === 'sent' && to.at === 'checking-new'
        ? { newCode: { ...newCode, step: 'typed' } }
        : undefined;
    case 'new-code.rejected':
    case 'new-code.unchecked':
      return newCode?.step === 'typed' ? { newCode: { ...newCode, step: 'sent' } } : undefined;
    case 'deadline':
      return from.at === 'checking-new' && newCode?.step === 'typed'
        ? { newCode: { ...newCode, step: 'sent' } }
        : undefined;
    case 'contact.proven':
      // After that nobody waits for the verdict any more.
      if (newCode?.step !== 'typed' || from.at !== 'checking-new') return undefined;
      return { newCode: { ...newCode, step: now < from.checkUntil ? 'accepted' : 'sent' } };
    default:
      return undefined;
  }
}

/** The account's rule asked for more than was accepted in this request. */
export const isShortOfProof = ({ proofsNeeded = 1, proven }: Ledger): boolean => proven.length < proofsNeeded;
