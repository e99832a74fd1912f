// The exhaustive walk: breadth first over every reachable state × every event × every moment. Two states that differ
// only in how far away a time is count as one, as long as no comparison tells them apart.
import { begin } from '../../src/flows/begin.ts';
import { type Decision, ignored, type Moment } from '../../src/flows/decision.ts';
import type { SignedInState } from '../../src/flows/enrolment-state.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import { type Instant, instant } from '../../src/flows/ids.ts';
import { beginNotice } from '../../src/flows/notice.ts';
import { type FlowKind, type FlowState, isDeadCode, type Proof, type Subject } from '../../src/flows/state.ts';
import { account, email, noon, occasions, policies, subjectOf, walkLimits } from './cast.ts';
import { eventsFor } from './events.ts';
import { blankLedger, isShortOfProof, type Ledger, noted } from './ledger.ts';

export type Decide = (subject: Subject, state: FlowState, event: FlowEvent, moment: Moment) => Decision;

export interface Step {
  readonly subject: Subject;
  readonly from: FlowState;
  readonly event: FlowEvent;
  readonly moment: Moment;
  readonly decision: Decision;
  readonly before: Ledger;
  readonly after: Ledger;
  /** The `decide` that was called. */
  readonly ask: Decide;
  /** True when the walk reaches this state for the first time. */
  readonly isDiscovery: boolean;
  /** Set where `decide` threw, which it never may. */
  readonly thrown?: unknown;
}

interface Visit {
  readonly state: FlowState;
  readonly ledger: Ledger;
  readonly now: Instant;
}

export interface Walk {
  readonly kind: FlowKind;
  readonly decide: Decide;
  readonly moments: (state: FlowState, now: Instant, kind: FlowKind) => readonly Moment[];
  /**
   * Breadth first finds the shortest way to everything. Rare first goes on with the kind of state from which it has gone on least often:
   * it sees something of every kind soon, however far away.
   */
  readonly first: 'breadth' | 'rare';
  /**
   * What makes two visits different: everything that a claim may ask about; or, for walks that look for one thing only,
   * the state alone, with its instants reduced to whether they have passed, without the observer's ledger.
   */
  readonly grain: 'fine' | 'coarse';
  readonly onStep: (step: Step) => 'stop' | undefined;
}

/** Every input is deeply frozen. */
export function walk({ kind, decide, moments, first, grain, onStep }: Walk): void {
  const subject = deepFrozen(subjectOf(kind));
  const starts = startsOf(kind).map((state): Visit => ({ state, ledger: blankLedger, now: noon }));
  const keyOf = grain === 'fine' ? fineKey : coarseKey;
  const seen = new Set(starts.map(keyOf));
  const isNew = (visit: Visit): boolean => isAdded(seen, keyOf(visit));
  const waiting = first === 'rare' ? rareFirst() : breadthFirst();
  for (const start of starts) waiting.add(start);
  for (let visit = waiting.next(); visit !== undefined; visit = waiting.next()) {
    const { state: from, ledger: before, now } = deepFrozen(visit);
    const { own, foreign } = deepFrozen(eventsFor(from, kind));
    const [present, ...rest] = deepFrozen(moments(from, now, kind));
    // What a request of another kind waits for is ignored here, whenever it comes: one moment is enough to see that.
    const turns = [...(present === undefined ? [] : [{ moment: present, events: [...own, ...foreign] }])];
    for (const { moment, events } of [...turns, ...rest.map((moment) => ({ moment, events: own }))]) {
      for (const event of events) {
        const step = take(subject, from, event, moment, before, decide, isNew);
        if (onStep(step) === 'stop') return;
        if (step.decision.kind === 'ignored' || !step.isDiscovery) continue;
        waiting.add({ state: step.decision.state, ledger: step.after, now: moment.now });
      }
    }
  }
}

/** What a person asks for, and what they are told without having asked. */
function startsOf(kind: FlowKind): readonly FlowState[] {
  const asked = begin(noon, walkLimits).state;
  const told = occasions.flatMap((occasion) =>
    [true, false].flatMap((isFirst) =>
      policies.map(({ contacts: rules }) => beginNotice(account, occasion, { now: noon, rules, isFirst })),
    ),
  );
  return [asked, ...told.filter((notice) => notice.kind === kind).map(({ state }) => state)];
}

interface Waiting {
  add(visit: Visit): void;
  next(): Visit | undefined;
}

