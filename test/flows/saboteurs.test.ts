// A check that cannot fail is worthless: for each claim of the walk, a `decide` that breaks it is caught.
import { expect, it } from 'vitest';
import { decide } from '../../src/flows/decide.ts';
import type { FlowKind } from '../../src/flows/state.ts';
import { sample } from '../sampling.ts';
import { judge } from './claim.ts';
import { claimNames, claims } from './claims.ts';
import { fewMomentsFor } from './moments.ts';
import { sabotages } from './sabotage.ts';
import { type Step, walk } from './walk.ts';

const kinds: readonly FlowKind[] = ['reset', 'unlock'];
/** With a broken `decide` the walk may have no end. */
const mostSteps = 20_000_000;

it.each(sample(claimNames, 3))('a saboteur is caught who breaks: %s', (name) => {
  const saboteur = sabotages[name](decide);
  let isCaught = false;
  let walked = 0;
  // If a claim is about one kind, that kind is walked first.
  for (const kind of name.includes('unlock') ? kinds.toReversed() : kinds) {
    const onStep = (step: Step) => {
      walked += 1;
      isCaught ||= judge(claims[name], step) === 'broken';
      return isCaught || walked > mostSteps ? 'stop' : undefined;
    };
    walk({ kind, decide: saboteur, moments: fewMomentsFor, first: 'depth', grain: 'coarse', onStep });
    if (isCaught) break;
  }
  expect(isCaught).toBe(true);
});
