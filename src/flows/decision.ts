// What `decide` returns, and the helpers that its parts share.
import { attemptFrom, type Budget, type Count, type Counted } from './budget.ts';
import type { Effect } from './effect.ts';
import type { Ending, LeftPage, Page } from './ending.ts';
import type { Doubt, Giving } from './event.ts';
import { type ActorId, type ContactRef, type FlowId, type Instant, type LinkId, later } from './ids.ts';
import { adriftSeconds, setSeconds } from './limits.ts';
import { lockOf } from './lock.ts';
import type { PolicyRules } from './policy.ts';
import type { Viewer } from './screen.ts';
import {
  accountOf,
  type Closed,
  type ConfirmingPassword,
  type Delayable,
  type FlowState,
  type ForRemoval,
  type Mailing,
  type Open,
  proofOf,
  type SettingPassword,
} from './state.ts';

/** The codes that were made together, and how many of them are unused. */
export interface RecoveryCodeSet {
  readonly left: number;
  readonly madeAt: Instant;
}

/** What the enrolments of the account say that are still stored. */
export interface Earlier {
  /** When the chat person of this request was last connected to the account. `isFirst`: it had neither contacts nor other people. */
  readonly connected?: { readonly at: Instant; readonly isFirst?: true };
  /** Whose request made the recovery codes that are in force. Absent: not known any more. */
  readonly codesBy?: ActorId;
}

/** Everything outside the flow that a decision may depend on, read in the same transaction. */
export interface Moment {
  readonly now: Instant;
  readonly policy: PolicyRules;
  readonly budget: Budget;
  /** Whether another flow of the same kind is open for the same account, and whether it may be replaced. */
  readonly rival: 'none' | 'replaceable' | 'busy';
  /** Whether a code is being sent for another flow of the account at this moment, to a contact or to a new address. */
  readonly isSendingElsewhere: boolean;
  /** A new random link id, in case this decision creates a link: `decide` itself must not use randomness. */
  readonly freshLink: LinkId;
  /** The account's recovery codes; absent where none were made, and where this event does not need them. */
  readonly recoveryCodes?: RecoveryCodeSet;
  /** Read only where somebody says "it wasn't me". */
  readonly earlier?: Earlier;
  /** Median of recent approvals in seconds. */
  readonly usualApprovalSeconds?: number;
}

export type IgnoredBecause =
  | 'stale'
  | 'closed'
  | 'not-yours'
  | 'too-soon'
  | 'sending-elsewhere'
  | 'not-an-approver'
  | 'self-approval'
  | 'already-decided'
  | 'not-told-apart';

export interface Moved {
  readonly kind: 'moved';
  readonly state: FlowState;
  readonly effects: readonly Effect[];
  readonly counts: readonly Count[];
  /** Viewers for whom this is news (see `news.ts`): their message is posted anew. Absent: for nobody. */
  readonly news?: readonly Viewer[];
  /** The account is frozen until then: no flow of it is granted anything. */
  readonly freezeUntil?: Instant;
  /** Whose other changes are taken back, too. Only together with `freezeUntil`. */
  readonly doubt?: Doubt;
  /** The account is not frozen any more. Never together with `freezeUntil`. */
  readonly liftsFreeze?: true;
  /** The recovery codes of the account are void from now on. */
  readonly voidsRecoveryCodes?: true;
  /** The rival flow is to get the event `superseded`. */
  readonly supersede?: true;
}

export interface Ignored {
  readonly kind: 'ignored';
  readonly because: IgnoredBecause;
  /** From when it would be permitted, where that is known. */
  readonly again?: Instant;
}

export type Decision = Moved | Ignored;

/** Carried from step to step. */
export const removalOf = ({ removal }: ForRemoval): ForRemoval => (removal === undefined ? {} : { removal });

export const ignored = (because: IgnoredBecause): Ignored => ({ kind: 'ignored', because });
export const tooSoon = (again: Instant): Ignored => ({ kind: 'ignored', because: 'too-soon', again });

export function moved(state: FlowState, effects: readonly Effect[], counts: readonly Count[] = []): Moved {
  return { kind: 'moved', state, effects, counts };
}

/** The rows that a move adds to the account's budget, each with the contact of the code that it is about. */
export function countedBy(flow: FlowId, from: FlowState, { state, counts }: Moved, at: Instant): readonly Counted[] {
  const contact = codeContact(state) ?? codeContact(from);
  return counts.map((what) => ({ what, flow, at, ...(contact === undefined ? {} : { contact }) }));
}

/** The contact of the code that this state is about. */
function codeContact(state: FlowState): ContactRef | undefined {
  if ('draft' in state) return state.draft.key;
  return 'contact' in state ? state.contact : undefined;
}

/** Redraws only what the person already sees. */
export const redraw: Effect = { do: 'show', to: 'person', lasting: false };
/** The same, but only where it does not clear what the person may be typing: their input is worth more than this change. */
export const redrawGently: Effect = { do: 'show', to: 'person', lasting: false, gently: true };
/** Makes sure that the person has a message about it, even if they closed the window. */
export const tell: Effect = { do: 'show', to: 'person', lasting: true };
export const redrawHelpdesk: Effect = { do: 'show', to: 'helpdesk', lasting: false };
export const tellHelpdesk: Effect = { do: 'show', to: 'helpdesk', lasting: true };

