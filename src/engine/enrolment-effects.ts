// The effects of an enrolment: bind, link, unlink, announce. All by ids, so each may be repeated after a lost answer.
import type { Effect } from '../flows/effect.ts';
import type { Enrolments, NewContacts, Notices } from '../flows/enrolment-ports.ts';
import type { FlowEvent } from '../flows/event.ts';
import type { AccountId, FlowId, Instant } from '../flows/ids.ts';
import { type Outcome, success } from '../flows/outcome.ts';
import type { Clock } from '../flows/ports.ts';
import type { Flow, FlowState } from '../flows/state.ts';
import type { Bindings } from '../flows/store.ts';
import { unreachable } from '../flows/unreachable.ts';

export interface EnrolmentWorld {
  readonly enrolments: Enrolments;
  readonly newContacts: NewContacts;
  readonly notices: Notices;
  readonly bindings: Bindings;
  readonly clock: Clock;
  /** Where an older contact disowns this change of the flow. The address is a secret of the call. */
  readonly noticeUrl: (flow: FlowId, change: number, at: Instant) => string;
}

type EnrolmentEffect = Extract<
  Effect,
  { do: 'bind-actor' | 'link-contact' | 'unlink-contact' | 'confirm-contact' | 'discard-contact' | 'announce' }
>;

export async function performEnrolment(
  effect: EnrolmentEffect,
  flow: Flow,
  world: EnrolmentWorld,
): Promise<Outcome<FlowEvent | undefined>> {
  if (effect.do === 'discard-contact') {
    const discarded = await world.newContacts.discard(effect.contact, flow.startedAt);
    return discarded.ok ? success(undefined) : discarded;
  }
  const { account } = effect;
  switch (effect.do) {
    case 'bind-actor': {
      const bound = await world.enrolments.bind(account, flow.actor);
      if (!bound.ok) return bound;
      await world.bindings.keep(flow.actor, account, world.clock.now());
      return withContacts('actor.bound', account, world);
    }
    case 'link-contact': {
      const linked = await world.newContacts.link(account, effect.contact, world.clock.now());
      if (!linked.ok) return linked;
      if (linked.value === 'elsewhere') return success({ type: 'contact.not-new', because: 'elsewhere' });
      return withContacts('contact.linked', account, world);
    }
    case 'unlink-contact': {
      if (effect.report) return remove(effect, flow, world);
      const unlinked = await world.newContacts.unlink(account, effect.contact, world.clock.now());
      return unlinked.ok ? success(undefined) : unlinked;
    }
    case 'confirm-contact': {
      const confirmed = await world.newContacts.confirm(account, effect.contact);
      return confirmed.ok ? success(undefined) : confirmed;
    }
    case 'announce':
      return announce(effect, flow, world);
    default:
      return unreachable(effect);
  }
}

/** The contact itself is told too. If the process dies in between, only the others are: they are told by an effect of their own. */
async function remove(
  { account, contact }: Extract<Effect, { do: 'unlink-contact' }>,
  flow: Flow,
  { newContacts, notices, noticeUrl, enrolments, clock }: EnrolmentWorld,
): Promise<Outcome<FlowEvent | undefined>> {
  const { state } = flow;
  const tellRemoved = await notices.beforeRemoval(account, contact, clock.now());
  const unlinked = await newContacts.unlink(account, contact, clock.now());
  if (!unlinked.ok) return unlinked;
  const removed = removedIn(state);
  if (removed !== undefined) {
    const at = clock.now();
    const disownUrl = noticeUrl(flow.id, removed.change, at);
    await tellRemoved({ account, actor: flow.actor, what: 'removed', contact: removed.about, at, disownUrl });
  }
  return withContacts('contact.unlinked', account, { enrolments });
}

/** What is being taken out, and the number that this change gets. */
function removedIn(state: FlowState) {
  if (state.at === 'unlinking') return { about: state.about, change: state.changes.length };
  return state.at === 'removing' ? { about: state.removal.about, change: 0 } : undefined;
}

async function withContacts(
  type: 'actor.bound' | 'contact.linked' | 'contact.unlinked',
  account: AccountId,
  { enrolments }: Pick<EnrolmentWorld, 'enrolments'>,
): Promise<Outcome<FlowEvent>> {
  const contacts = await enrolments.contacts(account);
  return contacts.ok ? success({ type, contacts: contacts.value }) : contacts;
}

async function announce(
  { account, change, made }: Extract<Effect, { do: 'announce' }>,
  flow: Flow,
  { notices, noticeUrl }: EnrolmentWorld,
): Promise<Outcome<undefined>> {
  const { at } = made;
  const told = await notices.contactChanged({
    ...{ account, actor: flow.actor },
    ...made,
    disownUrl: noticeUrl(flow.id, change, at),
  });
  return told.ok ? success(undefined) : told;
}
