// A person's own contacts, as places see them that are drawn unasked.
import { beforeEach, describe, expect, it } from 'vitest';
import { type ContactLists, createContactLists } from '../../src/bot/contact-list.ts';
import type { EnrolledContact } from '../../src/flows/contact.ts';
import { accountId, actorId, contactRef, type Instant, instant, later } from '../../src/flows/ids.ts';
import { failed, type Outcome, success } from '../../src/flows/outcome.ts';
import { defaultContactRules, type PolicyRules } from '../../src/flows/policy.ts';
import type { Match, Person } from '../../src/flows/ports.ts';

const jane = actorId({ platform: 'slack', tenant: 'T1', user: 'JANE' });
const start = instant(Date.parse('2026-03-02T10:45:00Z'));
const home: EnrolledContact = { ref: contactRef('email|1'), channel: 'email', masked: 'j•••@h•••.net' };
const young: EnrolledContact = { ...home, ref: contactRef('email|2'), since: start, rests: true };
const account = accountId('auth0|1');
const down = failed({ kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: 'ECONNREFUSED' });
const employee: Outcome<Person> = success({ is: 'employee', workEmail: 'jane@acme.example' });
const matched = (more: Partial<Extract<Match, { is: 'account' }>> = {}): Outcome<Match> =>
  success({ is: 'account', account, binding: 'free', contacts: [home], ...more });

let now: Instant;
let person: () => Promise<Outcome<Person>>;
let match: () => Promise<Outcome<Match>>;
let asked: number;

beforeEach(() => {
  now = start;
  asked = 0;
  person = async () => employee;
  match = async () => matched();
});

function lists(binding: PolicyRules['binding'] = 'optional'): ContactLists {
  return createContactLists({
    people: {
      lookUp() {
        asked += 1;
        return person();
      },
    },
    directory: { match: () => match(), bound: () => match() },
    bindings: {
      accountOf: async () => undefined,
      keep: async () => undefined,
      forget: async () => undefined,
      peopleOf: async () => [],
      isBound: async () => false,
    },
    policy: { binding, contacts: { ...defaultContactRules, coolOffHours: 24 } },
    clock: { now: () => now },
  });
}

describe('the list of a person', () => {
  it('is asked for once a minute, however many places show it', async () => {
    const own = lists();
    expect(own.known(jane)).toBeUndefined();
    await Promise.all([own.read(jane), own.read(jane)]);
    expect(own.known(jane)).toEqual({ is: 'contacts', contacts: [home] });
    now = later(start, 59);
    await own.read(jane);
    expect(asked).toBe(1);
    now = later(start, 61);
    expect(own.known(jane)).toBeUndefined();
    await own.read(jane);
    expect(asked).toBe(2);
  });

  it('says from when a new contact can be used', async () => {
    match = async () => matched({ contacts: [home, young] });
    const { rests: _rests, ...shown } = young;
    expect(await lists().read(jane)).toEqual({
      is: 'contacts',
      contacts: [home, { ...shown, usableFrom: later(start, 24 * 3600) }],
    });
  });

  it.each<[string, Outcome<Match>, PolicyRules['binding']]>([
    ['no account', success({ is: 'none', because: 'absent' }), 'optional'],
    ['two accounts', success({ is: 'none', because: 'ambiguous' }), 'optional'],
    ['no contact', matched({ contacts: [], lacks: 'no-contact' }), 'optional'],
    ['an account that is bound to somebody else', matched({ binding: 'others' }), 'optional'],
    ['an account to which they would have to be bound', matched({ binding: 'free' }), 'required'],
  ])('is the same for %s: empty', async (_, found, binding) => {
    match = async () => found;
    expect(await lists(binding).read(jane)).toEqual({ is: 'contacts', contacts: [] });
  });

  it('is shown where the person is bound, also where that is required', async () => {
    match = async () => matched({ binding: 'bound' });
    expect(await lists('required').read(jane)).toEqual({ is: 'contacts', contacts: [home] });
  });

  it('is not shown to whoever is no employee', async () => {
    person = async () => success({ is: 'refused', because: 'guest' });
    expect(await lists().read(jane)).toEqual({ is: 'not-shown' });
  });

  it.each<[string, () => void]>([
    ['the platform is down', () => (person = async () => down)],
    ['the sign-in service is down', () => (match = async () => down)],
    ['a part of it throws', () => (match = () => Promise.reject(new Error('a bug')))],
  ])('is not known where %s, and is asked for again soon, not at once', async (_, fails) => {
    fails();
    const own = lists();
    expect(await own.read(jane)).toEqual({ is: 'unknown' });
    expect(await own.read(jane)).toEqual({ is: 'unknown' });
    expect(asked).toBe(1);
    person = async () => employee;
    match = async () => matched();
    now = later(start, 16);
    expect(await own.read(jane)).toEqual({ is: 'contacts', contacts: [home] });
  });

  it('is asked for anew after a change, and an older answer that comes late is not kept', async () => {
    const late = Promise.withResolvers<Outcome<Match>>();
    const answers = [late.promise, Promise.resolve(matched({ contacts: [home, young] }))];
    match = () => answers.shift() ?? Promise.reject(new Error('asked too often'));
    const own = lists();
    const before = own.read(jane);
    own.forget(jane);
    const after = await own.read(jane);
    late.resolve(matched());
    expect(await before).toEqual({ is: 'contacts', contacts: [home] });
    expect(own.known(jane)).toEqual(after);
    expect(after).toMatchObject({ contacts: [{}, {}] });
  });

  it('takes few of the calls that people who wait need: of a crowd, the first ten are looked up', async () => {
    const own = lists();
    const crowd = Array.from({ length: 40 }, (_, nth) => actorId({ platform: 'slack', tenant: 'T1', user: `U${nth}` }));
    const read = await Promise.all(crowd.map((one) => own.read(one)));
    expect(asked).toBe(10);
    expect(read.filter(({ is }) => is === 'contacts')).toHaveLength(10);
    now = later(start, 20);
    expect(await own.read(crowd[39] ?? jane)).toMatchObject({ is: 'contacts' });
  });
});
