// A contact is taken out in the chat with codes: who may, what it takes, and what is heard of it.
import { describe, expect, it } from 'vitest';
import { begin, isStillWanted } from '../../src/flows/begin.ts';
import type { EnrolledContact } from '../../src/flows/contact.ts';
import { decide, isReplaceable } from '../../src/flows/decide.ts';
import { countedBy, type Decision, type Moment } from '../../src/flows/decision.ts';
import { dueAt } from '../../src/flows/due.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import { contactRef, type Instant, later } from '../../src/flows/ids.ts';
import { daySeconds } from '../../src/flows/limits.ts';
import type { PolicyRules, Rule } from '../../src/flows/policy.ts';
import { freshProof, showPerson } from '../../src/flows/show.ts';
import type { Flow, FlowState, MaskedContact } from '../../src/flows/state.ts';
import {
  account,
  email,
  foreignContact,
  freshLink,
  fromFile,
  gateless,
  healthy,
  jane,
  mallory,
  noon,
  restingText,
  samsAccount,
  subjectOf,
  text,
} from './cast.ts';

const third: MaskedContact = { ref: contactRef('email|3'), channel: 'email', masked: 't•••@t•••.com' };
const rulesOf = (...rules: readonly Rule[]): PolicyRules => ({ ...gateless, rules });
const boss = { ...healthy, appMetadata: { privileged: true } };
const when = { app_metadata: { privileged: true } };
const anyone: Rule = { reset: { approvals: 0 }, unlock: { approvals: 1 } };

const wants = ({ ref }: { readonly ref: MaskedContact['ref'] }): FlowEvent => ({
  ...{ type: 'removal.chosen', by: jane, contact: ref },
});
const asks = ({ ref }: MaskedContact): FlowEvent => ({ type: 'code.requested', by: jane, contact: ref });
const proves = (contact: MaskedContact): readonly FlowEvent[] => [
  asks(contact),
  { type: 'code.sent', contact: contact.ref },
  { type: 'code.submitted', by: jane },
  { type: 'code.accepted' },
];
const inspected = (facts = healthy): FlowEvent => ({ type: 'account.inspected', facts });
const gone = (...contacts: readonly EnrolledContact[]): FlowEvent => ({ type: 'contact.unlinked', contacts });

function flowIn(circumstances: Partial<Moment> = {}, contacts: readonly EnrolledContact[] = [email, text]) {
  const subject = subjectOf('enroll');
  const counted: Moment['budget']['counted'][number][] = [];
  let now: Instant = noon;
  let state: FlowState = begin(noon, gateless.limits).state;
  let last: Decision | undefined;
  const told = (...events: readonly FlowEvent[]): FlowState => {
    for (const event of events) {
      last = decide(subject, state, event, {
        ...{ now, policy: gateless, freshLink, rival: 'none', isSendingElsewhere: false, budget: { counted } },
        ...circumstances,
      });
      if (last.kind === 'ignored') continue;
      counted.push(...countedBy(subject.id, state, last, now));
      state = last.state;
    }
    return state;
  };
  told({ type: 'person.identified', account, contacts });
  return {
    told,
    state: () => state,
    last: () => last,
    effects: () => (last?.kind === 'moved' ? last.effects : []),
    pass: (seconds: number) => {
      now = later(now, seconds);
    },
    now: () => now,
    flow: (): Flow => ({ ...subject, state, version: 1 }),
  };
}

/** Until the account is read. */
function proven(circumstances: Partial<Moment> = {}, contacts?: readonly EnrolledContact[]) {
  const flow = flowIn(circumstances, contacts);
  flow.told(wants(text), ...proves(email));
  return flow;
}

/** Until it is being taken out. */
function removing() {
  const flow = proven();
  flow.told(inspected());
  return flow;
}

