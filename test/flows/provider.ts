// How the model's provider and workers carry out orders: correctly, slowly, not at all, or without reporting.

import type { EnrolledContact } from '../../src/flows/contact.ts';
import type { Binding } from '../../src/flows/enrolment-ports.ts';
import type { NewContact } from '../../src/flows/enrolment-state.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import { type ContactRef, contactRef, type FlowId, type Instant, later } from '../../src/flows/ids.ts';
import { adriftSeconds, setSeconds } from '../../src/flows/limits.ts';
import { hasOpened } from '../../src/flows/reset.ts';
import { email, enrolled, healthy, newEmail, noon, text } from './cast.ts';
import { apply, isObsolete, type Model, type Order, theAccount } from './model.ts';

/**
 * `lost`: carried out, but the worker died before it reported. `slow`: under way, carried out and reported later.
 */
export type Fate =
  | 'done'
  | 'slow'
  | 'delayed'
  | 'failed'
  | 'doubtful'
  | 'lost'
  | 'disabled'
  | 'barred'
  | 'again'
  | 'left'
  | 'not-asked';

/**
 * Carries out the order at this index of the outbox. Only reported orders leave the outbox: the others are tried again.
 */
export function perform(model: Model, index: number, fate: Fate): void {
  const place = index % Math.max(1, model.outbox.length);
  const order = model.outbox[place];
  if (order === undefined) return;
  if (order.effect.do === 'send-code' && !isObsolete(model, order) && leaves(model, order, fate)) {
    model.outbox.splice(place, 1);
    return;
  }
  const event = isObsolete(model, order) ? undefined : outcomeOf(model, order, fate);
  if (event === 'nobody-says') return;
  if (event?.type !== 'effect.delayed') model.outbox.splice(place, 1);
  if (event !== undefined) report(model, order.flow, event);
}

/** Tried until it is done: a contact is taken out for safety, the others are told of a change. */
export const isOwed = ({ effect }: Order): boolean =>
  effect.do === 'announce' || effect.do === 'unbind-actor' || (effect.do === 'unlink-contact' && !effect.report);

/** Everything that is still owed, as after the longest outage. What it leads to is carried out too, and nothing waits for a look that comes too soon. */
export function carryOutAll(model: Model): void {
  for (let turns = 0; model.outbox.length > 0 && turns < 200; turns += 1) perform(model, turns, 'done');
}

/** True where the try goes on. A try that was given up may still be carried out later, unnoticed. */
function leaves(model: Model, order: Order, fate: Fate): boolean {
  const isSlow = fate === 'slow';
  const isGivenUp = fate === 'delayed' || fate === 'failed';
  if (isSlow || isGivenUp) model.flights.push({ order, since: model.now, isHeard: isSlow, isLeased: isSlow });
  return isSlow;
}

/** A send under way is carried out, and is reported if its sender still waits for it. */
export function arrive(model: Model, index: number): void {
  const [flight] = model.flights.splice(index % Math.max(1, model.flights.length), 1);
  if (flight === undefined) return;
  const { order, isHeard, isLeased } = flight;
  const event = carriedOut(model, order, 'done');
  if (isHeard && event !== undefined) report(model, order.flow, event);
  else if (isLeased) model.outbox.push(order);
}

function outcomeOf(model: Model, order: Order, fate: Fate): FlowEvent | 'nobody-says' | undefined {
  const of = order.effect.do;
  if (isOwed(order) && fate !== 'done') return 'nobody-says';
  if (fate === 'delayed') return { type: 'effect.delayed', of };
  if (fate === 'doubtful' && of === 'lift-lock') return { type: 'effect.doubtful', of };
  if (fate === 'failed') return { type: 'effect.failed', of, because: 'unreachable' };
  const event = carriedOut(model, order, fate);
  return fate === 'lost' ? 'nobody-says' : event;
}

