// "It wasn't me": whose word reaches how far, and that it is heard at any instant.
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/flows/decide.ts';
import type { Decision, Earlier, Moment } from '../../src/flows/decision.ts';
import { isContestable } from '../../src/flows/disowned.ts';
import type { Linking, MadeChange, Managing, Unlinking } from '../../src/flows/enrolment-state.ts';
import type { Doubt, FlowEvent } from '../../src/flows/event.ts';
import { type Instant, later } from '../../src/flows/ids.ts';
import { hourSeconds } from '../../src/flows/limits.ts';
import { showHelpdesk, showPerson } from '../../src/flows/show.ts';
import type { Closed, FlowState, Proof, Removing } from '../../src/flows/state.ts';
import {
  account,
  email,
  enrolled,
  freshLink,
  gateless,
  jane,
  janeElsewhere,
  mallory,
  noon,
  subjectOf,
  text,
} from './cast.ts';

const hours = (count: number): Instant => later(noon, count * hourSeconds);
const added: MadeChange = { what: 'added', contact: enrolled, at: noon };
const bound: MadeChange = { what: 'bound', at: noon };
const codes: MadeChange = { what: 'recovery-codes', at: noon };

const ended = (...changes: readonly MadeChange[]): Closed => ({
  at: 'closed',
  ending: { outcome: 'done', because: 'enrolled' },
  closedAt: hours(0),
  account,
  approvals: [],
  helpdeskKnows: false,
  enrolment: { changes, contacts: [email] },
});
const signedIn = { account, contacts: [email, text], signedInAt: noon, sentTo: [], until: hours(1) };
const managing = (...changes: readonly MadeChange[]): Managing => ({ at: 'managing', ...signedIn, changes });
const about = { delayed: false, about: enrolled };
const linking = (...changes: readonly MadeChange[]): Linking => ({ at: 'linking', ...signedIn, ...about, changes });
const unlinking = (...changes: readonly MadeChange[]): Unlinking => ({
  ...{ at: 'unlinking', ...signedIn, delayed: false, about: text },
  changes,
});
const removing: Removing = {
  ...{ at: 'removing', account, delayed: false, until: hours(1) },
  proof: { channel: 'email', at: noon },
  removal: { about: text, others: [email] },
};

const byThem: FlowEvent = { type: 'disowned', by: jane };
const byNotice: FlowEvent = { type: 'change.disowned', change: 0 };

interface Said {
  readonly earlier?: Earlier;
  readonly now?: Instant;
  readonly actor?: typeof jane;
  readonly coolOffHours?: number;
  readonly startedAt?: Instant;
}

function said(state: FlowState, event: FlowEvent, { now = hours(0.5), actor = jane, ...more }: Said = {}): Decision {
  const { earlier, coolOffHours = 24, startedAt = noon } = more;
  const moment: Moment = {
    ...{ now, freshLink, rival: 'none', isSendingElsewhere: false, budget: { counted: [] } },
    policy: { ...gateless, contacts: { ...gateless.contacts, coolOffHours } },
    ...(earlier === undefined ? {} : { earlier }),
  };
  return decide({ ...subjectOf('enroll'), actor, startedAt }, state, event, moment);
}

const closedBy = (decision: Decision): Closed => {
  if (decision.kind !== 'moved' || decision.state.at !== 'closed') throw new Error('not closed');
  return decision.state;
};
const doubtOf = (decision: Decision): Doubt | undefined => (decision.kind === 'moved' ? decision.doubt : undefined);
const orders = (decision: Decision, effect: string): readonly unknown[] =>
  decision.kind === 'moved' ? decision.effects.filter((each) => each.do === effect) : [];
const frozen = (doubt?: Doubt): FlowEvent => ({
  type: 'account.frozen',
  until: hours(25),
  ...(doubt === undefined ? {} : { doubt }),
});
const newcomersDoubt: Doubt = { of: mallory, reach: 'theirs', theirsSince: hours(-24), staysConnected: true };
const everybody: Doubt = { of: mallory, reach: 'all', theirsSince: hours(-24), othersSince: hours(-24) };

