// A new password that is chosen on a page of ours: what costs a try, what ends it, and what is said where nobody knows.
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/flows/decide.ts';
import type { Decision, Moment } from '../../src/flows/decision.ts';
import { dueAt } from '../../src/flows/due.ts';
import type { Effect } from '../../src/flows/effect.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import { type Instant, later } from '../../src/flows/ids.ts';
import { passwordTries, setSeconds } from '../../src/flows/limits.ts';
import { changeBy } from '../../src/flows/notice.ts';
import { showHelpdesk, showPerson } from '../../src/flows/show.ts';
import type { FlowState } from '../../src/flows/state.ts';
import {
  account,
  ada,
  foreignLink,
  freshLink,
  gateless,
  healthy,
  jane,
  noon,
  policies,
  sam,
  subjectOf,
} from './cast.ts';

const subject = subjectOf('reset');
const at = (now: Instant, more: Partial<Moment> = {}): Moment => ({
  ...{ now, policy: gateless, budget: { counted: [] }, rival: 'none', isSendingElsewhere: false, freshLink },
  ...more,
});
const soon = later(noon, 10);
const afterwards = later(noon, 600);

const proof = { channel: 'email', at: noon } as const;
const inspecting: FlowState = { at: 'inspecting', account, proof, delayed: false, until: later(noon, 900) };

function told(state: FlowState, event: FlowEvent, moment = at(soon)): FlowState {
  const decision = decide(subject, state, event, moment);
  return decision.kind === 'moved' ? decision.state : state;
}
const doing = (decision: Decision): readonly Effect['do'][] =>
  decision.kind === 'moved' ? decision.effects.map((effect) => effect.do) : [];
const endOf = (state: FlowState) => (state.at === 'closed' ? state.ending : state.at);

const facts = { ...healthy, choosesPassword: 'here' } as const;
const ready = told(inspecting, { type: 'account.inspected', facts }, at(noon));
const choosing = told(ready, { type: 'link.opened', link: freshLink });
const setting = told(choosing, { type: 'password.submitted', link: freshLink });
const confirming = told(setting, { type: 'password.unknown' });

describe('the page of ours', () => {
  it('is opened by the press of the link, without a ticket, and the link stays', () => {
    const decision = decide(subject, ready, { type: 'link.opened', link: freshLink }, at(soon));
    expect(decision).toMatchObject({ state: { at: 'choosing-password', link: freshLink, left: passwordTries } });
    expect(doing(decision)).toEqual(['show']);
    expect(told(ready, { type: 'link.opened', link: foreignLink })).toBe(ready);
  });

  it('is opened after the approvals that the rule asks for, too', () => {
    const [, one = gateless] = policies;
    const asked = told(inspecting, { type: 'account.inspected', facts }, at(noon, { policy: one }));
    const approved = { type: 'approval.given', by: sam, entitled: true, distinctFrom: [jane, ada] } as const;
    expect(told(asked, approved)).toMatchObject({ at: 'link-ready', isHere: true, approvals: [{ by: sam }] });
  });

  it('is opened for nobody whose account rests', () => {
    const frozen = at(soon, { budget: { counted: [], frozenUntil: afterwards } });
    expect(endOf(told(ready, { type: 'link.opened', link: freshLink }, frozen))).toMatchObject({ because: 'frozen' });
    expect(endOf(told(choosing, { type: 'password.submitted', link: freshLink }, frozen))).toMatchObject({
      because: 'frozen',
    });
  });

  it('takes a password by the link of this request only', () => {
    expect(told(choosing, { type: 'password.submitted', link: foreignLink })).toBe(choosing);
    expect(told(choosing, { type: 'link.opened', link: freshLink })).toBe(choosing);
  });

  it('expires with its link, and the person is told that nothing was changed', () => {
    expect(dueAt(choosing)).toBe(afterwards);
    expect(endOf(told(choosing, { type: 'deadline' }, at(afterwards)))).toEqual({
      outcome: 'expired',
      because: 'link',
    });
  });

  it('is cancelled, ended and replaced like any request, as long as nothing is at the provider', () => {
    expect(endOf(told(choosing, { type: 'cancelled', by: jane }))).toMatchObject({ because: 'person' });
    expect(endOf(told(choosing, { type: 'superseded' }))).toMatchObject({ because: 'superseded' });
    for (const state of [setting, confirming]) {
      for (const event of [
        { type: 'cancelled', by: jane },
        { type: 'superseded' },
        { type: 'operator.ended' },
      ] as const)
        expect(told(state, event)).toBe(state);
    }
  });
});

