// Who may change a password that they know: by a fresh sign-in, or by the old password in the very call that sets the new one.
import { attemptFrom } from '../../src/flows/budget.ts';
import type { PersonScreen } from '../../src/flows/screen.ts';
import { freshProof, showHelpdesk, showPerson } from '../../src/flows/show.ts';
import { accountOf, type FlowState, proofOf } from '../../src/flows/state.ts';
import {
  answersTo,
  closes,
  countsOf,
  isAfterProof,
  isMoved,
  isOldLookedAt,
  isProven,
  type MovedStep,
  moves,
  orders,
  sendsPassword,
  shows,
} from './claim.ts';
import type { Step } from './walk.ts';

const ofChange = ({ subject }: Step): boolean => subject.kind === 'change';

/** This very account was signed in to in this request. */
const isSignedIn = ({ decision: { state }, after }: MovedStep): boolean =>
  after.signedInAs !== undefined && accountOf(state) === after.signedInAs;

/** The page of ours, which sends no new password without the old one. */
const asksForOld = (state: FlowState): boolean => 'left' in state && state.oldLeft !== undefined;

const isInDirectory = (state: FlowState): boolean => accountOf(state)?.startsWith('ad|') === true;

const isOver = ({ from, moment }: Step): boolean => from.at !== 'closed' && moment.now >= from.until;

/** What only somebody may read who has shown that they know the password. */
const saysMuch: ReadonlySet<string> = new Set(['disabled', 'unsupported', 'barred', 'no-contact', 'not-locked']);

/** What somebody reads who has shown nothing: where to go on, and how it ended. */
const saysLittle: ReadonlySet<PersonScreen['shows']> = new Set([
  ...(['looking-you-up', 'change-link', 'password-page', 'confirming-password', 'ended'] as const),
]);

const endOf = (state: FlowState) => (state.at === 'closed' ? state.ending : undefined);

const given = [
  ...(['send-code', 'check-code', 'check-recovery-code', 'inspect-account', 'lift-lock'] as const),
  ...(['mint-ticket', 'set-password', 'change-password', 'bind-actor', 'link-contact'] as const),
] as const;

/** The budget has a row for the old password that is at the provider now. */
const isSpent = ({ moment: { budget, policy, now } }: Step): boolean => attemptFrom(budget, policy.limits, now) > now;

const isFrozen = ({ moment: { budget, now } }: Step): boolean =>
  budget.frozenUntil !== undefined && budget.frozenUntil > now;

