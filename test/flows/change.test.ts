// A person changes a password that they know: behind a sign-in, or on a page of ours with the old one.
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/flows/decide.ts';
import type { Decision, Moment } from '../../src/flows/decision.ts';
import { dueAt } from '../../src/flows/due.ts';
import type { Ending } from '../../src/flows/ending.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import { type AccountId, type Instant, later } from '../../src/flows/ids.ts';
import { oldPasswordTries, passwordTries, setSeconds } from '../../src/flows/limits.ts';
import { changeBy } from '../../src/flows/notice.ts';
import { changeWayFor } from '../../src/flows/policy.ts';
import { freshProof, showHelpdesk, showPerson } from '../../src/flows/show.ts';
import type { FlowState } from '../../src/flows/state.ts';
import {
  account,
  directoryAccount,
  foreignLink,
  formPolicy,
  freshLink,
  gateless,
  healthy,
  jane,
  noon,
  policies,
  samsAccount,
  subjectOf,
  walkLimits,
} from './cast.ts';

const subject = subjectOf('change');
const soon = later(noon, 10);
const at = (now: Instant, more: Partial<Moment> = {}): Moment => ({
  ...{ now, policy: formPolicy, budget: { counted: [] }, rival: 'none', isSendingElsewhere: false, freshLink },
  ...more,
});
const asked = (state: FlowState, event: FlowEvent, moment = at(soon)): Decision =>
  decide(subject, state, event, moment);
function told(state: FlowState, event: FlowEvent, moment = at(soon)): FlowState {
  const decision = asked(state, event, moment);
  if (decision.kind === 'ignored') throw new Error(`${event.type} at ${state.at}: ${decision.because}`);
  return decision.state;
}
const doing = (decision: Decision) => (decision.kind === 'moved' ? decision.effects.map((effect) => effect.do) : []);
const counts = (decision: Decision) => (decision.kind === 'moved' ? decision.counts : []);
const endOf = (state: FlowState): Ending['because'] | FlowState['at'] =>
  state.at === 'closed' ? state.ending.because : state.at;
const stale = { kind: 'ignored', because: 'stale' };
const frozen: Partial<Moment> = { budget: { counted: [], frozenUntil: later(noon, 600) } };
const spent: Partial<Moment> = {
  budget: {
    counted: Array.from({ length: walkLimits.codeFailuresPerDay }, () => ({
      ...{ what: 'attempt' as const, flow: subject.id, at: noon },
    })),
  },
};
const flow = (state: FlowState) => ({ ...subject, state, version: 7 });

const identifying: FlowState = { at: 'identifying', delayed: false, until: later(noon, 900) };
const identified = (binding: 'bound' | 'others' | 'free', whose: AccountId = account): FlowEvent => ({
  ...{ type: 'person.identified', account: whose, contacts: [], binding },
});
const opened = (choosesPassword: 'at-provider' | 'here' = 'at-provider', link = freshLink): FlowEvent => ({
  ...{ type: 'change.opened', link, facts: { ...healthy, choosesPassword } },
});
const submitted: FlowEvent = { type: 'password.submitted', link: freshLink };
const rejected = (because: 'wrong' | 'not-enough' | 'locked' | 'no-tries'): FlowEvent => ({
  ...{ type: 'old-password.rejected', because },
});

const ready = told(identifying, identified('bound'));
const found = told(identifying, identified('free'));
const form = told(ready, opened());
const setting = told(form, submitted);
const confirming = told(setting, { type: 'password.unknown' });
const signedIn = told(ready, { type: 'signed-in', account }, at(soon, { policy: gateless }));

