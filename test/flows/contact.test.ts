// Which contacts can be used, and what becomes of one from a file.
import { describe, expect, it } from 'vitest';
import { countUsable, usableContacts } from '../../src/flows/contact.ts';
import { decide } from '../../src/flows/decide.ts';
import type { Moment } from '../../src/flows/decision.ts';
import { type CheckingNew, type Linking, undoneOf } from '../../src/flows/enrolment-state.ts';
import type { FlowEvent } from '../../src/flows/event.ts';
import { contactRef, later } from '../../src/flows/ids.ts';
import { defaultContactRules } from '../../src/flows/policy.ts';
import type { FlowState, Inspecting } from '../../src/flows/state.ts';
import { account, email, enrolled, freshLink, healthy, newEmail, noon, policies, subjectOf, text } from './cast.ts';

const momentOf = (): Moment => {
  const [policy] = policies;
  if (policy === undefined) throw new Error('the cast has no policy');
  return { now: noon, policy, freshLink, rival: 'none', isSendingElsewhere: false, budget: { counted: [] } };
};

describe('the contacts that can be used', () => {
  it('are not those that rest since nobody knows when: they rest a whole cool-off from now', () => {
    const { usable, next } = usableContacts([{ ...email, rests: true }], defaultContactRules, noon);
    expect([usable, next]).toEqual([[], later(noon, 24 * 3600)]);
  });

  it('are told without what only their owner’s list shows', () => {
    const contacts = [
      { ...email, since: noon },
      { ...text, unconfirmed: true as const },
    ];
    expect(usableContacts(contacts, defaultContactRules, noon)).toEqual({
      usable: [email, { ...text, unconfirmed: true }],
    });
  });
});

describe('where none can be used yet', () => {
  it('the earlier of two cool-offs is named', () => {
    const rests = true as const;
    const contacts = [
      { ...email, rests, since: noon },
      { ...text, rests, since: later(noon, -3600) },
    ];
    const { usable, next } = usableContacts(contacts, defaultContactRules, noon);
    expect([usable, next]).toEqual([[], later(noon, 23 * 3600)]);
  });
});

it('what can never be used is not counted', () => {
  expect(countUsable([email, { ...text, unusable: 'unverified' }])).toBe(1);
});

describe('what became of what was to be taken back', () => {
  const added = { what: 'added' as const, contact: email, at: noon };
  const bound = { what: 'bound' as const, at: noon };

  it('is told of the very contact, and of the chat', () => {
    const undone = [{ is: 'done' as const }, { is: 'failed' as const, contact: email.ref }];
    expect([undoneOf(added, undone), undoneOf(bound, undone)]).toEqual(['failed', 'done']);
    expect(undoneOf(added, [])).toBeUndefined();
  });

  it('is nothing for a removal, which cannot be taken back', () => {
    expect(undoneOf({ what: 'removed', contact: email, at: noon }, [{ is: 'done' }])).toBeUndefined();
  });
});

describe('a code that came back from a contact of the same account', () => {
  const checking = (unconfirmed: boolean): CheckingNew => ({
    at: 'checking-new',
    ...{ account, signedInAt: noon, changes: [], sentTo: [], attemptsLeft: 2 },
    contacts: [unconfirmed ? { ...email, unconfirmed: true } : email, text],
    draft: { channel: email.channel, masked: email.masked, key: contactRef('new|x') },
    ...{ resendFrom: later(noon, 60), codeUntil: later(noon, 180), checkUntil: later(noon, 45) },
    until: later(noon, 900),
  });
  const told = (unconfirmed: boolean) =>
    decide(
      subjectOf('enroll'),
      checking(unconfirmed),
      { type: 'contact.not-new', because: 'already-yours', contact: email.ref },
      momentOf(),
    );

  it('confirms it, where it came from a file', () => {
    expect(told(true)).toMatchObject({
      state: {
        at: 'managing',
        contacts: [{ ...email, confirmedNow: true }, text],
        news: { is: 'confirmed', masked: email.masked },
      },
      effects: expect.arrayContaining([{ do: 'confirm-contact', account, contact: email.ref }]),
    });
  });

  it('changes nothing otherwise', () => {
    expect(told(false)).toMatchObject({
      state: { at: 'managing', contacts: [email, text], news: { is: 'already-yours' } },
    });
    expect(JSON.stringify(told(false))).not.toContain('confirm-contact');
  });
});

describe('a right code that is not followed by a link', () => {
  const known = { account, contacts: [text], signedInAt: noon, changes: [], sentTo: [enrolled.ref] } as const;
  const checking: CheckingNew = {
    ...{ at: 'checking-new', ...known, attemptsLeft: 2, draft: newEmail },
    ...{ resendFrom: later(noon, 60), codeUntil: later(noon, 180), checkUntil: later(noon, 45) },
    until: later(noon, 900),
  };
  const linking: Linking = { at: 'linking', ...known, about: enrolled, delayed: false, until: later(noon, 900) };
  const proven = { type: 'contact.proven', contact: enrolled.ref } as const;
  const failed = { type: 'effect.failed', of: 'link-contact', because: 'refused-by-provider' } as const;
  const frozen = { counted: [], frozenUntil: later(noon, 3_600) };
  const discarded = { do: 'discard-contact', contact: enrolled.ref, isProven: true };

  it.each<[string, FlowState, FlowEvent, Moment]>([
    ['it came too late', checking, proven, { ...momentOf(), now: later(noon, 45) }],
    ['the account is paused', checking, proven, { ...momentOf(), budget: frozen }],
    ['Auth0 refused the link', linking, failed, momentOf()],
    ['nobody knows whether it is linked', linking, { type: 'effect.doubtful', of: 'link-contact' }, momentOf()],
    [
      'the account is paused while it is linked',
      linking,
      { type: 'account.frozen', until: later(noon, 9) },
      momentOf(),
    ],
  ])('leaves nothing of what it has proven: %s', (_why, from, event, moment) => {
    expect(decide(subjectOf('enroll'), from, event, moment)).toMatchObject({
      kind: 'moved',
      effects: expect.arrayContaining([discarded]),
    });
  });

  it('is deleted once, where the request ends by it', () => {
    const decision = decide(subjectOf('enroll'), checking, proven, { ...momentOf(), budget: frozen });
    const effects = decision.kind === 'moved' ? decision.effects : [];
    expect(effects.filter((effect) => effect.do === 'discard-contact')).toEqual([discarded]);
  });
});

it('an enrolment is never decided by the look at an account', () => {
  const inspecting: Inspecting = {
    ...{ at: 'inspecting', account, delayed: false },
    proof: { channel: 'email', at: noon },
    until: later(noon, 900),
  };
  const event = { type: 'account.inspected' as const, facts: healthy };
  expect(decide(subjectOf('enroll'), inspecting, event, momentOf()).kind).toBe('ignored');
});
