// What an operator is told of a request that nobody has made: what would end it, and from when it would not.
import { describe, expect, it } from 'vitest';
import { foresee } from '../../src/engine/foresee.ts';
import type { Budget, Count } from '../../src/flows/budget.ts';
import type { EnrolledContact } from '../../src/flows/contact.ts';
import type { Moment } from '../../src/flows/decision.ts';
import { type Instant, later } from '../../src/flows/ids.ts';
import { daySeconds, hourSeconds } from '../../src/flows/limits.ts';
import type { AccountFacts, GatedKind, PolicyRules } from '../../src/flows/policy.ts';
import {
  account,
  email,
  freshLink,
  gateless,
  healthy,
  jane,
  noon,
  otherFlow,
  policies,
  restingText,
  strictPolicies,
  text,
} from '../flows/cast.ts';

interface Circumstances {
  readonly kind?: GatedKind;
  readonly budget?: Budget;
  readonly contacts?: readonly EnrolledContact[];
  readonly facts?: Partial<AccountFacts>;
  readonly policy?: PolicyRules | undefined;
  readonly rival?: Moment['rival'];
}

function foreseen({ kind = 'reset', budget = { counted: [] }, contacts = [email], ...more }: Circumstances) {
  const { facts = {}, policy = gateless, rival = 'none' } = more;
  const moment: Moment = { now: noon, policy, budget, freshLink, rival, isSendingElsewhere: false };
  const about = { kind, account, contacts, binding: 'bound', facts: { ...healthy, locked: true, ...facts } } as const;
  return foresee(about, jane, moment);
}

/** So many rows, the oldest so long ago. */
const counted = (what: Count, count: number, agoSeconds: number, contact = email.ref): Budget => ({
  counted: Array.from({ length: count }, (_, nth) => ({
    ...{ what, flow: otherFlow, at: later(noon, -agoSeconds + nth), contact },
  })),
});
const { codesPerHour, codeFailuresPerDay, unlocksPerDay, resendSeconds } = gateless.limits;

it('nothing would end it', () => {
  expect(foreseen({})).toEqual({ hindrances: [], needless: false });
  expect(foreseen({ kind: 'unlock' })).toEqual({ hindrances: [], needless: false });
});

it('there would be nothing to do', () => {
  expect(foreseen({ kind: 'unlock', facts: { locked: false } })).toEqual({ hindrances: [], needless: true });
});

describe('it would end', () => {
  const cases: [string, Circumstances, string, Instant | undefined][] = [
    [
      'the codes of the hour are used up',
      { budget: counted('send', codesPerHour, 600) },
      'sends-spent',
      later(noon, hourSeconds - 600),
    ],
    [
      'the wrong codes of the day are used up',
      { budget: counted('attempt', codeFailuresPerDay, 7_200) },
      'attempts-spent',
      later(noon, daySeconds - 7_200),
    ],
    [
      'the unlocks of the day are used up',
      { kind: 'unlock', budget: counted('unlock', unlocksPerDay, 7_200) },
      'unlocks-spent',
      later(noon, daySeconds - 7_200),
    ],
    ['a code was sent a moment ago', { budget: counted('sent', 1, 10) }, 'cool-down', later(noon, resendSeconds - 10)],
    [
      'somebody said that it was not them',
      { budget: { counted: [], frozenUntil: later(noon, 60) } },
      'frozen',
      later(noon, 60),
    ],
    ['every contact is new', { contacts: [restingText] }, 'contacts-resting', later(noon, daySeconds - 3_600)],
    ['there is no contact', { contacts: [] }, 'no-contact', undefined],
    [
      'the only contact can never be used',
      { contacts: [{ ...email, unusable: 'own-domain' }] },
      'no-contact',
      undefined,
    ],
    ['an administrator has blocked the account', { facts: { disabled: true } }, 'disabled', undefined],
    ['its password cannot be set by a link', { facts: { choosesPassword: 'nowhere' } }, 'unsupported', undefined],
    ['an approval is needed and nobody can be asked', { policy: policies[3] }, 'no-helpdesk', undefined],
    ['two proofs are needed and one can be given', { policy: strictPolicies[0] }, 'second-proof-impossible', undefined],
    ['another request is at its last step', { rival: 'busy' }, 'elsewhere', undefined],
  ];
  it.each(cases)('because %s', (_what, circumstances, because, again) => {
    expect(foreseen(circumstances).hindrances).toEqual([again === undefined ? { because } : { because, again }]);
  });

  it('not because one of two contacts had a code a moment ago', () => {
    expect(foreseen({ budget: counted('sent', 1, 10), contacts: [email, text] }).hindrances).toEqual([]);
  });

  it('for several reasons, which are all told, the earliest step first', () => {
    const { hindrances } = foreseen({ contacts: [restingText], policy: policies[3] });
    expect(hindrances.map(({ because }) => because)).toEqual(['contacts-resting', 'no-helpdesk']);
  });
});