describe('a chat person who says it about their own request', () => {
  const fresh: Earlier = { connected: { at: hours(-1) }, codesBy: mallory };

  it.each([
    ['in an earlier request', ended(added), fresh],
    ['in this request', ended(bound, added), { codesBy: mallory }],
    ['at this very moment, perhaps', { ...managing(), at: 'binding-actor', delayed: false }, { codesBy: mallory }],
  ] as const)(
    'and was connected %s, too short a time ago, takes back what they did, and no more',
    (_when, state, earlier) => {
      const decision = said(state, byThem, { earlier });
      expect(doubtOf(decision)).toMatchObject({ of: jane, reach: 'theirs' });
      expect(doubtOf(decision)).not.toHaveProperty('othersSince');
      expect(decision).not.toHaveProperty('voidsRecoveryCodes');
      expect(decision).toMatchObject({ freezeUntil: hours(24.5) });
      expect(orders(decision, 'unlink-contact')).toHaveLength(state.at === 'closed' ? 1 : 0);
      expect(closedBy(decision)).toMatchObject({ disownedAt: hours(0.5), inPart: 'own' });
    },
  );

  it.each([
    ['long ago', { connected: { at: hours(-24) } }],
    ['as the first', { connected: { at: hours(-1), isFirst: true } }],
    ['before anything was written down of it', {}],
  ] as const)('and was connected %s is believed about everybody', (_when, earlier) => {
    const decision = said(ended(added), byThem, { earlier, now: hours(0) });
    expect(doubtOf(decision)).toMatchObject({ reach: 'all', othersSince: hours(-24), theirsSince: hours(-24) });
    expect(decision).toMatchObject({ voidsRecoveryCodes: true });
    expect(closedBy(decision)).not.toHaveProperty('inPart');
  });

  it('is believed at once where nothing rests by policy', () => {
    expect(doubtOf(said(ended(added), byThem, { earlier: fresh, coolOffHours: 0 }))).toMatchObject({ reach: 'all' });
  });

  it.each([
    ['they made them in another request', ended(added), jane, true],
    ['they made them in this request', ended(codes), undefined, true],
    ['somebody else made newer ones', ended(codes), mallory, false],
  ] as const)('voids the recovery codes where %s: %#', (_who, state, codesBy, isVoid) => {
    const earlier: Earlier = { ...fresh, ...(codesBy === undefined ? {} : { codesBy }) };
    const { codesBy: _, ...unknown } = earlier;
    const decision = said(state, byThem, { earlier: codesBy === undefined ? unknown : earlier });
    expect('voidsRecoveryCodes' in decision).toBe(isVoid);
  });

  it('is known to the helpdesk as new', () => {
    const state = closedBy(said(ended(added), byThem, { earlier: fresh }));
    expect(showHelpdesk({ ...subjectOf('enroll'), state, version: 2 })).toMatchObject({ isNewcomer: true });
  });
});

describe('a request that changed nothing', () => {
  const proof = { channel: 'email', at: noon } as const;
  const second = { channel: 'sms', at: hours(0.3), first: proof } as const;
  const recovered = (given: Proof): Closed => {
    const { enrolment: _, ...rest } = ended();
    return { ...rest, ending: { outcome: 'done', because: 'unlocked' }, proof: given };
  };
  const byCode = { channel: 'recovery-code', codesLeft: 9 } as const;
  const halfProven = { at: 'choosing-contact', account, contacts: [text], until: hours(1) } as const;
  const granted = { account, proof, approvals: [], until: hours(1) };
  const begun = hours(-0.1);

  it.each<[string, FlowState, Instant]>([
    ['has ended', recovered(proof), noon],
    ['has ended after two proofs', recovered(second), noon],
    ['has ended after two proofs, the second a recovery code', recovered({ ...second, ...byCode }), noon],
    ['is open', { ...granted, at: 'link-ready', link: freshLink, retried: false }, noon],
    ['is half proven', { ...halfProven, first: { ...proof, contact: email.ref, recoveryCodes: 0 } }, noon],
    ['is an enrolment that has ended', ended(), begun],
    ['is an open enrolment', managing(), begun],
  ])('and %s is the beginning of the doubt about everybody, at its proof', (_what, state, from) => {
    const decision = said(state, byThem, { startedAt: begun, coolOffHours: 0 });
    expect(doubtOf(decision)).toEqual({
      ...{ of: jane, reach: 'all', staysConnected: true },
      ...{ theirsSince: from, othersSince: from },
    });
    // What still rests is not trusted either.
    expect(doubtOf(said(state, byThem, { startedAt: begun }))).toMatchObject({
      theirsSince: hours(-23.5),
      othersSince: hours(-23.5),
    });
  });

  it('of a chat that was connected too short a time ago doubts only what that chat did', () => {
    const decision = said(recovered(proof), byThem, { earlier: { connected: { at: hours(-1) } } });
    expect(doubtOf(decision)).toEqual({
      ...{ of: jane, reach: 'theirs', staysConnected: true },
      theirsSince: hours(-23.5),
    });
  });

  it('and was disowned takes out what was enrolled before and after it, whether or not that has ended', () => {
    const doubt = doubtOf(said(recovered(proof), byThem));
    const early: MadeChange = { ...added, at: hours(-23) };
    for (const change of [early, added, { ...added, at: hours(0.4) }]) {
      for (const state of [managing(change), ended(change)]) {
        expect(orders(said(state, frozen(doubt)), 'unlink-contact')).toHaveLength(1);
      }
    }
    const rested: MadeChange = { ...added, at: hours(-24) };
    expect(said(ended(rested), frozen(doubt))).toMatchObject({ because: 'closed' });
  });
});

