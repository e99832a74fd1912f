// How the model's provider and its workers carry out orders: rightly, slowly, not at all, or without telling.
import type { FlowEvent } from '../../src/flows/event.ts';
import type { ContactRef, FlowId } from '../../src/flows/ids.ts';
import { email, healthy, text } from './cast.ts';
import { apply, isObsolete, type Model, type Order, theAccount } from './model.ts';

/**
 * `lost`: carried out, but whoever did it died before saying so. `slow`: under way, to be carried out and told later.
 */
export type Fate = 'done' | 'slow' | 'delayed' | 'failed' | 'doubtful' | 'lost' | 'disabled' | 'left' | 'not-asked';

/** Performs the order at this place of the outbox. Only what is reported leaves it: the rest is tried again. */
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

/** True where whoever carries it out is still at it. A try that is given up may yet be carried out behind the door. */
function leaves(model: Model, order: Order, fate: Fate): boolean {
  const isSlow = fate === 'slow';
  const isGivenUp = fate === 'delayed' || fate === 'failed';
  if (isSlow || isGivenUp) model.flights.push({ order, since: model.now, isHeard: isSlow, isLeased: isSlow });
  return isSlow;
}

/** What has left arrives, and is told where somebody still waits for it. */
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

/** Carries out the call that holds a secret, and ends it: it is never repeated. */
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
  const decision = apply(model, flow, { type: 'ticket.minted' });
  // Only then does the browser get it.
  if (decision.kind === 'moved' && decision.state.at === 'changing') model.handedOver.push(flow);
}

/** A verdict on a code is reported by the one call that held it, once, and never repeated. */
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
  // That a code was sent is told with the settling of its order, once: told again it would be about another one.
  if (event.type !== 'code.sent') model.said.push({ flow, event });
}
