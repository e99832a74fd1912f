// The flow's specification: every reachable state × every event × every moment, checked against every claim.
import { beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../../src/flows/decide.ts';
import type { FlowKind } from '../../src/flows/state.ts';
import { type Claim, judge } from './claim.ts';
import { type ClaimName, claimNames, claims } from './claims.ts';
import { everyEventType, everyPlace } from './events.ts';
import { fewMomentsFor, momentsFor } from './moments.ts';
import { type Step, walk } from './walk.ts';

const kinds: readonly FlowKind[] = ['reset', 'unlock', 'change', 'enroll'];
/** For `npm run mutants`, which asks hundreds of times whether any claim is broken. What it misses, the whole walk is asked about. */
const isQuick = process.env['LATCHKEY_WALK'] === 'quick';
const how = isQuick
  ? ({ moments: fewMomentsFor, first: 'breadth', grain: 'coarse' } as const)
  : ({ moments: momentsFor, first: 'breadth', grain: 'fine' } as const);

interface Finding {
  readonly name: ClaimName;
  readonly claim: Claim;
  looked: number;
  broken: number;
  readonly examples: string[];
}
const findings: readonly Finding[] = claimNames.map((name) => {
  return { name, claim: claims[name], looked: 0, broken: 0, examples: [] };
});
const aboutMoves = findings.filter(({ claim }) => claim.of === 'moves');
const aboutAnswers = new Map<string, readonly Finding[]>(
  everyEventType.map((type) => [
    type,
    findings.filter(({ claim }) => claim.of === 'answers' && (claim.to?.some((one) => one === type) ?? true)),
  ]),
);
const places = new Set<string>();
const moving = new Set<string>();
let steps = 0;
/** The quick walk goes on a little after the first broken claim: the one that is asked about may break next. */
const stepsAfterBreak = 100_000;
let lastStep = Number.POSITIVE_INFINITY;

function examine(step: Step): 'stop' | undefined {
  steps += 1;
  const hasMoved = step.decision.kind === 'moved';
  if (hasMoved) moving.add(step.event.type);
  places.add(step.from.at);
  for (const finding of aboutAnswers.get(step.event.type) ?? findings) note(finding, step);
  if (hasMoved) for (const finding of aboutMoves) note(finding, step);
  return isQuick && steps > lastStep ? 'stop' : undefined;
}

function note(finding: Finding, step: Step): void {
  const judgement = judge(finding.claim, step);
  if (judgement === 'not-looked') return;
  finding.looked += 1;
  if (judgement === 'held') return;
  finding.broken += 1;
  lastStep = Math.min(lastStep, steps + stepsAfterBreak);
  if (finding.examples.length < 3) finding.examples.push(describeStep(step));
}

const describeStep = ({ subject, from, event, moment, decision, before }: Step): string =>
  JSON.stringify({ kind: subject.kind, from, event, moment, decision, before }, null, 1);

describe('the walk over every reachable state, every event and every moment', () => {
  beforeAll(() => {
    for (const kind of kinds) walk({ kind, decide, ...how, onStep: examine });
  }, 2_700_000);

  it('meets every place', () => expect([...places].sort()).toEqual([...everyPlace].sort()));

  it('meets every event doing something', () => expect([...moving].sort()).toEqual([...everyEventType].sort()));

  it.skipIf(isQuick)('is long', () => expect(steps).toBeGreaterThan(1_000_000));

  it.each(findings)('$name', ({ looked, broken, examples }) => {
    expect(looked, 'no step was looked at').toBeGreaterThan(0);
    expect(examples.join('\n'), `${broken} of ${looked}`).toBe('');
  });
});
