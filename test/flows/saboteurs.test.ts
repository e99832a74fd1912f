// A check that cannot fail is worthless: for each claim of the walk, a `decide` that breaks it is caught.
import { expect, it } from 'vitest';
import { decide } from '../../src/flows/decide.ts';
import type { FlowKind } from '../../src/flows/state.ts';
import { sample } from '../sampling.ts';
import { judge } from './claim.ts';
import { claimNames, claims } from './claims.ts';
import { fewMomentsFor, strictMomentsFor } from './moments.ts';
import { sabotages } from './sabotage.ts';
import { changeSabotages } from './sabotage-of-change.ts';
import { enrolmentSabotages } from './sabotage-of-enrolment.ts';
import { secondProofSabotages } from './sabotage-of-second-proof.ts';
import { tellingSabotages } from './sabotage-of-telling.ts';
import { type Step, walk } from './walk.ts';

const kinds: readonly FlowKind[] = ['reset', 'unlock', 'change', 'enroll'];
const every = { ...sabotages, ...changeSabotages, ...enrolmentSabotages, ...secondProofSabotages, ...tellingSabotages };
/**
 * With a broken `decide` the walk may have no end. The longest that any needs is 1.2 million steps, half a second on a quiet machine. Whoever
 * is not caught by then is reported as such, long before the time is over.
 */
const mostSteps = 6_000_000;
const atMostMs = 120_000;

/** What an enrolment means for a reset or an unlock. */
const ofRecovery = /confirmed|rest, and|rest is told|never waits for|bound chat person/;

/** If a claim is about one kind, that kind is walked first. */
function inOrder(name: string): readonly FlowKind[] {
  if (ofRecovery.test(name)) return kinds;
  if (name in changeSabotages || name.includes('old password')) return ['change'];
  if (name in enrolmentSabotages || /enrolment|was connected|from a file/.test(name)) return kinds.toReversed();
  return name.includes('unlock') ? ['unlock', 'reset', 'change', 'enroll'] : kinds;
}

/** The rarest states are met late: whoever acts too early is met only where no time passes. */
const ofHaste = /takes one again/;

function momentsOf(name: string): typeof fewMomentsFor {
  if (ofHaste.test(name)) return (state, now, kind) => fewMomentsFor(state, now, kind).slice(0, 1);
  return name in secondProofSabotages ? strictMomentsFor : fewMomentsFor;
}

it.each(sample(claimNames, 3))('a saboteur is caught who breaks: %s', { timeout: atMostMs }, (name) => {
  const saboteur = every[name](decide);
  let isCaught = false;
  let walked = 0;
  for (const kind of inOrder(name)) {
    const onStep = (step: Step) => {
      walked += 1;
      isCaught ||= judge(claims[name], step) === 'broken';
      return isCaught || walked > mostSteps ? 'stop' : undefined;
    };
    const moments = momentsOf(name);
    walk({ kind, decide: saboteur, moments, first: 'rare', grain: 'coarse', onStep });
    if (isCaught) break;
  }
  expect(isCaught).toBe(true);
});
