// (flow, viewer) → Screen. Pure, so that any screen can be drawn again at any time on any platform.

import { changeIn, type Ending, type Page, type RefusedPerson } from './ending.ts';
import type { SignedInState, SigningIn, WantedRemoval } from './enrolment-state.ts';
import { type ContactRef, type Instant, isVouched, later, livesInDirectory } from './ids.ts';
import { disownSeconds, mailsAgainAtMost, proofSeconds, seenSeconds, skewSeconds } from './limits.ts';
import { lockOf } from './lock.ts';
import { isNotice } from './notice.ts';
import type { HelpdeskOutcome, HelpdeskScreen, PersonScreen, Whom } from './screen.ts';
import {
  type AcceptedCode,
  accountOf,
  type Challenged,
  type Changing,
  type ChoosingPassword,
  type Closed,
  type ConfirmingPassword,
  type Delayable,
  type EnteringRecoveryCode,
  type FirstProof,
  type Flow,
  type FlowState,
  hasWhatToDisown,
  isDeadCode,
  isKnownPassword,
  isNotTrusted,
  type Mailing,
  type MaskedContact,
  type Open,
  type Opening,
  type Proof,
  type SettingPassword,
} from './state.ts';
import { unreachable } from './unreachable.ts';

/** What the person of this flow sees. `now` only decides whether something may still be pressed. */
export function showPerson(flow: Flow, now: Instant): PersonScreen {
  const { state } = flow;
  const common = { flow: flow.id, kind: flow.kind, version: flow.version, ...removesOf(state) };
  switch (state.at) {
    case 'identifying':
      return { ...common, shows: 'looking-you-up', ...awaited(state) };
    case 'choosing-contact':
      return { ...common, shows: 'choose-contact', contacts: state.contacts, ...secondProof(state.first) };
    case 'sending': {
      const contact = chosen(state.contacts, state.contact);
      return { ...common, shows: 'sending-code', contact, ...awaited(state) };
    }
    case 'challenged':
      return { ...common, ...showChallenge(state) };
    case 'checking':
      return { ...common, shows: 'checking-code', contact: chosen(state.contacts, state.contact) };
    case 'entering-recovery-code':
      return { ...common, ...showRecoveryCodeInput(state) };
    case 'checking-recovery-code':
      return { ...common, shows: 'checking-recovery-code' };
    case 'inspecting':
      return { ...common, shows: 'verified', ...awaited(state) };
    case 'awaiting-approval': {
      const { needed, approvals, until, usualSeconds } = state;
      const usual = usualSeconds === undefined ? {} : { usualSeconds };
      const asked = { needed, approvals, until, ...usual, ...codesLeft(state.proof) };
      return { ...common, shows: 'waiting-for-helpdesk', ...asked };
    }
    case 'fulfilling':
      return { ...common, shows: 'unlocking', approvals: state.approvals, ...awaited(state) };
    case 'change-ready':
      return { ...common, shows: 'change-link', needsSignIn: state.needsSignIn === true, until: state.until };
    case 'link-ready':
      return {
        ...common,
        shows: 'link',
        retried: state.retried,
        isApproved: state.approvals.length > 0,
        ...(state.isHere === undefined ? {} : { isHere: state.isHere }),
        ...codesLeft(state.proof),
        ...againOf(state),
        until: state.until,
      };
    case 'opening':
    case 'mailing':
    case 'changing':
      return { ...common, ...showProviderPage(state, now) };
    case 'choosing-password':
    case 'setting-password':
    case 'confirming-password':
      return { ...common, ...showOwnPage(state) };
    case 'in-doubt':
      return { ...common, shows: 'in-doubt' };
    case 'removing':
      return { ...common, shows: 'removing', contact: state.removal.about, ...awaited(state) };
    case 'signing-in':
      if (state.removal !== undefined) return { ...common, ...showRemoval(state, state.removal) };
      return { ...common, ...showContacts({ ...state, changes: [] }, 'sign-in') };
    case 'binding-actor':
    case 'managing':
    case 'sending-new':
    case 'challenged-new':
    case 'checking-new':
    case 'linking':
    case 'unlinking':
      return { ...common, ...showContacts(state, 'in-browser') };
    case 'closed':
      return { ...common, ...showEnd(state, now) };
    default:
      return unreachable(state);
  }
}

