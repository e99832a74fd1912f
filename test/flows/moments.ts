// The circumstances in which an event can arrive: before, at and after each instant in a state; budgets empty, one
// below the limit, at it, and frozen; rivals; rules with 0, 1 and 2 approvals, and
// with two proofs.
import { type Budget, type Count, type Counted, emptyBudget } from '../../src/flows/budget.ts';
import type { Earlier, Moment } from '../../src/flows/decision.ts';
import { dueAt } from '../../src/flows/due.ts';
import { type ContactRef, type FlowId, type Instant, instant, later } from '../../src/flows/ids.ts';
import { disownSeconds, noticeSeconds } from '../../src/flows/limits.ts';
import type { FlowKind, FlowState } from '../../src/flows/state.ts';
import {
  email,
  formPolicy,
  freshLink,
  gateless,
  identifyingPolicies,
  jane,
  mallory,
  newEmail,
  otherFlow,
  policies,
  recoveryCodeSets,
  strictPolicies,
  thisFlow,
  unvouchedPolicies,
  walkLimits,
} from './cast.ts';

const rows = (what: Count, times: number, at: Instant, flow: FlowId): readonly Counted[] =>
  Array.from({ length: Math.max(0, times) }, () => ({ what, flow, at }));

const underWay: ReadonlySet<FlowState['at']> = new Set(['checking', 'checking-recovery-code', 'checking-new']);

/** The contact that the budgets are about: one that a code can be sent to in this state. */
const contactIn = (state: FlowState): ContactRef =>
  'contacts' in state && state.contacts.length === 1 ? (state.contacts[0]?.ref ?? email.ref) : email.ref;

/** The flow's own attempt under way is part of the budget, as in the store. */
function budgetsAt(now: Instant, state: FlowState, kind: FlowKind): readonly Budget[] {
  const at = instant(now - 1000);
  const isOldUnderWay = state.at === 'setting-password' && state.oldLeft !== undefined;
  const own = underWay.has(state.at) || isOldUnderWay ? rows('attempt', 1, at, thisFlow) : [];
  const counted = (...more: (readonly Counted[])[]): Budget => ({ counted: [...more.flat(), ...own] });
  const { codeFailuresPerDay, codesPerHour, unlocksPerDay } = walkLimits;
  const failed = codeFailuresPerDay - own.length;
  if ('changes' in state) return enrolmentBudgets(counted, rows('attempt', failed, at, otherFlow), at, now);
  const rested: readonly Budget[] = [
    { ...counted(), frozenUntil: instant(now + 1) },
    { ...counted(), frozenUntil: now },
  ];
  const spent = [counted(rows('attempt', failed - 1, at, otherFlow)), counted(rows('attempt', failed, at, otherFlow))];
  // No code is sent, and no lock lifted.
  if (kind === 'change') return [counted(), ...spent, ...rested];
  const contact = contactIn(state);
  return [
    counted(),
    ...spent,
    counted(rows('send', codesPerHour - 1, at, thisFlow)),
    counted(rows('send', codesPerHour, at, otherFlow)),
    ...[otherFlow, thisFlow].flatMap((flow) => [
      counted([{ what: 'adrift', flow, at, contact }]),
      counted([{ what: 'sent', flow, at, contact }]),
    ]),
    // A code to an address that is being enrolled: on its way, or the newest.
    ...(state.at === 'choosing-contact' || state.at === 'challenged'
      ? (['adrift', 'send'] as const).map((what) => counted([{ what, flow: otherFlow, at, contact: newEmail.key }]))
      : []),
    counted([{ what: 'sent', flow: otherFlow, at: later(now, -walkLimits.resendSeconds), contact }]),
    ...[otherFlow, thisFlow].map((sender) =>
      counted((['send', 'sent'] as const).map((what) => ({ what, flow: sender, at, contact }))),
    ),
    counted((['sent', 'attempt', 'passed'] as const).map((what) => ({ what, flow: otherFlow, at, contact }))),
    counted(rows('unlock', unlocksPerDay - 1, at, otherFlow)),
    counted(rows('unlock', unlocksPerDay, at, otherFlow)),
    ...rested,
  ];
}

