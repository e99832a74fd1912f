// Which facts about an account the decision of each kind reads: a fact that is not read must not cost calls to the
// provider.
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/flows/decide.ts';
import type { Moment } from '../../src/flows/decision.ts';
import { later } from '../../src/flows/ids.ts';
import { factsRead } from '../../src/flows/inspection.ts';
import { type AccountFacts, gatedKinds } from '../../src/flows/policy.ts';
import type { FlowKind, Inspecting } from '../../src/flows/state.ts';
import { account, factsOf, freshLink, noon, policies, subjectOf } from './cast.ts';

const inspecting: Inspecting = {
  ...{ at: 'inspecting', account, delayed: false },
  proof: { channel: 'email', at: noon },
  until: later(noon, 900),
};

const moments: readonly Moment[] = policies.map((policy) => ({
  ...{ now: noon, policy, freshLink, rival: 'none', isSendingElsewhere: false },
  budget: { counted: [] },
}));

const decided = (kind: FlowKind, facts: AccountFacts, moment: Moment) =>
  decide(subjectOf(kind), inspecting, { type: 'account.inspected', facts }, moment);

/** Neither an administrator nor a directory stands in the way. */
const isOpenTo = ({ disabled, barrier }: AccountFacts): boolean => !disabled && barrier === undefined;

describe('what a decision reads', () => {
  it('is locks for an unlock, whether a password can be set for a reset, and for all else nothing but the record', () => {
    expect(factsRead).toEqual({
      reset: { locks: false, password: 'new' },
      unlock: { locks: true },
      change: { locks: false, password: 'known' },
      enroll: { locks: false },
    });
  });

  it.each(gatedKinds.filter((kind) => !factsRead[kind].locks))(
    'a %s is decided alike, whatever is known of locks',
    (kind) => {
      for (const moment of moments) {
        for (const { locked: _, ...facts } of factsOf) {
          const alike = [facts, { ...facts, locked: true }, { ...facts, locked: false }];
          expect(new Set(alike.map((each) => JSON.stringify(decided(kind, each, moment)))).size).toBe(1);
        }
      }
    },
  );

  it.each(gatedKinds.filter((kind) => factsRead[kind].locks))(
    'an %s without it is neither carried out nor said to be needless',
    (kind) => {
      for (const moment of moments) {
        for (const { locked: _, ...facts } of factsOf.filter(isOpenTo)) {
          expect(decided(kind, facts, moment)).toMatchObject({
            state: { at: 'closed', ending: { outcome: 'failed', because: 'unreachable' }, helpdeskKnows: true },
          });
        }
      }
    },
  );
});

describe('an account whose owner bound somebody since the request began', () => {
  const [facts] = factsOf.filter(
    ({ disabled, choosesPassword, locked }) => !disabled && choosesPassword === 'at-provider' && locked === true,
  );
  const endingFor = (binding: 'bound' | 'others' | 'free', rule: 'optional' | 'required') => {
    const [moment] = moments;
    if (facts === undefined || moment === undefined) throw new Error('the cast lacks them');
    const decision = decided(
      'reset',
      { ...facts, binding },
      { ...moment, policy: { ...moment.policy, binding: rule } },
    );
    const state = decision.kind === 'moved' ? decision.state : undefined;
    return state?.at === 'closed' ? state.ending.because : state?.at;
  };

  it.each([
    ['others', 'optional', 'no-contact'],
    ['others', 'required', 'no-contact'],
    ['free', 'required', 'no-contact'],
    ['free', 'optional', 'link-ready'],
    ['bound', 'optional', 'link-ready'],
    ['bound', 'required', 'link-ready'],
  ] as const)('bound: %s, where a binding is %s: %s', (binding, rule, outcome) => {
    expect(endingFor(binding, rule)).toBe(outcome);
  });
});