/** A recovery is asked for by whoever may recover the account: who may not gets no further than that. */
function bindingOf({ flows, provider: { bound } }: Model, id: FlowId): { readonly binding?: Binding } {
  const flow = flows.find((each) => each.id === id);
  if (flow?.kind !== 'enroll' && flow?.kind !== 'change') return {};
  return { binding: bound.has(flow.actor) ? 'bound' : bound.size > 0 ? 'others' : 'free' };
}

function carriedOut(model: Model, order: Order, fate: Fate): FlowEvent | undefined {
  const { provider } = model;
  const { flow, effect } = order;
  switch (effect.do) {
    case 'identify':
      return {
        ...{ type: 'person.identified', account: theAccount, contacts: [...provider.linked.values()] },
        ...bindingOf(model, flow),
      };
    case 'send-code':
      if (!provider.linked.has(effect.contact))
        return { type: 'effect.failed', of: 'send-code', because: 'refused-by-provider' };
      if (isResting(model, effect.contact)) provider.usedTooSoon += 1;
      sendTo(model, addressOf(effect.contact), order);
      return { type: 'code.sent', contact: effect.contact };
    case 'send-new-code':
      sendTo(model, addressOf(draftKeyOf(order)), order);
      return { type: 'new-code.sent' };
    case 'inspect-account':
      return {
        type: 'account.inspected',
        facts: {
          ...healthy,
          disabled: fate === 'disabled',
          choosesPassword: isSetHere(order) ? 'here' : 'at-provider',
          appMetadata: isMailed(order) ? { mailed: true } : {},
          ...(fate === 'barred' ? { barrier: 'protected' as const } : {}),
        },
      };
    case 'lift-lock':
      if (fate === 'left') return { type: 'person.refused', because: 'deactivated' };
      if (fate === 'disabled') return { type: 'account.found-disabled' };
      if (fate === 'barred') return { type: 'account.found-barred', barrier: 'protected' };
      provider.lifts.push(flow);
      return { type: fate === 'again' ? 'lock.stood-again' : 'lock.lifted' };
    case 'mail-link':
      if (fate === 'left') return { type: 'person.refused', because: 'deactivated' };
      if (fate === 'disabled') return { type: 'link.not-mailed', because: 'disabled' };
      provider.mails.push(flow);
      return { type: 'link.mailed' };
    case 'look-at-password': {
      const set = provider.passwords.find(({ at }) => at >= effect.since);
      if (set !== undefined) return { type: 'password.set', at: set.at };
      if (model.now < later(effect.since, setSeconds + adriftSeconds)) return { type: 'effect.delayed', of: effect.do };
      return { type: 'password.not-seen', is: fate === 'disabled' ? 'unknown' : 'not-set' };
    }
    case 'end-sessions':
      return effect.report ? { type: 'sessions.ended', how: 'asked' } : undefined;
    default:
      return ofEnrolment(model, order, fate);
  }
}

export const addressOf = (ref: ContactRef): string =>
  ref === text.ref
    ? 'phone'
    : ref === email.ref || ref === ownAddressAgain.key || ref.startsWith(again)
      ? 'home'
      : 'new';
const again = 'email|again';
/** The address of a contact that the account has already, unless it was taken out before. */
export const ownAddressAgain: NewContact = { channel: 'email', masked: email.masked, key: contactRef('new|home') };

const draftKeyOf = ({ about }: Order): ContactRef => about ?? newEmail.key;

function sendTo({ provider }: Model, address: string, order: Order): void {
  provider.codesSent += 1;
  provider.codes.set(address, { code: provider.codesSent, orderedBy: order });
}

const restsUntil = (since: Instant | undefined): Instant => later(since ?? noon, 24 * 3_600);
function isResting({ provider, now }: Model, ref: ContactRef): boolean {
  const contact = provider.linked.get(ref);
  return contact?.rests === true && now < restsUntil(contact.since);
}