describe('a contact that its owner wants to take out in the chat', () => {
  it('can be proven by every other contact that can be used, and not by itself', () => {
    const flow = flowIn({}, [email, restingText, third]);
    expect(flow.told(wants(email))).toMatchObject({
      at: 'signing-in',
      removal: { contact: email.ref, proving: [third] },
    });
    expect(showPerson(flow.flow(), noon)).toMatchObject({
      ...{ shows: 'remove-contact', contact: { masked: email.masked }, proving: [third], isLast: false },
    });
    expect(flow.told(asks(email))).toMatchObject({ at: 'signing-in' });
    expect(flow.told({ type: 'code.requested', by: jane, contact: foreignContact })).toMatchObject({
      at: 'signing-in',
    });
    expect(flow.told({ type: 'code.requested', by: jane, contact: restingText.ref })).toMatchObject({
      at: 'signing-in',
    });
    expect(flow.last()).toEqual({ kind: 'ignored', because: 'stale' });
  });

  it('is named at every step of its proof', () => {
    const flow = flowIn();
    for (const event of [wants(text), ...proves(email)].slice(0, -1)) {
      flow.told(event);
      const { removes, shows } = showPerson(flow.flow(), noon);
      if (shows !== 'remove-contact') expect({ shows, removes }).toMatchObject({ removes: text });
    }
    expect(flow.state()).toMatchObject({ at: 'checking' });
  });

  it('is proven by one that has rested since the list was made', () => {
    const rested = { ...restingText, since: later(noon, -daySeconds + 60) };
    const flow = flowIn({}, [email, rested]);
    expect(flow.told(wants(email))).toMatchObject({ removal: { proving: [] } });
    flow.pass(61);
    expect(flow.told(wants(email))).toMatchObject({ removal: { proving: [{ ref: text.ref }] } });
  });

  it.each([
    ['usable', 1],
    ['not-usable', 0],
  ] as const)('is proven by one that is not confirmed, where the policy says %s', (unconfirmed, count) => {
    const policy = { ...gateless, contacts: { ...gateless.contacts, unconfirmed } };
    const state = flowIn({ policy }, [fromFile, text]).told(wants(text));
    expect(
      'removal' in state && state.removal !== undefined && 'proving' in state.removal && state.removal.proving,
    ).toHaveLength(count);
  });

  it.each([
    ['the last that can be used', text, true],
    ['one that can never be used', { ...email, unusable: 'own-domain' as const }, false],
  ])('%s is the last one as far as its owner is concerned: %#', (_which, wanted, isLast) => {
    const flow = flowIn({}, [{ ...email, unusable: 'own-domain' }, text]);
    flow.told(wants(wanted));
    expect(showPerson(flow.flow(), noon)).toMatchObject({ shows: 'remove-contact', isLast });
  });

  it('is the last one: only a sign-in takes it out', () => {
    const flow = flowIn({}, [text]);
    flow.told(wants(text));
    expect(showPerson(flow.flow(), noon)).toMatchObject({ shows: 'remove-contact', proving: [], isLast: true });
    expect(flow.told(asks(text))).toMatchObject({ at: 'signing-in' });
  });

  it('is kept where they think again', () => {
    const flow = flowIn();
    flow.told(wants(text));
    expect(flow.told({ type: 'contact.reconsidered', by: jane })).not.toHaveProperty('removal');
    expect(flow.told({ type: 'contact.reconsidered', by: jane })).toMatchObject({ at: 'signing-in' });
    expect(flow.last()).toMatchObject({ kind: 'ignored' });
  });

  it('is none of a list that is not theirs, and nobody else chooses', () => {
    const flow = flowIn();
    flow.told({ type: 'removal.chosen', by: jane, contact: foreignContact });
    expect(flow.last()).toMatchObject({ because: 'stale' });
    flow.told({ type: 'removal.chosen', by: mallory, contact: text.ref });
    expect(flow.last()).toMatchObject({ because: 'not-yours' });
    flow.told(asks(email));
    expect(flow.last()).toMatchObject({ because: 'stale' });
  });

  it('can still be taken out by a sign-in', () => {
    const flow = flowIn();
    flow.told(wants(text));
    expect(flow.told({ type: 'signed-in', account })).toMatchObject({ at: 'binding-actor' });
    // Of two accounts with one address, theirs is the other one: its list is shown, and nothing of what was wanted is carried over.
    const other = flowIn();
    other.told(wants(text), { type: 'signed-in', account: samsAccount });
    expect(other.state()).toMatchObject({ at: 'binding-actor', account: samsAccount, contacts: [], changes: [] });
    expect(other.state()).not.toHaveProperty('removal');
  });

  it('waits while another change is under way, and takes the place of one that is not', () => {
    expect(flowIn({ rival: 'busy' }).told(wants(text), asks(email))).toMatchObject({
      ...{ at: 'closed', ending: { because: 'elsewhere' } },
    });
    const flow = flowIn({ rival: 'replaceable' });
    flow.told(wants(text), asks(email));
    expect(flow.last()).toMatchObject({ supersede: true, state: { at: 'sending' } });
  });
});

