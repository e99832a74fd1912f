// Generated interleavings of up to three requests for one account: duplicates, late and reordered reports, wrong
// people, crashes and jumps of the clock. What the provider really did is compared with what was permitted.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../../src/flows/decide.ts';
import { daySeconds, defaultLimits } from '../../src/flows/limits.ts';
import { isOpen } from '../../src/flows/state.ts';
import { isSampled } from '../sampling.ts';
import { deeds } from './action.ts';
import { sweep, wait } from './model.ts';
import { claimsOfPlays, type Play, type PlayClaim, play, playClaims, type Script } from './run.ts';
import { playSabotages } from './sabotage-of-plays.ts';

const numRuns = Number(process.env['LATCHKEY_RUNS'] ?? (isSampled ? 2_000 : 10_000));

const limits = fc.record({
  codeAttempts: fc.integer({ min: 1, max: 3 }),
  codeFailuresPerDay: fc.integer({ min: 1, max: 5 }),
  codesPerHour: fc.integer({ min: 1, max: 4 }),
  unlocksPerDay: fc.integer({ min: 1, max: 2 }),
});
const scripts: fc.Arbitrary<Script> = fc
  .record({ kind: fc.constantFrom('reset' as const, 'unlock' as const), approvals: fc.nat({ max: 2 }), limits, deeds })
  .map(({ kind, approvals, limits: few, deeds: played }) => ({
    kind,
    policy: {
      rules: [{ reset: { approvals }, unlock: { approvals } }],
      hasHelpdesk: true,
      limits: { ...defaultLimits, ...few },
    },
    deeds: played,
  }));

/** How often each situation occurred, so that a claim that was never exercised is noticed. */
const reached = { lifts: 0, handovers: 0, refusals: 0, freezes: 0, superseded: 0, doubts: 0, unlocked: 0, changed: 0 };

function countReached({ model, history }: Play): void {
  reached.lifts += model.provider.lifts.length;
  reached.handovers += model.handedOver.length;
  reached.refusals += model.provider.refusedAt.length;
  for (const { decision, event } of history) {
    if (decision.kind === 'ignored') continue;
    const { state } = decision;
    if (decision.freezeUntil !== undefined) reached.freezes += 1;
    if (event.type === 'superseded') reached.superseded += 1;
    if (state.at === 'in-doubt') reached.doubts += 1;
    if (state.at === 'closed' && state.ending.because === 'unlocked') reached.unlocked += 1;
    if (state.at === 'closed' && state.ending.because === 'password-changed') reached.changed += 1;
  }
}

const brokenIn = (played: Play): PlayClaim | undefined => playClaims.find((claim) => !claimsOfPlays[claim](played));

describe(`${numRuns} generated interleavings of up to three requests for one account`, () => {
  let broken: PlayClaim | undefined;
  let report = '';

  beforeAll(() => {
    const property = fc.property(scripts, (script) => {
      const played = play(script, decide);
      countReached(played);
      broken = brokenIn(played) ?? broken;
      return brokenIn(played) === undefined;
    });
    const details = fc.check(property, { numRuns });
    if (details.failed) report = fc.defaultReportMessage(details) ?? 'failed';
    if (details.failed && broken === undefined) throw new Error(report);
  }, 120_000);

  it.each(playClaims)('%s', (claim) => expect(broken === claim ? report : '').toBe(''));

  it.each(Object.keys(reached) as (keyof typeof reached)[])('meets what the claims are about: %s', (what) => {
    expect(reached[what]).toBeGreaterThan(numRuns / 100);
  });

  it('every request comes to an end by the clock alone, whatever happened before', () => {
    const property = fc.property(scripts, (script) => {
      const { model } = play(script, decide);
      // An expired unlock stays open for another day, for somebody to look at it.
      for (let day = 0; day < 2; day += 1) {
        wait(model, daySeconds);
        sweep(model);
      }
      return model.flows.every((flow) => !isOpen(flow.state));
    });
    fc.assert(property, { numRuns: Math.ceil(numRuns / 10) });
  }, 60_000);
});

describe('each claim can fail: a saboteur who breaks it is caught', () => {
  it.each(playClaims)('%s', (claim) => {
    const saboteur = playSabotages[claim](decide);
    const property = fc.property(scripts, (script) => claimsOfPlays[claim](play(script, saboteur)));
    expect(fc.check(property, { numRuns: 5000, seed: 1, endOnFailure: true }).failed).toBe(true);
  });
});