/** The refusal for a frozen account; undefined: it is not frozen. */
export function resting(moment: Moment): Ending | undefined {
  const { frozenUntil } = moment.budget;
  return frozenUntil !== undefined && frozenUntil > moment.now
    ? { outcome: 'refused', because: 'frozen', again: frozenUntil }
    : undefined;
}

/** The ending for an account that is frozen or had too many wrong codes today; undefined: the challenge may go on. */
export function spentBefore(moment: Moment): Ending | undefined {
  const again = attemptFrom(moment.budget, moment.policy.limits, moment.now);
  return resting(moment) ?? (again > moment.now ? { outcome: 'refused', because: 'attempts-spent', again } : undefined);
}

/**
 * What the flow waits for is not done yet. The person is told once, and again whenever the time changes until which the other side
 * wants us to wait.
 */
export function delay(state: Delayable, again: Instant | undefined): Decision {
  if (state.delayed && state.again === again) return ignored('stale');
  const { again: _earlier, ...rest } = state;
  const card = hasCard(state) ? [redrawHelpdesk] : [];
  return moved({ ...rest, delayed: true, ...(again === undefined ? {} : { again }) }, [tell, ...card]);
}

/** Ends a flow for which nothing is tried any more. The helpdesk is told where trying again does not help, and always after the proof. */
export function giveUp(from: Open, why: Giving, now: Instant): Moved {
  const isRefused = why.because === 'refused-by-provider' || why.because === 'not-permitted';
  return close(from, endingOf(from, why), now, isRefused || proofOf(from) !== undefined ? 'tell' : undefined);
}

function endingOf(from: Open, why: Giving): Ending {
  if (why.because !== 'limited') return { outcome: 'failed', because: why.because };
  return { outcome: 'failed', because: from.at === 'sending' ? 'codes-limited' : 'limited', again: why.again };
}

/** Ends a flow. After the proof the person always gets a message; before it, only what is already shown is redrawn. */
export function close(from: Open, ending: Ending, now: Instant, helpdesk?: 'tell'): Moved & { readonly state: Closed } {
  const proof = proofOf(from);
  const account = accountOf(from);
  const helpdeskKnows = helpdesk === 'tell' || hasCard(from);
  const page = pageOf(from);
  const state: Closed = {
    at: 'closed',
    ending,
    closedAt: now,
    ...(account === undefined ? {} : { account }),
    ...(proof === undefined ? {} : { proof }),
    ...('first' in from && from.first !== undefined ? { isHalfProven: true } : {}),
    ...('lock' in from ? lockOf(from) : {}),
    approvals: 'approvals' in from ? from.approvals : [],
    ...(page === undefined ? {} : { page }),
    helpdeskKnows,
    ...('changes' in from ? { enrolment: { changes: from.changes, contacts: from.contacts } } : {}),
  };
  const hasHappened = proof !== undefined || page !== undefined || ending.because === 'password-changed';
  const lasting = hasHappened || 'changes' in from || ('delayed' in from && from.delayed);
  const card = helpdesk === 'tell' ? [tellHelpdesk] : helpdeskKnows ? [redrawHelpdesk] : [];
  return {
    ...moved(state, [...discarded(from), lasting ? tell : redraw, ...card], isAdrift(from, ending) ? ['adrift'] : []),
    state,
  };
}

/** When a password that was sent from our own page may have been set: a call that nobody waits for may still be carried out. */
export const ownPageOf = ({ since }: SettingPassword | ConfirmingPassword): Page => ({
  openedAt: since,
  until: later(since, setSeconds + adriftSeconds),
});

/** An earlier mail, or one whose order was not answered, may be there already. */
export const mailedPageOf = ({ since, until }: Mailing): Page => ({ openedAt: since, until });

/** Where a password may have been set that nobody has seen yet. */
function pageOf(from: Open): LeftPage | undefined {
  switch (from.at) {
    case 'changing': {
      const { openedAt, until, mail } = from;
      return { openedAt, until, ...(mail === undefined ? {} : { byMail: true }) };
    }
    case 'mailing':
      return { ...mailedPageOf(from), byMail: true };
    case 'opening':
      return from.before === undefined ? undefined : { openedAt: from.before.openedAt, until: from.before.until };
    case 'setting-password':
    case 'confirming-password':
      return ownPageOf(from);
    default:
      return undefined;
  }
}

/** What was made for codes that never came back. */
function discarded(from: Open): readonly Effect[] {
  if (!('sentTo' in from)) return [];
  const isLinked = (ref: ContactRef): boolean => from.contacts.some((contact) => contact.ref === ref);
  return from.sentTo.filter((ref) => !isLinked(ref)).map((contact) => ({ do: 'discard-contact', contact }));
}

/** A flow that ends while its code is being sent cannot recall the code. Only a refusal of the first try proves that none was sent. */
const isAdrift = (from: Open, ending: Ending): boolean =>
  from.at === 'sending-new' || (from.at === 'sending' && (from.delayed || !provesNothingSent.has(ending.because)));

const provesNothingSent: ReadonlySet<Ending['because']> = new Set([
  'refused-by-provider',
  'not-permitted',
  'codes-limited',
]);

/** Whether the helpdesk's channel has a card about this flow. */
function hasCard(state: Open): boolean {
  return (
    state.at === 'awaiting-approval' ||
    state.at === 'in-doubt' ||
    ('approvals' in state && state.approvals.length > 0) ||
    (state.at === 'fulfilling' && state.doubted === true)
  );
}
