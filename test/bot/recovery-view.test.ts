// What somebody in a browser reads of how a request ended: nothing that only a chat could keep, and always a way on.
import { describe, expect, it } from 'vitest';
import { copy } from '../../src/bot/copy/language.ts';
import { createRecoveryView } from '../../src/bot/recovery-view.ts';
import type { Ending } from '../../src/flows/ending.ts';
import { accountId, actorId, flowId, instant, later, linkId } from '../../src/flows/ids.ts';
import type { Flow, FlowState } from '../../src/flows/state.ts';

const now = instant(1_800_000_000_000);
const again = later(now, 3_600);
const sam = actorId({ platform: 'slack', tenant: 'T', user: 'U0SAM' });
const proof = { channel: 'email' as const, at: now };

const endings: readonly Ending[] = [
  { outcome: 'done', because: 'unlocked' },
  { outcome: 'done', because: 'unlocked', isAgain: true },
  { outcome: 'done', because: 'not-locked' },
  { outcome: 'done', because: 'password-changed', changedAt: now, sessions: 'asked' },
  { outcome: 'done', because: 'password-changed', changedAt: now, sessions: 'ending', mustChange: true },
  ...(
    [
      ...(['disabled', 'unsupported', 'proof-mismatch', 'denied-by-provider', 'disowned', 'elsewhere'] as const),
      ...(['no-helpdesk', 'second-proof-impossible', 'passwords-refused', 'password-blocked', 'deactivated'] as const),
    ] as const
  ).map((because) => ({ outcome: 'refused' as const, because })),
  ...(
    ['attempts-spent', 'sends-spent', 'unlocks-spent', 'frozen', 'contacts-resting', 'changed-too-soon'] as const
  ).map((because) => ({ outcome: 'refused' as const, because, again })),
  { outcome: 'refused', because: 'denied', by: sam, reason: 'suspicious' },
  ...(['flow', 'approval', 'link', 'password'] as const).map((because) => ({ outcome: 'expired' as const, because })),
  ...(['person', 'superseded', 'operator'] as const).map((because) => ({ outcome: 'cancelled' as const, because })),
  ...(
    [
      ...(['unreachable', 'refused-by-provider', 'not-permitted', 'unconfirmed', 'locked-again'] as const),
      ...(['password-unconfirmed', 'helpdesk-unreachable', 'settled-by-helpdesk'] as const),
    ] as const
  ).map((because) => ({ outcome: 'failed' as const, because })),
  ...(['limited', 'codes-limited'] as const).map((because) => ({ outcome: 'failed' as const, because, again })),
];

const flowThat = (ending: Ending, kind: 'reset' | 'unlock', approved: boolean): Flow => ({
  id: flowId('F'.repeat(22)),
  ...{ kind, version: 7, startedAt: now },
  actor: actorId({ platform: 'web', tenant: 'typed', user: 'one' }),
  state: {
    ...{ at: 'closed', ending, closedAt: now, account: accountId('auth0|1'), proof, helpdeskKnows: true },
    approvals: approved ? [{ by: sam, at: now }] : [],
  },
});

/** What only holds in a chat. */
const ofChat = /send me|write to you here|this message|\/unlock|\/enroll|U0SAM/i;

describe('On a page, somebody whose request has ended', () => {
  it.each(
    endings.flatMap((ending) =>
      (['reset', 'unlock'] as const).map(
        (kind) => [`${ending.outcome}: ${ending.because}, ${kind}`, ending, kind] as const,
      ),
    ),
  )('%s, reads what holds on a page', (_, ending, kind) => {
    for (const isHelpdeskTold of [true, false]) {
      const viewOf = createRecoveryView({ copy, clock: { now: () => now }, isHelpdeskTold });
      const { heading, paragraphs, note = [], isOver, restart } = viewOf(flowThat(ending, kind, true));
      const text = [heading, ...paragraphs, note]
        .flat()
        .map((span) => (typeof span === 'string' ? span : JSON.stringify(span)))
        .join(' ');
      expect(text).not.toMatch(ofChat);
      expect(heading.length).toBeGreaterThan(0);
      expect(isOver).toBe(true);
      if (/start again|try again/i.test(text) && !/from +\{/.test(text))
        expect([text, restart]).toEqual([text, 'Start again']);
    }
  });

  it('is told that the helpdesk approved it, and no name', () => {
    const viewOf = createRecoveryView({ copy, clock: { now: () => now }, isHelpdeskTold: true });
    const { paragraphs } = viewOf(flowThat({ outcome: 'done', because: 'unlocked' }, 'unlock', true));
    expect(paragraphs[0]).toEqual(['Approved by ', 'the helpdesk', ', ', { clock: now }]);
  });
});

describe('On a page that changes by itself, somebody reads what becomes of it when it is closed', () => {
  const granted = { account: accountId('auth0|1'), proof, approvals: [] };
  const until = later(now, 600);
  const page = { openedAt: now, until };
  const asked = { needed: 1, askedAt: now, earlierUnlocks: 0, until };
  const link = linkId('l');
  const goesOn = /You can close it: we go on without it.*open it again in this browser within 15 minutes/;
  const needsYou = /Keep it open: you go on here.*Open it again in this browser within 15 minutes/;
  const delayed = { delayed: true, until };

  it.each<[string, 'reset' | 'unlock', FlowState, RegExp]>([
    ['an approved unlock is carried out', 'unlock', { at: 'awaiting-approval', ...granted, ...asked }, goesOn],
    ['an approved reset waits for them', 'reset', { at: 'awaiting-approval', ...granted, ...asked }, needsYou],
    ['an unlock is tried on', 'unlock', { at: 'fulfilling', ...granted, ...delayed }, goesOn],
    ['after the look at the account they go on', 'reset', { at: 'inspecting', ...granted, ...delayed }, needsYou],
    ['a mail comes', 'reset', { at: 'mailing', ...granted, ...delayed, since: now, mailsLeft: 1 }, goesOn],
    [
      'a mail has come',
      'reset',
      { at: 'changing', ...granted, ...page, mail: { left: 0 } },
      /the link in the mail works/,
    ],
    [
      'the password is being chosen elsewhere',
      'reset',
      { at: 'changing', ...granted, ...page },
      /as soon as it is saved/,
    ],
    [
      'a password is looked for',
      'reset',
      { at: 'confirming-password', ...granted, link, left: 5, since: now, linkUntil: until, until },
      goesOn,
    ],
    ['somebody looks after an unlock', 'unlock', { at: 'in-doubt', ...granted, since: now, until }, goesOn],
  ])('%s', (_what, kind, state, says) => {
    const viewOf = createRecoveryView({ copy, clock: { now: () => now }, isHelpdeskTold: true });
    const flow = { ...flowThat({ outcome: 'done', because: 'unlocked' }, kind, false), state };
    const { note = [], againInSeconds } = viewOf(flow);
    expect(note.join('')).toMatch(says);
    expect(note.join('')).toContain('This page updates by itself');
    expect(againInSeconds).toBe(10);
  });
});