function showOwnPage(state: ChoosingPassword | SettingPassword | ConfirmingPassword) {
  const { until, proof } = state;
  if (state.at === 'confirming-password') return { shows: 'confirming-password' as const, until };
  const unproven = proof === undefined ? { isUnproven: true as const } : {};
  const again = state.at === 'choosing-password' ? againOf(state) : {};
  return { shows: 'password-page' as const, ...again, ...unproven, until };
}

function showProviderPage(state: Opening | Mailing | Changing, now: Instant) {
  if (state.at === 'mailing') {
    return { shows: 'mailing-link' as const, isAgain: state.mailsLeft < mailsAgainAtMost, ...awaited(state) };
  }
  if (state.at === 'changing' && state.mail !== undefined) return showMailed(state, state.mail);
  if (state.at === 'opening') {
    return { shows: 'link-opened' as const, until: state.before === undefined ? state.until : lastSave(state.before) };
  }
  const { again } = state;
  const againUntil = again === undefined || now >= again.until ? {} : { againUntil: again.until };
  return { shows: 'link-opened' as const, until: lastSave(state), ...againUntil };
}

function showMailed(state: Changing, { left, resendFrom }: NonNullable<Changing['mail']>) {
  const from = resendFrom === undefined ? {} : { from: resendFrom };
  return {
    shows: 'link-mailed' as const,
    isApproved: state.approvals.length > 0,
    ...codesLeft(state.proof),
    until: lastSave(state),
    ...(left > 0 ? { resend: from } : {}),
  };
}

function removesOf(state: FlowState): { readonly removes?: MaskedContact } {
  const removal = 'removal' in state ? state.removal : undefined;
  return removal !== undefined && 'about' in removal ? { removes: removal.about } : {};
}

/** Until when a new password can be saved on this page for certain. */
const lastSave = ({ until }: Page): Instant => later(until, -(seenSeconds + skewSeconds));

const accepted = ({ channel, at }: FirstProof): AcceptedCode => ({ channel, at });

function secondProof(first: FirstProof | undefined) {
  if (first === undefined) return {};
  return { first: accepted(first), ...(first.recoveryCodes > 0 ? { recoveryCode: true as const } : {}) };
}

const showRecoveryCodeInput = ({ after, first, contacts }: EnteringRecoveryCode) => ({
  shows: 'enter-recovery-code' as const,
  after,
  first: accepted(first),
  hasOtherContacts: contacts.length > 0,
});

const codesLeft = (proof: Proof | undefined) =>
  proof?.channel === 'recovery-code' ? { recoveryCodesLeft: proof.codesLeft } : {};

function showChallenge(state: Challenged) {
  const shared = {
    contact: chosen(state.contacts, state.contact),
    resendFrom: state.resendFrom,
    canResend: state.resendFrom < state.until,
    hasOtherContacts: state.contacts.length > 1,
    ...secondProof(state.first),
  };
  if (isDeadCode(state.after)) {
    return { ...shared, shows: 'code-dead' as const, why: state.after };
  }
  const { after, attemptsLeft, codeUntil, checkFrom } = state;
  const from = checkFrom === undefined ? {} : { checkFrom };
  return { ...shared, shows: 'enter-code' as const, after, ...from, attemptsLeft, codeUntil };
}

type Listing = Pick<SignedInState, 'contacts' | 'changes' | 'until'> & {
  readonly at: Open['at'];
  readonly delayed?: boolean;
  readonly again?: Instant;
};

function showContacts(state: Listing, step: 'sign-in' | 'in-browser') {
  const { at, contacts, changes, until, delayed = false } = state;
  const isBusy = at === 'binding-actor' || at === 'linking' || at === 'unlinking';
  return { shows: 'contacts' as const, step, contacts, changes, isBusy, delayed, ...againOf(state), until };
}

function showRemoval({ contacts, until }: SigningIn, { contact, proving }: WantedRemoval) {
  const about = chosen(contacts, contact);
  const usable = contacts.filter(({ unusable }) => unusable === undefined);
  const isLast = usable.length === 1 && usable.some(({ ref }) => ref === contact);
  return { shows: 'remove-contact' as const, contact: about, proving, isLast, until };
}

