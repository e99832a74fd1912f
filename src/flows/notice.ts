// What happened to an account without a request here, and how its people are told: each by a request of their own that is closed from
// its first moment. So they have a message, and their "it wasn't me" does what it does after any other request. It grants nothing.
import type { ContactRules } from './contact.ts';
import { type Decision, type Moment, type Moved, mailedPageOf, moved, ownPageOf, tell } from './decision.ts';
import type { Effect } from './effect.ts';
import { changeIn, type Ending } from './ending.ts';
import type { ContactChangeMade } from './enrolment-state.ts';
import { type AccountId, type Instant, later } from './ids.ts';
import { sameChangeSeconds } from './limits.ts';
import type { GatedKind } from './policy.ts';
import { changed, endOldSessions, isOfPage, isPageUnseen } from './reset.ts';
import {
  accountOf,
  type Closed,
  type FlowKind,
  type FlowState,
  firstAccepted,
  isOldPasswordUnseen,
  proofOf,
} from './state.ts';

/**
 * `at`: when the password was changed; or when the code was accepted of somebody whom no chat vouches for, in a request of this kind.
 * `changedAt`: when they had a new password; without it, what is told is that they asked.
 * `made`: the contact from a file, as its owner is told of it.
 */
export type Occasion =
  | {
      readonly what: 'requested-elsewhere';
      readonly kind: GatedKind;
      readonly at: Instant;
      readonly changedAt?: Instant;
    }
  | { readonly what: 'password-changed'; readonly at: Instant }
  | { readonly what: 'contact-imported'; readonly made: ContactChangeMade };

export interface Notice {
  readonly kind: FlowKind;
  readonly state: Closed;
  readonly effects: readonly Effect[];
}

/** `isFirst`: of the account's people. The sessions are ended once for all of them. */
export function beginNotice(
  account: AccountId,
  occasion: Occasion,
  { now, rules, isFirst }: { readonly now: Instant; readonly rules: ContactRules; readonly isFirst: boolean },
): Notice {
  const closed = { at: 'closed', closedAt: now, account, approvals: [], helpdeskKnows: false } as const;
  if (occasion.what === 'contact-imported') {
    const enrolment = { changes: [occasion.made], contacts: [] };
    const confirming = rules.unconfirmed === 'usable' ? {} : { mustBeConfirmed: true as const };
    const ending: Ending = { outcome: 'done', because: 'contact-imported', ...confirming };
    return { kind: 'enroll', state: { ...closed, ending, enrolment }, effects: [tell] };
  }
  if (occasion.what === 'requested-elsewhere') {
    const { what: because, at: provenAt, changedAt } = occasion;
    const ending: Ending = { outcome: 'done', because, provenAt, ...(changedAt === undefined ? {} : { changedAt }) };
    return { kind: occasion.kind, state: { ...closed, ending }, effects: [tell] };
  }
  const change = isFirst ? changed(occasion.at) : { changedAt: occasion.at };
  const state: Closed = { ...closed, ending: { outcome: 'done', because: 'changed-elsewhere', ...change } };
  return { kind: 'reset', state, effects: [...(isFirst ? [endOldSessions(account)] : []), tell] };
}

const ofNotices: ReadonlySet<Ending['because']> = new Set([
  ...(['requested-elsewhere', 'changed-elsewhere', 'contact-imported'] as const),
]);

/** Nobody asked for this. */
export const isNotice = (state: FlowState): state is Closed =>
  state.at === 'closed' && ofNotices.has(state.ending.because);

/**
 * With the order to tell the people of the account that a request for which no chat vouches has changed the password: in their chat nobody
 * asked, so nothing there shows it.
 */
export function withChangeTold(from: FlowState, decision: Moved, { policy }: Moment): Moved {
  const { state } = decision;
  const changedAt = seenChange(state);
  if (policy.announcesRequests !== true || changedAt === undefined || seenChange(from) !== undefined) return decision;
  const proof = firstAccepted(proofOf(state));
  const account = accountOf(state);
  if (proof === undefined || account === undefined) return decision;
  const order: Effect = { do: 'announce-request', account, of: 'reset', at: proof.at, changedAt };
  return { ...decision, effects: [...decision.effects, order] };
}

/** With which the request ended, or that was found afterwards. */
function seenChange(state: FlowState): Instant | undefined {
  if (state.at !== 'closed') return undefined;
  return state.ending.because === 'password-changed' ? state.ending.changedAt : state.lateChange?.changedAt;
}

/** What the sessions came to. Of the account's people only the first one has this order. */
export function noticeSessionsEnded(state: Closed, how: 'asked' | 'unavailable'): Decision | undefined {
  const { ending } = state;
  if (ending.because !== 'changed-elsewhere' || ending.sessions !== 'ending') return undefined;
  return moved({ ...state, ending: { ...ending, sessions: how } }, [tell]);
}

/**
 * Whose change of the password this is, as far as the account's requests say. `request`: of the page of one, which waits for it or will
 * find it. `perhaps-request`: at this moment that page is being opened again, or an old password is being looked at. `told`: its people
 * know of it.
 */
export type ChangeBy = 'request' | 'perhaps-request' | 'told' | 'nobody-here';

export function changeBy(changedAt: Instant, states: readonly FlowState[]): ChangeBy {
  if (states.some((state) => isTold(state, changedAt))) return 'told';
  if (states.some((state) => isOnPage(state, changedAt))) return 'request';
  return states.some((state) => mayBeBehind(state, changedAt)) ? 'perhaps-request' : 'nobody-here';
}

/** The page is being opened again; or the old password is being looked at, and a wrong one changes nothing. */
function mayBeBehind(state: FlowState, changedAt: Instant): boolean {
  if (state.at === 'setting-password') return isOldPasswordUnseen(state) && isOfPage(ownPageOf(state), changedAt);
  return state.at === 'opening' && state.before !== undefined && isOfPage(state.before, changedAt);
}

function isOnPage(state: FlowState, changedAt: Instant): boolean {
  if (state.at === 'changing') return isOfPage(state, changedAt);
  if (isOldPasswordUnseen(state)) return false;
  if (state.at === 'mailing') return isOfPage(mailedPageOf(state), changedAt);
  if (state.at === 'setting-password' || state.at === 'confirming-password')
    return isOfPage(ownPageOf(state), changedAt);
  return state.at === 'closed' && state.page !== undefined && isPageUnseen(state) && isOfPage(state.page, changedAt);
}

function isTold(state: FlowState, changedAt: Instant): boolean {
  if (state.at !== 'closed') return false;
  const known = [state.lateChange?.changedAt, changeIn(state.ending).changedAt];
  return known.some((at) => at !== undefined && isSameChange(at, changedAt));
}

/** The provider reports one change by several ways, a second or more apart. */
export const isSameChange = (one: Instant, other: Instant): boolean =>
  one < later(other, sameChangeSeconds) && other < later(one, sameChangeSeconds);