/** What is counted for one request or another makes no difference to an enrolment. */
function enrolmentBudgets(
  counted: (...more: (readonly Counted[])[]) => Budget,
  failed: readonly Counted[],
  at: Instant,
  now: Instant,
): readonly Budget[] {
  const { codesPerHour, resendSeconds } = walkLimits;
  const about = { flow: otherFlow, contact: newEmail.key };
  return [
    counted(),
    counted(failed.slice(1)),
    counted(failed),
    counted(rows('send', codesPerHour - 1, at, thisFlow)),
    counted(rows('send', codesPerHour, at, otherFlow)),
    counted([{ what: 'adrift', at, ...about }]),
    counted([{ what: 'sent', at, ...about }]),
    counted([{ what: 'sent', at: later(now, -resendSeconds), ...about }]),
    counted((['sent', 'attempt', 'passed'] as const).map((what) => ({ what, at, ...about }))),
    { ...counted(), frozenUntil: instant(now + 1) },
    { ...counted(), frozenUntil: now },
  ];
}

/** One millisecond before, at, and one after each instant at which a comparison may change; and now. */
function timesFor(state: FlowState, now: Instant): readonly Instant[] {
  const turns = turnsOf(state).filter((turn) => turn > now);
  const times = new Set([now, ...turns.flatMap((turn) => [instant(turn - 1), turn, instant(turn + 1)])]);
  return [...times].filter((time) => time >= now).sort((a, b) => a - b);
}

function turnsOf(state: FlowState): readonly Instant[] {
  if (state.at === 'closed') {
    const heardUntil = (state.enrolment?.changes ?? []).map(({ at }) => later(at, noticeSeconds));
    return [later(state.closedAt, disownSeconds), ...heardUntil];
  }
  const turns: Instant[] = [state.until, dueAt(state) ?? state.until];
  // In an enrolment it is only shown: what was counted decides.
  if ('resendFrom' in state && !('changes' in state)) turns.push(state.resendFrom);
  if ('codeUntil' in state) turns.push(state.codeUntil);
  return turns;
}

/** Who says "it wasn't me": somebody who was connected a moment ago, whose codes are somebody else's or theirs; long ago; as the first. */
const earliers = (now: Instant): readonly Earlier[] => [
  { connected: { at: later(now, -3_600) }, codesBy: mallory },
  { connected: { at: later(now, -3_600) }, codesBy: jane },
  { connected: { at: later(now, -86_400) } },
  { connected: { at: later(now, -3_600), isFirst: true } },
];
/** Only where "it wasn't me" is still heard does it matter who says it. */
function saidBy(state: FlowState, now: Instant): readonly Moment[] {
  if (state.at !== 'closed' || (state.disownedAt !== undefined && state.inPart === undefined)) return [];
  if (state.enrolment === undefined) return [];
  return earliers(now).map((earlier) => ({ ...plain(now, emptyBudget), earlier }));
}

const rivals = ['none', 'replaceable', 'busy'] as const;

/** An empty budget and no rival. */
export const isPlain = (moment: Moment): boolean =>
  moment.rival === 'none' &&
  !moment.isSendingElsewhere &&
  moment.policy === gateless &&
  moment.budget.counted.length === 0;

const plain = (now: Instant, budget: Budget): Moment => ({
  now,
  policy: gateless,
  budget,
  rival: 'none',
  isSendingElsewhere: false,
  freshLink,
});

/** A small selection that is enough to reach every possible step: for walks that look for one thing only. */
export function fewMomentsFor(state: FlowState, now: Instant, kind: FlowKind): readonly Moment[] {
  const times = timesFor(state, now).map((time) => plain(time, emptyBudget));
  // Only where somebody said "it wasn't me" can a pause be lifted.
  if (state.at === 'closed')
    return [...times, ...saidBy(state, now).slice(0, 1), ...(state.disownedAt === undefined ? [] : [frozenAt(now)])];
  const budgets = budgetsAt(now, state, kind).map((budget) => plain(now, budget));
  if (kind === 'change') {
    return [
      ...times,
      ...budgets,
      ...circumstancesOfChange(state).map((more) => ({ ...plain(now, emptyBudget), ...more })),
    ];
  }
  if ('changes' in state) {
    return [
      ...times,
      ...budgets,
      ...earliers(now)
        .slice(0, 1)
        .map((earlier) => ({ ...plain(now, emptyBudget), earlier })),
    ];
  }
  return [
    ...times,
    ...budgets,
    ...policiesIn(state).map((policy) => ({ ...plain(now, emptyBudget), policy, usualApprovalSeconds: 240 })),
    ...strictnessIn(state).map((strictness) => ({ ...plain(now, emptyBudget), ...strictness })),
    ...rivals.map((rival) => ({ ...plain(now, emptyBudget), rival })),
    { ...plain(now, emptyBudget), isSendingElsewhere: true },
  ];
}

