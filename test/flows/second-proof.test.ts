// Two proofs, where the account's rule asks for them: two different contacts, or a contact and a recovery code.
import { describe, expect, it } from 'vitest';
import { begin, isStillWanted } from '../../src/flows/begin.ts';
import type { Counted } from '../../src/flows/budget.ts';
import { decide } from '../../src/flows/decide.ts';
import { countedBy, type Decision, type Moment, type RecoveryCodeSet } from '../../src/flows/decision.ts';
import { dueAt } from '../../src/flows/due.ts';
import { isVolatile } from '../../src/flows/effect.ts';
import type { ChallengedNew, Managing } from '../../src/flows/enrolment-state.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import { contactRef, type Instant, instant, later } from '../../src/flows/ids.ts';
import { checkSeconds, daySeconds } from '../../src/flows/limits.ts';
import { allNeedTwoProofs, liesWithin, mayNeedTwoProofs, type PolicyRules, type Rule } from '../../src/flows/policy.ts';
import { freshProof, showHelpdesk, showPerson } from '../../src/flows/show.ts';
import { type Flow, type FlowState, type MaskedContact, proofOf } from '../../src/flows/state.ts';
import { account, email, freshLink, gateless, healthy, jane, mallory, noon, sam, subjectOf, text } from './cast.ts';

const twice: Rule = { reset: { approvals: 0, proofs: 2 }, unlock: { approvals: 0, proofs: 2 } };
const once: Rule = { reset: { approvals: 0 }, unlock: { approvals: 0 } };
const privileged: Rule = { ...twice, when: { app_metadata: { privileged: true } } };
/** Privileged accounts need two proofs, others one. */
const policy: PolicyRules = { ...gateless, rules: [privileged, once] };
const boss = { ...healthy, appMetadata: { privileged: true } };

const spoken = {
  chooses: { type: 'recovery-code.chosen', by: jane },
  types: { type: 'recovery-code.submitted', by: jane },
  code: { type: 'code.submitted', by: jane },
  goesBack: { type: 'contact.reconsidered', by: jane },
} as const satisfies Record<string, FlowEvent>;
const identified = (contacts: readonly MaskedContact[] = [email, text]): FlowEvent => ({
  ...{ type: 'person.identified', account, contacts },
});
const wants = ({ ref }: MaskedContact): FlowEvent => ({ type: 'code.requested', by: jane, contact: ref });
const comes = ({ ref }: MaskedContact): FlowEvent => ({ type: 'code.sent', contact: ref });
const inspected: FlowEvent = { type: 'account.inspected', facts: boss };

interface World {
  readonly policy?: PolicyRules;
  readonly recoveryCodes?: RecoveryCodeSet;
  readonly kind?: 'reset' | 'unlock';
}

/** One flow, with what it counts. */
function flowIn({ policy: rules = policy, kind = 'reset', ...known }: World = {}) {
  const subject = subjectOf(kind);
  const counted: Counted[] = [];
  let now: Instant = noon;
  let state: FlowState = begin(noon, rules.limits).state;
  let version = 1;
  let last: Decision | undefined;
  const moment = (): Moment => ({
    ...{ now, policy: rules, freshLink, rival: 'none', isSendingElsewhere: false, budget: { counted } },
    ...known,
  });
  const told = (...events: readonly FlowEvent[]): FlowState => {
    for (const event of events) {
      last = decide(subject, state, event, moment());
      if (last.kind === 'ignored') continue;
      counted.push(...countedBy(subject.id, state, last, now));
      state = last.state;
      version += 1;
    }
    return state;
  };
  return {
    told,
    state: () => state,
    last: () => last,
    counts: () => counted.map(({ what }) => what),
    pass: (seconds: number) => {
      now = later(now, seconds);
    },
    flow: (): Flow => ({ ...subject, state, version }),
  };
}

