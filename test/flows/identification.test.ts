// What a person gets who asks for their own contacts, before they have signed in.
import { describe, expect, it } from 'vitest';
import type { EnrolledContact } from '../../src/flows/contact.ts';
import { decide } from '../../src/flows/decide.ts';
import type { Moment } from '../../src/flows/decision.ts';
import type { Binding } from '../../src/flows/enrolment-ports.ts';
import { contactRef, later } from '../../src/flows/ids.ts';
import { defaultContactRules, type PolicyRules } from '../../src/flows/policy.ts';
import { account, freshLink, noon, policies, subjectOf } from './cast.ts';

const [usual] = policies;
const contacts: readonly EnrolledContact[] = [
  { ref: contactRef('email|1'), channel: 'email', masked: 'j•••@h•••.net' },
];

function asks(binding: Binding | undefined, rule: PolicyRules['binding'], rival: Moment['rival'] = 'none') {
  if (usual === undefined) throw new Error('no policy');
  const policy: PolicyRules = { ...usual, binding: rule, contacts: defaultContactRules };
  const moment: Moment = {
    ...{ now: noon, policy, freshLink, rival, isSendingElsewhere: false },
    budget: { counted: [] },
  };
  const event = {
    type: 'person.identified',
    account,
    contacts,
    ...(binding === undefined ? {} : { binding }),
  } as const;
  const identifying = { at: 'identifying', delayed: false, until: later(noon, 900) } as const;
  return decide(subjectOf('enroll'), identifying, event, moment);
}

function shown(binding: Binding | undefined, rule: PolicyRules['binding']): unknown {
  const decision = asks(binding, rule);
  if (decision.kind !== 'moved' || decision.state.at !== 'signing-in') throw new Error(JSON.stringify(decision));
  return decision.state.contacts;
}

it.each<[Binding | undefined, PolicyRules['binding'], boolean]>([
  ['bound', 'optional', true],
  ['bound', 'required', true],
  ['free', 'optional', true],
  [undefined, 'optional', true],
  ['free', 'required', false],
  [undefined, 'required', false],
  ['others', 'optional', false],
  ['others', 'required', false],
])(
  'before the sign-in, contacts are shown to whoever may recover the account, and to nobody else: %s, %s',
  (...one) => {
    const [binding, rule, isShown] = one;
    expect(shown(binding, rule)).toEqual(isShown ? contacts : []);
  },
);

it('an account has one open enrolment, and whoever it may not belong to ends none before they have signed in', () => {
  const waiting = { at: 'signing-in', account, contacts };
  expect(asks('bound', 'required', 'replaceable')).toMatchObject({ supersede: true, state: waiting });
  expect(asks('bound', 'required', 'busy')).toMatchObject({
    state: { at: 'closed', ending: { because: 'elsewhere' } },
  });
  for (const rival of ['replaceable', 'busy'] as const) {
    const beside = asks('others', 'optional', rival);
    expect(beside).toMatchObject({ state: { at: 'signing-in', contacts: [] } });
    expect(beside).not.toHaveProperty('supersede');
    expect(beside).not.toHaveProperty('state.account');
  }
});

describe('a recovery is refused', () => {
  const [one] = contacts;
  const unusable = { ...one, unusable: 'own-domain' } as EnrolledContact;
  const unconfirmed = { ...one, ref: contactRef('email|2'), unconfirmed: true } as EnrolledContact;
  const recovers = (known: readonly EnrolledContact[]) => {
    if (usual === undefined) throw new Error('no policy');
    const rules = { ...defaultContactRules, unconfirmed: 'not-usable' } as const;
    const moment: Moment = {
      ...{ now: noon, policy: { ...usual, contacts: rules }, freshLink, rival: 'none', isSendingElsewhere: false },
      budget: { counted: [] },
    };
    const event = { type: 'person.identified', account, contacts: known, binding: 'bound' } as const;
    return decide(
      subjectOf('reset'),
      { at: 'identifying', delayed: false, until: later(noon, 900) } as const,
      event,
      moment,
    );
  };

  it.each([
    ['nothing', [], 'no-contact'],
    ['only what can never be used', [unusable], 'no-contact'],
    ['only what is not confirmed', [unconfirmed], 'contact-unconfirmed'],
    ['both', [unusable, unconfirmed], 'contact-unconfirmed'],
  ])('where the account has %s', (_what, known, because) => {
    expect(recovers(known)).toMatchObject({ state: { at: 'closed', ending: { outcome: 'refused', because } } });
  });
});
