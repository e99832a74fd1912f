// Where the account's rule asks for two proofs: what counts as the second one, and what one alone is worth.
import { later } from '../../src/flows/ids.ts';
import { freezeSeconds } from '../../src/flows/limits.ts';
import { freshProof } from '../../src/flows/show.ts';
import type { FlowState } from '../../src/flows/state.ts';
import { jane } from './cast.ts';
import { answersTo, by, countsOf, fulfils, ignoredAs, isMoved, type MovedStep, moves, orders, shows } from './claim.ts';
import { isShortOfProof } from './ledger.ts';
import type { Step } from './walk.ts';

/** The rule asked for two, and one code was accepted. */
const isHalfWay = ({ before }: Step): boolean => before.proven.length === 1 && isShortOfProof(before);

const isOver = ({ from, moment }: Step): boolean =>
  from.at !== 'closed' && from.at !== 'checking' && from.at !== 'checking-recovery-code' && moment.now >= from.until;

const isAboutRecoveryCode = ({ at }: FlowState): boolean =>
  at === 'entering-recovery-code' || at === 'checking-recovery-code';

const usesRecoveryCode = (step: MovedStep): boolean =>
  isAboutRecoveryCode(step.decision.state) ||
  orders(step, 'check-recovery-code') ||
  step.after.proven.includes('recovery-code');

const firstOf = (state: FlowState): { readonly channel: string; readonly at: number } | undefined => {
  if ('first' in state) return state.first;
  const proof = 'proof' in state ? state.proof : undefined;
  return proof !== undefined && 'first' in proof ? proof.first : proof;
};

const isTooEarly = ({ moment: { recoveryCodes, now, policy } }: Step): boolean =>
  recoveryCodes !== undefined && now < later(recoveryCodes.madeAt, policy.contacts.coolOffHours * 3_600);

