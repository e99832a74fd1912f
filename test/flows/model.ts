// A small model of everything around the decision: store, provider, people. In memory, one account, up to three flows.
// The provider's own data is kept apart from what the flows believe, so that the two can be compared.
import { begin, isStillWanted } from '../../src/flows/begin.ts';
import type { Counted } from '../../src/flows/budget.ts';
import type { EnrolledContact } from '../../src/flows/contact.ts';
import { isReplaceable } from '../../src/flows/decide.ts';
import { countedBy, type Decision, type Earlier, type Moment, type Moved } from '../../src/flows/decision.ts';
import { dueAt } from '../../src/flows/due.ts';
import { type Effect, isVolatile } from '../../src/flows/effect.ts';
import type { MadeChange } from '../../src/flows/enrolment-state.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import {
  type ActorId,
  type ContactRef,
  type FlowId,
  flowId,
  type Instant,
  later,
  latest,
  linkId,
} from '../../src/flows/ids.ts';
import { adriftSeconds, checkSeconds, openSeconds } from '../../src/flows/limits.ts';
import type { PolicyRules } from '../../src/flows/policy.ts';
import { changesOf, type Flow, type FlowKind, isOpen } from '../../src/flows/state.ts';
import { account, email, noon, text } from './cast.ts';
import type { Decide } from './walk.ts';

export interface Order {
  readonly flow: FlowId;
  readonly effect: Effect;
  /** For a check: the code that was typed, or the recovery code, by its number. As in production it belongs to the order and is stored in no state. */
  readonly typed?: number;
  /** The address that is being enrolled, by its key. As in production the call holds it. */
  readonly about?: ContactRef;
  readonly orderedAt: Instant;
  /** Orders are numbered in the order in which they were given. */
  readonly number: number;
}

export interface Applied {
  readonly before: Flow;
  readonly event: FlowEvent;
  readonly decision: Decision;
  readonly now: Instant;
  readonly frozenUntil: Instant | undefined;
}

/** A send that has left: it may still be carried out for a while, whatever happens to its request. */
export interface Flight {
  readonly order: Order;
  readonly since: Instant;
  /** Whether the sender still waits for the answer. */
  readonly isHeard: boolean;
  /** The order is not tried again before this try is over: the lease on it ensures that. */
  readonly isLeased: boolean;
}

export interface Provider {
  /** The valid code of each address, by number; a newer one voids the older. */
  readonly codes: Map<string, { readonly code: number; readonly orderedBy: Order }>;
  codesSent: number;
  /** When the provider refused a code. */
  readonly refusedAt: Instant[];
  /** How many codes the provider refused for the last code of a request, by the number of the order that sent it. */
  readonly refusals: Map<number, number>;
  readonly acceptedFor: Set<FlowId>;
  /** What the provider accepted in each request: a contact's code or a recovery code. */
  readonly proofs: { readonly flow: FlowId; readonly by: ContactRef | 'recovery-code' }[];
  /** The account's set of recovery codes, by number, each with whether it was used. A frozen account has none. */
  recoveryCodes: { readonly madeAt: Instant; readonly used: Map<number, boolean> };
  recoveryCodesMade: number;
  /** How often a request was proven by a code that was ordered for another one. */
  acceptedElsewhere: number;
  readonly lifts: FlowId[];
  readonly tickets: FlowId[];
  /** Each mail with a link of the provider's own. */
  readonly mails: FlowId[];
  /** Passwords that were set from our own page. */
  readonly passwords: { readonly flow: FlowId; readonly at: Instant }[];
  /** Requests whose old password was wrong, each as often as that happened; was right; and was not enough. */
  readonly wrongPasswords: FlowId[];
  readonly rightPasswords: FlowId[];
  readonly askedForMore: FlowId[];
  /** What is linked to the account. `since` and `rests`: of a contact that was linked by a request. */
  readonly linked: Map<ContactRef, EnrolledContact>;
  removedAt: Instant | undefined;
  /** Each contact that a request's code was accepted for, before anybody had it. */
  readonly proven: { readonly flow: FlowId; readonly contact: ContactRef }[];
  readonly links: { readonly flow: FlowId; readonly contact: ContactRef }[];
  readonly announced: MadeChange[];
  /** Which request has bound whom. */
  readonly bound: Map<ActorId, FlowId>;
  /** Codes that were sent to a contact whose cool-off was not over. */
  usedTooSoon: number;
}