function ofEnrolment(model: Model, { flow, effect }: Order, fate: Fate): FlowEvent | undefined {
  const { provider, now } = model;
  const contacts = () => [...provider.linked.values()];
  switch (effect.do) {
    case 'bind-actor':
      return boundIn(model, flow, contacts());
    case 'unbind-actor':
      for (const [actor, by] of provider.bound) if (by === flow) provider.bound.delete(actor);
      return { type: 'change.undone' };
    case 'link-contact': {
      // An earlier try whose answer was lost may have linked it to this account: then nobody else has it.
      if (fate === 'left' && !provider.linked.has(effect.contact))
        return { type: 'contact.not-new', because: 'elsewhere' };
      const isFirst =
        provider.linked.size === 0 && (provider.removedAt === undefined || now >= restsUntil(provider.removedAt));
      const { contact: ref } = effect;
      if (!provider.linked.has(ref)) {
        const masked = addressOf(ref) === 'home' ? ownAddressAgain.masked : newEmail.masked;
        provider.linked.set(ref, { ref, channel: 'email', masked, since: now, ...(isFirst ? {} : { rests: true }) });
        provider.links.push({ flow, contact: ref });
      }
      return { type: 'contact.linked', contacts: contacts() };
    }
    case 'unlink-contact':
      provider.removedAt = now;
      provider.linked.delete(effect.contact);
      return effect.report
        ? { type: 'contact.unlinked', contacts: contacts() }
        : { type: 'change.undone', contact: effect.contact };
    case 'announce':
      provider.announced.push(effect.made);
      return undefined;
    default:
      return undefined;
  }
}

function boundIn({ provider, flows }: Model, flow: FlowId, contacts: readonly EnrolledContact[]): FlowEvent {
  const actor = flows.find(({ id }) => id === flow)?.actor;
  if (actor !== undefined && !provider.bound.has(actor)) provider.bound.set(actor, flow);
  const isNew = actor !== undefined && provider.bound.get(actor) === flow;
  return { type: 'actor.bound', contacts, ...(isNew ? { binding: 'another' } : {}) };
}

/** Carries out the call that holds a secret, and removes it: it is never repeated. */
export function answer(model: Model, index: number, fate: Fate): void {
  const place = index % Math.max(1, model.calls.length);
  const [call] = model.calls.splice(place, 1);
  if (call === undefined) return;
  if (call.effect.do === 'mint-ticket') mint(model, call, fate);
  if (call.effect.do === 'set-password') setPassword(model, call, fate);
  if (call.effect.do === 'change-password') changePassword(model, call, fate);
  if (call.effect.do === 'check-code') check(model, call, call.effect.contact, fate);
  if (call.effect.do === 'check-recovery-code') checkRecoveryCode(model, call, fate);
  if (call.effect.do === 'send-new-code') sendNew(model, call, fate);
  if (call.effect.do === 'check-new-code') checkNew(model, call, fate);
}

function mint(model: Model, { flow }: Order, fate: Fate): void {
  if (fate === 'left') {
    report(model, flow, { type: 'person.refused', because: 'deactivated' });
    return;
  }
  if (fate === 'not-asked' || fate === 'disabled') {
    const because = fate === 'disabled' ? 'disabled' : 'unreachable';
    report(model, flow, { type: 'ticket.not-minted', because });
    return;
  }
  model.provider.tickets.push(flow);
  if (fate === 'lost') return;
  const from = model.flows.find(({ id }) => id === flow)?.state;
  const decision = apply(model, flow, { type: 'ticket.minted' });
  // Only now does the browser get the ticket.
  if (from !== undefined && decision.kind === 'moved' && hasOpened(from, decision.state)) model.handedOver.push(flow);
}

