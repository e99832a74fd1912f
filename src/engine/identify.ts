// Who is writing, as the platform vouches for them → their account. The account's own record of whom it is bound to comes first;
// their work address is the fallback.
import { type Channel, usableContacts } from '../flows/contact.ts';
import type { FlowEvent } from '../flows/event.ts';
import { type ActorId, type Instant, isVouched } from '../flows/ids.ts';
import { type Outcome, success } from '../flows/outcome.ts';
import type { PolicyRules } from '../flows/policy.ts';
import type { Directory, Match, MayText, People, Unmatched } from '../flows/ports.ts';
import type { Flow } from '../flows/state.ts';
import type { Bindings } from '../flows/store.ts';

export interface IdentifyParts {
  readonly people: People;
  readonly directory: Pick<Directory, 'match' | 'bound'>;
  readonly bindings: Bindings;
  /** Absent: nobody types a name. */
  readonly typed?: TypedIdentification;
}

/** For people who typed a name: where their code goes, and whether one may be sent now. */
export interface TypedIdentification {
  readonly proof: Channel;
  takeCode(actor: ActorId): Promise<boolean>;
  /** Whether a text message may be sent, so that nobody runs up the phone bill with names that they typed. */
  mayText(actor: ActorId): MayText;
}

export interface Identified {
  readonly report: Outcome<FlowEvent | undefined>;
  readonly unmatched?: Unmatched;
}

export async function identify(
  flow: Flow,
  parts: IdentifyParts,
  policy: PolicyRules,
  now: Instant,
): Promise<Identified> {
  const unknown = success({ type: 'person.unknown' } as const);
  const person = await parts.people.lookUp(flow.actor);
  if (!person.ok) {
    if (person.failure.kind !== 'absent') return { report: person };
    return { report: unknown, unmatched: 'unknown-on-platform' };
  }
  if (person.value.is === 'refused') {
    const { because } = person.value;
    return { report: success({ type: 'person.refused', because }), unmatched: because };
  }
  const match = await matchOf(flow.actor, person.value.workEmail, parts, now);
  if (!match.ok) return { report: match };
  if (match.value.is === 'none') return { report: unknown, unmatched: match.value.because };
  if (!isVouched(flow.actor)) return identifyTyped(flow, match.value, parts, policy, now);
  const { account, contacts, binding } = match.value;
  const report = success({ type: 'person.identified', account, contacts, binding } as const);
  const unmatched = flow.kind === 'enroll' ? undefined : hindranceOf(match.value, policy, now);
  return unmatched === undefined ? { report } : { report, unmatched };
}

/**
 * Nobody vouches for who typed the name. So they choose nothing before the proof, and whoever has no contact of the one kind that the
 * policy names gets as far as somebody without an account.
 */
async function identifyTyped(
  flow: Flow,
  { account, contacts, lacks }: Extract<Match, { is: 'account' }>,
  { typed }: IdentifyParts,
  policy: PolicyRules,
  now: Instant,
): Promise<Identified> {
  const unknown = success({ type: 'person.unknown' } as const);
  if (typed === undefined || policy.binding === 'required') return { report: unknown, unmatched: 'not-bound' };
  const { usable } = usableContacts(contacts, policy.contacts, now);
  const chosen = usable.find(({ channel }) => channel === typed.proof);
  if (chosen === undefined) return { report: unknown, unmatched: lacks ?? 'no-contact' };
  if (!(await typed.takeCode(flow.actor))) return { report: unknown };
  return { report: success({ type: 'person.identified', account, contacts, binding: 'free', sendTo: chosen.ref }) };
}

/** Why no request of this person comes to a code although there is an account. The flow itself judges by the same rules. */
function hindranceOf(
  { binding, contacts, lacks }: Extract<Match, { is: 'account' }>,
  policy: PolicyRules,
  now: Instant,
): Unmatched | undefined {
  if (binding === 'others' || (policy.binding === 'required' && binding !== 'bound')) return 'not-bound';
  if (lacks !== undefined) return lacks;
  const { usable, next } = usableContacts(contacts, policy.contacts, now);
  if (usable.length > 0) return undefined;
  return next === undefined ? 'unconfirmed-contact' : 'resting-contact';
}

/**
 * The index knows which account to look at first, so that a changed address or two accounts with one address do not matter. The
 * account's own record decides: where it does not name this person, the index is wrong, and is mended.
 */
export async function matchOf(
  actor: ActorId,
  workEmail: string,
  { directory, bindings }: Pick<IdentifyParts, 'directory' | 'bindings'>,
  now: Instant,
): Promise<Outcome<Match>> {
  const indexed = await bindings.accountOf(actor);
  if (indexed !== undefined) {
    const bound = await directory.bound(indexed, actor);
    if (bound.ok ? bound.value.is === 'account' : bound.failure.kind !== 'absent') return bound;
    await bindings.forget(actor);
  }
  const match = await directory.match(workEmail, actor);
  if (match.ok && match.value.is === 'account' && match.value.binding === 'bound') {
    await bindings.keep(actor, match.value.account, now);
  }
  return match;
}
