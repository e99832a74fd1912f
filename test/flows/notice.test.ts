// What people are told without having asked: how it begins, what it says of the sessions, and whose "it wasn't me" takes what back.
import { describe, expect, it } from 'vitest';
import { decide } from '../../src/flows/decide.ts';
import type { Decision, Earlier, Moment } from '../../src/flows/decision.ts';
import type { Ending, Page } from '../../src/flows/ending.ts';
import type { Doubt, FlowEvent } from '../../src/flows/event.ts';
import { type Instant, later } from '../../src/flows/ids.ts';
import { beginNotice, changeBy, isNotice, isSameChange, type Occasion } from '../../src/flows/notice.ts';
import { showHelpdesk, showPerson } from '../../src/flows/show.ts';
import type { Closed, FlowKind, FlowState } from '../../src/flows/state.ts';
import { account, enrolled, freshLink, gateless, jane, mallory, noon, subjectOf } from './cast.ts';

const changedAt = later(noon, -30);
const changedElsewhere: Occasion = { what: 'password-changed', at: changedAt };
const madeAt = later(noon, -60);
const fromFile: Occasion = {
  what: 'contact-imported',
  made: { what: 'added', contact: { ...enrolled, unconfirmed: true }, at: madeAt, usableFrom: later(madeAt, 86_400) },
};
const askedOnWeb = (kind: 'reset' | 'unlock') =>
  ({ what: 'requested-elsewhere', kind, at: changedAt }) satisfies Occasion;
const rules = gateless.contacts;
const told = (occasion: Occasion, isFirst = true) => beginNotice(account, occasion, { now: noon, rules, isFirst });

interface At {
  readonly now?: Instant;
  readonly earlier?: Earlier;
  readonly coolOffHours?: number;
}

function answer(
  { kind, state }: { readonly kind: FlowKind; readonly state: FlowState },
  event: FlowEvent,
  { now = later(noon, 600), earlier, coolOffHours = 24 }: At = {},
): Decision {
  const moment: Moment = {
    ...{ now, freshLink, rival: 'none', isSendingElsewhere: false, budget: { counted: [] } },
    policy: { ...gateless, contacts: { ...rules, coolOffHours } },
    ...(earlier === undefined ? {} : { earlier }),
  };
  return decide(subjectOf(kind), state, event, moment);
}

function closedBy(decision: Decision): Closed {
  if (decision.kind !== 'moved' || decision.state.at !== 'closed') throw new Error('it is not closed');
  return decision.state;
}
const ordered = (decision: Decision): readonly string[] =>
  decision.kind === 'moved' ? decision.effects.map(({ do: what }) => what) : [];
const doubtOf = (decision: Decision): Doubt | undefined => (decision.kind === 'moved' ? decision.doubt : undefined);
const notMe: FlowEvent = { type: 'disowned', by: jane };
const connectedAnHourAgo: Earlier = { connected: { at: later(noon, -3_600) } };

describe('a notice', () => {
  it('is closed from its first moment, and known as one; a request is not', () => {
    for (const occasion of [changedElsewhere, fromFile, askedOnWeb('reset'), askedOnWeb('unlock')]) {
      expect(told(occasion).state).toMatchObject({ at: 'closed', closedAt: noon, account, helpdeskKnows: false });
      expect(isNotice(told(occasion).state)).toBe(true);
    }
    expect(isNotice(ended({ outcome: 'done', because: 'enrolled' }))).toBe(false);
    expect(isNotice({ at: 'identifying', delayed: false, until: noon })).toBe(false);
  });

  it('of a changed password ends the sessions for the first of the people only', () => {
    expect(told(changedElsewhere).effects.map(({ do: what }) => what)).toEqual(['end-sessions', 'show']);
    expect(told(changedElsewhere, false).effects.map(({ do: what }) => what)).toEqual(['show']);
    expect(told(changedElsewhere, false).state.ending).not.toHaveProperty('sessions');
    expect(told(fromFile).effects.map(({ do: what }) => what)).toEqual(['show']);
  });

  it.each(['asked', 'unavailable'] as const)('says once what the sessions came to: %s', (how) => {
    const first = told(changedElsewhere);
    const decision = answer(first, { type: 'sessions.ended', how });
    expect(closedBy(decision).ending).toMatchObject({ because: 'changed-elsewhere', sessions: how });
    expect(answer({ ...first, state: closedBy(decision) }, { type: 'sessions.ended', how }).kind).toBe('ignored');
    expect(answer(told(changedElsewhere, false), { type: 'sessions.ended', how }).kind).toBe('ignored');
  });

  it('of a contact says that it must be confirmed where the policy does not let it be used before', () => {
    const strict = { now: noon, rules: { ...rules, unconfirmed: 'not-usable' as const }, isFirst: true };
    expect(beginNotice(account, fromFile, strict).state.ending).toMatchObject({ mustBeConfirmed: true });
    expect(told(fromFile).state.ending).not.toHaveProperty('mustBeConfirmed');
  });

  it('can be disowned for a day, although nothing was proven, and shows the button so long', () => {
    for (const occasion of [changedElsewhere, fromFile, askedOnWeb('reset'), askedOnWeb('unlock')]) {
      const notice = told(occasion);
      const flow = { ...subjectOf(notice.kind), state: notice.state, version: 1 };
      expect(showPerson(flow, later(noon, 86_399))).toMatchObject({ shows: 'ended', canDisown: true });
      expect(showPerson(flow, later(noon, 86_400))).toMatchObject({ canDisown: false });
      expect(answer(notice, notMe, { now: later(noon, 86_399) }).kind).toBe('moved');
      expect(answer(notice, notMe, { now: later(noon, 86_400) }).kind).toBe('ignored');
      expect(answer(notice, { type: 'disowned', by: mallory }).kind).toBe('ignored');
    }
  });
});