const proves = (contact: MaskedContact): readonly FlowEvent[] => [
  wants(contact),
  comes(contact),
  spoken.code,
  { type: 'code.accepted' },
];
/** To the question for the second proof. */
function provenOnce(world: World = {}, contacts: readonly MaskedContact[] = [email, text]) {
  const flow = flowIn(world);
  flow.told(identified(contacts), ...proves(email), inspected);
  return flow;
}
/** Made long ago: they have rested. */
const codesLeft = (left: number): World => ({ recoveryCodes: { left, madeAt: later(noon, -30 * daySeconds) } });
const withCodes = codesLeft(10);
/** To the input of a recovery code. */
function atInput(world: World = withCodes) {
  const flow = provenOnce(world);
  flow.told(spoken.chooses);
  return flow;
}

const impossible = { at: 'closed', ending: { outcome: 'refused', because: 'second-proof-impossible' } };

describe('an account whose rule asks for two proofs', () => {
  it('is granted nothing after the first one', () => {
    expect(provenOnce().state()).toMatchObject({
      ...{ at: 'choosing-contact', contacts: [text] },
      first: { channel: 'email', at: noon, contact: email.ref, recoveryCodes: 0 },
    });
  });

  it.each(['reset', 'unlock'] as const)('is granted a %s after a code from another contact', (kind) => {
    const flow = provenOnce({ kind });
    flow.told(...proves(text));
    expect(flow.state()).toMatchObject({
      at: 'inspecting',
      proof: { channel: 'sms', first: { channel: 'email', at: noon } },
    });
    expect(flow.told(inspected).at).toBe(kind === 'reset' ? 'link-ready' : 'fulfilling');
    expect(proofOf(flow.state())).toMatchObject({ channel: 'sms', first: { channel: 'email' } });
  });

  it('is not granted anything for the same contact twice', () => {
    const flow = provenOnce();
    const before = flow.state();
    expect(flow.told(wants(email))).toBe(before);
    expect(flow.last()).toMatchObject({ kind: 'ignored' });
  });

  it('has its whole time again for the second proof, and no more than that', () => {
    const flow = flowIn();
    flow.told(identified(), wants(email), comes(email), spoken.code);
    flow.pass(30);
    flow.told({ type: 'code.accepted' }, inspected);
    expect(dueAt(flow.state())).toBe(later(noon, 30 + policy.limits.flowSeconds));
    flow.pass(policy.limits.flowSeconds);
    expect(flow.told({ type: 'deadline' })).toMatchObject({
      ...{ at: 'closed', ending: { because: 'flow' } },
      proof: { channel: 'email', at: later(noon, 30) },
    });
  });

  it('is asked for its approvals after the second proof', () => {
    const gates = { approvals: 1, proofs: 2 } as const;
    const flow = flowIn({ policy: { ...policy, rules: [{ reset: gates, unlock: gates }] } });
    flow.told(identified(), ...proves(email), inspected);
    expect(flow.state().at).toBe('choosing-contact');
    flow.told(...proves(text), inspected);
    expect(flow.state()).toMatchObject({ at: 'awaiting-approval', proof: { first: { channel: 'email' } } });
    expect(showHelpdesk(flow.flow())).toMatchObject({ proof: { channel: 'sms', first: { channel: 'email' } } });
  });

  it('learns before it gives a second proof that an administrator has blocked it', () => {
    const flow = flowIn();
    flow.told(identified(), ...proves(email), { type: 'account.inspected', facts: { ...boss, disabled: true } });
    expect(flow.state()).toMatchObject({ at: 'closed', ending: { because: 'disabled' } });
  });

  it('keeps its first proof through resends, other contacts and wrong codes', () => {
    const other: MaskedContact = { ref: text.ref, channel: 'sms', masked: '•••34' };
    const flow = provenOnce(withCodes, [email, other]);
    for (const event of [wants(text), comes(text), spoken.code, { type: 'code.rejected', because: 'wrong' } as const]) {
      flow.told(event);
      expect(flow.state()).toMatchObject({ first: { contact: email.ref } });
    }
    for (const event of [spoken.goesBack, wants(text), comes(text), spoken.chooses, spoken.goesBack]) {
      flow.told(event);
      expect(flow.state()).toMatchObject({ first: { contact: email.ref } });
    }
  });

  it.each(['choosing-contact', 'sending', 'challenged', 'checking'] as const)(
    'can say in %s that it was not them, and it is the proof that is doubted',
    (place) => {
      const flow = provenOnce();
      for (const event of proves(text)) if (flow.state().at !== place) flow.told(event);
      expect(flow.state().at).toBe(place);
      expect(flow.told({ type: 'disowned', by: jane })).toMatchObject({
        ...{ at: 'closed', ending: { because: 'disowned' }, helpdeskKnows: true },
        proof: { channel: 'email' },
      });
      expect(flow.last()).toMatchObject({ freezeUntil: later(noon, daySeconds), voidsRecoveryCodes: true });
    },
  );

  it('is told lastingly, so that whoever did not type the code can say so', () => {
    expect(provenOnce().last()).toMatchObject({ effects: [{ do: 'show', to: 'person', lasting: true }] });
  });

  it('is not taken for proven by the helpdesk, before the second proof and after the end', () => {
    const flow = provenOnce(withCodes);
    expect(freshProof(flow.flow(), noon)).toBeUndefined();
    flow.told(spoken.chooses);
    expect(freshProof(flow.flow(), noon)).toBeUndefined();
    flow.told({ type: 'cancelled', by: jane });
    expect(flow.state()).toMatchObject({
      ...{ at: 'closed', ending: { because: 'person' }, isHalfProven: true },
      proof: { channel: 'email' },
    });
    expect(freshProof(flow.flow(), noon)).toBeUndefined();
  });

  it('is taken for proven after the second proof', () => {
    const flow = provenOnce();
    flow.told(...proves(text), { type: 'cancelled', by: jane });
    expect(flow.state()).not.toHaveProperty('isHalfProven');
    expect(freshProof(flow.flow(), noon)).toMatchObject({ channel: 'sms', first: { channel: 'email' } });
  });

  it('is helped by the helpdesk where its second code cannot be sent', () => {
    const flow = provenOnce();
    flow.told(wants(text), { type: 'effect.failed', of: 'send-code', because: 'refused-by-provider' });
    expect(flow.state()).toMatchObject({ at: 'closed', proof: { channel: 'email' }, helpdeskKnows: true });
    expect(showHelpdesk(flow.flow())).toMatchObject({ shows: 'help-wanted', because: 'failed', isHalfProven: true });
  });
});