describe('another request of the account', () => {
  it.each([
    ['is open', managing(added)],
    ['is about to link', linking(added)],
    ['is about to remove', unlinking(added)],
  ])('that %s ends at the word of a newcomer, and what it added stays', (_where, state) => {
    const decision = said(state, frozen(newcomersDoubt));
    expect(orders(decision, 'unlink-contact')).not.toContainEqual(
      expect.objectContaining({ contact: enrolled.ref, ...(state.at === 'linking' ? { report: true } : {}) }),
    );
    const next = closedBy(decision);
    expect(next).toMatchObject({ ending: { because: 'frozen' }, inPart: 'nothing' });
    expect(showPerson({ ...subjectOf('enroll'), state: next, version: 2 }, noon)).not.toHaveProperty('takenBack');
    // The reports of what had not come about say nothing to the person.
    expect(said(next, { type: 'change.undone', contact: enrolled.ref })).toMatchObject({ because: 'closed' });
  });

  it.each([[everybody], [undefined], [{ ...newcomersDoubt, of: jane }]] as const)(
    'that is open loses what it added where everybody is doubted, or its own chat person: %#',
    (doubt) => {
      const decision = said(managing(bound, added), frozen(doubt));
      expect(orders(decision, 'unlink-contact')).toHaveLength(1);
      expect(orders(decision, 'unbind-actor')).toHaveLength(1);
      expect(closedBy(decision)).not.toHaveProperty('inPart');
    },
  );

  it('that has ended is left alone by the word of a newcomer, and by a pause alone', () => {
    expect(said(ended(bound, added), frozen(newcomersDoubt))).toMatchObject({ because: 'closed' });
    expect(said(ended(bound, added), frozen())).toMatchObject({ because: 'closed' });
  });

  it('of the same newcomer loses what it added, and leaves them connected', () => {
    const decision = said(ended(bound, added), frozen({ ...newcomersDoubt, of: jane }));
    expect(orders(decision, 'unbind-actor')).toEqual([]);
    expect(orders(decision, 'unlink-contact')).toHaveLength(1);
    const next = closedBy(decision);
    expect(next).toMatchObject({ inPart: 'own', undone: [{ is: 'kept' }] });
    expect(said(next, frozen({ ...newcomersDoubt, of: jane }))).toMatchObject({ because: 'closed' });
  });

  it('of the same newcomer that only connected them is left alone', () => {
    expect(said(ended(bound), frozen({ ...newcomersDoubt, of: jane }))).toMatchObject({ because: 'closed' });
  });

  it('gives back all where everybody is doubted', () => {
    const next = closedBy(said(ended(bound, added, codes), frozen(everybody)));
    expect(next).not.toHaveProperty('inPart');
    expect(next).not.toHaveProperty('undone');
    expect(said(next, byNotice, { now: hours(1) })).toMatchObject({ because: 'closed' });
  });

  it('says of each contact and of recovery codes whether they stay', () => {
    const connectedLater: MadeChange = { ...bound, at: hours(0.4) };
    const doubt: Doubt = { of: mallory, reach: 'all', theirsSince: hours(0.2), othersSince: hours(0.2) };
    const next = closedBy(said(ended(codes, added, connectedLater), frozen(doubt)));
    expect(next).toMatchObject({ inPart: 'later', undone: [{ is: 'kept', contact: enrolled.ref }] });
  });

  it('gives back only what came later, and is still contested for the rest', () => {
    const late: MadeChange = { ...added, at: hours(0.4) };
    const doubt: Doubt = { of: mallory, reach: 'all', theirsSince: hours(0.2), othersSince: hours(0.2) };
    const next = closedBy(said(ended(bound, late), frozen(doubt)));
    expect(next).toMatchObject({ inPart: 'later', undone: [{ is: 'kept' }] });
    const decision = said(next, byNotice, { now: hours(1) });
    expect(orders(decision, 'unbind-actor')).toHaveLength(1);
    expect(closedBy(decision)).not.toHaveProperty('inPart');
    expect(closedBy(decision)).not.toHaveProperty('undone');
  });
});