describe('"it wasn\'t me" about a password that was changed elsewhere', () => {
  it('pauses the account, ends the sessions once more, and tells the helpdesk of the change', () => {
    const decision = answer(told(changedElsewhere), notMe);
    expect(decision).toMatchObject({ freezeUntil: later(noon, 600 + 86_400), news: ['helpdesk'] });
    expect(ordered(decision)).toEqual(['end-sessions', 'show', 'show']);
    const screen = showHelpdesk({ ...subjectOf('reset'), state: closedBy(decision), version: 2 });
    expect(screen).toMatchObject({ shows: 'disowned', isNotice: true, changedAt });
  });

  it('doubts what was done since that change, though the notice came later', () => {
    expect(doubtOf(answer(told(changedElsewhere), notMe, { coolOffHours: 0 }))).toMatchObject({
      ...{ reach: 'all', theirsSince: changedAt, othersSince: changedAt },
    });
  });

  it('reaches no further than themselves where they were connected a moment ago', () => {
    const doubt = doubtOf(answer(told(changedElsewhere), notMe, { earlier: connectedAnHourAgo }));
    expect(doubt).toMatchObject({ reach: 'theirs' });
    expect(doubt).not.toHaveProperty('othersSince');
  });
});

describe('"it wasn\'t me" about what somebody asked on the web', () => {
  it.each([
    ['reset', ['void-tickets', 'end-sessions', 'show', 'show']],
    ['unlock', ['end-sessions', 'show', 'show']],
  ] as const)('of a %s pauses the account, and takes back what it may have led to', (kind, orders) => {
    const notice = told(askedOnWeb(kind));
    expect(notice).toMatchObject({ kind, state: { ending: { because: 'requested-elsewhere', provenAt: changedAt } } });
    expect(notice.effects.map(({ do: what }) => what)).toEqual(['show']);
    const decision = answer(notice, notMe);
    expect(decision).toMatchObject({ freezeUntil: later(noon, 600 + 86_400), news: ['helpdesk'] });
    expect(ordered(decision)).toEqual(orders);
    const screen = showHelpdesk({ ...subjectOf(kind), state: closedBy(decision), version: 2 });
    expect(screen).toMatchObject({ shows: 'disowned', kind, isNotice: true, requestedAt: changedAt, person: jane });
  });

  it('of a reset that changed the password says when, and takes back no less', () => {
    const notice = told({ ...askedOnWeb('reset'), changedAt: later(noon, -5) });
    expect(isNotice(notice.state)).toBe(true);
    expect(notice.state.ending).toMatchObject({ provenAt: changedAt, changedAt: later(noon, -5) });
    const decision = answer(notice, notMe);
    expect(decision).toMatchObject({ freezeUntil: later(noon, 600 + 86_400), news: ['helpdesk'] });
    expect(ordered(decision)).toEqual(['void-tickets', 'end-sessions', 'show', 'show']);
    const screen = showHelpdesk({ ...subjectOf('reset'), state: closedBy(decision), version: 2 });
    expect(screen).toMatchObject({ isNotice: true, requestedAt: changedAt, changedAt: later(noon, -5) });
  });

  it('doubts what was done since the code was accepted', () => {
    expect(doubtOf(answer(told(askedOnWeb('reset')), notMe, { coolOffHours: 0 }))).toMatchObject({
      ...{ reach: 'all', theirsSince: changedAt, othersSince: changedAt },
    });
  });

  it('says nothing of sessions before that: they are not ended for a request that may be theirs', () => {
    expect(answer(told(askedOnWeb('reset')), { type: 'sessions.ended', how: 'asked' }).kind).toBe('ignored');
  });
});

