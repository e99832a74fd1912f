// The exhaustive walk: breadth first over every place a flow can reach × every event × every moment.
// Two states that differ only in how far a time is away, between two turns of the clock, count as one.
import { begin } from '../../src/flows/begin.ts';
import { type Decision, ignored, type Moment } from '../../src/flows/decision.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import { type Instant, instant } from '../../src/flows/ids.ts';
import type { FlowKind, FlowState, Subject } from '../../src/flows/state.ts';
import { noon, subjectOf, walkLimits } from './cast.ts';
import { everyEvent } from './happenings.ts';
import { blankLedger, type Ledger, noted } from './ledger.ts';

export type Decide = (subject: Subject, state: FlowState, event: FlowEvent, moment: Moment) => Decision;

export interface Step {
  readonly subject: Subject;
  readonly from: FlowState;
  readonly event: FlowEvent;
  readonly moment: Moment;
  readonly decision: Decision;
  readonly before: Ledger;
  readonly after: Ledger;
  /** What was asked. */
  readonly ask: Decide;
  /** Nobody stood there before. */
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
  readonly moments: (state: FlowState, now: Instant) => readonly Moment[];
  readonly onStep: (step: Step) => 'stop' | undefined;
}

/** Every input is frozen through and through. */
export function walk({ kind, decide, moments, onStep }: Walk): void {
  const subject = deepFrozen(subjectOf(kind));
  const first: Visit = { state: begin(noon, walkLimits).state, ledger: blankLedger, now: noon };
  const seen = new Set([keyOf(first)]);
  const open: Visit[] = [first];
  const ended: Visit[] = [];
  // What goes on is walked first: most of what there is to see happens before the end.
  for (let visit = next(open, ended); visit !== undefined; visit = next(open, ended)) {
    const { state, ledger } = deepFrozen(visit);
    for (const moment of deepFrozen(moments(state, visit.now))) {
      for (const event of everyEvent) {
        const step = take({ subject, from: state, event, moment, before: ledger }, decide, seen);
        if (onStep(step) === 'stop') return;
        if (step.decision.kind === 'moved' && step.isDiscovery) {
          (step.decision.state.at === 'closed' ? ended : open).push({
            state: step.decision.state,
            ledger: step.after,
            now: moment.now,
          });
        }
      }
    }
  }
}

const next = (open: Visit[], ended: Visit[]): Visit | undefined => open.shift() ?? ended.shift();

type Question = Pick<Step, 'subject' | 'from' | 'event' | 'moment' | 'before'>;

function take(question: Question, decide: Decide, seen: Set<string>): Step {
  const { subject, from, event, moment, before } = question;
  try {
    const decision = decide(subject, from, event, moment);
    const after = noted(before, subject.kind, from, event, moment, decision);
    const isDiscovery =
      decision.kind === 'moved' && isAdded(seen, keyOf({ state: decision.state, ledger: after, now: moment.now }));
    return { ...question, decision, ask: decide, after, isDiscovery };
  } catch (thrown) {
    return { ...question, decision: ignored('stale'), ask: decide, after: before, isDiscovery: false, thrown };
  }
}

function isAdded(seen: Set<string>, key: string): boolean {
  const before = seen.size;
  return seen.add(key).size > before;
}

/** Instants by what they are still good for. What lies behind is one: no rule asks how long ago it was. */
const turns: readonly number[] = [0, 1, 60_000, 900_000];
const distance = (at: number, now: number): number => turns.findIndex((turn) => at - now <= turn);

/** Later ones than these are times; everything else in a state is a count or a word. */
const isTime = (value: number): boolean => value > noon - 1e9;

function keyOf(visit: Visit): string {
  const { state, ledger, now } = visit;
  // After the end nothing that was noted matters any more, except that the helpdesk has a card.
  const memory = state.at === 'closed' ? ledger.helpdeskWasTold : ledger;
  return JSON.stringify([state, orderOf(state), memory], (_key, value: unknown) =>
    typeof value === 'number' && isTime(value) ? `t${distance(value, now)}` : value,
  );
}

/** Where two times of one state are compared with each other, which comes first belongs to the key. */
function orderOf(state: FlowState): string {
  return state.at === 'challenged' || state.at === 'checking' ? String(Math.sign(state.codeUntil - state.until)) : '';
}

export function deepFrozen<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFrozen(inner);
  }
  return value;
}

deepFrozen(everyEvent);

/** The same state at another date. */
export function shifted<T>(value: T, ms: number): T {
  const move = (inner: unknown): unknown => {
    if (typeof inner === 'number' && isTime(inner)) return instant(inner + ms);
    if (Array.isArray(inner)) return inner.map(move);
    if (inner === null || typeof inner !== 'object') return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, part]) => [key, move(part)]));
  };
  return move(value) as T;
}
