// What is posted as a new message, because its reader may be looking elsewhere; everything else only edits what stands there.
import { describe, expect, it } from 'vitest';
import { close, moved, redraw } from '../../src/flows/decision.ts';
import type { Ending } from '../../src/flows/ending.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import { later } from '../../src/flows/ids.ts';
import { callsSomebody, withNews } from '../../src/flows/news.ts';
import type { HelpdeskScreen, Viewer } from '../../src/flows/screen.ts';
import { showHelpdesk } from '../../src/flows/show.ts';
import type { Challenged, Closed, FlowState, Open } from '../../src/flows/state.ts';
import { account, email, freshLink, healthy, jane, noon, sam, subjectOf } from './cast.ts';

const until = later(noon, 900);
const proof = { channel: 'email' as const, at: noon };
const granted = { account, proof, approvals: [{ by: sam, at: noon }] };
const alone = { ...granted, approvals: [] };
const proven = { account, proof };
const chosen = { account, contacts: [email], contact: email.ref };

const at = {
  identifying: { at: 'identifying', delayed: false, until },
  choosing: { at: 'choosing-contact', account, contacts: [email], until },
  sending: { ...chosen, at: 'sending', delayed: false, until },
  challenged: {
    ...{ ...chosen, at: 'challenged', attemptsLeft: 3, after: 'sent' },
    ...{ resendFrom: later(noon, 60), codeUntil: later(noon, 180), until },
  } satisfies Challenged,
  inspecting: { ...proven, at: 'inspecting', delayed: false, until },
  awaiting: {
    ...{ ...proven, at: 'awaiting-approval', needed: 2, approvals: [], askedAt: noon, earlierUnlocks: 0, until },
  },
  unlocking: { ...granted, at: 'fulfilling', delayed: false, until },
  unlockingAlone: { ...alone, at: 'fulfilling', delayed: false, until },
  link: { ...granted, at: 'link-ready', link: freshLink, retried: false, until },
  opening: { ...granted, at: 'opening', link: freshLink, until, openUntil: later(noon, 60) },
  changing: { ...granted, at: 'changing', openedAt: noon, until },
  doubt: { ...granted, at: 'in-doubt', since: noon, until },
} as const satisfies Record<string, Open>;

const slow = <T extends { readonly delayed: boolean }>(state: T): T => ({ ...state, delayed: true });
const ended = (from: Open, ending: Ending): Closed => close(from, ending, noon).state;
const unlocked: Ending = { outcome: 'done', because: 'unlocked' };
const changed: Ending = { outcome: 'done', because: 'password-changed', changedAt: noon, sessions: 'ending' };
const frozen: Ending = { outcome: 'refused', because: 'frozen', again: until };
const unreachable: Ending = { outcome: 'failed', because: 'unreachable' };
const denied: Ending = { outcome: 'refused', because: 'denied', by: sam, reason: 'suspicious' };
const expired = (because: Extract<Ending, { outcome: 'expired' }>['because']): Ending => ({
  outcome: 'expired',
  because,
});
const cancelled = (because: 'person' | 'superseded'): Ending => ({ outcome: 'cancelled', because });

const agent = { by: sam, entitled: true, distinctFrom: [jane] };
const does = {
  approves: { type: 'approval.given', ...agent },
  denies: { type: 'approval.denied', ...agent, reason: 'suspicious' },
  retries: { type: 'doubt.retried', ...agent },
  settles: { type: 'doubt.settled', ...agent },
  runsOut: { type: 'deadline' },
  disowns: { type: 'disowned', by: jane },
  cancels: { type: 'cancelled', by: jane },
  freezes: { type: 'account.frozen', until },
  lifts: { type: 'lock.lifted' },
  inspects: { type: 'account.inspected', facts: healthy },
  seesChange: { type: 'password.changed', changedAt: noon },
  failsToLift: { type: 'effect.failed', of: 'lift-lock', because: 'unreachable' },
} as const satisfies Record<string, FlowEvent>;

const newsOf = (from: FlowState, event: FlowEvent, to: FlowState): readonly Viewer[] =>
  withNews(from, event, moved(to, [redraw])).news ?? [];

type Case = readonly [title: string, from: FlowState, event: FlowEvent, to: FlowState];