export const provingTwice = {
  'nothing that a rule with two proofs asks for is granted after one accepted code': moves(
    (step) => step.after.proofsNeeded === 2 && (fulfils(step) || step.decision.state.at === 'awaiting-approval'),
    ({ after: { proven } }) => proven.length === 2,
  ),
  'the same contact never counts twice': moves(
    ({ after }) => after.proven.length > 1,
    ({ after: { proven } }) => new Set(proven).size === proven.length,
  ),
  'the contact that was proven is neither offered nor asked again for the second proof': moves(
    (step) => isHalfWay(step) && step.decision.state.at !== 'closed',
    ({ before: { proven }, decision: { state, effects } }) =>
      !('contacts' in state && state.contacts.some(({ ref }) => proven.includes(ref))) &&
      !effects.some((effect) => 'contact' in effect && proven.includes(effect.contact)),
  ),
  'a recovery code never stands alone': moves(usesRecoveryCode, ({ after: { proven } }) => {
    const [first] = proven;
    return first !== undefined && first !== 'recovery-code';
  }),
  'a recovery code is asked for only where the account has one that has rested, or had one when that was found out':
    moves(
      ({ from, decision: { state } }) => isAboutRecoveryCode(state) && !isAboutRecoveryCode(from),
      (step) => {
        const { from, moment } = step;
        if (from.at === 'inspecting') return (moment.recoveryCodes?.left ?? 0) > 0 && !isTooEarly(step);
        return 'first' in from && from.first !== undefined && from.first.recoveryCodes > 0;
      },
    ),
  'an attempt of a recovery code is counted before it is checked, and only one is under way': moves(
    (step) => orders(step, 'check-recovery-code') || step.decision.state.at === 'checking-recovery-code',
    (step) =>
      step.from.at === 'entering-recovery-code' &&
      step.event.type === 'recovery-code.submitted' &&
      step.event.by === jane &&
      step.decision.state.at === 'checking-recovery-code' &&
      countsOf(step, 'attempt') === 1,
  ),
  'a recovery code that was wrong, or that nobody looked at for certain, stays counted': answersTo(
    ['recovery-code.rejected', 'recovery-code.unchecked'],
    () => true,
    (step) => !isMoved(step) || (countsOf(step, 'passed') === 0 && countsOf(step, 'void') === 0),
  ),
  'a frozen account checks no recovery code': answersTo(
    ['recovery-code.submitted'],
    ({ from, event, moment: { budget, now } }) =>
      from.at === 'entering-recovery-code' &&
      by(event) === jane &&
      now < from.until &&
      budget.frozenUntil !== undefined &&
      budget.frozenUntil > now,
    (step) =>
      isMoved(step) &&
      !orders(step, 'check-recovery-code') &&
      step.decision.state.at === 'closed' &&
      step.decision.state.ending.because === 'frozen',
  ),
  'the first proof is never lost: not by going back, nor by a wrong code, nor at the end': moves(isHalfWay, (step) => {
    const { from, decision } = step;
    const kept = firstOf(decision.state);
    const had = firstOf(from);
    return had !== undefined && kept !== undefined && kept.channel === had.channel && kept.at === had.at;
  }),
  'whoever goes back chooses again among the same contacts': answersTo(
    ['contact.reconsidered'],
    (step) => isHalfWay(step) && by(step.event) === jane && step.from.at === 'entering-recovery-code' && !isOver(step),
    (step) => {
      const { from, decision } = step;
      const contacts = 'contacts' in from ? from.contacts : [];
      if (contacts.length === 0) return ignoredAs(decision, 'stale');
      return (
        isMoved(step) && step.decision.state.at === 'choosing-contact' && step.decision.state.contacts === contacts
      );
    },
  ),
  '"it wasn\'t me" after one of two proofs ends it, freezes the account and voids its recovery codes': answersTo(
    ['disowned'],
    (step) => isHalfWay(step) && by(step.event) === jane && step.from.at !== 'closed' && !isOver(step),
    (step) =>
      isMoved(step) &&
      step.decision.state.at === 'closed' &&
      step.decision.state.ending.because === 'disowned' &&
      step.decision.freezeUntil === later(step.moment.now, freezeSeconds) &&
      step.decision.voidsRecoveryCodes === true &&
      orders(step, 'end-sessions') &&
      shows(step, 'helpdesk')?.lasting === true,
  ),
  'whatever freezes the account voids its recovery codes, unless somebody else made them and only one chat is doubted; nothing else does':
    moves(
      ({ decision }) => decision.freezeUntil !== undefined || decision.voidsRecoveryCodes !== undefined,
      ({ decision: { freezeUntil, voidsRecoveryCodes, doubt }, moment: { earlier } }) =>
        freezeUntil !== undefined &&
        (voidsRecoveryCodes === true || (doubt?.reach === 'theirs' && earlier?.codesBy !== doubt.of)),
    ),
  'whoever has given one of two proofs is told so lastingly, in the request or at its end': moves(
    ({ from, event, after, decision: { state } }) =>
      from.at === 'inspecting' &&
      event.type === 'account.inspected' &&
      isShortOfProof(after) &&
      (state.at !== 'closed' || state.ending.because === 'second-proof-impossible'),
    (step) => shows(step, 'person')?.lasting === true,
  ),
  'somebody with one of two proofs is not taken for verified by the helpdesk': moves(
    (step) => isShortOfProof(step.after) && step.after.proven.length === 1,
    ({ subject, decision: { state }, moment: { now } }) =>
      freshProof({ ...subject, state, version: 7 }, now) === undefined,
  ),
  'where no second proof is possible, the request ends at once, and the helpdesk gets a card': moves(
    (step) => {
      const { from, event, after, moment } = step;
      const left = from.at === 'inspecting' ? (from.remaining?.contacts.length ?? 0) : 1;
      const hasCodes = (moment.recoveryCodes?.left ?? 0) > 0 && !isTooEarly(step);
      return event.type === 'account.inspected' && isShortOfProof(after) && left === 0 && !hasCodes;
    },
    (step) => {
      const { state } = step.decision;
      if (state.at !== 'closed' || endsAnyway.has(state.ending.because)) return state.at === 'closed';
      return state.ending.because === 'second-proof-impossible' && shows(step, 'helpdesk')?.lasting === true;
    },
  ),
} as const;

/** What is found out in the same look, and ends the request whatever was proven. */
const endsAnyway: ReadonlySet<string> = new Set([
  ...[
    'frozen',
    'disabled',
    'barred',
    'unsupported',
    'unreachable',
    'not-locked',
    'unlocks-spent',
    'no-helpdesk',
    'sign-in-needed',
  ],
]);