describe('a known password', () => {
  it('leads to a link at once, without a code', () => {
    const decision = asked(identifying, identified('bound'));
    expect(decision).toMatchObject({
      state: { at: 'change-ready', account, link: freshLink, until: later(soon, 600) },
    });
    expect(doing(decision)).toEqual(['show']);
    expect(showPerson(flow(ready), soon)).toMatchObject({ shows: 'change-link', needsSignIn: false });
  });

  it('is told alike to whoever is not bound, has another account, or none: only the sign-in shows whose it is', () => {
    expect(found).toMatchObject({ at: 'change-ready', found: account });
    expect(found).not.toHaveProperty('account');
    for (const state of [told(identifying, identified('others')), told(identifying, { type: 'person.unknown' })]) {
      expect(state).toEqual({ at: 'change-ready', link: freshLink, until: later(soon, 600) });
    }
    const strict = at(soon, { policy: { ...formPolicy, binding: 'required' } });
    expect(told(identifying, identified('free'), strict)).not.toHaveProperty('found');
  });

  it('asks for no old password once the owner has bound another chat user', () => {
    for (const [binding, at] of [
      ['others', 'ignored'],
      ['bound', 'moved'],
      ['free', 'moved'],
    ] as const) {
      const event: FlowEvent = { type: 'change.opened', link: freshLink, facts: { ...healthy, binding } };
      expect([binding, asked(found, event).kind]).toEqual([binding, at]);
    }
  });

  it('waits for another request of the account only where the chat person is bound to it', () => {
    const busy = at(soon, { rival: 'busy' });
    expect(endOf(told(identifying, identified('bound'), busy))).toBe('elsewhere');
    expect(endOf(told(identifying, identified('free'), busy))).toBe('change-ready');
    const replaceable = at(soon, { rival: 'replaceable' });
    expect(asked(identifying, identified('bound'), replaceable)).toMatchObject({ supersede: true });
    expect(asked(identifying, identified('free'), replaceable)).not.toHaveProperty('supersede');
  });

  it('whose link is not pressed ends as an expired link', () => {
    expect(dueAt(ready)).toBe(later(soon, 600));
    expect(told(ready, { type: 'deadline' }, at(later(soon, 600)))).toMatchObject({
      ending: { outcome: 'expired', because: 'link' },
    });
    expect(asked(ready, { type: 'deadline' })).toEqual(stale);
  });
});

describe('the sign-in', () => {
  it('of this account is the proof, and the account is looked at', () => {
    const decision = asked(ready, { type: 'signed-in', account });
    expect(decision).toMatchObject({ state: { at: 'inspecting', account, proof: { channel: 'sign-in', at: soon } } });
    expect(doing(decision)).toEqual(['inspect-account', 'show']);
    expect(decision).not.toHaveProperty('news');
  });

  it('with another account than the bound one changes nothing', () => {
    expect(asked(ready, { type: 'signed-in', account: samsAccount })).toEqual({
      kind: 'ignored',
      because: 'not-yours',
    });
  });

  it('decides whose account it is where nobody is bound, whichever one the address led to', () => {
    expect(told(found, { type: 'signed-in', account: samsAccount })).toMatchObject({ account: samsAccount });
  });

  it('waits for another request of the account, and takes the place of one that may be replaced', () => {
    expect(endOf(told(found, { type: 'signed-in', account }, at(soon, { rival: 'busy' })))).toBe('elsewhere');
    expect(asked(found, { type: 'signed-in', account }, at(soon, { rival: 'replaceable' }))).toMatchObject({
      supersede: true,
    });
  });

  it('to an account that rests ends it', () => {
    expect(told(found, { type: 'signed-in', account }, at(soon, frozen))).toMatchObject({
      account,
      ending: { because: 'frozen' },
    });
  });

  it('leads to the link, whatever gates the rules have for those who forgot their password, and whoever is bound', () => {
    const [, one = gateless] = policies;
    const event: FlowEvent = { type: 'account.inspected', facts: { ...healthy, binding: 'others' } };
    expect(told(signedIn, event, at(soon, { policy: one }))).toMatchObject({ at: 'link-ready', approvals: [] });
  });

  it('lets them choose on a page of ours, without the old password, where the account needs it', () => {
    const facts = { ...healthy, choosesPassword: 'here' } as const;
    const link = told(signedIn, { type: 'account.inspected', facts });
    expect(link).toMatchObject({ at: 'link-ready', isHere: true });
    const page = told(link, { type: 'link.opened', link: freshLink });
    expect(page).not.toHaveProperty('oldLeft');
    expect(doing(asked(page, submitted))).toEqual(['set-password']);
  });

  it('shows what is wrong with the account, and calls the helpdesk', () => {
    const facts = { ...healthy, disabled: true };
    const decision = asked(signedIn, { type: 'account.inspected', facts });
    expect(decision).toMatchObject({ state: { ending: { because: 'disabled' }, helpdeskKnows: true } });
  });

  it('makes nobody verified for the helpdesk: whoever has stolen a password knows it too', () => {
    expect(freshProof(flow(signedIn), soon)).toBeUndefined();
  });
});