/** A call that is lost may be carried out all the same, or not. */
function setPassword(model: Model, { flow, number }: Order, fate: Fate): void {
  if (fate === 'left') {
    report(model, flow, { type: 'person.refused', because: 'deactivated' });
    return;
  }
  if (fate === 'not-asked' || fate === 'disabled') {
    const because = fate === 'disabled' ? 'disabled' : 'unreachable';
    apply(model, flow, { type: 'password.not-set', because });
    return;
  }
  if (fate === 'failed') {
    apply(model, flow, { type: 'password.refused', rules: ['too-weak'] });
    return;
  }
  if (fate !== 'lost' || number % 2 === 0) model.provider.passwords.push({ flow, at: model.now });
  if (fate === 'lost') return;
  if (fate === 'slow') apply(model, flow, { type: 'password.unknown' });
  else apply(model, flow, { type: 'password.set', at: model.now });
}

/** What is typed in place of a password, by its number. */
export const rightPassword = 1;
export const wrongPassword = 0;

/** What the provider or the directory may answer before it looks at the old password. */
const withoutLook: Readonly<Partial<Record<Fate, FlowEvent>>> = {
  left: { type: 'person.refused', because: 'deactivated' },
  'not-asked': { type: 'password.not-set', because: 'unreachable' },
  disabled: { type: 'password.not-set', because: 'disabled' },
  barred: { type: 'old-password.rejected', because: 'locked' },
  again: { type: 'password.too-soon', from: later(noon, 40 * 86_400) },
};

/** Looks at the old password, and sets the new one in the same call. Where it is lost, it may be carried out all the same. */
function changePassword(model: Model, call: Order, fate: Fate): void {
  const { flow, typed } = call;
  const { provider, now } = model;
  const unseen = withoutLook[fate];
  if (unseen !== undefined) {
    apply(model, flow, unseen);
    return;
  }
  if (typed !== rightPassword) {
    provider.refusedAt.push(now);
    provider.wrongPasswords.push(flow);
    if (fate === 'slow') apply(model, flow, { type: 'password.unknown' });
    else if (fate !== 'lost') apply(model, flow, { type: 'old-password.rejected', because: 'wrong' });
    return;
  }
  if (fate === 'delayed') {
    provider.askedForMore.push(flow);
    apply(model, flow, { type: 'old-password.rejected', because: 'not-enough' });
    return;
  }
  provider.rightPasswords.push(flow);
  setPassword(model, call, fate);
}

/** Each of these one in three, as if it were another account. */
const isSetHere = ({ flow }: Order): boolean => numberOf(flow) % 3 === 1;
const isMailed = ({ flow }: Order): boolean => numberOf(flow) % 3 === 2;
const numberOf = (flow: FlowId): number => Number(/\d+/.exec(flow)?.[0] ?? 0);

/** The one call that holds the code reports the verdict on it, once, and never repeats it. */
function check(model: Model, { flow, typed }: Order, contact: ContactRef, fate: Fate): void {
  const verdict = fate === 'not-asked' ? undefined : verdictOf(model, flow, contact, typed);
  if (fate === 'lost') return;
  if (verdict === undefined) apply(model, flow, { type: 'code.unchecked', because: 'not-asked' });
  else if (fate === 'failed') apply(model, flow, { type: 'code.unchecked', because: 'unknown' });
  else apply(model, flow, verdict);
}

function verdictOf(model: Model, flow: FlowId, contact: ContactRef, typed: number | undefined): FlowEvent {
  const { provider } = model;
  const orderedBy = takeCode(model, flow, addressOf(contact), typed);
  if (orderedBy === undefined) return { type: 'code.rejected', because: 'wrong' };
  if (orderedBy.flow !== flow) provider.acceptedElsewhere += 1;
  provider.acceptedFor.add(flow);
  provider.proofs.push({ flow, by: contact });
  return { type: 'code.accepted' };
}

const recoveryCodesInSet = 3;

/** The account's earlier ones are void. */
export function makeRecoveryCodes({ provider, now }: Model): void {
  const first = provider.recoveryCodesMade + 1;
  provider.recoveryCodesMade += recoveryCodesInSet;
  const codes = Array.from({ length: recoveryCodesInSet }, (_, nth) => first + nth);
  provider.recoveryCodes = { madeAt: now, used: new Map(codes.map((code) => [code, false])) };
}

