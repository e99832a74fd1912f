// Which facts about an account the decision of each kind reads: a fact that is not read must not cost calls to the
// provider.
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/flows/decide.ts';
import type { Decision, Moment } from '../../src/flows/decision.ts';
import { type ActorId, later } from '../../src/flows/ids.ts';
import { factsRead } from '../../src/flows/inspection.ts';
import { type AccountFacts, gatedKinds, type PolicyRules } from '../../src/flows/policy.ts';
import type { FlowKind, FlowState, Inspecting } from '../../src/flows/state.ts';
import { account, email, factsOf, freshLink, jane, kim, noon, policies, sam, subjectOf, text } from './cast.ts';

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

describe('whoever typed a name needs one approval more than the rule asks for', () => {
  const [facts] = factsOf.filter(
    ({ disabled, choosesPassword, locked, barrier }) =>
      !disabled && barrier === undefined && choosesPassword === 'at-provider' && locked === true,
  );
  const cameTo = (kind: FlowKind, rule: number, policy: Partial<PolicyRules> = {}) => {
    const [moment] = moments;
    if (facts === undefined || moment === undefined) throw new Error('the cast lacks them');
    const approvals = { approvals: rule };
    const rules = [{ reset: approvals, unlock: approvals }];
    return decided(kind, facts, { ...moment, policy: { ...moment.policy, rules, extraApprovals: 1, ...policy } });
  };

  it.each([
    ['unlock', 1, 2],
    ['reset', 0, 1],
    ['unlock', 0, 1],
    ['reset', 2, 3],
  ] as const)('an %s whose rule asks for %d needs %d', (kind, rule, needed) => {
    expect(cameTo(kind, rule)).toMatchObject({ state: { at: 'awaiting-approval', needed, approvals: [] } });
  });

  it.each(gatedKinds)('a %s for which no helpdesk can approve ends', (kind) => {
    expect(cameTo(kind, 0, { hasHelpdesk: false })).toMatchObject({
      state: { at: 'closed', ending: { outcome: 'refused', because: 'no-helpdesk' } },
    });
  });

  it('and none where the policy asks for no more', () => {
    expect(cameTo('reset', 0, { extraApprovals: 0 })).toMatchObject({ state: { at: 'link-ready' } });
    expect(cameTo('unlock', 0, { extraApprovals: 0 })).toMatchObject({ state: { at: 'fulfilling' } });
  });

  it.each(gatedKinds)('a %s that is short of one is not done: the first of two approvals changes nothing', (kind) => {
    const asked = cameTo(kind, 1);
    if (asked.kind !== 'moved') throw new Error('not asked');
    const [moment] = moments;
    if (moment === undefined) throw new Error('the cast lacks them');
    const approve = (state: FlowState, by: ActorId): Decision =>
      decide(
        subjectOf(kind),
        state,
        { type: 'approval.given', by, entitled: true, distinctFrom: [jane, sam, kim] },
        moment,
      );
    const first = approve(asked.state, sam);
    expect(first).toMatchObject({ state: { at: 'awaiting-approval', approvals: [{ by: sam }] } });
    const second = first.kind === 'moved' ? approve(first.state, kim) : first;
    expect(second).toMatchObject({ state: { at: kind === 'unlock' ? 'fulfilling' : 'link-ready' } });
  });
});

describe('a request that no chat vouches for', () => {
  const checking: FlowState = {
    ...{ at: 'checking', account, contacts: [email, text], contact: email.ref, attemptsLeft: 2 },
    ...{
      resendFrom: later(noon, 60),
      codeUntil: later(noon, 180),
      until: later(noon, 900),
      checkUntil: later(noon, 20),
    },
  };
  const orderedBy = (kind: FlowKind, policy: Partial<PolicyRules>, more: object = {}) => {
    const [moment] = moments;
    if (moment === undefined) throw new Error('the cast lacks them');
    const decision = decide(
      subjectOf(kind),
      { ...checking, ...more },
      { type: 'code.accepted' },
      { ...moment, policy: { ...moment.policy, ...policy } },
    );
    return decision.kind === 'moved' ? decision.effects : [];
  };
  const first = { channel: 'sms', at: noon, contact: text.ref, recoveryCodes: 0 } as const;
  const announcing = { announcesRequests: true } as const;

  it.each(gatedKinds)('is announced with its first code, once and before all else: %s', (kind) => {
    const [order] = orderedBy(kind, announcing);
    expect(order).toEqual({ do: 'announce-request', account, of: kind, at: noon });
    const names = orderedBy(kind, announcing).map(({ do: what }) => what);
    expect(names.filter((name) => name === 'announce-request')).toHaveLength(1);
    expect(names).toContain('inspect-account');
    expect(JSON.stringify(orderedBy(kind, announcing, { first }))).not.toContain('announce-request');
  });

  it.each(gatedKinds)('is the only one: a %s in a chat tells nobody else', (kind) => {
    expect(JSON.stringify(orderedBy(kind, {}))).not.toContain('announce-request');
  });

  it('is a reset or an unlock: that a contact is removed is told as every change of contacts', () => {
    const removal = { about: text, others: [{ ...email }] };
    expect(JSON.stringify(orderedBy('enroll', announcing, { removal }))).not.toContain('announce-request');
  });
});
