// What a person gets who asks for their own contacts, before they have signed in.
import { expect, it } from 'vitest';
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
