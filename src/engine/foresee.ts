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
import type { AccountFacts, GatedKind } from '../flows/policy.ts';
import type { FlowState, Subject } from '../flows/state.ts';

export interface Foreseen {
  /** What would end the request, the earliest first; none: it would go through. `again`: from when it would not. */
  readonly hindrances: readonly { readonly because: Ending['because'] | 'cool-down'; readonly again?: Instant }[];
  /** An unlock of an account that is not locked: nothing would be done. */
  readonly needless: boolean;
}

interface ForeseenOf {
  readonly kind: GatedKind;
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
  const steps = [identified, ...(sent === undefined ? codes.slice(0, 1) : []), inspected];
  const found = steps.flatMap((step) => hindranceIn(step) ?? []);
  return {
    hindrances: found.filter(({ because }, nth) => found.findIndex((each) => each.because === because) === nth),
    needless: inspected.kind === 'moved' && isEnd(inspected.state, 'not-locked'),
  };
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