function breadthFirst(): Waiting {
  const waiting: Visit[] = [];
  return { add: (visit) => void waiting.push(visit), next: () => waiting.shift() };
}

function rareFirst(): Waiting {
  const shapes = new Map<string, { readonly waiting: Visit[]; taken: number }>();
  return {
    add(visit) {
      const shape = shapeOf(visit.state);
      const known = shapes.get(shape) ?? { waiting: [], taken: 0 };
      shapes.set(shape, known);
      known.waiting.push(visit);
    },
    next() {
      let rarest: { readonly waiting: Visit[]; taken: number } | undefined;
      for (const shape of shapes.values()) {
        if (shape.waiting.length > 0 && shape.taken < (rarest?.taken ?? Number.POSITIVE_INFINITY)) rarest = shape;
      }
      if (rarest !== undefined) rarest.taken += 1;
      return rarest?.waiting.pop();
    },
  };
}

/** Which fields a state has, and which fields the things in it have. Not its times, its counts or its words. */
function shapeOf(state: FlowState): string {
  let shape: string = state.at;
  for (const [name, part] of Object.entries(state)) {
    if (part !== undefined) shape += ` ${name}:${Array.isArray(part) ? part.map(fieldsOf).join(';') : fieldsOf(part)}`;
  }
  return shape;
}

const fieldsOf = (part: unknown): string => (part !== null && typeof part === 'object' ? Object.keys(part).join() : '');

function take(
  subject: Subject,
  from: FlowState,
  event: FlowEvent,
  moment: Moment,
  before: Ledger,
  ask: Decide,
  isNew: (visit: Visit) => boolean,
): Step {
  try {
    const decision = ask(subject, from, event, moment);
    if (decision.kind === 'ignored') {
      return { subject, from, event, moment, before, ask, decision, after: before, isDiscovery: false };
    }
    const after = noted(before, subject.kind, from, event, moment, decision);
    const isDiscovery = isNew({ state: decision.state, ledger: after, now: moment.now });
    return { subject, from, event, moment, before, ask, decision, after, isDiscovery };
  } catch (thrown) {
    const decision = ignored('stale');
    return { subject, from, event, moment, before, ask, decision, after: before, isDiscovery: false, thrown };
  }
}

function isAdded(seen: Set<string>, key: string): boolean {
  const before = seen.size;
  return seen.add(key).size > before;
}

/** Instants, reduced to what rules can still tell apart. All past ones are equal: no rule asks how long ago one was. */
const turns: readonly number[] = [0, 1, 60_000, 900_000];
const distance = (at: number, now: number): number => turns.findIndex((turn) => at - now <= turn);
const hasCome = (at: number, now: number): number => (at <= now ? 0 : 1);

/** Larger numbers are instants; every other number in a state is a count. */
const isTime = (value: number): boolean => value > noon - 1e9;

function fineKey({ state, ledger, now }: Visit): string {
  if ('changes' in state) return `${keyPart(decisive(state), now)}${orderOf(state)}${memoryKey(ledger, state, now)}`;
  if (state.at !== 'closed') return `${keyPart(merged(state), now)}${orderOf(state)}${memoryKey(ledger, state, now)}`;
  // After the end nothing in the ledger matters any more, except that the helpdesk has a card. Nor does it matter which
  // of several people approved: every one of them is tried as the next to press.
  return `${keyPart({ ...merged(state), approvals: state.approvals.length }, now)}${ledger.helpdeskWasTold}`;
}

/**
 * A proof decides by whether it is the second one; and it is shown how many recovery codes are left. Which contact is the only one does
 * not matter, as long as it is confirmed: the events and the moments know each of them.
 */
function merged(state: FlowState): object {
  if ('proof' in state && state.proof !== undefined) return { ...state, proof: proofPart(state.proof, state.at) };
  if (!('contacts' in state) || state.contacts.length !== 1 || state.contacts[0]?.unconfirmed === true) return state;
  const { contacts: _contacts, ...rest } = state;
  const { contact: _contact, ...challenge } = { contact: undefined, ...rest };
  const first = 'first' in state && state.first !== undefined ? { first: state.first.recoveryCodes } : {};
  return { ...challenge, ...first };
}