describe('an account for which no second proof is possible', () => {
  it('is told so before a second code is sent, and the helpdesk learns of the first one', () => {
    const flow = provenOnce({}, [email]);
    expect(flow.state()).toMatchObject({ ...impossible, proof: { channel: 'email' }, helpdeskKnows: true });
    expect(showHelpdesk(flow.flow())).toMatchObject({
      ...{ shows: 'help-wanted', because: 'second-proof-impossible', proof: { channel: 'email' }, isHalfProven: true },
    });
  });

  it('is told so where all its recovery codes are used up', () => {
    expect(provenOnce(codesLeft(0), [email]).state()).toMatchObject(impossible);
  });

  it('is told so where its recovery codes are new, until they have rested', () => {
    const made = (secondsAgo: number) =>
      provenOnce({ recoveryCodes: { left: 10, madeAt: later(noon, -secondsAgo) } }, [email]).state();
    expect(made(daySeconds - 1)).toMatchObject(impossible);
    expect(made(daySeconds).at).toBe('entering-recovery-code');
  });

  it('is told so before a first code is sent, where the rules ask everybody for two', () => {
    const flow = flowIn({ policy: { ...policy, rules: [twice] } });
    flow.told(identified([email]));
    expect(flow.state()).toMatchObject({ ...impossible, helpdeskKnows: false });
    expect(flow.state()).not.toHaveProperty('proof');
  });

  it.each([
    ['two contacts', {}, [email, text]],
    ['a recovery code', codesLeft(1), [email]],
  ] as const)('is not meant where it has %s', (_what, world, contacts) => {
    const flow = flowIn({ ...world, policy: { ...policy, rules: [twice] } });
    expect(flow.told(identified(contacts)).at).toBe('choosing-contact');
  });

  it('learns nothing of its own rule before it has proven itself', () => {
    expect(flowIn().told(identified([email])).at).toBe('choosing-contact');
  });

  it('is meant where a request was begun before its rule asked for two', () => {
    const flow = flowIn({ ...withCodes, policy: gateless });
    flow.told(identified(), ...proves(email));
    expect(flow.state()).not.toHaveProperty('remaining');
    const moment: Moment = {
      ...{ now: noon, policy, freshLink, rival: 'none', isSendingElsewhere: false, budget: { counted: [] } },
      ...withCodes,
    };
    expect(decide(subjectOf('reset'), flow.state(), inspected, moment)).toMatchObject({ state: impossible });
  });
});