describe('an account in a directory', () => {
  const inDirectory = told(identifying, identified('bound', directoryAccount));
  const there = told(inDirectory, { type: 'signed-in', account: directoryAccount });

  it('is changed with its old password, whatever the rules say, where the directory may be asked', () => {
    const facts = { ...healthy, choosesPassword: 'here' } as const;
    expect(changeWayFor(gateless.rules, directoryAccount, facts)).toBe('form');
    expect(changeWayFor(formPolicy.rules, directoryAccount, healthy)).toBe('sign-in');
    expect(told(inDirectory, opened('here'), at(soon, { policy: gateless }))).toMatchObject({ oldLeft: 3 });
  });

  it('asks for the old password also after a sign-in', () => {
    const facts = { ...healthy, choosesPassword: 'here' } as const;
    const link = told(there, { type: 'account.inspected', facts });
    expect(link).toMatchObject({ at: 'link-ready', isHere: true, isKnown: true });
    const page = told(link, { type: 'link.opened', link: freshLink });
    expect(page).toMatchObject({ at: 'choosing-password', oldLeft: oldPasswordTries, proof: { channel: 'sign-in' } });
    expect(doing(asked(page, submitted))).toEqual(['change-password']);
  });

  it('is not changed by a ticket of the provider, which asks for no old password', () => {
    for (const choosesPassword of ['at-provider', 'nowhere'] as const) {
      const facts = { ...healthy, choosesPassword };
      expect(endOf(told(there, { type: 'account.inspected', facts }))).toBe('unsupported');
    }
  });

  it('that asks for more than the password ends it: no sign-in at the provider would change it there', () => {
    const page = told(inDirectory, opened('here'));
    const decision = asked(told(page, submitted), rejected('not-enough'));
    expect(decision).toMatchObject({ state: { ending: { because: 'password-blocked' }, helpdeskKnows: false } });
    expect(counts(decision)).toEqual(['passed']);
  });
});