const forThePerson: readonly Case[] = [
  ['the approval of a reset', at.awaiting, does.approves, at.link],
  ['an unlock that was approved', at.unlocking, does.lifts, ended(at.unlocking, unlocked)],
  ['a denial', at.awaiting, does.denies, ended(at.awaiting, denied)],
  ['a changed password', at.changing, does.seesChange, ended(at.changing, changed)],
  ['a link that has expired', at.link, does.runsOut, ended(at.link, expired('link'))],
  ['a page that has expired', at.changing, does.runsOut, ended(at.changing, expired('password'))],
  [
    'a doubt that was settled',
    at.doubt,
    does.settles,
    ended(at.doubt, { outcome: 'failed', because: 'settled-by-helpdesk' }),
  ],
  [
    'the end of an outage: the contacts are there',
    slow(at.identifying),
    { type: 'person.identified', account, contacts: [email] },
    at.choosing,
  ],
  [
    'the end of an outage: the code was sent',
    slow(at.sending),
    { type: 'code.sent', contact: email.ref },
    at.challenged,
  ],
  ['the end of an outage: the helpdesk is asked', slow(at.inspecting), does.inspects, at.awaiting],
  ['the end of an outage: the unlock begins', slow(at.inspecting), does.inspects, at.unlockingAlone],
  ['an outage without an end', slow(at.identifying), does.runsOut, ended(slow(at.identifying), unreachable)],
  ['an unlock after an outage', slow(at.unlockingAlone), does.lifts, ended(at.unlockingAlone, unlocked)],
  ['an inspection that died with its process', at.inspecting, does.runsOut, ended(at.inspecting, unreachable)],
  ['a link that can be pressed again, as a process has died', at.opening, does.runsOut, { ...at.link, retried: true }],
  [
    'a change that was seen late',
    ended(at.changing, cancelled('person')),
    does.seesChange,
    { ...ended(at.changing, cancelled('person')), lateChange: { changedAt: noon, sessions: 'ending' } },
  ],
];

const signedIn = {
  ...{ account, contacts: [email], signedInAt: noon, changes: [], sentTo: [], until },
} as const;
const unlinking: FlowState = { at: 'unlinking', ...signedIn, about: email, delayed: false };
const removed = { what: 'removed', contact: email, at: noon } as const;
const contactChanges: readonly Case[] = [
  [
    'a removal that is finished later, in doubt',
    unlinking,
    { type: 'effect.doubtful', of: 'unlink-contact' },
    { at: 'managing', ...signedIn, changes: [removed] },
  ],
  [
    'a removal that is finished later, after an outage',
    unlinking,
    { type: 'effect.failed', of: 'unlink-contact', because: 'unreachable' },
    { at: 'managing', ...signedIn, changes: [removed] },
  ],
  [
    'a removal that is finished after the time of the request',
    unlinking,
    does.runsOut,
    {
      ...ended(at.link, { outcome: 'done', because: 'enrolled' }),
      enrolment: { changes: [removed], contacts: [] },
    },
  ],
];

const forBoth: readonly Case[] = [
  ['a request that nobody answered', at.awaiting, does.runsOut, ended(at.awaiting, expired('approval'))],
  ['a doubt', at.unlockingAlone, { type: 'effect.doubtful', of: 'lift-lock' }, at.doubt],
  ['a doubt at the deadline', at.unlocking, does.runsOut, at.doubt],
  [
    'a doubt that nobody settled',
    at.doubt,
    does.runsOut,
    ended(at.doubt, { outcome: 'failed', because: 'unconfirmed' }),
  ],
  ['an approved unlock that failed', at.unlocking, does.failsToLift, ended(at.unlocking, unreachable)],
  [
    'an approved unlock of an account that was blocked meanwhile',
    at.unlocking,
    { type: 'account.found-disabled' },
    ended(at.unlocking, { outcome: 'refused', because: 'disabled' }),
  ],
  [
    'a change that was seen after the request was disowned',
    { ...ended(at.changing, changed), disownedAt: noon },
    does.seesChange,
    { ...ended(at.changing, changed), disownedAt: noon },
  ],
];

const forTheHelpdesk: readonly Case[] = [
  [
    'a disowned request',
    at.link,
    does.disowns,
    { ...ended(at.link, { outcome: 'refused', because: 'disowned' }), disownedAt: noon },
  ],
  [
    'an unlock that was disowned afterwards',
    ended(at.unlocking, unlocked),
    does.disowns,
    { ...ended(at.unlocking, unlocked), disownedAt: noon },
  ],
];