describe('an account whose rule asks for one proof', () => {
  it('is granted it after one', () => {
    const flow = flowIn();
    flow.told(identified(), ...proves(email), { type: 'account.inspected', facts: healthy });
    expect(flow.state().at).toBe('link-ready');
  });

  it('carries its other contacts on only where another rule may ask for two', () => {
    const inspecting = (rules: readonly Rule[]) => {
      const flow = flowIn({ policy: { ...policy, rules } });
      return flow.told(identified(), ...proves(email));
    };
    expect(inspecting([once])).not.toHaveProperty('remaining');
    expect(inspecting([privileged])).toMatchObject({ remaining: { proven: email.ref, contacts: [text] } });
  });

  it('is asked for no recovery code', () => {
    const flow = flowIn(withCodes);
    flow.told(identified());
    expect(flow.told(spoken.chooses).at).toBe('choosing-contact');
    flow.told(wants(email), comes(email));
    expect(flow.told(spoken.chooses).at).toBe('challenged');
  });
});

describe('a recovery code', () => {
  it('is the second proof', () => {
    const flow = atInput();
    expect(flow.told(spoken.types).at).toBe('checking-recovery-code');
    expect(flow.last()).toMatchObject({ effects: [{ do: 'check-recovery-code', account }, { do: 'show' }] });
    flow.told({ type: 'recovery-code.accepted', left: 9 });
    const proof = { channel: 'recovery-code', at: noon, first: { channel: 'email', at: noon }, codesLeft: 9 };
    expect(flow.state()).toMatchObject({ at: 'inspecting', proof });
    expect(flow.told(inspected)).toMatchObject({ at: 'link-ready', proof });
    expect(showPerson(flow.flow(), noon)).toMatchObject({ shows: 'link', recoveryCodesLeft: 9 });
  });

  it('can be chosen while a code from the other contact is awaited, too', () => {
    const flow = provenOnce(withCodes);
    flow.told(wants(text), comes(text));
    expect(showPerson(flow.flow(), noon)).toMatchObject({ shows: 'enter-code', recoveryCode: true });
    expect(flow.told(spoken.chooses)).toMatchObject({ at: 'entering-recovery-code', contacts: [text] });
  });

  it('cannot be chosen where none is left', () => {
    const flow = provenOnce(codesLeft(0));
    expect(showPerson(flow.flow(), noon)).not.toHaveProperty('recoveryCode');
    expect(flow.told(spoken.chooses).at).toBe('choosing-contact');
  });

  it('is asked for at once where no contact is left', () => {
    const flow = provenOnce(withCodes, [email]);
    expect(flow.state()).toMatchObject({ at: 'entering-recovery-code', after: 'asked', contacts: [] });
    expect(showPerson(flow.flow(), noon)).toMatchObject({ shows: 'enter-recovery-code', hasOtherContacts: false });
    expect(flow.told(spoken.goesBack).at).toBe('entering-recovery-code');
  });

  it('is asked for in place of the hour’s last code, so that the first proof is not lost', () => {
    const limits = { ...policy.limits, codesPerHour: 1 };
    const spent = provenOnce({ ...withCodes, policy: { ...policy, limits } });
    expect(spent.told(wants(text)).at).toBe('choosing-contact');
    expect(spent.last()).toMatchObject({ kind: 'ignored', because: 'too-soon' });
    const without = provenOnce({ policy: { ...policy, limits } });
    expect(without.told(wants(text))).toMatchObject({ at: 'closed', ending: { because: 'sends-spent' } });
  });

  it('is one more try of the day, whichever code it was before', () => {
    const flow = atInput();
    flow.told(spoken.types, { type: 'recovery-code.rejected' });
    expect(flow.state()).toMatchObject({ at: 'entering-recovery-code', after: 'wrong' });
    expect(flow.counts()).toEqual(['send', 'sent', 'attempt', 'passed', 'attempt']);
  });

  it('is refused for the rest of the day after the tenth wrong one', () => {
    const flow = atInput();
    for (let tries = 1; tries < policy.limits.codeFailuresPerDay; tries += 1) {
      flow.told(spoken.types, { type: 'recovery-code.rejected' });
      expect(flow.state().at).toBe('entering-recovery-code');
    }
    flow.told(spoken.types, { type: 'recovery-code.rejected' });
    expect(flow.state()).toMatchObject({
      ...{ at: 'closed', ending: { because: 'attempts-spent', again: later(noon, daySeconds) } },
      proof: { channel: 'email' },
    });
  });

  it('is not looked at where another request has used up the day', () => {
    const flow = atInput();
    const wrong: Counted = { what: 'attempt', flow: subjectOf('unlock').id, at: noon };
    const counted = Array.from({ length: policy.limits.codeFailuresPerDay }, () => wrong);
    const moment: Moment = {
      ...{ now: noon, policy, freshLink, rival: 'none', isSendingElsewhere: false, budget: { counted } },
    };
    expect(decide(subjectOf('reset'), flow.state(), spoken.types, moment)).toMatchObject({
      state: { at: 'closed', ending: { because: 'attempts-spent' } },
      effects: [{ do: 'show' }],
      counts: [],
    });
  });

  it('is not looked at while the account is frozen', () => {
    const flow = atInput();
    const moment: Moment = {
      ...{ now: noon, policy, freshLink, rival: 'none', isSendingElsewhere: false },
      budget: { counted: [], frozenUntil: later(noon, 60) },
    };
    expect(decide(subjectOf('reset'), flow.state(), spoken.types, moment)).toMatchObject({
      state: { at: 'closed', ending: { because: 'frozen' } },
    });
  });

  it.each([
    ['nobody knows whether it was looked at', { type: 'recovery-code.unchecked' }, 0],
    ['the answer came too late', { type: 'recovery-code.accepted', left: 9 }, checkSeconds],
    ['no answer came', { type: 'deadline' }, checkSeconds],
  ] as const)('counts as tried, and nothing more, where %s', (_why, event, after) => {
    const flow = atInput();
    flow.told(spoken.types);
    flow.pass(after);
    expect(flow.told(event)).toMatchObject({ at: 'entering-recovery-code', after: 'unchecked' });
    expect(flow.counts().at(-1)).toBe('attempt');
  });

  it('is waited for until its own deadline, and no report of anything else ends that', () => {
    const flow = atInput();
    flow.told(spoken.types);
    const { at } = flow.state();
    expect(dueAt(flow.state())).toBe(later(noon, checkSeconds));
    expect(flow.told({ type: 'deadline' }, { type: 'code.accepted' }, spoken.types, spoken.code).at).toBe(at);
    expect(showPerson(flow.flow(), noon)).toMatchObject({ shows: 'checking-recovery-code' });
  });

  it('is looked at once, however often it is sent at the same time', () => {
    const flow = atInput();
    flow.told(...Array.from({ length: 50 }, () => spoken.types));
    expect(flow.counts().filter((what) => what === 'attempt')).toHaveLength(2);
  });

  it.each([sam, mallory])('of somebody else changes nothing', (by) => {
    const flow = atInput();
    const before = flow.state();
    for (const type of ['recovery-code.chosen', 'recovery-code.submitted'] as const) {
      expect(flow.told({ type, by })).toBe(before);
      expect(flow.last()).toMatchObject({ because: 'not-yours' });
    }
  });

  it('takes nothing that belongs to a contact’s code', () => {
    const flow = atInput();
    const before = flow.state();
    expect(flow.told(spoken.code, { type: 'code.accepted' }, wants(text))).toBe(before);
  });

  it('exists in no order that is stored', () => {
    expect(isVolatile({ do: 'check-recovery-code', account })).toBe(true);
    const flow = atInput();
    expect(isStillWanted({ do: 'check-recovery-code', account }, flow.state())).toBe(false);
    expect(isStillWanted({ do: 'check-recovery-code', account }, flow.told(spoken.types))).toBe(true);
  });
});