export const changing = {
  'a known password is changed only after a fresh sign-in of this very account in this request, or in the call that carries the old password':
    moves(
      (step) => ofChange(step) && (sendsPassword(step) || orders(step, 'mint-ticket')),
      (step) => (orders(step, 'change-password') ? asksForOld(step.decision.state) : isSignedIn(step)),
    ),
  'before that sign-in there is no link to the provider’s page, and no page of ours but the one that asks for the old password':
    moves(
      (step) => ofChange(step) && isAfterProof(step.decision.state),
      (step) => isSignedIn(step) || asksForOld(step.decision.state),
    ),
  'a request to change a password is proven by a sign-in, or by what the call with the old password said, and by nothing else':
    moves(
      ({ subject, decision: { state } }) => subject.kind === 'change' && state.at !== 'closed',
      ({ after, decision: { state } }) => (proofOf(state) !== undefined) === isProven(after),
    ),
  'whoever has shown nothing ends without a proof, also where the password was changed at that time': moves(
    (step) => ofChange(step) && closes(step),
    ({ after, decision: { state } }) => proofOf(state) === undefined || isProven(after),
  ),
  'nothing that is known of the account is shown before a sign-in or a right old password: locked, blocked and protected read the same':
    moves(
      (step) => ofChange(step) && step.from.at !== 'closed' && !isProven(step.after),
      (step) => {
        const { state } = step.decision;
        const end = endOf(state);
        const screen = showPerson({ ...step.subject, state, version: 7 }, step.moment.now);
        if (!saysLittle.has(screen.shows) || 'contact' in screen || 'contacts' in screen) return false;
        if (end === undefined) return showHelpdesk({ ...step.subject, state, version: 7 }) === undefined;
        return !saysMuch.has(end.because) && !('barrier' in end);
      },
    ),
  'an account that takes no password now reads so, alike for every reason, and nobody is called': moves(
    ({ from, event, before }) =>
      isOldLookedAt(from) &&
      !isProven(before) &&
      ((event.type === 'old-password.rejected' && (event.because === 'locked' || event.because === 'no-tries')) ||
        (event.type === 'password.not-set' && (event.because === 'disabled' || event.because === 'unsupported'))),
    (step) => endOf(step.decision.state)?.because === 'password-blocked' && shows(step, 'helpdesk')?.lasting !== true,
  ),
  'each old password costs one of three tries, and an attempt of the account’s day, before anybody is asked': moves(
    (step) => orders(step, 'change-password'),
    (step) => {
      const { from, before, decision } = step;
      const { spent = 0 } = before.oldPassword ?? {};
      const left = 'oldLeft' in decision.state ? decision.state.oldLeft : undefined;
      return from.at === 'choosing-password' && spent < 3 && left === 3 - spent && countsOf(step, 'attempt') === 1;
    },
  ),
  'the third wrong old password ends it, also where nobody heard that one was wrong': moves(
    ({ after }) => (after.oldPassword?.spent ?? 0) >= 3,
    ({ decision: { state } }) => state.at === 'closed' || state.at === 'confirming-password',
  ),
  'an account that used up its day gets no further old password looked at, nor a page for one': moves(
    (step) => ofChange(step) && isSpent(step),
    (step) =>
      !orders(step, 'change-password') &&
      !(step.from.at === 'change-ready' && step.decision.state.at === 'choosing-password'),
  ),
  'where the provider asks for more than the password, the way becomes the sign-in, and this request asks for no old password again':
    moves(
      ({ after }) => after.oldPassword?.neededMore === true,
      (step) => {
        const { decision, after } = step;
        const { state } = decision;
        if (orders(step, 'change-password') || asksForOld(state)) return false;
        if (after.signedInAs !== undefined || state.at === 'closed') return true;
        return state.at === 'change-ready' && state.needsSignIn === true;
      },
    ),
  'a directory that asks for more than the password ends it: no sign-in at the provider changes a password there':
    moves(
      ({ event, from, decision: { state } }) =>
        isOldLookedAt(from) &&
        isInDirectory(state) &&
        event.type === 'old-password.rejected' &&
        event.because === 'not-enough',
      (step) => step.decision.state.at === 'closed',
    ),
  'whoever signs in with another account changes nothing': answersTo(
    ['signed-in'],
    ({ from, event }) =>
      event.type === 'signed-in' &&
      from.at === 'change-ready' &&
      from.account !== undefined &&
      from.account !== event.account,
    (step) => !isMoved(step) || (isOver(step) && step.decision.state.at === 'closed'),
  ),
  'whoever is not bound goes on with the account that they sign in to, or with the one that their address led to by its old password':
    moves(
      ({ from, event, decision: { state } }) =>
        from.at === 'change-ready' &&
        from.account === undefined &&
        state.at !== 'closed' &&
        (event.type === 'signed-in' || event.type === 'change.opened'),
      ({ from, event, decision: { state } }) =>
        accountOf(state) ===
        (event.type === 'signed-in' ? event.account : from.at === 'change-ready' ? from.found : undefined),
    ),
  'before anything is shown, a change names the account only of a chat person who is bound to it': moves(
    ({ from, decision: { state } }) => from.at === 'identifying' && state.at === 'change-ready',
    ({ event, decision: { state } }) =>
      accountOf(state) ===
      (event.type === 'person.identified' && event.binding === 'bound' ? event.account : undefined),
  ),
  'only whoever has the link of this request opens the page for the old password, within its time, where the rule says so':
    moves(
      ({ from, decision: { state } }) => from.at === 'change-ready' && state.at === 'choosing-password',
      ({ from, event, moment: { now, policy }, decision: { state } }) =>
        from.at === 'change-ready' &&
        event.type === 'change.opened' &&
        event.link === from.link &&
        now < from.until &&
        from.needsSignIn === undefined &&
        (isInDirectory(state)
          ? event.facts.choosesPassword === 'here'
          : policy.rules.some(({ change }) => change?.via === 'form')),
    ),
  'a frozen account changes no password': moves(
    (step) => ofChange(step) && isFrozen(step),
    (step) => given.every((name) => !orders(step, name)),
  ),
  'an account in a directory is never changed without its old password': moves(
    (step) => ofChange(step) && isInDirectory(step.decision.state),
    (step) => !orders(step, 'set-password') && !orders(step, 'mint-ticket'),
  ),
  'while an old password is looked at, a change that the provider reports is nobody’s yet': answersTo(
    ['password.changed'],
    ({ from, before }) => isOldLookedAt(from) && !isProven(before),
    (step) => !isMoved(step),
  ),
  'a request in which an old password was looked at for nothing leaves no page behind on which it could be said to have changed':
    moves(
      ({ from, event }) =>
        isOldLookedAt(from) && (event.type === 'old-password.rejected' || event.type === 'password.too-soon'),
      ({ decision: { state } }) => state.at !== 'closed' || state.page === undefined,
    ),
  'whoever knows the password is not taken for verified by the helpdesk': moves(
    (step) => ofChange(step) && step.isDiscovery,
    ({ subject, decision: { state }, moment: { now } }) =>
      freshProof({ ...subject, state, version: 7 }, now) === undefined,
  ),
  'no rule asks for codes or approvals where the password is known': moves(
    (step) => ofChange(step) && step.event.type === 'account.inspected',
    ({ decision: { state } }) => state.at === 'link-ready' || state.at === 'closed',
  ),
} as const;
