// Generated interleavings of up to three requests for one account: duplicates, late and reordered reports, wrong
// people, crashes and jumps of the clock. What the provider really did is compared with what was permitted.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../../src/flows/decide.ts';
import { daySeconds, defaultLimits } from '../../src/flows/limits.ts';
import { defaultContactRules } from '../../src/flows/policy.ts';
import { type FlowKind, isOpen } from '../../src/flows/state.ts';
import { isSampled } from '../sampling.ts';
import { actions } from './action.ts';
import { sweep, wait } from './model.ts';
import { claimsOfRuns, type Run, type RunClaim, run, runClaims, type Script } from './run.ts';
import { runSabotages } from './sabotage-of-runs.ts';

const numRuns = Number(process.env['LATCHKEY_RUNS'] ?? (isSampled ? 4_000 : 10_000));

const limits = fc.record({
  codeAttempts: fc.integer({ min: 1, max: 3 }),
  codeFailuresPerDay: fc.integer({ min: 1, max: 5 }),
  codesPerHour: fc.integer({ min: 1, max: 4 }),
  unlocksPerDay: fc.integer({ min: 1, max: 2 }),
});
const scripts: fc.Arbitrary<Script> = fc
  .record({
    kind: fc.constantFrom<FlowKind>(
      ...(['reset', 'change', 'unlock', 'unlock', 'unlock', 'unlock', 'unlock', 'unlock'] as const),
      ...(['enroll', 'enroll', 'enroll', 'enroll', 'enroll'] as const),
    ),
    change: fc.constantFrom(undefined, 'form' as const, 'form' as const),
    approvals: fc.constantFrom(0, 0, 1, 2),
    proofs: fc.constantFrom(1 as const, 1 as const, 2 as const),
    limits,
    actions,
  })
  .map(({ kind, change, approvals, proofs, limits: few, actions: generated }) => ({
    kind,
    policy: {
      rules: [
        {
          ...{ reset: { approvals, proofs }, unlock: { approvals, proofs } },
          ...(change === undefined ? {} : { change: { via: change } }),
        },
      ],
      binding: 'optional' as const,
      contacts: defaultContactRules,
      hasHelpdesk: true,
      limits: { ...defaultLimits, ...few },
    },
    actions: generated,
  }));

/** How often each situation occurred, so that a claim that was never exercised is noticed. */
const reached = {
  ...{ lifts: 0, handovers: 0, refusals: 0, freezes: 0, superseded: 0, doubts: 0, unlocked: 0, changed: 0 },
  ...{ linked: 0, removed: 0, 'taken out again': 0, 'disowned by an older contact': 0, 'resting contacts': 0 },
  ...{ 'recovery codes used': 0, 'recovery codes lost with their verdict': 0, 'second proofs by a contact': 0 },
  ...{ 'recovery codes made anew': 0, 'removed with a code': 0 },
  ...{ 'wrong old passwords': 0, 'right old passwords': 0, 'signed in to change a password': 0 },
  ...{ 'old passwords of which nobody knows': 0 },
};

function countReached({ model, history }: Run): void {
  reached.lifts += model.provider.lifts.length;
  reached.handovers += model.handedOver.length;
  reached.refusals += model.provider.refusedAt.length;
  reached['wrong old passwords'] += model.provider.wrongPasswords.length;
  reached['right old passwords'] += model.provider.rightPasswords.length;
  reached['recovery codes used'] += model.provider.proofs.filter(({ by }) => by === 'recovery-code').length;
  for (const { decision, event, before } of history) {
    if (decision.kind === 'ignored') continue;
    const { state } = decision;
    if (before.state.at === 'checking-recovery-code' && ['deadline', 'recovery-code.unchecked'].includes(event.type))
      reached['recovery codes lost with their verdict'] += 1;
    if (event.type === 'signed-in' && state.at === 'inspecting') reached['signed in to change a password'] += 1;
    if (state.at === 'confirming-password' && state.oldLeft !== undefined)
      reached['old passwords of which nobody knows'] += 1;
    if (event.type === 'recovery-codes.renewed') reached['recovery codes made anew'] += 1;
    if (event.type === 'code.accepted' && state.at === 'inspecting' && 'first' in state.proof)
      reached['second proofs by a contact'] += 1;
    if (decision.freezeUntil !== undefined) reached.freezes += 1;
    if (event.type === 'superseded') reached.superseded += 1;
    if (event.type === 'contact.linked') reached.linked += 1;
    if (event.type === 'contact.unlinked') reached.removed += 1;
    if (event.type === 'contact.unlinked' && before.state.at === 'removing') reached['removed with a code'] += 1;
    if (decision.effects.some((effect) => effect.do === 'unlink-contact' && !effect.report))
      reached['taken out again'] += 1;
    if (event.type === 'change.disowned') reached['disowned by an older contact'] += 1;
    if (event.type === 'person.identified' && event.contacts.some(({ rests }) => rests === true))
      reached['resting contacts'] += 1;
    if (state.at === 'in-doubt') reached.doubts += 1;
    if (state.at === 'closed' && state.ending.because === 'unlocked') reached.unlocked += 1;
    if (state.at === 'closed' && state.ending.because === 'password-changed') reached.changed += 1;
  }
}

const brokenIn = (finished: Run): RunClaim | undefined => runClaims.find((claim) => !claimsOfRuns[claim](finished));

describe(`${numRuns} generated interleavings of up to three requests for one account`, () => {
  let broken: RunClaim | undefined;
  let report = '';

  beforeAll(() => {
    const property = fc.property(scripts, (script) => {
      const finished = run(script, decide);
      countReached(finished);
      broken = brokenIn(finished) ?? broken;
      return brokenIn(finished) === undefined;
    });
    const details = fc.check(property, { numRuns });
    if (details.failed) report = fc.defaultReportMessage(details) ?? 'failed';
    if (details.failed && broken === undefined) throw new Error(report);
  }, 600_000);

  it.each(runClaims)('%s', (claim) => expect(broken === claim ? report : '').toBe(''));

  it.each(Object.keys(reached) as (keyof typeof reached)[])('meets what the claims are about: %s', (what) => {
    expect(reached[what]).toBeGreaterThan(numRuns / 100);
  });

  it('every request comes to an end by the clock alone, whatever happened before', () => {
    const property = fc.property(scripts, (script) => {
      const { model } = run(script, decide);
      // An expired unlock stays open for another day, for somebody to look at it.
      for (let day = 0; day < 2; day += 1) {
        wait(model, daySeconds);
        sweep(model);
      }
      return model.flows.every((flow) => !isOpen(flow.state));
    });
    fc.assert(property, { numRuns: Math.ceil(numRuns / 10) });
  }, 600_000);
});

describe('each claim can fail: a saboteur who breaks it is caught', () => {
  it.each(runClaims)('%s', (claim) => {
    const saboteur = runSabotages[claim](decide);
    const property = fc.property(scripts, (script) => claimsOfRuns[claim](run(script, saboteur)));
    expect(fc.check(property, { numRuns: 20_000, seed: 1, endOnFailure: true }).failed).toBe(true);
  });
});