it.each(['bound', 'free'] as const)(
  'the code names the account that was found, for a chat person who is %s',
  (binding) => {
    const subject = subjectOf('enroll');
    const moment: Moment = {
      ...{ now: noon, policy: gateless, freshLink, rival: 'none', isSendingElsewhere: false, budget: { counted: [] } },
    };
    const found: FlowEvent = { type: 'person.identified', account, contacts: [email, text], binding };
    const asked = [found, wants(text), asks(email)].reduce((state, event) => {
      const decision = decide(subject, state, event, moment);
      if (decision.kind !== 'moved') throw new Error(decision.because);
      return decision.state;
    }, begin(noon, gateless.limits).state as FlowState);
    expect(asked).toMatchObject({ at: 'sending', account, removal: { about: { ref: text.ref } } });
  },
);

describe('a code from another contact', () => {
  it('is asked for, counted and typed like every other one', () => {
    const flow = flowIn();
    expect(flow.told(wants(text), asks(email))).toMatchObject({ at: 'sending', contact: email.ref, contacts: [email] });
    expect(flow.last()).toMatchObject({ counts: ['send'] });
    flow.told({ type: 'code.sent', contact: email.ref }, { type: 'code.submitted', by: jane });
    expect(flow.last()).toMatchObject({ state: { at: 'checking' }, counts: ['attempt'] });
    expect(flow.told({ type: 'code.rejected', because: 'wrong' })).toMatchObject({ at: 'challenged', attemptsLeft: 1 });
  });

  it('takes the contact out, once the account was read', () => {
    const flow = proven();
    expect(flow.state()).toMatchObject({ at: 'inspecting', removal: { about: text, others: [email] } });
    expect(flow.told(inspected())).toMatchObject({ at: 'removing', removal: { about: text } });
    const [order] = flow.effects();
    expect(order).toEqual({ do: 'unlink-contact', account, contact: text.ref, report: true });
    expect(order !== undefined && isStillWanted(order, flow.state())).toBe(true);
    expect(order !== undefined && isStillWanted({ ...order, contact: email.ref } as typeof order, flow.state())).toBe(
      false,
    );
    expect(dueAt(flow.state())).toBe(later(noon, gateless.limits.flowSeconds));
    expect(showPerson(flow.flow(), noon)).toMatchObject({ shows: 'removing', contact: text });
    expect(isReplaceable(flow.state())).toBe(false);
  });

  it('leads to an end that says what was removed, and announces it', () => {
    const flow = removing();
    const made = { what: 'removed', contact: text, at: noon };
    expect(flow.told(gone(email))).toMatchObject({
      ...{ at: 'closed', ending: { outcome: 'done', because: 'enrolled' } },
      ...{ proof: { channel: 'email' }, enrolment: { changes: [made], contacts: [email] } },
    });
    expect(flow.effects()).toContainEqual({ do: 'announce', by: 'mail', account, change: 0, made });
    expect(flow.last()).toMatchObject({ news: ['person'] });
    flow.told({ type: 'change.disowned', change: 0 });
    expect(flow.last()).toMatchObject({ freezeUntil: later(noon, daySeconds) });
  });

  it('takes nothing out of an account that is disabled, frozen or bound to somebody else', () => {
    expect(proven().told(inspected({ ...healthy, disabled: true }))).toMatchObject({ ending: { because: 'disabled' } });
    expect(proven().told(inspected({ ...healthy, binding: 'others' }))).toMatchObject({
      ending: { because: 'no-contact' },
    });
    const frozen = { budget: { counted: [], frozenUntil: later(noon, 60) } };
    expect(flowIn(frozen).told(wants(text), asks(email))).toMatchObject({ ending: { because: 'frozen' } });
  });
});

describe('a removal whose outcome is not known', () => {
  it.each([
    ['a doubt', { type: 'effect.doubtful', of: 'unlink-contact' }],
    ['an outage', { type: 'effect.failed', of: 'unlink-contact', because: 'unreachable' }],
    ['the end of its time', { type: 'deadline' }],
  ] as const)('is finished and announced after %s', (_what, event) => {
    const flow = removing();
    if (event.type === 'deadline') flow.pass(gateless.limits.flowSeconds);
    expect(flow.told(event)).toMatchObject({
      at: 'closed',
      enrolment: { changes: [{ contact: text }], contacts: [email] },
    });
    expect(flow.effects()).toContainEqual({ do: 'unlink-contact', account, contact: text.ref, report: false });
    expect(flow.effects()).toContainEqual(expect.objectContaining({ do: 'announce', change: 0 }));
  });

  it('is not done where Auth0 refuses it for good', () => {
    const flow = removing();
    expect(flow.told({ type: 'effect.failed', of: 'unlink-contact', because: 'not-permitted' })).toMatchObject({
      ...{ at: 'closed', ending: { because: 'not-permitted' } },
    });
    expect(flow.state()).not.toHaveProperty('enrolment');
  });

  it('is waited for, and is not cancelled', () => {
    const flow = removing();
    expect(flow.told({ type: 'effect.delayed', of: 'unlink-contact' })).toMatchObject({
      at: 'removing',
      delayed: true,
    });
    flow.told({ type: 'cancelled', by: jane });
    expect(flow.last()).toMatchObject({ because: 'too-soon' });
    for (const effect of ['show', 'identify'] as const) {
      flow.told(
        { type: 'effect.delayed', of: effect },
        { type: 'effect.doubtful', of: effect },
        { type: 'code.accepted' },
      );
      expect(flow.last()).toMatchObject({ because: 'stale' });
    }
    expect(flow.told({ type: 'disowned', by: jane })).toMatchObject({ ending: { because: 'disowned' } });
  });
});