const againOf = ({ again }: { readonly again?: Instant }) => (again === undefined ? {} : { again });
const awaited = (state: Delayable) => ({ delayed: state.delayed, ...againOf(state), until: state.until });

function showEnd(state: Closed, now: Instant) {
  const isFresh = now < later(state.closedAt, disownSeconds);
  return {
    shows: 'ended' as const,
    ending: endingToTell(state),
    closedAt: state.closedAt,
    approvals: state.approvals,
    ...(state.disownedAt === undefined ? {} : { disownedAt: state.disownedAt }),
    ...pauseLifted(state),
    ...lockOf(state),
    ...(livesInDirectory(state.account) ? { isInDirectory: true as const } : {}),
    wasAtPage: state.page !== undefined,
    ...(state.page?.byMail === undefined ? {} : { wasMailed: state.page.byMail }),
    ...codesLeft(state.proof),
    ...(state.enrolment === undefined ? {} : { enrolment: state.enrolment }),
    ...takenBackOf(state),
    canDisown: hasWhatToDisown(state) && state.disownedAt === undefined && isFresh,
  };
}

/** Somebody doubted the person, here or in another request: what they had added is taken back. */
function takenBackOf(state: Closed) {
  const { enrolment, undone = [] } = state;
  return enrolment !== undefined && isNotTrusted(state) ? { takenBack: undone } : {};
}

const pauseLifted = ({ pauseLiftedAt }: Closed) => (pauseLiftedAt === undefined ? {} : { pauseLiftedAt });

/** A password change is the most important news for the person, so it is shown in place of any other ending. */
const endingToTell = ({ ending, lateChange }: Closed): Ending =>
  lateChange === undefined ? ending : { outcome: 'done', because: 'password-changed', ...lateChange };

/** A contact that was chosen is one of the offered ones; the fallback only keeps the function total. */
function chosen(contacts: readonly MaskedContact[], ref: ContactRef): MaskedContact {
  return contacts.find((contact) => contact.ref === ref) ?? { ref, channel: 'email', masked: '•••' };
}

/**
 * The proof of this flow, as long as it says who is writing. It does not where the account's rule asks for a second one, nor where somebody said "it wasn't me" about this flow, or
 * ended it by saying so about another.
 */
export function freshProof({ state }: Flow, now: Instant): Proof | undefined {
  const proof = 'proof' in state ? state.proof : undefined;
  if (proof === undefined || now >= later(proof.at, proofSeconds)) return undefined;
  const isDoubted = state.at === 'closed' && (state.disownedAt !== undefined || state.ending.because === 'frozen');
  // Whoever has stolen a password knows it too.
  if (isKnownPassword(proof)) return undefined;
  const isHalf = state.at === 'closed' ? state.isHalfProven === true : isYetToBeRead(state);
  return isDoubted || isHalf ? undefined : proof;
}

/** The account's rule may ask for a second proof: that is known only when the account is read. */
const isYetToBeRead = (state: Open): boolean =>
  state.at === 'inspecting' && state.remaining !== undefined && !('first' in state.proof);

/** Where no chat vouches for the person, the account alone says whose request it is. */
export function whomOf({ actor, state }: Flow): Whom {
  const account = isVouched(actor) ? undefined : accountOf(state);
  return { person: actor, ...(account === undefined ? {} : { account }) };
}

/** What the helpdesk sees of this flow in its channel; undefined where it has nothing to see. */
export function showHelpdesk(flow: Flow): HelpdeskScreen | undefined {
  const { state } = flow;
  const common = { flow: flow.id, kind: flow.kind, version: flow.version, ...whomOf(flow) };
  switch (state.at) {
    case 'awaiting-approval': {
      const { proof, needed, approvals, earlierUnlocks, until } = state;
      return { ...common, shows: 'approval', proof, ...lockOf(state), needed, approvals, earlierUnlocks, until };
    }
    case 'in-doubt':
      return { ...common, shows: 'doubt', since: state.since, ...lockOf(state), until: state.until };
    case 'fulfilling':
    case 'link-ready':
    case 'opening':
    case 'mailing':
    case 'changing':
    case 'choosing-password':
    case 'setting-password':
    case 'confirming-password':
      if (state.at === 'fulfilling' && state.doubted === true && state.approvals.length === 0) {
        return { ...common, shows: 'over', outcome: 'under-way', at: state.proof.at };
      }
      // Nobody has approved what nobody has proven.
      if (state.approvals.length === 0 || state.proof === undefined) return undefined;
      return {
        ...common,
        shows: 'approved',
        approvals: state.approvals,
        outcome: 'under-way',
        askedAt: state.proof.at,
      };
    case 'closed':
      return state.helpdeskKnows ? { ...common, ...showEndToHelpdesk(state) } : undefined;
    default:
      return undefined;
  }
}

