// What people read of failed sign-ins before an account was locked: one short sentence, with what is known and nothing else.
import { describe, expect, it } from 'vitest';
import type { Text } from '../../src/bot/cards/card.ts';
import { copy } from '../../src/bot/copy/language.ts';
import { instant, later } from '../../src/flows/ids.ts';
import type { FailedSignIns, LockFacts, SignInOrigin } from '../../src/flows/lock.ts';
import { jane, noon } from '../flows/cast.ts';

const clock = (at: number): string => new Date(at).toISOString().slice(11, 16);
const plain = (text: Text): string =>
  text
    .map((span) => {
      if (typeof span === 'string') return span;
      if ('time' in span) return clock(span.time);
      return 'strong' in span ? span.strong : '@jane';
    })
    .join('');

const began = instant(Date.parse('2026-03-02T08:10:00Z'));
const locked = instant(Date.parse('2026-03-02T08:31:00Z'));
const outlook = { application: 'Outlook', device: 'phone', country: 'DE' } as const;
const tried = (count: number, ...origins: readonly SignInOrigin[]): FailedSignIns => ({ count, since: began, origins });
const ofProvider = (signIns: FailedSignIns): LockFacts => ({ of: 'provider', since: locked, signIns });
const ofBoth = (signIns: FailedSignIns): LockFacts => ({ of: 'both', since: locked, failures: 3, signIns });

/** What the person reads after the unlock. */
const told = (lock: LockFacts): readonly string[] =>
  copy
    .ended(
      {
        ...{ kind: 'unlock', ending: { outcome: 'done', because: 'unlocked' }, approvals: [], closedAt: noon },
        ...{ wasAtPage: false, canDisown: true, lock },
      },
      false,
    )
    .slice(2)
    .map(plain);
/** What the helpdesk reads before it decides, and when somebody asks for help afterwards. */
const onCard = (lock: LockFacts): readonly string[] =>
  [copy.requestFacts('unlock', { channel: 'email', at: noon }, 0, lock), ...copy.failedSignIns(lock)].map(plain);
const onHelp = (lock: LockFacts): readonly string[] => {
  const proven = { kind: 'unlock', proof: { channel: 'email', at: noon }, lock } as const;
  return copy.personWanted(jane, later(noon, 60), proven).slice(2).map(plain);
};

describe('the person reads', () => {
  it('how often, since when, and from where most of them came', () => {
    expect(told(ofProvider(tried(12, { ...outlook, count: 8 }, { application: 'Intranet', count: 4 })))).toEqual([
      'The sign-in service had locked it at 08:31.',
      '12 failed sign-ins since 08:10, most from Outlook on a phone in Germany.',
    ]);
  });

  it.each<readonly [string, FailedSignIns, string]>([
    [
      'all of them',
      tried(10, { ...outlook, count: 10 }),
      '10 failed sign-ins since 08:10, all from Outlook on a phone in Germany.',
    ],
    [
      'the only one',
      tried(1, { ...outlook, count: 1 }),
      '1 failed sign-in since 08:10, from Outlook on a phone in Germany.',
    ],
    [
      'no half of them from one place',
      tried(10, { ...outlook, count: 5 }, { country: 'NL', count: 4 }),
      '10 failed sign-ins since 08:10: 5 from Outlook on a phone in Germany, 4 from the Netherlands.',
    ],
    ['nobody knows from where', tried(10), '10 failed sign-ins since 08:10.'],
    [
      'more than were read',
      { ...tried(50, { device: 'phone', count: 50 }), isAtLeast: true },
      'At least 50 failed sign-ins since 08:10, all from a phone.',
    ],
  ])('%s', (_, signIns, sentence) => {
    expect(told(ofProvider(signIns)).at(-1)).toBe(sentence);
  });

  it.each<readonly [Omit<SignInOrigin, 'count'>, string]>([
    [outlook, 'Outlook on a phone in Germany'],
    [{ application: 'Outlook', device: 'computer' }, 'Outlook on a computer'],
    [{ application: 'Outlook', country: 'US' }, 'Outlook in the United States'],
    [{ device: 'phone', country: 'GB' }, 'a phone in the United Kingdom'],
    [{ application: 'Outlook' }, 'Outlook'],
    [{ device: 'computer' }, 'a computer'],
    [{ country: 'VN' }, 'Vietnam'],
    [{ country: 'XZ' }, 'XZ'],
  ])('of %j what is known', (origin, words) => {
    expect(told(ofProvider(tried(2, { ...origin, count: 2 }))).at(-1)).toBe(
      `2 failed sign-ins since 08:10, all from ${words}.`,
    );
  });

  it('which lock each is about, where both had locked it', () => {
    expect(told(ofBoth(tried(10, { ...outlook, count: 10 })))).toEqual([
      "It was locked twice, in your company's directory and at the sign-in service. The directory had locked it at 08:31 after 3 failed sign-ins.",
      'At the sign-in service: 10 failed sign-ins since 08:10, all from Outlook on a phone in Germany.',
    ]);
    expect(told(ofBoth({ ...tried(50), isAtLeast: true })).at(-1)).toBe(
      'At the sign-in service: at least 50 failed sign-ins since 08:10.',
    );
  });
});

describe('the helpdesk reads', () => {
  const mixed = tried(12, { ...outlook, count: 8 }, { device: 'computer', country: 'VN', count: 4 });

  const fromMixed =
    '12 failed sign-ins since 08:10: 8 from Outlook on a phone in Germany, 4 from a computer in Vietnam.';

  it('before it decides: also of the origins that are not the most frequent', () => {
    const [facts, ...more] = onCard(ofProvider(mixed));
    expect(facts).toContain(' · locked since 08:31 at the sign-in service · ');
    expect(more).toEqual([fromMixed]);
  });

  it('which lock each is about, where both had locked it', () => {
    const [facts, ...more] = onCard(ofBoth(mixed));
    expect(facts).toContain(' · locked since 08:31 in the directory and at the sign-in service, 3 failed sign-ins · ');
    expect(more).toEqual([`At the sign-in service: ${fromMixed}`]);
  });

  it('all of them from one origin, at least so many, and the number alone', () => {
    expect(onCard(ofProvider(tried(10, { ...outlook, count: 10 }))).at(-1)).toBe(
      '10 failed sign-ins since 08:10, all from Outlook on a phone in Germany.',
    );
    expect(onCard(ofProvider({ ...tried(50), isAtLeast: true })).at(-1)).toBe(
      'At least 50 failed sign-ins since 08:10.',
    );
    expect(onCard({ of: 'provider' })).toHaveLength(1);
  });

  it('the same where the person asks for help afterwards, where an unlock is in doubt, and where only they can help', () => {
    const lock = ofProvider(mixed);
    expect(onHelp(lock)).toEqual(['It had been locked at the sign-in service at 08:31.', fromMixed]);
    expect(copy.doubt({ person: jane }, noon, lock).map(plain).at(-1)).toBe(fromMixed);
    const wanted = copy.helpWanted(
      'unlock',
      { person: jane },
      {
        because: 'unlocks-spent',
        proof: { channel: 'sms', at: noon },
        lock,
        at: noon,
      },
    );
    expect(wanted.map(plain).at(-1)).toBe(fromMixed);
  });
});