describe('new recovery codes', () => {
  const managing: Managing = {
    ...{ at: 'managing', account, contacts: [email], signedInAt: noon },
    ...{ changes: [], sentTo: [], until: later(noon, 900) },
  };
  const awaitsCode: ChallengedNew = {
    ...managing,
    ...{
      at: 'challenged-new',
      after: 'sent',
      attemptsLeft: 3,
      resendFrom: later(noon, 60),
      codeUntil: later(noon, 180),
    },
    draft: { channel: 'sms', masked: '•••34', key: contactRef('new|mac') },
  };
  const renewed = (state: FlowState, more: Partial<Moment> = {}): Decision =>
    decide(
      subjectOf('enroll'),
      state,
      { type: 'recovery-codes.renewed' },
      {
        ...{ now: noon, policy, freshLink, rival: 'none', isSendingElsewhere: false, budget: { counted: [] } },
        ...more,
      },
    );
  const made = { what: 'recovery-codes', at: noon, usableFrom: later(noon, daySeconds) } as const;

  it.each([managing, awaitsCode])('are announced before they exist, and interrupt nothing: $at', (state) => {
    expect(renewed(state)).toMatchObject({
      state: { ...state, changes: [made] },
      effects: [
        { do: 'announce', by: 'mail', account, change: 0, made },
        { do: 'announce', by: 'chat', account, change: 0, made },
        { do: 'show', to: 'person', lasting: true },
      ],
      news: ['person'],
    });
  });

  it('rest only where new contacts rest', () => {
    const lax = { ...policy, contacts: { ...policy.contacts, coolOffHours: 0 } };
    expect(renewed(managing, { policy: lax })).toMatchObject({
      state: { changes: [{ what: 'recovery-codes', at: noon }] },
    });
    expect(JSON.stringify(renewed(managing, { policy: lax }))).not.toContain('usableFrom');
  });

  it('are not made while the account is frozen, or before the sign-in, or after the end', () => {
    const frozen = { counted: [], frozenUntil: later(noon, 60) };
    expect(renewed(managing, { budget: frozen })).toMatchObject({
      state: { at: 'closed', ending: { because: 'frozen' } },
    });
    const link = { at: 'signing-in', contacts: [], link: freshLink, until: later(noon, 600) } as const;
    expect(renewed(link)).toMatchObject({ kind: 'ignored' });
    const ended = { outcome: 'done', because: 'enrolled' } as const;
    expect(
      renewed({ at: 'closed', ending: ended, closedAt: noon, account, approvals: [], helpdeskKnows: false }),
    ).toMatchObject({ kind: 'ignored' });
  });

  it('are made three times an hour, because every set is told to all older contacts', () => {
    const noonPlus = (seconds: number) => later(noon, seconds);
    const made = (...times: readonly number[]): FlowState => ({
      ...managing,
      changes: times.map((seconds) => ({ what: 'recovery-codes' as const, at: noonPlus(seconds) })),
    });
    expect(renewed(made(-20, -10))).toMatchObject({ kind: 'moved' });
    expect(renewed(made(-30, -20, -10))).toEqual({ kind: 'ignored', because: 'too-soon', again: noonPlus(3570) });
    expect(renewed(made(-3600, -20, -10))).toMatchObject({ kind: 'moved' });
    expect(renewed(made(-3600, -30, -20, -10))).toMatchObject({ kind: 'ignored', again: noonPlus(3570) });
  });

  it('are void for whoever disowns them, and no contact is taken out for it', () => {
    const changed: FlowState = { ...managing, changes: [made] };
    const moment: Moment = {
      ...{ now: noon, policy, freshLink, rival: 'none', isSendingElsewhere: false, budget: { counted: [] } },
    };
    const decision = decide(subjectOf('enroll'), changed, { type: 'change.disowned', change: 0 }, moment);
    expect(decision).toMatchObject({
      voidsRecoveryCodes: true,
      state: { at: 'closed', ending: { because: 'disowned' } },
    });
    expect(JSON.stringify(decision)).not.toContain('unlink-contact');
  });
});