export interface Model {
  now: Instant;
  readonly policy: PolicyRules;
  readonly flows: Flow[];
  readonly counted: Counted[];
  frozenUntil: Instant | undefined;
  /** The outbox: survives a crash; each order is carried out at least once. */
  readonly outbox: Order[];
  readonly flights: Flight[];
  /** Calls that hold a secret: lost in a crash. */
  readonly calls: Order[];
  /** Every event so far, to be repeated. */
  readonly said: { readonly flow: FlowId; readonly event: FlowEvent }[];
  readonly provider: Provider;
  readonly handedOver: FlowId[];
  /** Every order for a code so far, oldest first. */
  readonly codeOrders: Order[];
  ordersGiven: number;
  readonly decide: Decide;
  readonly onApplied: (applied: Applied) => void;
}

export function createModel(policy: PolicyRules, decide: Decide, onApplied: (applied: Applied) => void): Model {
  const provider: Provider = {
    ...{
      codes: new Map(),
      codesSent: 0,
      refusedAt: [],
      refusals: new Map(),
      acceptedFor: new Set(),
      proofs: [],
      recoveryCodes: { madeAt: later(noon, -30 * 86_400), used: new Map([1, 2, 3].map((code) => [code, false])) },
      recoveryCodesMade: 3,
      acceptedElsewhere: 0,
      lifts: [],
      tickets: [],
      mails: [],
      passwords: [],
      wrongPasswords: [],
      rightPasswords: [],
      askedForMore: [],
      linked: new Map([email, text].map((contact) => [contact.ref, contact])),
      removedAt: undefined,
      proven: [],
      links: [],
      announced: [],
      bound: new Map(),
      usedTooSoon: 0,
    },
  };
  return {
    ...{ now: noon, policy, flows: [], counted: [], frozenUntil: undefined },
    ...{
      outbox: [],
      flights: [],
      calls: [],
      said: [],
      provider,
      handedOver: [],
      codeOrders: [],
      ordersGiven: 0,
      decide,
      onApplied,
    },
  };
}

/** A person has one open flow of each kind: asking again continues it. */
export function ask(model: Model, kind: FlowKind, actor: ActorId): void {
  const isAsking = (flow: Flow) => isOpen(flow.state) && flow.kind === kind && flow.actor === actor;
  if (model.flows.filter((flow) => isOpen(flow.state)).length >= 3 || model.flows.some(isAsking)) return;
  const { state, effects } = begin(model.now, model.policy.limits);
  const id = flowId(`flow-${model.flows.length}`);
  model.flows.push({ id, kind, actor, startedAt: model.now, state, version: 1 });
  for (const effect of effects) order(model, id, effect);
}

/**
 * As the store does it: in one transaction the state is read, the decision made and written, and other flows are
 * informed.
 */
export function apply(model: Model, id: FlowId, event: FlowEvent, typed?: number): Decision {
  const index = model.flows.findIndex((flow) => flow.id === id);
  const before = model.flows[index];
  if (before === undefined) throw new Error('no such flow');
  const decision = model.decide(before, before.state, event, momentOf(model, before));
  if (decision.kind === 'moved') {
    model.flows[index] = { ...before, state: decision.state, version: before.version + 1 };
    model.counted.push(...countedBy(id, before.state, decision, model.now));
    for (const effect of decision.effects) order(model, id, effect, typed);
  }
  model.onApplied({ before, event, decision, now: model.now, frozenUntil: model.frozenUntil });
  if (decision.kind === 'moved') tellOthers(model, before, decision);
  return decision;
}

function order(model: Model, flow: FlowId, effect: Effect, typed?: number): void {
  // The notice by mail stands for the one in chat: both are ordered together, and the provider knows of neither.
  if (effect.do === 'show' || (effect.do === 'announce' && effect.by === 'chat')) return;
  model.ordersGiven += 1;
  const state = flowOf(model, flow)?.state;
  const about = state !== undefined && 'draft' in state ? { about: state.draft.key } : {};
  const known = { ...(typed === undefined ? {} : { typed }), ...about };
  const ordered: Order = { flow, effect, orderedAt: model.now, number: model.ordersGiven, ...known };
  if (effect.do === 'send-code' || effect.do === 'send-new-code') model.codeOrders.push(ordered);
  (isVolatile(effect) ? model.calls : model.outbox).push(ordered);
}

function momentOf(model: Model, flow: Flow): Moment {
  const rival = rivalsOf(model, flow)[0];
  return {
    now: model.now,
    policy: model.policy,
    budget: {
      counted: model.counted,
      ...(model.frozenUntil === undefined ? {} : { frozenUntil: model.frozenUntil }),
    },
    isSendingElsewhere: others(model, flow).some(({ state }) => state.at === 'sending' || state.at === 'sending-new'),
    rival: rival === undefined ? 'none' : isReplaceable(rival.state) ? 'replaceable' : 'busy',
    ...recoveryCodesOf(model),
    earlier: earlierOf(model, flow),
    freshLink: linkId(`link-${flow.id}-${flow.version}`),
  };
}

