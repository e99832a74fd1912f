import { describe, expect, it } from 'vitest';
import { identify } from '../../src/engine/identify.ts';
import type { ContactRules, EnrolledContact } from '../../src/flows/contact.ts';
import type { Binding } from '../../src/flows/enrolment-ports.ts';
import { accountId, contactRef, flowId, instant, knownActor } from '../../src/flows/ids.ts';
import { defaultLimits as limits } from '../../src/flows/limits.ts';
import { success } from '../../src/flows/outcome.ts';
import { defaultContactRules, type PolicyRules } from '../../src/flows/policy.ts';
import type { Match } from '../../src/flows/ports.ts';
import type { Flow, FlowKind } from '../../src/flows/state.ts';

const now = instant(Date.parse('2026-03-02T08:00:00Z'));
const hour = 3_600_000;
const plain: EnrolledContact = { ref: contactRef('email|1'), channel: 'email', masked: 'j•••@h•••.example' };
const resting: EnrolledContact = { ...plain, since: instant(now - hour), rests: true };
const rested: EnrolledContact = { ...plain, since: instant(now - 25 * hour), rests: true };
const fromFile: EnrolledContact = { ...plain, since: instant(now - hour), unconfirmed: true };

const jane: Flow = {
  id: flowId('flow'),
  kind: 'reset',
  actor: knownActor('slack:T0ACME:U0JANE'),
  startedAt: now,
  version: 1,
  state: { at: 'identifying', delayed: false, until: instant(now + hour) },
};

interface Case {
  readonly contacts: readonly EnrolledContact[];
  readonly binding?: Binding;
  readonly demands?: PolicyRules['binding'];
  readonly rules?: Partial<ContactRules>;
  readonly kind?: FlowKind;
}

async function reasonFor({ contacts, binding = 'free', demands = 'optional', rules = {}, kind = 'reset' }: Case) {
  const found = { is: 'account', account: accountId('auth0|1'), binding, contacts } as const;
  const match: Match = contacts.length > 0 ? found : { ...found, lacks: 'no-contact' };
  const { report, unmatched } = await identify(
    { ...jane, kind },
    {
      people: { lookUp: async () => success({ is: 'employee', workEmail: 'jane@acme.example' }) },
      directory: { match: async () => success(match), bound: async () => success({ is: 'none', because: 'absent' }) },
      bindings: {
        accountOf: async () => undefined,
        keep: async () => undefined,
        forget: async () => undefined,
        isBound: async () => false,
      },
    },
    { rules: [], hasHelpdesk: true, limits, binding: demands, contacts: { ...defaultContactRules, ...rules } },
    now,
  );
  expect(report).toMatchObject({ ok: true, value: { type: 'person.identified' } });
  return unmatched;
}

describe('the operator reads why somebody with an account comes to no code:', () => {
  it.each<[string, string | undefined, Case]>([
    ['nothing, where a contact can be used', undefined, { contacts: [plain] }],
    ['nothing, where one of two can be used', undefined, { contacts: [resting, plain] }],
    ['nothing, where the cool-off is over', undefined, { contacts: [rested] }],
    ['nothing, where the policy has no cool-off', undefined, { contacts: [resting], rules: { coolOffHours: 0 } }],
    ['nothing, where unconfirmed contacts can be used', undefined, { contacts: [fromFile] }],
    ['nothing, where the person is bound', undefined, { contacts: [plain], binding: 'bound', demands: 'required' }],
    ['nothing, where they enrol', undefined, { contacts: [resting], kind: 'enroll' }],
    ['all contacts rest', 'resting-contact', { contacts: [resting] }],
    ['no code has come back', 'unconfirmed-contact', { contacts: [fromFile], rules: { unconfirmed: 'not-usable' } }],
    ['others are bound', 'not-bound', { contacts: [plain], binding: 'others' }],
    ['nobody is bound, and the policy demands it', 'not-bound', { contacts: [plain], demands: 'required' }],
    ['there is no contact', 'no-contact', { contacts: [] }],
    ['others are bound, and there is no contact', 'not-bound', { contacts: [], binding: 'others' }],
  ])('%s', async (_why, reason, one) => {
    expect(await reasonFor(one)).toBe(reason);
  });
});