describe('a password that a request on the web has changed', () => {
  const page: Page = { openedAt: later(noon, -60), until: later(noon, 630) };
  const granted = { account, proof: { channel: 'email', at: later(noon, -90) }, approvals: [] } as const;
  const onOurPage = { link: freshLink, left: 5, until: page.until, since: later(noon, -10) } as const;
  const afterEnd: Closed = {
    ...{ at: 'closed', ending: { outcome: 'cancelled', because: 'person' }, closedAt: later(noon, -20) },
    ...{ ...granted, page, helpdeskKnows: false },
  };
  const seen: FlowEvent = { type: 'password.changed', changedAt };
  const set: FlowEvent = { type: 'password.set', at: changedAt };
  const ways: readonly (readonly [string, FlowState, FlowEvent])[] = [
    ["at the provider's page", { at: 'changing', ...granted, ...page }, seen],
    ['with a link that was mailed', { at: 'changing', ...granted, ...page, mail: { left: 0 } }, seen],
    [
      'on a page of ours',
      { at: 'setting-password', ...granted, ...onOurPage, setUntil: later(noon, 60) },
      { type: 'password.set', at: changedAt },
    ],
    [
      'on a page of ours, and nobody waited for it any more',
      { at: 'confirming-password', ...granted, ...onOurPage, linkUntil: page.until },
      set,
    ],
    ['after it had ended', afterEnd, seen],
  ];
  const orderedBy = (state: FlowState, event: FlowEvent, announces: boolean) => {
    const moment: Moment = {
      ...{ now: noon, freshLink, rival: 'none', isSendingElsewhere: false, budget: { counted: [] } },
      policy: { ...gateless, ...(announces ? { announcesRequests: true } : {}) },
    };
    const decision = decide(subjectOf('reset'), state, event, moment);
    const effects = decision.kind === 'moved' ? decision.effects : [];
    return { decision, told: effects.filter(({ do: what }) => what === 'announce-request') };
  };
  const order = { do: 'announce-request', account, of: 'reset', at: later(noon, -90), changedAt };

  it.each(ways)('orders that its owner is told, once: %s', (_way, state, event) => {
    const { decision, told: orders } = orderedBy(state, event, true);
    expect(orders).toEqual([order]);
    const after = closedBy(decision);
    for (const more of [seen, { type: 'sessions.ended', how: 'asked' }] as const)
      expect(orderedBy(after, more, true).told).toEqual([]);
  });

  it.each(ways)('is told to nobody else where a chat vouches for the request: %s', (_way, state, event) => {
    const { decision, told: orders } = orderedBy(state, event, false);
    expect([decision.kind, orders]).toEqual(['moved', []]);
  });

  it('is not told where the end of the request names no proof, so nobody was told that it was asked for', () => {
    const { proof: _proof, ...unproven } = afterEnd;
    const { decision, told: orders } = orderedBy(unproven, seen, true);
    expect([decision.kind, orders]).toEqual(['moved', []]);
  });

  it('names the request by its first proof, as the first message did', () => {
    const first = { channel: 'sms', at: later(noon, -200) } as const;
    const twice: FlowState = { at: 'changing', ...granted, ...page, proof: { ...granted.proof, first } };
    expect(orderedBy(twice, seen, true).told).toEqual([{ ...order, at: first.at }]);
  });
});

