// How the model's provider and workers carry out orders: correctly, slowly, not at all, or without reporting.
import type { FlowEvent } from '../../src/flows/event.ts';
import type { ContactRef, FlowId } from '../../src/flows/ids.ts';
import { hasOpened } from '../../src/flows/reset.ts';
import { email, healthy, text } from './cast.ts';
import { apply, isObsolete, type Model, type Order, theAccount } from './model.ts';

/**
 * `lost`: carried out, but the worker died before it reported. `slow`: under way, carried out and reported later.
 */
export type Fate = 'done' | 'slow' | 'delayed' | 'failed' | 'doubtful' | 'lost' | 'disabled' | 'left' | 'not-asked';

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
  if (fate === 'delayed') return { type: 'effect.delayed', of };
  if (fate === 'doubtful' && of === 'lift-lock') return { type: 'effect.doubtful', of };
  if (fate === 'failed') return { type: 'effect.failed', of, because: 'unreachable' };
  const event = carriedOut(model, order, fate);
  return fate === 'lost' ? 'nobody-says' : event;
}

function carriedOut({ provider }: Model, order: Order, fate: Fate): FlowEvent | undefined {
  const { flow, effect } = order;
  switch (effect.do) {
    case 'identify':
      return { type: 'person.identified', account: theAccount, contacts: [email, text] };
    case 'send-code':
      provider.codesSent += 1;
      provider.codes.set(effect.contact, { code: provider.codesSent, orderedBy: order });
      return { type: 'code.sent', contact: effect.contact };
    case 'inspect-account':
      return { type: 'account.inspected', facts: { ...healthy, disabled: fate === 'disabled' } };
    case 'lift-lock':
      if (fate === 'left') return { type: 'person.refused', because: 'deactivated' };
      if (fate === 'disabled') return { type: 'account.found-disabled' };
      provider.lifts.push(flow);
      return { type: 'lock.lifted' };
    case 'end-sessions':
      return effect.report ? { type: 'sessions.ended', how: 'asked' } : undefined;
    default:
      return undefined;
  }
}

/** Carries out the call that holds a secret, and removes it: it is never repeated. */
export function answer(model: Model, index: number, fate: Fate): void {
  const place = index % Math.max(1, model.calls.length);
  const [call] = model.calls.splice(place, 1);
  if (call === undefined) return;
  if (call.effect.do === 'mint-ticket') mint(model, call, fate);
  if (call.effect.do === 'check-code') check(model, call, call.effect.contact, fate);
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

/** The one call that holds the code reports the verdict on it, once, and never repeats it. */
function check(model: Model, { flow, typed }: Order, contact: ContactRef, fate: Fate): void {
  const verdict = fate === 'not-asked' ? undefined : verdictOf(model, flow, contact, typed);
  if (fate === 'lost') return;
  if (verdict === undefined) apply(model, flow, { type: 'code.unchecked', because: 'not-asked' });
  else if (fate === 'failed') apply(model, flow, { type: 'code.unchecked', because: 'unknown' });
  else apply(model, flow, verdict);
}

function verdictOf(model: Model, flow: FlowId, contact: ContactRef, typed: number | undefined): FlowEvent {
  const { provider, now, codeOrders } = model;
  const live = provider.codes.get(contact);
  if (live === undefined || live.code !== typed) {
    const own = codeOrders.findLast((order) => order.flow === flow)?.number ?? 0;
    provider.refusedAt.push(now);
    provider.refusals.set(own, (provider.refusals.get(own) ?? 0) + 1);
    return { type: 'code.rejected', because: 'wrong' };
  }
  if (live.orderedBy.flow !== flow) provider.acceptedElsewhere += 1;
  provider.codes.delete(contact);
  provider.acceptedFor.add(flow);
  return { type: 'code.accepted' };
}

function report(model: Model, flow: FlowId, event: FlowEvent): void {
  apply(model, flow, event);
  // `code.sent` is reported once, when its order is completed: a repetition would be about another order.
  if (event.type !== 'code.sent') model.said.push({ flow, event });
}