function recoveryCodesOf({ provider: { recoveryCodes } }: Model): Pick<Moment, 'recoveryCodes'> {
  const left = [...recoveryCodes.used.values()].filter((isUsed) => !isUsed).length;
  return recoveryCodes.used.size === 0 ? {} : { recoveryCodes: { left, madeAt: recoveryCodes.madeAt } };
}

/** As in the store: what all enrolments say. */
function earlierOf({ flows }: Model, { actor }: Flow): Earlier {
  const made = flows.flatMap((flow) => changesOf(flow.state).map((change) => ({ by: flow.actor, change })));
  const inOrder = made.toSorted((one, other) => one.change.at - other.change.at);
  const bound = inOrder.findLast(({ by, change }) => by === actor && change.what === 'bound');
  const codes = inOrder.findLast(({ change }) => change.what === 'recovery-codes');
  return {
    ...(bound === undefined ? {} : { connected: { at: bound.change.at } }),
    ...(codes === undefined ? {} : { codesBy: codes.by }),
  };
}

const endedEnrolments = (model: Model, than: Flow): readonly Flow[] =>
  model.flows.filter((flow) => flow.id !== than.id && flow.kind === 'enroll' && !isOpen(flow.state));

const hasAccount = (flow: Flow): boolean => 'account' in flow.state;
const others = (model: Model, than: Flow): readonly Flow[] =>
  model.flows.filter((flow) => flow.id !== than.id && isOpen(flow.state) && hasAccount(flow));
const rivalsOf = (model: Model, flow: Flow): readonly Flow[] =>
  others(model, flow).filter((other) => other.kind === flow.kind);

function tellOthers(model: Model, flow: Flow, decision: Moved): void {
  if (decision.voidsRecoveryCodes === true) model.provider.recoveryCodes.used.clear();
  if (decision.freezeUntil !== undefined) {
    const until = latest(model.frozenUntil ?? decision.freezeUntil, decision.freezeUntil);
    model.frozenUntil = until;
    const { doubt } = decision;
    const hearing =
      doubt === undefined ? others(model, flow) : [...others(model, flow), ...endedEnrolments(model, flow)];
    for (const other of hearing) {
      apply(model, other.id, { type: 'account.frozen', until, ...(doubt === undefined ? {} : { doubt }) });
    }
  } else if (decision.supersede) {
    for (const rival of rivalsOf(model, flow)) apply(model, rival.id, { type: 'superseded' });
  }
}

const flowOf = (model: Model, id: FlowId): Flow | undefined => model.flows.find((flow) => flow.id === id);

/** Sends due flows their deadline until none is due. */
export function sweep(model: Model): void {
  for (const { id } of model.flows) {
    for (let turn = 0; turn < 5 && isDue(model, id); turn += 1) apply(model, id, { type: 'deadline' });
  }
}

function isDue(model: Model, id: FlowId): boolean {
  const flow = flowOf(model, id);
  const due = flow === undefined ? undefined : dueAt(flow.state);
  return due !== undefined && due <= model.now;
}

export function wait(model: Model, seconds: number): void {
  model.now = later(model.now, seconds);
  endFlights(model);
  // The engine guarantees that a call is given up before the flow stops waiting for it, so no verdict comes later than
  // that.
  const isInTime = ({ effect, orderedAt }: Order) =>
    model.now < later(orderedAt, effect.do === 'mint-ticket' ? openSeconds : checkSeconds);
  model.calls.splice(0, model.calls.length, ...model.calls.filter(isInTime));
}

/** A crash loses the secrets; durable orders stay. What has been sent is still under way. */
export function crash(model: Model): void {
  model.calls.length = 0;
  model.flights.splice(0, model.flights.length, ...model.flights.map((flight) => ({ ...flight, isHeard: false })));
}

/** The engine also guarantees that no send is carried out later than that, when its lease has expired. */
function endFlights(model: Model): void {
  const isOver = ({ since }: Flight) => model.now >= later(since, adriftSeconds);
  model.outbox.push(...model.flights.filter((flight) => isOver(flight) && flight.isLeased).map(({ order }) => order));
  model.flights.splice(0, model.flights.length, ...model.flights.filter((flight) => !isOver(flight)));
}

export const isObsolete = (model: Model, { flow, effect }: Order): boolean => {
  const found = flowOf(model, flow);
  return found === undefined || !isStillWanted(effect, found.state);
};

export const theAccount = account;