describe('a password that is sent', () => {
  it('costs a try before the provider is asked, and of two forms that are sent at once one is carried out', () => {
    const decision = decide(subject, choosing, { type: 'password.submitted', link: freshLink }, at(soon));
    expect(decision).toMatchObject({ state: { at: 'setting-password', left: passwordTries - 1, since: soon } });
    expect(doing(decision)).toEqual(['set-password']);
    expect(told(setting, { type: 'password.submitted', link: freshLink })).toBe(setting);
  });

  it('and set ends the request, voids older links and ends sessions', () => {
    const decision = decide(subject, setting, { type: 'password.set', at: later(soon, 1) }, at(later(soon, 2)));
    expect(decision).toMatchObject({
      state: { ending: { because: 'password-changed', changedAt: later(soon, 1), sessions: 'ending' } },
      news: ['person'],
    });
    expect(doing(decision)).toEqual(['end-sessions', 'void-tickets', 'show']);
  });

  it('and set is not told a second time, whoever reports it', () => {
    const done = told(setting, { type: 'password.set', at: soon });
    expect(told(done, { type: 'password.changed', changedAt: soon })).toBe(done);
    expect(told(done, { type: 'password.set', at: soon })).toBe(done);
  });

  it('is not taken for one that was changed without Latchkey, whenever the provider reports it', () => {
    const done = told(setting, { type: 'password.set', at: soon });
    for (const state of [setting, confirming]) expect(changeBy(soon, [state])).toBe('request');
    expect(changeBy(later(soon, 30), [done])).toBe('told');
    expect(changeBy(soon, [choosing])).toBe('nobody-here');
    expect(changeBy(later(soon, 600), [confirming])).toBe('nobody-here');
  });

  it('may be reported first by the log', () => {
    for (const state of [setting, confirming]) {
      expect(endOf(told(state, { type: 'password.changed', changedAt: soon }))).toMatchObject({ outcome: 'done' });
      expect(told(state, { type: 'password.changed', changedAt: later(noon, -60) })).toBe(state);
    }
  });

  it('and refused by a rule leads back to the page with the rule, without a new code', () => {
    const back = told(setting, { type: 'password.refused', rules: ['used-before'] });
    expect(back).toMatchObject({ at: 'choosing-password', left: passwordTries - 1, refused: ['used-before'] });
    expect(told(back, { type: 'password.submitted', link: freshLink })).not.toHaveProperty('refused');
  });

  it('may be refused five times', () => {
    let state = choosing;
    for (let tries = 0; tries < passwordTries; tries += 1) {
      expect(state.at).toBe('choosing-password');
      state = told(told(state, { type: 'password.submitted', link: freshLink }), {
        type: 'password.refused',
        rules: [],
      });
    }
    expect(endOf(state)).toEqual({ outcome: 'refused', because: 'passwords-refused' });
  });

  it('and refused after the end of the link ends the request as expired', () => {
    expect(endOf(told(setting, { type: 'password.refused', rules: [] }, at(afterwards)))).toMatchObject({
      because: 'link',
    });
  });

  it('gets its try back where the provider did not look at it', () => {
    const back = told(setting, { type: 'password.not-set', because: 'unreachable' });
    expect(back).toMatchObject({ at: 'choosing-password', left: passwordTries });
    expect(back).not.toHaveProperty('refused');
  });

  it('waits as long as the provider asks, and ends where the link does not live that long', () => {
    const again = later(soon, 60);
    const limited = told(setting, { type: 'password.not-set', because: 'limited', again });
    expect(limited).toMatchObject({ at: 'choosing-password', left: passwordTries, again });
    const early = decide(subject, limited, { type: 'password.submitted', link: freshLink }, at(later(again, -1)));
    expect(early).toEqual({ kind: 'ignored', because: 'too-soon', again });
    expect(told(limited, { type: 'password.submitted', link: freshLink }, at(again)).at).toBe('setting-password');
    const ended = told(setting, { type: 'password.not-set', because: 'limited', again: afterwards });
    expect(endOf(ended)).toMatchObject({ because: 'limited', again: afterwards });
  });

  it.each([
    ['disabled', 'refused'],
    ['unsupported', 'refused'],
    ['refused-by-provider', 'failed'],
    ['not-permitted', 'failed'],
  ] as const)('and not set because it is %s ends the request, and the helpdesk gets a card', (because, outcome) => {
    const decision = decide(subject, setting, { type: 'password.not-set', because }, at(soon));
    expect(decision).toMatchObject({ state: { ending: { because, outcome }, helpdeskKnows: true } });
  });

  it('is not set for somebody who has left the company', () => {
    expect(endOf(told(setting, { type: 'person.refused', because: 'deactivated' }))).toMatchObject({
      because: 'deactivated',
    });
  });
});