type EndForHelpdesk = HelpdeskScreen extends infer Any
  ? Any extends HelpdeskScreen
    ? Omit<Any, 'flow' | 'kind' | 'version' | keyof Whom>
    : never
  : never;

function showEndToHelpdesk(state: Closed): EndForHelpdesk {
  const { closedAt: at, approvals, disownedAt } = state;
  const ending = endingToTell(state);
  if (disownedAt !== undefined) {
    const change = changeIn(ending);
    const unlock = ending.because === 'unlocked' ? { unlockedBy: approvals } : {};
    const { undone = [] } = state;
    const changes = state.enrolment === undefined ? {} : { changes: state.enrolment.changes, undone };
    const connected = {
      ...(state.inPart === 'own' ? { isNewcomer: true as const } : {}),
      ...(state.disconnects === undefined ? {} : { disconnects: state.disconnects }),
    };
    const requested = 'provenAt' in ending ? { requestedAt: ending.provenAt } : {};
    const notice = isNotice(state) ? { isNotice: true as const, ...requested } : {};
    const what = { ...change, ...unlock, ...changes, ...notice };
    return { shows: 'disowned', at: disownedAt, ...pauseLifted(state), ...what, ...connected };
  }
  const half = state.isHalfProven === undefined ? {} : { isHalfProven: state.isHalfProven };
  const proof = { ...(state.proof === undefined ? {} : { proof: state.proof, ...half }), ...lockOf(state) };
  switch (ending.because) {
    case 'denied':
      return { shows: 'denied', by: ending.by, at, reason: ending.reason };
    case 'disabled':
    case 'unsupported':
    case 'unlocks-spent':
    case 'denied-by-provider':
    case 'second-proof-impossible':
    case 'locked-again':
    case 'password-unconfirmed':
      return { shows: 'help-wanted', because: ending.because, at, ...proof };
    case 'barred':
      return { shows: 'help-wanted', because: ending.because, barrier: ending.barrier, at, ...proof };
    case 'unreachable':
    case 'refused-by-provider':
      return { shows: 'help-wanted', because: 'failed', at, ...proof };
    case 'not-permitted':
      return { shows: 'help-wanted', because: 'not-permitted', at, ...proof };
    case 'limited':
    case 'codes-limited':
      return { shows: 'help-wanted', because: 'limited', at, ...proof };
    case 'proof-mismatch':
      return { shows: 'mismatch', at };
    default: {
      const outcome = outcomeFor(ending);
      if (approvals.length === 0) return { shows: 'over', outcome, at };
      return { shows: 'approved', approvals, outcome, askedAt: state.proof?.at ?? at };
    }
  }
}

function outcomeFor(ending: Ending): HelpdeskOutcome {
  switch (ending.outcome) {
    case 'done':
      return 'done';
    case 'expired':
      return 'expired';
    case 'cancelled':
      return ending.because === 'operator' ? 'ended' : 'cancelled';
    case 'failed':
      if (ending.because === 'unconfirmed') return 'unconfirmed';
      return ending.because === 'settled-by-helpdesk' ? 'settled' : 'failed';
    case 'refused':
      if (ending.because === 'frozen') return 'frozen';
      return ending.because in notEmployed ? 'left' : 'failed';
    default:
      return unreachable(ending);
  }
}

const notEmployed: Readonly<Record<RefusedPerson, true>> = {
  bot: true,
  deactivated: true,
  guest: true,
  invited: true,
  external: true,
  'unconfirmed-email': true,
};