describe('an older contact that says it', () => {
  it.each([
    ['a chat person who spoke first and was new', closedBy(said(ended(bound, added), byThem))],
    ['nobody', ended(bound, added)],
  ])('is heard after %s', (_who, state) => {
    const decision = said(state, byNotice, { now: hours(1) });
    expect(doubtOf(decision)).toMatchObject({ reach: 'all', othersSince: hours(-23) });
    expect(closedBy(decision)).toMatchObject({ disownedAt: hours(1) });
    expect(closedBy(decision)).not.toHaveProperty('inPart');
    expect(said(closedBy(decision), byNotice, { now: hours(1) })).toMatchObject({ kind: 'ignored' });
  });

  it('pauses anew what an administrator had let go on after the word of a newcomer', () => {
    const paused = closedBy(said(ended(bound, added), byThem));
    const state: Closed = { ...paused, pauseLiftedAt: hours(0.6), undone: [{ is: 'done', contact: enrolled.ref }] };
    const next = closedBy(said(state, byNotice, { now: hours(1) }));
    expect(next).not.toHaveProperty('pauseLiftedAt');
    expect(next).toMatchObject({ undone: [{ is: 'done' }] });
  });

  it.each([
    ['a day before', -23.9, true],
    ['more than a cool-off before', -24, false],
  ])('disconnects the chat that asked where it was connected %s, however late they say so', (_when, at, isOut) => {
    const earlier: Earlier = { connected: { at: hours(at) } };
    const decision = said(ended(added), byNotice, { earlier, now: hours(100) });
    expect(doubtOf(decision)).toMatchObject({ theirsSince: isOut ? hours(at) : noon, othersSince: noon });
    expect(doubtOf(decision)).not.toHaveProperty('staysConnected');
    expect('disconnects' in closedBy(decision)).toBe(isOut);
    const shown = showHelpdesk({ ...subjectOf('enroll'), state: closedBy(decision), version: 2 });
    expect(shown !== undefined && 'disconnects' in shown).toBe(isOut);
  });

  it('does not disconnect the first chat for what it did long after', () => {
    const earlier: Earlier = { connected: { at: hours(-1), isFirst: true } };
    expect(closedBy(said(ended(added), byNotice, { earlier, now: hours(100) }))).not.toHaveProperty('disconnects');
  });

  it('is heard of a request that changed nothing but this', () => {
    expect(doubtOf(said(unlinking(), byNotice))).toEqual({
      of: jane,
      reach: 'all',
      theirsSince: hours(-23.5),
      othersSince: hours(-23.5),
    });
  });
});

describe('the word is heard at any instant', () => {
  const words = [byThem, frozen(everybody), frozen()] as const;
  const times = [hours(1) - 1, hours(1), hours(1) + 1].map((time) => time as Instant);
  const cases = words.flatMap((word) => times.map((now) => ({ word, now, what: word.type })));

  it.each(cases)('of what was added and what is under way: $what at $now', ({ word, now }) => {
    for (const state of [managing(bound, added), linking(bound, added), unlinking(bound, added)]) {
      const decision = said(state, word, { now, earlier: { connected: { at: hours(-30) } } });
      expect(orders(decision, 'unlink-contact')).toContainEqual(expect.objectContaining({ contact: enrolled.ref }));
      expect(orders(decision, 'unbind-actor')).toHaveLength(1);
      expect(closedBy(decision).ending).toMatchObject({ outcome: 'refused' });
    }
  });

  it.each(cases)('of a removal with codes: $what at $now', ({ word, now }) => {
    const decision = said(removing, word, { now });
    expect(closedBy(decision).ending).toMatchObject({ outcome: 'refused' });
    expect(orders(decision, 'announce')).toHaveLength(2);
    expect(orders(decision, 'unlink-contact')).toHaveLength(1);
  });

  it.each([
    ['with codes', removing, 0],
    ['after a sign-in', unlinking(added), 1],
  ] as const)(
    'of the contact that is being removed %s: it is told before that is known to be done',
    (_how, state, nth) => {
      for (const now of times) {
        expect(isContestable(state, nth, now)).toBe(true);
        expect(isContestable(state, nth + 1, now)).toBe(false);
        const decision = said(state, { type: 'change.disowned', change: nth }, { now });
        expect(closedBy(decision)).toMatchObject({ disownedAt: now });
        expect(closedBy(decision).enrolment?.changes[nth]).toMatchObject({ what: 'removed', contact: text });
        expect(doubtOf(decision)).toMatchObject({ reach: 'all' });
      }
    },
  );

  it('and not of what was never changed', () => {
    expect(said(managing(added), { type: 'change.disowned', change: 1 })).toMatchObject({ because: 'stale' });
    expect(isContestable({ ...managing(added), at: 'binding-actor', delayed: false }, 1, noon)).toBe(false);
    expect(isContestable({ at: 'identifying', delayed: false, until: noon }, 0, noon)).toBe(false);
    expect(said(ended(added), byNotice, { actor: janeElsewhere, now: hours(7 * 24) })).toMatchObject({
      because: 'closed',
    });
  });
});