describe('a password of which nobody knows whether it was set', () => {
  it.each([
    ['because no answer came', { type: 'password.unknown' }, soon],
    ['because its process died', { type: 'deadline' }, later(soon, setSeconds)],
  ] as const)('%s, is looked at by reading, and the person is told', (_why, event, now) => {
    const decision = decide(subject, setting, event, at(now));
    expect(decision).toMatchObject({ state: { at: 'confirming-password', since: soon, linkUntil: afterwards } });
    expect(decision.kind === 'moved' && decision.effects).toEqual([
      { do: 'look-at-password', account, since: soon },
      { do: 'show', to: 'person', lasting: true },
    ]);
  });

  it('is not given up before its time', () => {
    expect(told(setting, { type: 'deadline' }, at(later(soon, setSeconds - 1)))).toBe(setting);
    expect(told(confirming, { type: 'effect.failed', of: 'end-sessions', because: 'unreachable' })).toBe(confirming);
    expect(told(confirming, { type: 'effect.delayed', of: 'look-at-password' })).toBe(confirming);
  });

  it('and was, is told as done', () => {
    expect(endOf(told(confirming, { type: 'password.set', at: soon }))).toMatchObject({ outcome: 'done' });
    const late = at(later(noon, 2_000));
    expect(endOf(told(confirming, { type: 'password.set', at: soon }, late))).toMatchObject({ outcome: 'done' });
  });

  it('and certainly was not, can be tried again as long as the link lives and has a try', () => {
    const seen: FlowEvent = { type: 'password.not-seen', is: 'not-set' };
    expect(told(confirming, seen)).toMatchObject({ at: 'choosing-password', left: passwordTries - 1 });
    expect(endOf(told(confirming, seen, at(afterwards)))).toMatchObject({ because: 'link' });
    const last = confirming.at === 'confirming-password' ? { ...confirming, left: 0 } : confirming;
    expect(endOf(told(last, seen))).toMatchObject({ because: 'link' });
  });

  it.each([
    ['the account does not say', { type: 'password.not-seen', is: 'unknown' }, soon],
    ['the account cannot be read', { type: 'effect.failed', of: 'look-at-password', because: 'unreachable' }, soon],
    ['its time is over', { type: 'deadline' }, later(noon, 2_000)],
  ] as const)(
    'and %s, ends as just that, for the person and the helpdesk, and old sessions end',
    (_why, event, now) => {
      const decision = decide(subject, confirming, event, at(now));
      expect(decision).toMatchObject({
        state: { ending: { outcome: 'failed', because: 'password-unconfirmed' }, helpdeskKnows: true },
        news: ['person', 'helpdesk'],
      });
      expect(doing(decision)).toEqual(['end-sessions', 'void-tickets', 'show', 'show']);
    },
  );

  it('and is set all the same after the end, is told, and sessions end', () => {
    for (const from of [setting, confirming]) {
      const stopped = told(from, { type: 'disowned', by: jane });
      expect(endOf(stopped)).toMatchObject({ because: 'disowned' });
      const decision = decide(subject, stopped, { type: 'password.set', at: later(soon, 60) }, at(later(soon, 90)));
      expect(decision).toMatchObject({
        state: { lateChange: { changedAt: later(soon, 60) } },
        news: ['person', 'helpdesk'],
      });
      expect(doing(decision)).toContain('end-sessions');
    }
  });

  it('counts also where its report is later than the next try', () => {
    expect(endOf(told(choosing, { type: 'password.set', at: soon }))).toMatchObject({ because: 'password-changed' });
    expect(told(choosing, { type: 'password.unknown' })).toBe(choosing);
    expect(told(setting, { type: 'ticket.minted' })).toBe(setting);
    expect(told(confirming, { type: 'password.unknown' })).toBe(confirming);
  });
});

describe('what is shown', () => {
  const flow = (state: FlowState) => ({ ...subject, state, version: 3 });

  it('to the person says that the page is open, from when it takes a password, and what is not known', () => {
    expect(showPerson(flow(ready), soon)).toMatchObject({ shows: 'link', isHere: true });
    expect(showPerson(flow(choosing), soon)).toMatchObject({ shows: 'password-page', until: afterwards });
    expect(showPerson(flow(setting), soon)).toMatchObject({ shows: 'password-page', until: afterwards });
    expect(showPerson(flow(confirming), soon)).toMatchObject({ shows: 'confirming-password' });
  });

  it('to the helpdesk is that the request is under way, where somebody has approved it', () => {
    const approvals = [{ by: sam, at: noon }];
    for (const state of [choosing, setting, confirming]) {
      expect(showHelpdesk(flow(state))).toBeUndefined();
      const approved = 'approvals' in state ? { ...state, approvals } : state;
      expect(showHelpdesk(flow(approved))).toMatchObject({ shows: 'approved', outcome: 'under-way' });
    }
  });
});
