// The types of a claim about single steps, and helpers that claims share.
import type { Decision, Moved } from '../../src/flows/decision.ts';
import type { Effect, EffectName } from '../../src/flows/effect.ts';
import type { EventType, FlowEvent } from '../../src/flows/event.ts';
import type { Closed, FlowState } from '../../src/flows/state.ts';
import type { Ledger } from './ledger.ts';
import type { Step } from './walk.ts';

export type MovedStep = Step & { readonly decision: Moved };

/**
 * A claim about steps that moved the flow. `looks` says whether this step could break the claim; those steps are
 * counted.
 */
interface AboutMoves {
  readonly of: 'moves';
  readonly looks: (step: MovedStep) => boolean;
  readonly holds: (step: MovedStep) => boolean;
}
/** A claim about every decision, whatever its result. */
interface AboutAnswers {
  readonly of: 'answers';
  /** The claim concerns only these events; absent: all. It saves checking the claim for all others. */
  readonly to?: readonly EventType[];
  readonly looks: (step: Step) => boolean;
  readonly holds: (step: Step) => boolean;
}
export type Claim = AboutMoves | AboutAnswers;

export const moves = (looks: AboutMoves['looks'], holds: AboutMoves['holds']): Claim => ({ of: 'moves', looks, holds });
export const answers = (looks: AboutAnswers['looks'], holds: AboutAnswers['holds']): Claim => ({
  of: 'answers',
  looks,
  holds,
});
export const answersTo = (
  to: readonly EventType[],
  looks: AboutAnswers['looks'],
  holds: AboutAnswers['holds'],
): Claim => ({ of: 'answers', to, looks: (step) => to.includes(step.event.type) && looks(step), holds });

export type Judgement = 'not-looked' | 'held' | 'broken';

export function judge(claim: Claim, step: Step): Judgement {
  try {
    if (claim.of === 'answers') return claim.looks(step) ? verdict(claim.holds(step)) : 'not-looked';
    return isMoved(step) && claim.looks(step) ? verdict(claim.holds(step)) : 'not-looked';
  } catch {
    return 'broken';
  }
}

const verdict = (holds: boolean): Judgement => (holds ? 'held' : 'broken');

export const isMoved = (step: Step): step is MovedStep => step.decision.kind === 'moved';
export const always = (): boolean => true;

export const orders = (step: MovedStep, name: EffectName): boolean =>
  step.decision.effects.some((effect) => effect.do === name);
export const countsOf = (step: MovedStep, what: string): number =>
  step.decision.counts.filter((count) => count === what).length;
export const shows = (step: MovedStep, to: 'person' | 'helpdesk'): Extract<Effect, { do: 'show' }> | undefined =>
  step.decision.effects.find((effect) => effect.do === 'show' && effect.to === to) as
    | Extract<Effect, { do: 'show' }>
    | undefined;

export const ignoredAs = (decision: Decision, because: string): boolean =>
  decision.kind === 'ignored' && decision.because === because;

export const by = (event: FlowEvent): string | undefined => ('by' in event ? event.by : undefined);

const afterProof: ReadonlySet<FlowState['at']> = new Set([
  'inspecting',
  'awaiting-approval',
  'fulfilling',
  'link-ready',
  'opening',
  'mailing',
  'changing',
  'choosing-password',
  'setting-password',
  'confirming-password',
  'in-doubt',
]);
const afterGates: ReadonlySet<FlowState['at']> = new Set([
  'fulfilling',
  'link-ready',
  'opening',
  'mailing',
  'changing',
  'choosing-password',
  'setting-password',
  'confirming-password',
  'in-doubt',
]);

export const isAfterProof = (state: FlowState): boolean => afterProof.has(state.at);
const isAfterGates = (state: FlowState): boolean => afterGates.has(state.at);

/** The step reaches a state after proof and approvals, or gives an order that is only given there. */
export const fulfils = (step: MovedStep): boolean =>
  isAfterGates(step.decision.state) || actsOnAccount.some((name) => orders(step, name));

/** What changes the account, or leads to where it is changed. */
const actsOnAccount = ['lift-lock', 'mint-ticket', 'mail-link', 'set-password', 'change-password'] as const;

/** The step gives the flow something new: a code, a check, a state nearer to the end, an order to act. */
export const grants = (step: MovedStep): boolean =>
  (['send-code', 'check-code', 'check-recovery-code', 'inspect-account', ...actsOnAccount] as const).some((name) =>
    orders(step, name),
  ) ||
  (isAfterProof(step.decision.state) && step.decision.state.at !== step.from.at);

/**
 * Of a recovery, in which the proof is a code; of an enrolment, in which it is the sign-in; or of a change, in which it is the sign-in or
 * the old password.
 */
export const isProven = ({ codeAccepted, signedInAs, oldPassword }: Ledger): boolean =>
  codeAccepted || signedInAs !== undefined || oldPassword?.isRight === true;

/** A new password may be set at this moment: for whoever says "it wasn't me", that is as good as proven. */
export const mayBeSet = ({ at }: FlowState): boolean => at === 'setting-password' || at === 'confirming-password';

/** A code is asked about, or sent, to a contact or to an address that is being enrolled. */
export const checksSentCode = (step: MovedStep): boolean =>
  orders(step, 'check-code') || orders(step, 'check-new-code');
/** The same, or a recovery code is looked at. */
export const checksCode = (step: MovedStep): boolean => checksSentCode(step) || orders(step, 'check-recovery-code');
/** A new password is sent to the provider from our page, with the old one or without. */
export const sendsPassword = (step: MovedStep): boolean =>
  orders(step, 'set-password') || orders(step, 'change-password');
/** The old password is at the provider. */
export const isOldLookedAt = (state: FlowState): boolean =>
  state.at === 'setting-password' && state.oldLeft !== undefined;
export const sendsCode = (step: MovedStep): boolean => orders(step, 'send-code') || orders(step, 'send-new-code');

export const closes = (step: MovedStep): step is MovedStep & { decision: { state: Closed } } =>
  step.from.at !== 'closed' && step.decision.state.at === 'closed';