describe('an account whose rules are strict', () => {
  const twice: Rule = { when, reset: { approvals: 0 }, unlock: { approvals: 1, proofs: 2 } };

  it('needs as many proofs as its strictest rule asks for', () => {
    const flow = proven({ policy: rulesOf(twice, anyone) }, [email, text, third]);
    expect(freshProof(flow.flow(), noon)).toBeUndefined();
    expect(flow.told(inspected(boss))).toMatchObject({
      ...{ at: 'choosing-contact', contacts: [third], first: { contact: email.ref }, removal: { about: text } },
    });
    expect(flow.told(...proves(third), inspected(boss))).toMatchObject({ at: 'removing', proof: { first: {} } });
  });

  it('may use a recovery code as the second proof, never as the first', () => {
    const recoveryCodes = { left: 3, madeAt: later(noon, -30 * daySeconds) };
    const flow = proven({ policy: rulesOf(twice, anyone), recoveryCodes });
    expect(flow.told(inspected(boss))).toMatchObject({ at: 'entering-recovery-code', removal: { about: text } });
    flow.told({ type: 'recovery-code.submitted', by: jane }, { type: 'recovery-code.accepted', left: 2 });
    expect(flow.told(inspected(boss))).toMatchObject({ at: 'removing' });
    const early = flowIn({ recoveryCodes });
    early.told(wants(text), { type: 'recovery-code.chosen', by: jane });
    expect(early.last()).toMatchObject({ because: 'stale' });
  });

  it('removes nothing where there can be no second proof, and offers no code where that holds for all', () => {
    const ending = { because: 'second-proof-impossible' };
    expect(proven({ policy: rulesOf(twice, anyone) }).told(inspected(boss))).toMatchObject({ at: 'closed', ending });
    const { when: _when, ...forAll } = twice;
    expect(flowIn({ policy: rulesOf(forAll) }).told(wants(text))).toMatchObject({ removal: { proving: [] } });
  });

  it('needs a sign-in where a code alone would not reset its password', () => {
    const approved: Rule = { when, reset: { approvals: 2 }, unlock: { approvals: 2 } };
    const flow = proven({ policy: rulesOf(approved, anyone) });
    expect(flow.told(inspected(boss))).toMatchObject({ at: 'closed', ending: { because: 'sign-in-needed' } });
    const { when: _when, ...forAll } = approved;
    expect(flowIn({ policy: rulesOf(forAll) }).told(wants(text))).toMatchObject({ removal: { proving: [] } });
    expect(proven({ policy: rulesOf(approved, anyone) }).told(inspected())).toMatchObject({ at: 'removing' });
  });
});

describe('a request that ends before the account was read', () => {
  const twice: Rule = { reset: { approvals: 0, proofs: 2 }, unlock: { approvals: 0, proofs: 2 } };
  const ends: readonly FlowEvent[] = [
    { type: 'effect.failed', of: 'inspect-account', because: 'unreachable' },
    { type: 'cancelled', by: jane },
    { type: 'account.frozen', until: later(noon, 60) },
  ];

  it.each(ends)('has not verified its person where a second proof may be needed', (event) => {
    const flow = proven({ policy: rulesOf({ ...twice, when }, anyone) }, [email, text, third]);
    expect(flow.told(event)).toMatchObject({ at: 'closed', isHalfProven: true });
    expect(freshProof(flow.flow(), noon)).toBeUndefined();
  });

  it.each(ends)('has where nobody needs two: $type', (event) => {
    expect(proven().told(event)).not.toHaveProperty('isHalfProven');
  });
});
