// Whose contacts a person sees who asks for their own, before they have signed in.
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

function shown(binding: Binding | undefined, rule: PolicyRules['binding']): unknown {
  if (usual === undefined) throw new Error('no policy');
  const policy: PolicyRules = { ...usual, binding: rule, contacts: defaultContactRules };
  const moment: Moment = {
    ...{ now: noon, policy, freshLink, rival: 'none', isSendingElsewhere: false },
    budget: { counted: [] },
  };
  const event = {
    type: 'person.identified',
    account,
    contacts,
    ...(binding === undefined ? {} : { binding }),
  } as const;
  const identifying = { at: 'identifying', delayed: false, until: later(noon, 900) } as const;
  const decision = decide(subjectOf('enroll'), identifying, event, moment);
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