const forNobody: readonly Case[] = [
  ['the contacts', at.identifying, { type: 'person.identified', account, contacts: [email] }, at.choosing],
  ['a code that was sent', at.sending, { type: 'code.sent', contact: email.ref }, at.challenged],
  ['an outage that begins', at.sending, { type: 'effect.delayed', of: 'send-code' }, slow(at.sending)],
  ['a code that has expired', at.challenged, does.runsOut, { ...at.challenged, after: 'expired' }],
  ['a request that was left before the proof', at.challenged, does.runsOut, ended(at.challenged, expired('flow'))],
  ['the question to the helpdesk', at.inspecting, does.inspects, at.awaiting],
  ['the link right after the proof', at.inspecting, does.inspects, at.link],
  ['one of two approvals', at.awaiting, does.approves, { ...at.awaiting, approvals: granted.approvals }],
  ['an unlock that begins', at.awaiting, does.approves, at.unlocking],
  ['an unlock that is tried again', at.doubt, does.retries, at.unlocking],
  ['an unlock right after the proof', at.unlockingAlone, does.lifts, ended(at.unlockingAlone, unlocked)],
  ['a link that the person opens', at.link, { type: 'link.opened', link: freshLink }, at.opening],
  ['the page that opens', at.opening, { type: 'ticket.minted' }, at.changing],
  [
    'the page that does not open',
    at.opening,
    { type: 'ticket.not-minted', because: 'unreachable' },
    { ...at.link, retried: true },
  ],
  [
    'a person who has left, on the page',
    at.opening,
    { type: 'person.refused', because: 'deactivated' },
    ended(at.opening, { outcome: 'refused', because: 'deactivated' }),
  ],
  ['what the person cancels', at.awaiting, does.cancels, ended(at.awaiting, cancelled('person'))],
  ['what a newer request of theirs replaces', at.link, { type: 'superseded' }, ended(at.link, cancelled('superseded'))],
  ['a pause after another request was disowned', at.awaiting, does.freezes, ended(at.awaiting, frozen)],
  ['a pause while the page is opening', at.opening, does.freezes, ended(at.opening, frozen)],
  ['what is disowned before the proof', at.challenged, does.disowns, ended(at.challenged, cancelled('person'))],
  [
    'the small print about sessions',
    ended(at.changing, changed),
    { type: 'sessions.ended', how: 'asked' },
    ended(at.changing, changed),
  ],
];

describe('a new message', () => {
  it.each(forThePerson)('is made for the person alone about %s', (_title, from, event, to) => {
    expect(newsOf(from, event, to)).toEqual(['person']);
  });
  it.each(contactChanges)('is made for the person alone about %s', (_title, from, event, to) => {
    expect(newsOf(from, event, to)).toEqual(['person']);
  });
  it('is not made about a removal that was refused', () => {
    const before = { ...unlinking, changes: [removed] };
    const refused = { type: 'effect.failed', of: 'unlink-contact', because: 'refused-by-provider' } as const;
    expect(newsOf(before, refused, { at: 'managing', ...signedIn, changes: [removed] })).toEqual([]);
    expect(newsOf(unlinking, does.freezes, ended(at.link, frozen))).toEqual([]);
    expect(newsOf(unlinking, does.runsOut, ended(at.link, unreachable))).toEqual([]);
  });
  it.each(forBoth)('is made for both about %s', (_title, from, event, to) => {
    expect(newsOf(from, event, to)).toEqual(['person', 'helpdesk']);
  });
  it.each(forTheHelpdesk)('is made for the helpdesk alone about %s', (_title, from, event, to) => {
    expect(newsOf(from, event, to)).toEqual(['helpdesk']);
  });
  it.each(forNobody)('is not made about %s', (_title, from, event, to) => {
    expect(newsOf(from, event, to)).toEqual([]);
  });
});

describe('those who may decide', () => {
  const screenOf = (state: FlowState): HelpdeskScreen | undefined =>
    showHelpdesk({ ...subjectOf('unlock'), state, version: 3 });
  const told = (from: Open, ending: Ending): Closed => ({ ...ended(from, ending), helpdeskKnows: true });
  const callsFor = (state: FlowState): boolean | undefined => {
    const screen = screenOf(state);
    return screen && callsSomebody(screen);
  };

  it.each<[string, FlowState]>([
    ['a doubt', at.doubt],
    ['a doubt that nobody settled', told(at.doubt, { outcome: 'failed', because: 'unconfirmed' })],
    ['a request that nobody answered', told(at.awaiting, expired('approval'))],
    [
      'a request that one of two approved in time',
      told({ ...at.awaiting, approvals: granted.approvals }, expired('approval')),
    ],
    ['a disowned request', { ...told(at.link, { outcome: 'refused', because: 'disowned' }), disownedAt: noon }],
  ])('are called about %s', (_title, state) => {
    expect(callsFor(state)).toBe(true);
  });

  it.each<[string, FlowState]>([
    ['a request', at.awaiting],
    ['an unlock under way', at.unlocking],
    ['a denial', told(at.awaiting, denied)],
    ['a request that was cancelled', told(at.awaiting, cancelled('person'))],
    ['an account that only they can help with', told(at.inspecting, { outcome: 'refused', because: 'disabled' })],
    ['a proof for another account', told(at.challenged, { outcome: 'refused', because: 'proof-mismatch' })],
  ])('are not called about %s', (_title, state) => {
    expect(callsFor(state)).toBe(false);
  });
});
