// What would become of a request of somebody, found out by asking `decide` itself: so that what an operator is told never differs
// from what happens. Changes nothing.
import { begin } from '../flows/begin.ts';
import type { EnrolledContact } from '../flows/contact.ts';
import { usableContacts } from '../flows/contact.ts';
import { decide } from '../flows/decide.ts';
import type { Decision, Moment } from '../flows/decision.ts';
import type { Ending } from '../flows/ending.ts';
import type { Binding } from '../flows/enrolment-ports.ts';
import { type AccountId, type ActorId, flowId, type Instant } from '../flows/ids.ts';
import { type AccountFacts, changeWayFor, type GatedKind } from '../flows/policy.ts';
import type { FlowState, Subject } from '../flows/state.ts';

export interface Foreseen {
  /** What would end the request, the earliest first; none: it would go through. `again`: from when it would not. */
  readonly hindrances: readonly { readonly because: Ending['because'] | 'cool-down'; readonly again?: Instant }[];
  /** An unlock of an account that is not locked: nothing would be done. */
  readonly needless: boolean;
}

interface ForeseenOf {
  readonly kind: GatedKind | 'change';
  readonly account: AccountId;
  readonly contacts: readonly EnrolledContact[];
  readonly binding: Binding;
  readonly facts: AccountFacts;
}

/** Each step is tried by itself: what would hinder a later one is told also where an earlier one fails. */
export function foresee(
  { kind, account, contacts, binding, facts }: ForeseenOf,
  actor: ActorId,
  moment: Moment,
): Foreseen {
  const { now, policy } = moment;
  const subject: Subject = { id: flowId('foreseen'), kind, actor, startedAt: now };
  if (kind === 'change') return foreseeChange({ account, contacts, binding, facts }, subject, moment);
  const started = begin(now, policy.limits).state;
  const identified = decide(subject, started, { type: 'person.identified', account, contacts, binding }, moment);
  const { usable } = usableContacts(contacts, policy.contacts, now);
  const [first] = usable;
  const choosing: FlowState = { at: 'choosing-contact', account, contacts: usable, until: started.until };
  const codes = usable.map(({ ref }) =>
    decide(subject, choosing, { type: 'code.requested', by: actor, contact: ref }, moment),
  );
  const inspecting: FlowState = {
    at: 'inspecting',
    account,
    proof: { channel: first?.channel ?? 'email', at: now },
    ...(first === undefined ? {} : { remaining: { proven: first.ref, contacts: usable.slice(1) } }),
    delayed: false,
    until: started.until,
  };
  const inspected = decide(subject, inspecting, { type: 'account.inspected', facts }, moment);
  const sent = codes.find((code) => hindranceIn(code) === undefined);
  return {
    hindrances: hindrancesIn([identified, ...(sent === undefined ? codes.slice(0, 1) : []), inspected]),
    needless: inspected.kind === 'moved' && isEnd(inspected.state, 'not-locked'),
  };
}

/** Neither a contact nor a code is needed: a sign-in, or the old password on the page of ours. */
function foreseeChange(
  { account, contacts, binding, facts }: Omit<ForeseenOf, 'kind'>,
  subject: Subject,
  moment: Moment,
): Foreseen {
  const { now, policy, freshLink: link } = moment;
  const started = begin(now, policy.limits).state;
  const { until } = started;
  const identified = decide(subject, started, { type: 'person.identified', account, contacts, binding }, moment);
  const page: FlowState = { at: 'choosing-password', account, approvals: [], link, left: 1, oldLeft: 1, until };
  const submitted = decide(subject, page, { type: 'password.submitted', link }, moment);
  const proof = { channel: 'sign-in', at: now } as const;
  const inspecting: FlowState = { at: 'inspecting', account, proof, delayed: false, until };
  const inspected = decide(subject, inspecting, { type: 'account.inspected', facts }, moment);
  const isByForm = changeWayFor(policy.rules, account, facts) === 'form';
  return {
    hindrances: hindrancesIn([identified, ...(isByForm ? [submitted] : []), inspected]),
    needless: false,
  };
}

/** The first of each kind. */
function hindrancesIn(steps: readonly Decision[]): Foreseen['hindrances'] {
  const found = steps.flatMap((step) => hindranceIn(step) ?? []);
  return found.filter(({ because }, nth) => found.findIndex((each) => each.because === because) === nth);
}

const isEnd = (state: FlowState, because: Ending['because']): boolean =>
  state.at === 'closed' && state.ending.because === because;

function hindranceIn(decision: Decision): Foreseen['hindrances'][number] | undefined {
  if (decision.kind === 'ignored')
    return { because: 'cool-down', ...(decision.again === undefined ? {} : { again: decision.again }) };
  const { state } = decision;
  if (state.at !== 'closed' || state.ending.outcome === 'done') return undefined;
  const { ending } = state;
  return { because: ending.because, ...('again' in ending ? { again: ending.again } : {}) };
}