describe('the rules about proofs', () => {
  const both = ['reset', 'unlock'] as const;

  it.each(both)('say whether some account may need two for a %s', (kind) => {
    expect(mayNeedTwoProofs([], kind)).toBe(false);
    expect(mayNeedTwoProofs([once], kind)).toBe(false);
    expect(mayNeedTwoProofs([privileged, once], kind)).toBe(true);
    expect(mayNeedTwoProofs([{ [kind === 'reset' ? 'unlock' : 'reset']: { approvals: 0, proofs: 2 } }], kind)).toBe(
      false,
    );
  });

  it.each(both)('say whether everybody needs two for a %s', (kind) => {
    expect(allNeedTwoProofs([], kind)).toBe(false);
    expect(allNeedTwoProofs([privileged], kind)).toBe(false);
    expect(allNeedTwoProofs([privileged, once], kind)).toBe(false);
    expect(allNeedTwoProofs([privileged, twice], kind)).toBe(true);
    expect(allNeedTwoProofs([twice], kind)).toBe(true);
  });

  it('match accounts with a second factor, and those without', () => {
    const strict: Rule = { ...twice, when: { multifactor: true } };
    const lax: Rule = { ...twice, when: { multifactor: false } };
    const asked = (rule: Rule, multifactor: boolean) => {
      const flow = flowIn({ policy: { ...policy, rules: [rule, once] } });
      return flow.told(identified(), ...proves(email), {
        type: 'account.inspected',
        facts: { ...healthy, multifactor },
      }).at;
    };
    expect([asked(strict, true), asked(strict, false)]).toEqual(['choosing-contact', 'link-ready']);
    expect([asked(lax, true), asked(lax, false)]).toEqual(['link-ready', 'choosing-contact']);
  });

  it('are compared with regard to second factors', () => {
    expect(liesWithin({ multifactor: true }, { multifactor: true })).toBe(true);
    expect(liesWithin({ multifactor: true, connection: 'A' }, { multifactor: true })).toBe(true);
    expect(liesWithin({ connection: 'A' }, { connection: 'A', multifactor: true })).toBe(false);
    expect(liesWithin({ multifactor: true }, { multifactor: false })).toBe(false);
  });
});

it('a state without any proof has none', () => {
  expect(proofOf({ at: 'identifying', delayed: false, until: instant(1) })).toBeUndefined();
});
