// What a person gets who asks for their own contacts, before they have signed in.
import { describe, expect, it } from 'vitest';
import type { EnrolledContact } from '../../src/flows/contact.ts';
import { decide } from '../../src/flows/decide.ts';
import type { Moment } from '../../src/flows/decision.ts';
import type { Binding } from '../../src/flows/enrolment-ports.ts';
import { contactRef, later } from '../../src/flows/ids.ts';
import { defaultContactRules, type PolicyRules } from '../../src/flows/policy.ts';
import { account, freshLink, noon, policies, samsAccount, subjectOf } from './cast.ts';

const [usual] = policies;
const contacts: readonly EnrolledContact[] = [
  { ref: contactRef('email|1'), channel: 'email', masked: 'j•••@h•••.net' },
];

function momentOf(rule: PolicyRules['binding'] = 'optional'): Moment {
  if (usual === undefined) throw new Error('no policy');
  const policy: PolicyRules = { ...usual, binding: rule, contacts: defaultContactRules };
  return { now: noon, policy, freshLink, rival: 'none', isSendingElsewhere: false, budget: { counted: [] } };
}

function asks(binding: Binding | undefined, rule: PolicyRules['binding'], rival: Moment['rival'] = 'none') {
  const moment = { ...momentOf(rule), rival };
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

it('a bound chat person goes on where they asked last, and waits while their account is being changed', () => {
  const waiting = { at: 'signing-in', account, contacts };
  expect(asks('bound', 'required', 'replaceable')).toMatchObject({ supersede: true, state: waiting });
  expect(asks('bound', 'required', 'busy')).toMatchObject({
    state: { at: 'closed', ending: { because: 'elsewhere' } },
  });
});

it.each<[Binding | undefined, PolicyRules['binding']]>([
  ['free', 'optional'],
  [undefined, 'optional'],
  ['free', 'required'],
  [undefined, 'required'],
  ['others', 'optional'],
  ['others', 'required'],
])('whoever is not bound names no account before they have signed in, and ends no other request: %s, %s', (...one) => {
  for (const rival of ['none', 'replaceable', 'busy'] as const) {
    const beside = asks(...one, rival);
    expect(beside).toMatchObject({ state: { at: 'signing-in' } });
    expect(beside).not.toHaveProperty('supersede');
    expect(beside).not.toHaveProperty('state.account');
  }
});

describe('whoever signs in to another account than the one that their address led to', () => {
  const enrolling = subjectOf('enroll');
  const signsIn = (binding: Binding, signedIn = samsAccount, circumstances: Partial<Moment> = {}) => {
    const asked = asks(binding, 'optional');
    if (asked.kind !== 'moved') throw new Error(asked.because);
    return decide(
      enrolling,
      asked.state,
      { type: 'signed-in', account: signedIn },
      { ...momentOf(), ...circumstances },
    );
  };

  it('goes on with that one, and the list of the other is not carried on', () => {
    expect(signsIn('free')).toMatchObject({
      state: { at: 'binding-actor', account: samsAccount, contacts: [] },
      effects: [{ do: 'bind-actor', account: samsAccount }, { do: 'show' }],
    });
    expect(signsIn('free', account)).toMatchObject({ state: { at: 'binding-actor', account, contacts } });
    expect(signsIn('others')).toMatchObject({ state: { at: 'binding-actor', account: samsAccount, contacts: [] } });
  });

  it('does not where they are bound to the one that was found', () => {
    expect(signsIn('bound')).toEqual({ kind: 'ignored', because: 'not-yours' });
    expect(signsIn('bound', account)).toMatchObject({ state: { at: 'binding-actor', account, contacts } });
  });

  it('waits where that one is paused, or is being changed', () => {
    const budget = { counted: [], frozenUntil: later(noon, 60) };
    expect(signsIn('free', samsAccount, { budget })).toMatchObject({
      state: { at: 'closed', account: samsAccount, ending: { because: 'frozen' } },
    });
    expect(signsIn('free', samsAccount, { rival: 'busy' })).toMatchObject({
      state: { at: 'closed', ending: { because: 'elsewhere' } },
    });
  });
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

describe('where nobody is asked to which contact,', () => {
  const identifying = { at: 'identifying', delayed: false, until: later(noon, 900) } as const;
  const sendTo = contactRef('email|1');
  const event = { type: 'person.identified', account, contacts, sendTo } as const;
  const identified = (more: Partial<Moment>) =>
    decide(subjectOf('reset'), identifying, event, { ...momentOf(), ...more });

  it('the code is ordered at once, and counted', () => {
    expect(identified({})).toMatchObject({
      state: { at: 'sending', contact: sendTo, account, contacts },
      effects: [{ do: 'send-code', account, contact: sendTo }, { do: 'show' }],
      counts: ['send'],
    });
    expect(identified({ rival: 'replaceable' })).toMatchObject({ supersede: true, state: { at: 'sending' } });
  });

  it.each<[string, Partial<Moment>]>([
    ['a code is being sent for another request', { isSendingElsewhere: true }],
    [
      'the contact has to rest a while',
      { budget: { counted: [{ what: 'sent', flow: subjectOf('unlock').id, at: later(noon, -1), contact: sendTo }] } },
    ],
  ])('it may be asked for later, if %s', (_why, more) => {
    expect(identified(more)).toMatchObject({ state: { at: 'choosing-contact' }, counts: [] });
    expect(identified({ ...more, rival: 'replaceable' })).toMatchObject({ supersede: true });
  });

  it('and a request that ends at once takes no other with it', () => {
    const sent = Array.from({ length: 3 }, (_, nth) => ({
      ...({ what: 'send', flow: subjectOf('unlock').id, at: later(noon, -600 - nth), contact: sendTo } as const),
    }));
    const over = identified({ budget: { counted: sent }, rival: 'replaceable' });
    expect(over).toMatchObject({ state: { at: 'closed', ending: { because: 'sends-spent' } } });
    expect(over).not.toHaveProperty('supersede');
  });

  it('a contact that is not theirs gets none', () => {
    const other = { ...event, sendTo: contactRef('email|other') };
    expect(decide(subjectOf('reset'), identifying, other, momentOf())).toMatchObject({
      state: { at: 'choosing-contact' },
      effects: [{ do: 'show' }],
    });
  });
});