describe('"it wasn\'t me" about a contact from a file', () => {
  it('takes it out', () => {
    const decision = answer(told(fromFile), notMe);
    expect(ordered(decision)).toContain('unlink-contact');
    const state = closedBy(decision);
    const done = answer({ kind: 'enroll', state }, { type: 'change.undone', contact: enrolled.ref });
    expect(closedBy(done)).toMatchObject({ undone: [{ is: 'done', contact: enrolled.ref }] });
    expect(showHelpdesk({ ...subjectOf('enroll'), state, version: 2 })).toMatchObject({
      isNotice: true,
      changes: [{}],
    });
  });

  it('by somebody who was connected a moment ago leaves it: an administrator added it, and not they', () => {
    const decision = answer(told(fromFile), notMe, { earlier: connectedAnHourAgo });
    expect(ordered(decision)).not.toContain('unlink-contact');
    expect(closedBy(decision)).toMatchObject({ inPart: 'own', undone: [{ is: 'kept', contact: enrolled.ref }] });
    expect(decision).toMatchObject({ freezeUntil: later(noon, 600 + 86_400) });
  });

  const frozen = (doubt: Doubt): FlowEvent => ({ type: 'account.frozen', until: later(noon, 90_000), doubt });
  const since = later(madeAt, -60);

  it.each([
    ['everybody, by somebody else', { of: mallory, reach: 'all', theirsSince: since, othersSince: since }, true],
    ['everybody, by this very person', { of: jane, reach: 'all', theirsSince: since, othersSince: since }, true],
    ['everybody, since later', { of: jane, reach: 'all', theirsSince: since, othersSince: noon }, false],
    ['this person alone, who is new', { of: jane, reach: 'theirs', theirsSince: since }, false],
    ['somebody else alone, who is new', { of: mallory, reach: 'theirs', theirsSince: since }, false],
  ] as const)('about another request, which doubts %s', (_whom, doubt, isTaken) => {
    expect(ordered(answer(told(fromFile), frozen(doubt))).includes('unlink-contact')).toBe(isTaken);
  });
});

const ended = (ending: Ending, more: Partial<Closed> = {}): Closed => ({
  ...{ at: 'closed', ending, closedAt: noon, account, approvals: [], helpdeskKnows: false },
  ...more,
});

describe('whose change a report is about', () => {
  const page: Page = { openedAt: noon, until: later(noon, 630) };
  const granted = { account, proof: { channel: 'email', at: noon }, approvals: [] } as const;
  const changing: FlowState = { at: 'changing', ...granted, ...page };
  const opening: FlowState = {
    ...{ at: 'opening', ...granted, link: freshLink, until: page.until, openUntil: page.until },
    before: { ...page, left: 2 },
  };
  const { before: _before, ...firstOpening } = opening;
  const expired = ended({ outcome: 'expired', because: 'password' }, { page });
  const done = ended(
    { outcome: 'done', because: 'password-changed', changedAt: later(noon, 60), sessions: 'asked' },
    { page },
  );
  const cancelled = ended(
    { outcome: 'cancelled', because: 'person' },
    { page, lateChange: { changedAt: later(noon, 60), sessions: 'asked' } },
  );
  const elsewhere = told(changedElsewhere).state;

  it.each([
    ['at its page', [changing], 60, 'request'],
    ['before its page', [changing], -3, 'nobody-here'],
    ['at the page of a request that has ended', [expired], 60, 'request'],
    ['after the page of a request that has ended', [expired], 631, 'nobody-here'],
    ['at a page that is being opened again', [opening], 60, 'perhaps-request'],
    ['before a page that is being opened again', [opening], -3, 'nobody-here'],
    ['while a page is opened for the first time', [firstOpening], 60, 'nobody-here'],
    ['that a request has told', [done], 119.999, 'told'],
    ['that a request has told, reported as earlier', [done], 0.001, 'told'],
    ['a minute after the one that a request has told', [done], 120, 'nobody-here'],
    ['that a cancelled request has told', [cancelled], 61, 'told'],
    ['a minute after the one of a cancelled request', [cancelled], 120, 'nobody-here'],
    ['that a notice has told', [elsewhere], -29, 'told'],
    ['a minute after the one that a notice has told', [elsewhere], 30, 'nobody-here'],
    ['of an account whose requests have no page', [ended({ outcome: 'done', because: 'enrolled' })], 0, 'nobody-here'],
    ['of an account without requests', [], 0, 'nobody-here'],
  ] as const)('a change %s', (_when, states, seconds, by) => {
    expect(changeBy(later(noon, seconds), states)).toBe(by);
  });

  it.each([
    [0, true],
    [59.999, true],
    [-59.999, true],
    [60, false],
    [-60, false],
  ])('reports %d seconds apart are one change: %s', (seconds, isSame) => {
    expect(isSameChange(noon, later(noon, seconds))).toBe(isSame);
  });
});
