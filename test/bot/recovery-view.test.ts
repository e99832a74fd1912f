// What somebody in a browser reads of how a request ended: nothing that only a chat could keep, and always a way on.
import { describe, expect, it } from 'vitest';
import { copy } from '../../src/bot/copy/language.ts';
import { createRecoveryView } from '../../src/bot/recovery-view.ts';
import type { Ending } from '../../src/flows/ending.ts';
import { accountId, actorId, flowId, instant, later } from '../../src/flows/ids.ts';
import type { Flow } from '../../src/flows/state.ts';

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