describe('the page for the old password', () => {
  it('is opened by the press of the link, where the rule says so', () => {
    expect(form).toMatchObject({ at: 'choosing-password', account, left: passwordTries, oldLeft: oldPasswordTries });
    expect(form).not.toHaveProperty('proof');
    expect(showHelpdesk(flow(form))).toBeUndefined();
    expect(told(found, opened())).toMatchObject({ at: 'choosing-password', account });
  });

  it('is not opened by another link, where the rule says sign-in, or where nobody knows whose account it would be', () => {
    expect(asked(ready, opened('at-provider', foreignLink))).toEqual(stale);
    expect(asked(ready, opened(), at(soon, { policy: gateless }))).toEqual(stale);
    expect(asked(told(identifying, { type: 'person.unknown' }), opened())).toEqual(stale);
    expect(asked(ready, submitted)).toEqual(stale);
  });

  it('is not opened for an account that rests, has used up its day, or is at the act in another request', () => {
    expect(endOf(told(ready, opened(), at(soon, frozen)))).toBe('frozen');
    expect(endOf(told(ready, opened(), at(soon, spent)))).toBe('attempts-spent');
    expect(endOf(told(found, opened(), at(soon, { rival: 'busy' })))).toBe('elsewhere');
    expect(asked(found, opened(), at(soon, { rival: 'replaceable' }))).toMatchObject({ supersede: true });
  });

  it('counts an attempt of the day before it sends the two passwords', () => {
    const decision = asked(form, submitted);
    expect(doing(decision)).toEqual(['change-password']);
    expect(counts(decision)).toEqual(['attempt']);
    expect(decision).toMatchObject({ state: { at: 'setting-password', left: 4, oldLeft: 3 } });
    expect(endOf(told(form, submitted, at(soon, spent)))).toBe('attempts-spent');
    expect(asked(setting, submitted)).toEqual(stale);
  });

  it('takes three wrong old passwords, each of which stays counted', () => {
    let state = form;
    for (const oldLeft of [2, 1]) {
      const decision = asked(told(state, submitted), rejected('wrong'));
      expect(counts(decision)).toEqual([]);
      expect(decision).toMatchObject({ state: { at: 'choosing-password', oldLeft, isOldWrong: true } });
      if (decision.kind === 'moved') state = decision.state;
    }
    const last = told(told(state, submitted), rejected('wrong'));
    expect(last).toMatchObject({ ending: { because: 'old-passwords-wrong' }, helpdeskKnows: false });
    expect(last).not.toHaveProperty('page');
    expect(showPerson(flow(last), soon)).toMatchObject({ canDisown: false });
  });

  it('takes no more old passwords than new ones', () => {
    expect(endOf(told({ ...setting, left: 0 } as FlowState, rejected('wrong')))).toBe('old-passwords-wrong');
  });

  it('forgets that the last one was wrong when the next one is sent', () => {
    const again = told(told(setting, rejected('wrong')), submitted);
    expect(again).not.toHaveProperty('isOldWrong');
  });

  it('proves who it is by a password that was set, and takes the attempt off', () => {
    const decision = asked(setting, { type: 'password.set', at: soon });
    expect(decision).toMatchObject({
      state: { ending: { because: 'password-changed' }, proof: { channel: 'old-password', at: soon } },
    });
    expect(counts(decision)).toEqual(['passed']);
    expect(doing(decision)).toEqual(['end-sessions', 'void-tickets', 'show']);
  });

  it('says that the password is for one sign-in only, where that is known', () => {
    expect(told(setting, { type: 'password.set', at: soon, mustChange: true })).toMatchObject({
      ending: { because: 'password-changed', mustChange: true },
    });
  });

  it('proves it also by a new password that a rule refuses: the old one was looked at first', () => {
    const decision = asked(setting, { type: 'password.refused', rules: ['used-before'], isOldRight: true });
    expect(decision).toMatchObject({
      state: { at: 'choosing-password', refused: ['used-before'], oldLeft: 3, proof: { channel: 'old-password' } },
    });
    expect(counts(decision)).toEqual(['passed']);
    const last = told({ ...setting, left: 0 } as FlowState, { type: 'password.refused', rules: [], isOldRight: true });
    expect(last).toMatchObject({ ending: { because: 'passwords-refused' }, proof: { channel: 'old-password' } });
    expect(last).not.toHaveProperty('page');
  });

  it('proves nothing by a new password that a rule refuses before anybody looked at the old one', () => {
    const decision = asked(setting, { type: 'password.refused', rules: ['too-weak'] });
    expect(decision).toMatchObject({ state: { at: 'choosing-password', refused: ['too-weak'], oldLeft: 3 } });
    expect(decision).not.toHaveProperty('state.proof');
    expect(counts(decision)).toEqual(['void']);
  });

  it('becomes the sign-in where the provider asks for more, and is not opened again', () => {
    const decision = asked(setting, rejected('not-enough'));
    expect(counts(decision)).toEqual(['passed']);
    const again = told(setting, rejected('not-enough'));
    expect(again).toMatchObject({ at: 'change-ready', account, link: freshLink, needsSignIn: true });
    expect(asked(again, opened())).toEqual(stale);
    expect(showPerson(flow(again), soon)).toMatchObject({ needsSignIn: true });
    expect(told(again, { type: 'signed-in', account })).toMatchObject({ at: 'inspecting' });
    expect(asked(again, { type: 'signed-in', account: samsAccount })).toMatchObject({ because: 'not-yours' });
    expect(endOf(told(setting, rejected('not-enough'), at(later(soon, 600))))).toBe('link');
  });

  it('keeps a proof on the way to the sign-in, so that "it wasn\'t me" is heard', () => {
    const known = told(setting, { type: 'password.refused', rules: [], isOldRight: true });
    const again = told(told(known, submitted), rejected('not-enough'));
    expect(again).toMatchObject({ at: 'change-ready', proof: { channel: 'old-password' } });
    expect(asked(again, { type: 'disowned', by: jane })).toMatchObject({ freezeUntil: later(soon, 86_400) });
  });

  it('says the same of every account that takes no password now, calls nobody, and gives the attempt back', () => {
    const events: readonly FlowEvent[] = [
      rejected('locked'),
      rejected('no-tries'),
      { type: 'password.not-set', because: 'disabled' },
      { type: 'password.not-set', because: 'unsupported' },
    ];
    for (const event of events) {
      const decision = asked(setting, event);
      expect(counts(decision)).toEqual(['void']);
      expect(decision).toMatchObject({ state: { ending: { because: 'password-blocked' }, helpdeskKnows: false } });
    }
  });

  it('names the reason, and calls the helpdesk, for whoever has signed in before', () => {
    const proven: FlowState = { ...setting, proof: { channel: 'sign-in', at: noon } } as FlowState;
    expect(told(proven, { type: 'password.not-set', because: 'disabled' })).toMatchObject({
      ending: { because: 'disabled' },
      helpdeskKnows: true,
    });
  });

  it('says from when the account takes another password, where it was changed too short a time ago', () => {
    const decision = asked(setting, { type: 'password.too-soon', from: later(noon, 86_400) });
    expect(decision).toMatchObject({ state: { ending: { because: 'changed-too-soon', again: later(noon, 86_400) } } });
    expect(counts(decision)).toEqual(['void']);
  });

  it('gives both tries back where nobody looked at the old password', () => {
    const decision = asked(setting, { type: 'password.not-set', because: 'unreachable' });
    expect(decision).toMatchObject({ state: { at: 'choosing-password', left: passwordTries, oldLeft: 3 } });
    expect(counts(decision)).toEqual(['void']);
    const gone = asked(setting, { type: 'person.refused', because: 'deactivated' });
    expect(gone).toMatchObject({ state: { ending: { because: 'deactivated' } } });
    expect(counts(gone)).toEqual(['void']);
  });

  it('is no part of a reset: nothing there hears of an old password', () => {
    const ofReset = { ...setting, oldLeft: undefined, proof: { channel: 'email', at: noon } };
    const { oldLeft: _oldLeft, ...forgotten } = ofReset;
    for (const event of [rejected('wrong'), { type: 'password.too-soon', from: soon } as const]) {
      expect(decide(subjectOf('reset'), forgotten as FlowState, event, at(soon))).toEqual(stale);
    }
  });
});