/** The same, for an account that always needs two proofs and has recovery codes wherever nothing else is said. */
export function strictMomentsFor(state: FlowState, now: Instant, kind: FlowKind): readonly Moment[] {
  const [recoveryCodes] = recoveryCodeSets;
  const [policy = gateless] = strictPolicies;
  const known = recoveryCodes === undefined ? {} : { recoveryCodes };
  return fewMomentsFor(state, now, kind).map((moment) => ({ ...known, ...moment, policy }));
}

/**
 * Not all combinations: every time with an empty budget; every budget at the present time; a frozen account when the
 * state is due; and the other circumstances.
 * After the end: every time, empty and frozen.
 */
export function momentsFor(state: FlowState, now: Instant, kind: FlowKind): readonly Moment[] {
  const times = timesFor(state, now);
  if (state.at === 'closed') {
    return [...times.flatMap((time) => [plain(time, emptyBudget), frozenAt(time)]), ...saidBy(state, now)];
  }
  const budgets = budgetsAt(now, state, kind);
  const [untouched = emptyBudget] = budgets;
  const due = dueAt(state) ?? now;
  return [
    ...times.map((time) => plain(time, untouched)),
    ...budgets.slice(1).map((budget) => plain(now, budget)),
    ...(due > now ? [frozenAt(due)] : []),
    ...circumstancesFor(state, now, kind).map((circumstances) => ({ ...plain(now, untouched), ...circumstances })),
    { ...frozenAt(now), usualApprovalSeconds: 240 },
  ];
}

/** Rules that ask for two proofs, where that is looked at; and the recovery codes, which the store reads only for these events. */
function strictnessIn({ at }: FlowState): readonly Partial<Moment>[] {
  if (at === 'checking') return [...strictPolicies, ...unvouchedPolicies.slice(0, 1)].map((policy) => ({ policy }));
  if (at !== 'identifying' && at !== 'inspecting') return [];
  const codes = [{}, ...recoveryCodeSets.map((recoveryCodes) => ({ recoveryCodes }))];
  const strict = strictPolicies.flatMap((policy) => codes.map((known) => ({ policy, ...known })));
  return at === 'inspecting' ? [...strict, ...unvouchedPolicies.map((policy) => ({ policy }))] : strict;
}

const policiesIn = ({ at }: FlowState) => (at === 'identifying' ? [...policies, ...identifyingPolicies] : policies);

const frozenAt = (now: Instant): Moment => plain(now, { ...emptyBudget, frozenUntil: later(now, 60) });

/** The rules say how a known password is changed, and ask for nothing else. Other requests matter until this one acts for the account. */
function circumstancesOfChange({ at }: FlowState): readonly Partial<Moment>[] {
  if (at === 'identifying') {
    return rivals.flatMap((rival) => [gateless, ...identifyingPolicies].map((policy) => ({ rival, policy })));
  }
  if (at === 'change-ready') {
    return rivals.flatMap((rival) => [gateless, formPolicy].map((policy) => ({ rival, policy })));
  }
  return at === 'inspecting' ? [...policies, ...strictPolicies].map((policy) => ({ policy })) : [];
}

/** Every rival with every rule where an account is identified or inspected; elsewhere each of them alone. */
function circumstancesFor(state: FlowState, now: Instant, kind: FlowKind): readonly Partial<Moment>[] {
  if (kind === 'change') return circumstancesOfChange(state);
  const usual = { usualApprovalSeconds: 240 };
  if (state.at === 'identifying' || state.at === 'inspecting') {
    const combined = rivals.flatMap((rival) =>
      policiesIn(state).flatMap((policy) => [
        { rival, policy },
        { rival, policy, ...usual },
      ]),
    );
    return [...combined, ...strictnessIn(state)];
  }
  // After the sign-in no rule speaks about an enrolment, and it has taken the place of any other.
  if ('changes' in state) return earliers(now).map((earlier) => ({ earlier }));
  // Each but the usual one, which stands in every other moment.
  return [
    ...rivals.filter((rival) => rival !== 'none').map((rival) => ({ rival })),
    ...policies.filter((policy) => policy !== gateless).map((policy) => ({ policy })),
    ...strictnessIn(state),
    { isSendingElsewhere: true },
  ];
}
