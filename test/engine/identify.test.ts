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
        peopleOf: async () => [],
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

describe('somebody who typed a name', () => {
  const text: EnrolledContact = { ref: contactRef('sms|2'), channel: 'sms', masked: '•••12' };
  const typedBy = { ...jane, actor: knownActor('web:typed:someone') };
  const found = (contacts: readonly EnrolledContact[], binding: Binding = 'others'): Match => ({
    ...{ is: 'account', account: accountId('auth0|1'), binding, contacts },
  });

  interface Typed {
    readonly match: Match;
    readonly demands?: PolicyRules['binding'];
    readonly proof?: 'email' | 'sms';
    readonly isLeft?: boolean;
    readonly isOff?: true;
  }
  async function identified({ match, demands = 'optional', proof = 'email', isLeft = true, isOff }: Typed) {
    let taken = 0;
    const takeCode = async () => {
      taken += 1;
      return isLeft;
    };
    const { report, unmatched } = await identify(
      typedBy,
      {
        people: { lookUp: async () => success({ is: 'employee', workEmail: 'jane@acme.example' }) },
        directory: { match: async () => success(match), bound: async () => success({ is: 'none', because: 'absent' }) },
        bindings: {
          accountOf: async () => undefined,
          keep: async () => expect.fail('nobody who typed a name is bound'),
          forget: async () => undefined,
          peopleOf: async () => [],
          isBound: async () => false,
        },
        ...(isOff === true
          ? {}
          : { typed: { proof, takeCode, mayText: () => async () => ({ is: 'yes', settle: async () => undefined }) } }),
      },
      { rules: [], hasHelpdesk: true, limits, binding: demands, contacts: defaultContactRules },
      now,
    );
    return { event: report.ok ? report.value : undefined, unmatched, taken };
  }

  it('gets a code to the first contact of the kind that the policy names, whoever is bound to the account', async () => {
    for (const binding of ['others', 'free'] as const) {
      const { event, taken } = await identified({ match: found([text, plain], binding) });
      expect(event).toMatchObject({ type: 'person.identified', binding: 'free', sendTo: plain.ref });
      expect(taken).toBe(1);
    }
    expect((await identified({ match: found([plain, text]), proof: 'sms' })).event).toMatchObject({ sendTo: text.ref });
  });

  it.each<[string, string | undefined, Typed]>([
    ['there is no account', 'absent', { match: { is: 'none', because: 'absent' } }],
    ['there are two', 'ambiguous', { match: { is: 'none', because: 'ambiguous' } }],
    ['it has no contact', 'no-contact', { match: { ...found([]), lacks: 'no-contact' } as Match }],
    ['it has none of that kind', 'no-contact', { match: found([text]) }],
    ['its only contact is too new', 'no-contact', { match: found([resting]) }],
    ['only bound chat people may recover it', 'not-bound', { match: found([plain]), demands: 'required' }],
    ['nobody types names here', 'not-bound', { match: found([plain]), isOff: true }],
  ])('comes as far as somebody unknown, and uses up no code, where %s', async (_why, reason, one) => {
    expect(await identified(one)).toEqual({ event: { type: 'person.unknown' }, unmatched: reason, taken: 0 });
  });

  it('and where the codes of this hour for everybody who typed a name are used up', async () => {
    expect(await identified({ match: found([plain]), isLeft: false })).toMatchObject({
      event: { type: 'person.unknown' },
    });
  });
});
