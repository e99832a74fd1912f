// Where a rule says `via: email`: what becomes of the link that the provider mails.
import { describe, expect, it } from 'vitest';
import { emptyBudget } from '../../src/flows/budget.ts';
import { decide } from '../../src/flows/decide.ts';
import type { Decision, Moment } from '../../src/flows/decision.ts';
import { dueAt } from '../../src/flows/due.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import { later } from '../../src/flows/ids.ts';
import { changeBy } from '../../src/flows/notice.ts';
import { isLinkMailed, type Rule, someLinksAreMailed } from '../../src/flows/policy.ts';
import { showPerson } from '../../src/flows/show.ts';
import type { Changing, Closed, FlowState, Inspecting, Mailing } from '../../src/flows/state.ts';
import { account, freshLink, gateless, healthy, jane, noon, sam, subjectOf } from './cast.ts';

const proof = { channel: 'email', at: noon } as const;
const inspecting: Inspecting = { at: 'inspecting', account, proof, delayed: false, until: later(noon, 900) };
const facts = { ...healthy, appMetadata: { mailed: true } };
const granted = { account, proof, approvals: [] } as const;
const mailing: Mailing = {
  ...{ ...granted, at: 'mailing', since: noon, mailsLeft: 3, delayed: false },
  until: later(noon, 900),
};
const mailed: Changing = {
  ...{ ...granted, at: 'changing', openedAt: noon, until: later(noon, 3630) },
  mail: { left: 3, resendFrom: later(noon, 60) },
};
const at = (seconds: number, more: Partial<Moment> = {}): Moment => ({
  ...{ now: later(noon, seconds), policy: gateless, budget: emptyBudget, rival: 'none', freshLink },
  ...{ isSendingElsewhere: false, ...more },
});
const told = (from: FlowState, event: FlowEvent, seconds = 0): Decision =>
  decide(subjectOf('reset'), from, event, at(seconds));
const stateOf = (decision: Decision): FlowState => {
  if (decision.kind === 'ignored') throw new Error(decision.because);
  return decision.state;
};
const doing = (decision: Decision): readonly string[] =>
  decision.kind === 'ignored' ? [] : decision.effects.map((effect) => effect.do);
const again: FlowEvent = { type: 'mail.requested', by: jane };