/** As the store does it: of many at once one uses it, and only after that the request is told. */
function checkRecoveryCode(model: Model, { flow, typed = -1 }: Order, fate: Fate): void {
  const { provider, now } = model;
  if (fate === 'not-asked') {
    apply(model, flow, { type: 'recovery-code.unchecked' });
    return;
  }
  const { madeAt, used } = provider.recoveryCodes;
  const isRight = used.get(typed) === false && now >= restsUntil(madeAt);
  if (isRight) {
    used.set(typed, true);
    provider.proofs.push({ flow, by: 'recovery-code' });
  } else provider.refusedAt.push(now);
  if (fate === 'lost') return;
  const left = [...used.values()].filter((isUsed) => !isUsed).length;
  if (fate === 'failed') apply(model, flow, { type: 'recovery-code.unchecked' });
  else apply(model, flow, isRight ? { type: 'recovery-code.accepted', left } : { type: 'recovery-code.rejected' });
}

/** The order that sent this code, which is used with that; undefined where it is wrong. */
function takeCode(model: Model, flow: FlowId, address: string, typed: number | undefined): Order | undefined {
  const { provider, now, codeOrders } = model;
  const live = provider.codes.get(address);
  if (live?.code === typed && live !== undefined) {
    provider.codes.delete(address);
    return live.orderedBy;
  }
  const own = codeOrders.findLast((order) => order.flow === flow)?.number ?? 0;
  provider.refusedAt.push(now);
  provider.refusals.set(own, (provider.refusals.get(own) ?? 0) + 1);
  return undefined;
}

/** A code whose sender has given up may still be on its way. */
function sendNew(model: Model, call: Order, fate: Fate): void {
  if (fate === 'not-asked' || fate === 'disabled') {
    report(model, call.flow, { type: 'new-code.not-sent', because: fate === 'disabled' ? 'refused' : 'unreachable' });
    return;
  }
  if (fate === 'failed' || fate === 'delayed') {
    model.flights.push({ order: call, since: model.now, isHeard: false, isLeased: false });
    report(model, call.flow, { type: 'new-code.not-sent', because: 'unreachable' });
    return;
  }
  sendTo(model, addressOf(draftKeyOf(call)), call);
  if (fate !== 'lost') apply(model, call.flow, { type: 'new-code.sent' });
}

function checkNew(model: Model, call: Order, fate: Fate): void {
  const { provider } = model;
  const key = draftKeyOf(call);
  if (fate === 'not-asked') {
    apply(model, call.flow, { type: 'new-code.unchecked', because: 'not-asked' });
    return;
  }
  const orderedBy = takeCode(model, call.flow, addressOf(key), call.typed);
  if (fate === 'lost') return;
  if (fate === 'failed') apply(model, call.flow, { type: 'new-code.unchecked', because: 'unknown' });
  else if (orderedBy === undefined) apply(model, call.flow, { type: 'new-code.rejected', because: 'wrong' });
  else if ([...provider.linked.keys()].some((ref) => addressOf(ref) === addressOf(key)))
    apply(model, call.flow, { type: 'contact.not-new', because: 'already-yours' });
  else {
    // A contact that was taken out is deleted, so its address becomes a contact of another id.
    const contact = contactRef(`${key === ownAddressAgain.key ? again : enrolled.ref}-${provider.proven.length}`);
    provider.proven.push({ flow: call.flow, contact });
    apply(model, call.flow, { type: 'contact.proven', contact });
  }
}

function report(model: Model, flow: FlowId, event: FlowEvent): void {
  apply(model, flow, event);
  // `code.sent` is reported once, when its order is completed: a repetition would be about another order.
  if (event.type !== 'code.sent') model.said.push({ flow, event });
}