const showsCodesLeft: ReadonlySet<FlowState['at']> = new Set([
  ...(['inspecting', 'awaiting-approval', 'link-ready', 'closed'] as const),
]);
function proofPart(proof: Proof, at: FlowState['at']): string {
  if (!('first' in proof)) return 'once';
  return showsCodesLeft.has(at) && proof.channel === 'recovery-code' ? 'with a recovery code' : 'twice';
}

/**
 * Of an enrolment, what decides. The texts that it shows do not; nor does which dead code is dead, how a live one came to be asked for
 * again, and, while a code is awaited, which address it went to and which contacts there are: the ledger knows the address.
 */
function decisive(state: SignedInState): object {
  const { news: _news, contacts, changes, sentTo: _sentTo, signedInAt: _at, ...rest } = state;
  const made = `${changes.length}${changes.some(({ what }) => what === 'added')}`;
  if (!('draft' in rest)) return { ...rest, changes: made, hasEmail: contacts.some(({ ref }) => ref === email.ref) };
  const { draft: _draft, ...drafted } = rest;
  const { resendFrom: _resendFrom, ...challenge } = { resendFrom: undefined, ...drafted };
  const after = challenge.at === 'challenged-new' ? { after: isDeadCode(challenge.after) } : {};
  return { ...challenge, ...after, hasChanged: changes.length > 0 };
}

function coarseKey({ state, now }: Visit): string {
  if ('changes' in state) return `${keyPart(decisive(state), now, hasCome)}${firstOf(state)}`;
  return `${keyPart(merged(state), now, hasCome)}${firstOf(state)}`;
}

/** Which of the times of an open state comes first. */
const firstOf = (state: FlowState): string => {
  if (state.at === 'closed') return '';
  const times = Object.entries(state).filter(([, value]) => typeof value === 'number' && isTime(value));
  return times
    .sort(([, a], [, b]) => Number(a) - Number(b))
    .map(([name]) => name)
    .join('<');
};

const memoryKeys = new WeakMap<Ledger, string>();

/** A ledger contains no times, and most steps do not change it. */
function memoryKey(ledger: Ledger, state: FlowState, now: Instant): string {
  const known = memoryKeys.get(ledger) ?? keyPart(remembered(ledger), now);
  memoryKeys.set(ledger, known);
  // While another proof may still be asked for, it matters what there is already.
  return 'remaining' in state ? `${known}${ledger.proven}` : known;
}

/** The state itself says which contact is asked about; and after one of two proofs the account is looked at again. */
function remembered(ledger: Ledger): object {
  const { asked: _asked, approvalsNeeded, proofsNeeded: _proofsNeeded, proven, ...rest } = ledger;
  const isShort = isShortOfProof(ledger);
  return { ...rest, proven: proven.length, isShort, ...(isShort ? {} : { approvalsNeeded }) };
}

function keyPart(value: unknown, now: Instant, told = distance): string {
  if (typeof value === 'number') return isTime(value) ? `t${told(value, now)}` : `${value}`;
  if (value === null || typeof value !== 'object') return `${value}`;
  let key = '{';
  for (const [name, part] of Object.entries(value)) {
    key += `${name}:${isComparedWithNow(name) ? keyPart(part, now, told) : kindOf(part)},`;
  }
  return `${key}}`;
}

/** Of an account, whether it lives in a directory. */
const kindOf = (part: unknown): string =>
  typeof part === 'string' && part.startsWith('ad|') ? 'in a directory' : typeof part;

/**
 * The time of a password change is compared only with the time at which its page was opened, wherever both are stored. Which account it
 * is makes no difference, only whether there is one, and whether it lives in a directory: the events know each of them.
 */
const isComparedWithNow = (name: string): boolean => !comparedElsewhere.has(name);
const comparedElsewhere: ReadonlySet<string> = new Set(['changedAt', 'page', 'account', 'found', 'signedInAs']);

/** Where two times of one state are compared with each other, their order belongs to the key. */
function orderOf(state: FlowState): string {
  return 'codeUntil' in state ? String(Math.sign(state.codeUntil - state.until)) : '';
}

function deepFrozen<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFrozen(inner);
  }
  return value;
}

/** The same state, moved in time. */
export function shifted<T>(value: T, ms: number): T {
  const move = (inner: unknown): unknown => {
    if (typeof inner === 'number' && isTime(inner)) return instant(inner + ms);
    if (Array.isArray(inner)) return inner.map(move);
    if (inner === null || typeof inner !== 'object') return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, part]) => [key, move(part)]));
  };
  return move(value) as T;
}