describe('a link that the provider mails', () => {
  it('is ordered after the proof where the rule says so; where the page is ours, the page wins', () => {
    const decision = told(inspecting, { type: 'account.inspected', facts });
    expect([stateOf(decision), doing(decision)]).toEqual([mailing, ['mail-link', 'show']]);
    const here = { ...facts, choosesPassword: 'here' as const };
    expect(stateOf(told(inspecting, { type: 'account.inspected', facts: here }))).toMatchObject({ at: 'link-ready' });
    expect(stateOf(told(inspecting, { type: 'account.inspected', facts: healthy }))).toMatchObject({
      at: 'link-ready',
    });
  });

  it('is waited for during an hour from the last mail, and a change counts from the first order', () => {
    expect(stateOf(told(mailing, { type: 'link.mailed' }, 20))).toEqual({
      ...mailed,
      until: later(noon, 20 + 3630),
      mail: { left: 3, resendFrom: later(noon, 80) },
    });
  });

  it('waits longer between two mails where the policy says so', () => {
    const policy = { ...gateless, limits: { ...gateless.limits, resendSeconds: 300 } };
    const decision = decide(subjectOf('reset'), mailing, { type: 'link.mailed' }, at(0, { policy }));
    expect(stateOf(decision)).toMatchObject({ mail: { resendFrom: later(noon, 300) } });
  });

  it('is offered again at its time, and ordered once for each press', () => {
    expect(dueAt(mailed)).toBe(later(noon, 60));
    expect(told(mailed, again, 59)).toEqual({ kind: 'ignored', because: 'too-soon', again: later(noon, 60) });
    expect(told(mailed, { type: 'deadline' }, 59).kind).toBe('ignored');
    const offered = stateOf(told(mailed, { type: 'deadline' }, 60));
    expect(offered).toEqual({ ...mailed, mail: { left: 3 } });
    expect(told(offered, { type: 'deadline' }, 61).kind).toBe('ignored');
    const ordered = told(offered, again, 61);
    expect(stateOf(ordered)).toEqual({ ...mailing, mailsLeft: 2, until: mailed.until });
    expect(doing(ordered)).toEqual(['mail-link', 'show']);
    expect(told(stateOf(ordered), again, 61).kind).toBe('ignored');
    expect(told({ ...mailed, mail: { left: 0 } }, again, 61).kind).toBe('ignored');
    expect(told(offered, { ...again, by: sam }, 61).kind).toBe('ignored');
    expect(told(offered, { type: 'link.opened', link: freshLink }, 61).kind).toBe('ignored');
  });

  it('after which a password was chosen before its order was answered is told, and all links are voided', () => {
    for (const from of [mailing, mailed]) {
      const decision = told(from, { type: 'password.changed', changedAt: later(noon, 30) }, 40);
      expect(stateOf(decision)).toMatchObject({ at: 'closed', ending: { because: 'password-changed' } });
      expect(doing(decision)).toEqual(['void-tickets', 'end-sessions', 'show']);
      expect(told(from, { type: 'password.changed', changedAt: later(noon, -30) }, 40).kind).toBe('ignored');
    }
  });

  it('whose order no process answers ends as a page that nobody used: a mail may be there', () => {
    const decision = told(mailing, { type: 'deadline' }, 900);
    expect(stateOf(decision)).toMatchObject({
      ending: { outcome: 'expired', because: 'password' },
      page: { openedAt: noon, byMail: true },
    });
    expect(doing(decision)).toContain('void-tickets');
    const delayed = told({ ...mailing, delayed: true }, { type: 'deadline' }, 900);
    expect(stateOf(delayed)).toMatchObject({ ending: { outcome: 'failed', because: 'unreachable' } });
  });

  it('is voided again by *It wasn’t me* after the end, however long ago the page expired', () => {
    const closed = stateOf(told(mailed, { type: 'deadline' }, 3630)) as Closed;
    expect(closed.page).toEqual({ openedAt: noon, until: mailed.until, byMail: true });
    expect(doing(told(closed, { type: 'disowned', by: jane }, 7200))).toContain('void-tickets');
  });

  it('explains a change that the log reports, from its first order on, and after the end', () => {
    expect(changeBy(later(noon, 5), [mailing])).toBe('request');
    expect(changeBy(later(noon, -60), [mailing])).toBe('nobody-here');
    const closed = stateOf(told(mailed, { type: 'deadline' }, 3630));
    expect(changeBy(later(noon, 60), [closed])).toBe('request');
    const flow = { ...subjectOf('reset'), state: closed, version: 2 };
    expect(showPerson(flow, later(noon, 3700))).toMatchObject({ shows: 'ended', wasMailed: true });
  });

  it('is mailed only where the rule that decides about resets says so', () => {
    const by = (rules: readonly Rule[]) => [isLinkMailed(rules, healthy), someLinksAreMailed(rules)];
    expect(by([])).toEqual([false, false]);
    expect(by([{ unlock: { approvals: 0 } }])).toEqual([false, false]);
    expect(by([{ reset: { approvals: 0 } }])).toEqual([false, false]);
    expect(by([{ reset: { approvals: 0, via: 'ticket' } }])).toEqual([false, false]);
    expect(by([{ reset: { approvals: 0, via: 'email' } }])).toEqual([true, true]);
    expect(by([{ when: { connection: 'Elsewhere' }, reset: { approvals: 0, via: 'email' } }])).toEqual([false, true]);
  });

  it('shows how long it works, and whether it can be sent again', () => {
    const flow = (state: FlowState) => ({ ...subjectOf('reset'), state, version: 2 });
    const shown = (state: FlowState) => showPerson(flow(state), noon);
    expect(shown(mailing)).toMatchObject({ shows: 'mailing-link', isAgain: false });
    expect(shown({ ...mailing, mailsLeft: 2 })).toMatchObject({ shows: 'mailing-link', isAgain: true });
    expect(shown(mailed)).toMatchObject({
      ...{ shows: 'link-mailed', isApproved: false, until: later(noon, 3598), resend: { from: later(noon, 60) } },
    });
    expect(shown({ ...mailed, mail: { left: 1 } })).toMatchObject({ resend: {} });
    expect(shown({ ...mailed, mail: { left: 0 } })).not.toHaveProperty('resend');
  });
});
