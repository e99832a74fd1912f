// The effects of an enrolment: bind, link, unlink, announce. All by ids, so each may be repeated after a lost answer.

import type { Logger } from 'pino';
import type { Effect } from '../flows/effect.ts';
import type { ChatNotices, ContactChange, Enrolments, NewContacts, Notices } from '../flows/enrolment-ports.ts';
import type { FlowEvent } from '../flows/event.ts';
import { type AccountId, actorParts, type FlowId, type Instant } from '../flows/ids.ts';
import { failed, type Outcome, success } from '../flows/outcome.ts';
import type { Clock } from '../flows/ports.ts';
import type { Flow, FlowState } from '../flows/state.ts';
import type { Bindings } from '../flows/store.ts';
import { unreachable } from '../flows/unreachable.ts';

export interface EnrolmentWorld {
  readonly enrolments: Enrolments;
  readonly newContacts: NewContacts;
  readonly notices: Notices;
  readonly chatNotices: ChatNotices;
  readonly bindings: Bindings;
  readonly clock: Clock;
  readonly log: Logger;
  /** Where an older contact disowns this change of the flow. The address is a secret of the call. */
  readonly noticeUrl: (flow: FlowId, change: number, at: Instant) => string;
}

type EnrolmentEffect = Extract<
  Effect,
  {
    do:
      | 'bind-actor'
      | 'unbind-actor'
      | 'link-contact'
      | 'unlink-contact'
      | 'confirm-contact'
      | 'discard-contact'
      | 'announce';
  }
>;

export async function performEnrolment(
  effect: EnrolmentEffect,
  flow: Flow,
  world: EnrolmentWorld,
): Promise<Outcome<FlowEvent | undefined>> {
  if (effect.do === 'discard-contact') {
    const discarded = await world.newContacts.discard(effect.contact, flow.startedAt, effect.isProven === true);
    return discarded.ok ? success(undefined) : discarded;
  }
  const { account } = effect;
  switch (effect.do) {
    case 'bind-actor':
      return bind(account, flow, world);
    case 'unbind-actor':
      return unbind(account, flow, world);
    case 'link-contact': {
      const linked = await world.newContacts.link(account, effect.contact, world.clock.now());
      if (!linked.ok) return linked;
      if (linked.value === 'elsewhere') return success({ type: 'contact.not-new', because: 'elsewhere' });
      return withContacts('contact.linked', account, world);
    }
    case 'unlink-contact': {
      if (effect.report) return remove(effect, flow, world);
      const unlinked = await world.newContacts.unlink(account, effect.contact, world.clock.now());
      return unlinked.ok ? success({ type: 'change.undone', contact: effect.contact }) : unlinked;
    }
    case 'confirm-contact': {
      const confirmed = await world.newContacts.confirm(account, effect.contact);
      return confirmed.ok ? success(undefined) : confirmed;
    }
    case 'announce':
      return effect.by === 'mail' ? announce(effect, flow, world) : announceInChat(effect, flow, world);
    default:
      return unreachable(effect);
  }
}

async function bind(account: AccountId, flow: Flow, world: EnrolmentWorld): Promise<Outcome<FlowEvent>> {
  const bound = await world.enrolments.bind(account, flow.actor, flow.id, world.clock.now());
  if (!bound.ok) return bound;
  await world.bindings.keep(flow.actor, account, world.clock.now());
  const contacts = await world.enrolments.contacts(account);
  if (!contacts.ok) return contacts;
  const binding = bound.value === 'before' ? {} : { binding: bound.value };
  return success({ type: 'actor.bound', contacts: contacts.value, ...binding });
}

interface BindingWorld extends Pick<EnrolmentWorld, 'bindings' | 'clock'> {
  readonly enrolments: Pick<Enrolments, 'unbind' | 'boundPeople'>;
}

/** Out of the record, and of the index where that led to this account. */
export async function unbind(
  account: AccountId,
  flow: Pick<Flow, 'id' | 'actor'>,
  world: BindingWorld,
): Promise<Outcome<FlowEvent>> {
  const unbound = await world.enrolments.unbind(account, flow.actor, flow.id);
  if (!unbound.ok) return unbound;
  const isIndexed = (await world.bindings.accountOf(flow.actor)) === account;
  if (isIndexed && (unbound.value === 'unbound' || !(await isBound(account, flow, world)))) {
    await world.bindings.forget(flow.actor);
  }
  return success({ type: 'change.undone' });
}

/** An earlier try may have taken them out of the record, and died before the index; or another request has bound them, and they stay. */
async function isBound(
  account: AccountId,
  { actor }: Pick<Flow, 'actor'>,
  { enrolments, clock }: BindingWorld,
): Promise<boolean> {
  const people = await enrolments.boundPeople(account, clock.now());
  return !people.ok || people.value.some((person) => person.actor === actor);
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
  type: 'contact.linked' | 'contact.unlinked',
  account: AccountId,
  { enrolments }: Pick<EnrolmentWorld, 'enrolments'>,
): Promise<Outcome<FlowEvent>> {
  const contacts = await enrolments.contacts(account);
  return contacts.ok ? success({ type, contacts: contacts.value }) : contacts;
}

type Announcement = Extract<Effect, { do: 'announce' }>;

const changeOf = (
  { account, change, made }: Announcement,
  flow: Flow,
  { noticeUrl }: EnrolmentWorld,
): ContactChange => ({
  ...{ account, actor: flow.actor },
  ...made,
  disownUrl: noticeUrl(flow.id, change, made.at),
});

async function announce(effect: Announcement, flow: Flow, world: EnrolmentWorld): Promise<Outcome<undefined>> {
  const told = await world.notices.contactChanged(changeOf(effect, flow, world));
  return told.ok ? success(undefined) : told;
}

/**
 * Everybody else who is bound to the account. The chat that asked is told by the request itself. Whoever cannot be told for good, as
 * where their platform is off, holds up nobody.
 */
async function announceInChat(effect: Announcement, flow: Flow, world: EnrolmentWorld): Promise<Outcome<undefined>> {
  const { enrolments, chatNotices, log } = world;
  const bound = await enrolments.boundPeople(effect.account, effect.made.at);
  // Deleted meanwhile: then nobody is bound to it.
  if (!bound.ok) return bound.failure.kind === 'absent' ? success(undefined) : bound;
  const change = changeOf(effect, flow, world);
  const others = bound.value.filter(({ actor }) => actor !== flow.actor);
  const done = await Promise.all(
    others.map(async (person) => ({ person, told: await chatNotices.tell(person, change) })),
  );
  const failures = done.flatMap(({ person, told }) => (told.ok ? [] : [{ person, failure: told.failure }]));
  for (const { person, failure } of failures) {
    const { platform } = actorParts(person.actor);
    log.warn(
      { event: 'notice.chat-failed', flow: flow.id, actor: person.actor, platform, failure },
      'somebody who is bound to the account was not told of a change',
    );
  }
  const worthIt = failures.find(({ failure }) => failure.retry !== 'never');
  return worthIt === undefined ? success(undefined) : failed(worthIt.failure);
}