describe('a change of which nobody knows', () => {
  it('is looked at by reading, and counts as one of the three old passwords', () => {
    expect(dueAt(setting)).toBe(later(soon, setSeconds));
    const decision = asked(setting, { type: 'deadline' }, at(later(soon, setSeconds)));
    expect(doing(decision)).toEqual(['look-at-password', 'show']);
    expect(told(confirming, { type: 'password.not-seen', is: 'not-set' })).toMatchObject({
      ...{ at: 'choosing-password', left: 4, oldLeft: 2 },
    });
    const third = { ...confirming, oldLeft: 1 } as FlowState;
    expect(endOf(told(third, { type: 'password.not-seen', is: 'not-set' }))).toBe('link');
  });

  it('proves nobody when it is found later: somebody else may have made it. It is told, and can be disowned', () => {
    const found: readonly [FlowState, FlowEvent][] = [
      [confirming, { type: 'password.set', at: soon }],
      [confirming, { type: 'password.changed', changedAt: soon }],
      [form, { type: 'password.set', at: soon }],
    ];
    for (const [state, event] of found) {
      const decision = asked(state, event);
      expect(counts(decision)).toEqual([]);
      const end = told(state, event);
      expect(end).toMatchObject({ ending: { because: 'password-changed' } });
      expect(end).not.toHaveProperty('proof');
      expect(showPerson(flow(end), soon)).toMatchObject({ canDisown: true });
      expect(decision).toMatchObject({ news: ['person'] });
      expect(asked(end, { type: 'disowned', by: jane })).toMatchObject({ freezeUntil: later(soon, 86_400) });
    }
  });

  it('that the provider reports while the old password is looked at is nobody’s yet', () => {
    const event: FlowEvent = { type: 'password.changed', changedAt: soon };
    expect(asked(setting, event)).toEqual(stale);
    expect(changeBy(soon, [setting])).toBe('perhaps-request');
    expect(changeBy(soon, [confirming])).toBe('request');
    expect(changeBy(soon, [told(setting, rejected('wrong'))])).toBe('nobody-here');
    expect(changeBy(soon, [told(setting, { type: 'password.set', at: soon })])).toBe('told');
    expect(changeBy(later(soon, 7200), [setting])).toBe('nobody-here');
  });

  it('that the provider reports is this request’s where somebody has signed in for it', () => {
    const proven = { ...setting, proof: { channel: 'sign-in', at: noon } } as FlowState;
    expect(told(proven, { type: 'password.changed', changedAt: soon })).toMatchObject({
      ending: { because: 'password-changed' },
      proof: { channel: 'sign-in' },
    });
    expect(changeBy(soon, [proven])).toBe('request');
  });

  it('and that could not be read in the end can still be disowned', () => {
    const end = told(confirming, { type: 'password.not-seen', is: 'unknown' });
    expect(end).toMatchObject({ ending: { because: 'password-unconfirmed' }, helpdeskKnows: true });
    expect(showPerson(flow(end), soon)).toMatchObject({ canDisown: true });
  });

  it('is stopped by "it wasn\'t me" at once, and its late report is told', () => {
    const decision = asked(setting, { type: 'disowned', by: jane });
    expect(decision).toMatchObject({
      state: { ending: { because: 'disowned' }, page: { openedAt: soon } },
      freezeUntil: later(soon, 86_400),
    });
    const end = told(setting, { type: 'disowned', by: jane });
    expect(told(end, { type: 'password.set', at: soon })).toMatchObject({ lateChange: { changedAt: soon } });
  });
});

describe('"it wasn\'t me" before anything was shown', () => {
  it('ends this request, and touches nothing else', () => {
    for (const state of [ready, form]) {
      const decision = asked(state, { type: 'disowned', by: jane });
      expect(decision).toMatchObject({ state: { ending: { because: 'person' } } });
      expect(decision).not.toHaveProperty('freezeUntil');
    }
  });
});
