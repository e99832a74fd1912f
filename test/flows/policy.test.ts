// Which rule applies, and who may decide about whom.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountId } from '../../src/flows/ids.ts';
import {
  type AccountFacts,
  allNeedApproval,
  approverVerdict,
  changeWayFor,
  defaultGates,
  gatesFor,
  type Json,
  liesWithin,
  type Rule,
  type When,
} from '../../src/flows/policy.ts';
import { ada, healthy, jane, kim, mallory, sam } from './cast.ts';

const needs = (approvals: number) => ({ reset: { approvals }, unlock: { approvals } });
const facts = (appMetadata: AccountFacts['appMetadata'], connection = 'CorpUsers'): AccountFacts => ({
  ...healthy,
  connection,
  appMetadata,
});
/** Whether a rule with this condition applies to an account with that metadata. */
const matches = (wanted: { [key: string]: Json }, has: { [key: string]: Json }): boolean =>
  gatesFor([{ when: { app_metadata: wanted }, ...needs(7) }], 'unlock', facts(has)).approvals === 7;
/** As it comes from YAML or JSON: with `__proto__` as an ordinary key. */
const parsed = (json: string): { [key: string]: Json } => JSON.parse(json);

/** Few words and little nesting, so that generated values often overlap. */
const { metadata } = fc.letrec<{ metadata: { [key: string]: Json }; value: Json }>((tie) => ({
  metadata: fc.dictionary(fc.constantFrom('a', 'b'), tie('value'), { minKeys: 1, maxKeys: 2 }),
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constantFrom(true, 'x', 'y'),
    fc.array(tie('value'), { minLength: 1, maxLength: 2 }),
    tie('metadata'),
  ),
}));

describe('which rule decides', () => {
  it('without rules a reset needs nobody and an unlock one person', () => {
    expect(gatesFor([], 'reset', healthy)).toEqual({ approvals: 0 });
    expect(gatesFor([], 'unlock', healthy)).toEqual({ approvals: 1 });
  });

  it('the first rule that matches decides, not the strictest', () => {
    expect(gatesFor([needs(0), needs(2)], 'unlock', healthy)).toEqual({ approvals: 0 });
    expect(gatesFor([needs(2), needs(0)], 'unlock', healthy)).toEqual({ approvals: 2 });
  });

  it('a rule that does not match is passed over', () => {
    const rules: readonly Rule[] = [{ when: { connection: 'Partners' }, ...needs(2) }, needs(1)];
    expect(gatesFor(rules, 'reset', facts({}, 'CorpUsers'))).toEqual({ approvals: 1 });
    expect(gatesFor(rules, 'reset', facts({}, 'Partners'))).toEqual({ approvals: 2 });
  });

  it('decides only the kinds that it names: for the others the search goes on', () => {
    const rules: readonly Rule[] = [
      { when: { app_metadata: { privileged: true } }, unlock: { approvals: 2 } },
      { reset: { approvals: 1 } },
    ];
    expect(gatesFor(rules, 'unlock', facts({ privileged: true }))).toEqual({ approvals: 2 });
    expect(gatesFor(rules, 'reset', facts({ privileged: true }))).toEqual({ approvals: 1 });
  });

  it('the built-in default holds for a kind only where no matching rule names it', () => {
    const rules: readonly Rule[] = [{ when: { connection: 'Partners' }, unlock: { approvals: 2 } }];
    expect(gatesFor(rules, 'reset', facts({}, 'Partners'))).toEqual(defaultGates.reset);
    expect(gatesFor(rules, 'unlock', facts({}, 'CorpUsers'))).toEqual(defaultGates.unlock);
  });

  it('every condition of a rule must hold', () => {
    const rules: readonly Rule[] = [
      { when: { connection: 'CorpUsers', app_metadata: { vip: true } }, ...needs(2) },
      needs(0),
    ];
    expect(gatesFor(rules, 'reset', facts({ vip: true })).approvals).toBe(2);
    expect(gatesFor(rules, 'reset', facts({ vip: false })).approvals).toBe(0);
    expect(gatesFor(rules, 'reset', facts({ vip: true }, 'Partners')).approvals).toBe(0);
  });
});

describe('how somebody changes a password that they know', () => {
  const database = accountId('auth0|1');
  const inDirectory = accountId('ad|CorpAD|3b3bfcd0-036b-4413-aee9-204412b943ce');
  const form: Rule = { change: { via: 'form' } };
  const signIn: Rule = { change: { via: 'sign-in' } };

  it('by a sign-in where no matching rule says more', () => {
    expect(changeWayFor([], database, healthy)).toBe('sign-in');
    expect(changeWayFor([{ when: { connection: 'Partners' }, ...form }], database, facts({}))).toBe('sign-in');
    expect(changeWayFor([needs(1)], database, healthy)).toBe('sign-in');
  });

  it('as the first matching rule says that names it', () => {
    expect(changeWayFor([needs(1), form, signIn], database, healthy)).toBe('form');
    expect(changeWayFor([signIn, form], database, healthy)).toBe('sign-in');
    const rules = [{ when: { connection: 'Partners' }, ...signIn }, form];
    expect(changeWayFor(rules, database, facts({}, 'Partners'))).toBe('sign-in');
    expect(changeWayFor(rules, database, facts({}, 'CorpUsers'))).toBe('form');
  });

  it('also where new passwords are set on a page of ours: the rule decides, not where the page is', () => {
    expect(changeWayFor([], database, { ...healthy, choosesPassword: 'here' })).toBe('sign-in');
    expect(changeWayFor([form], database, { ...healthy, choosesPassword: 'here' })).toBe('form');
  });

  it('by a sign-in where the account has a second factor: no rule leads around it', () => {
    expect(changeWayFor([form], database, { ...healthy, multifactor: true })).toBe('sign-in');
    const rules = [{ when: { multifactor: true }, ...form }];
    expect(changeWayFor(rules, database, { ...healthy, multifactor: true })).toBe('sign-in');
    const there = { ...healthy, multifactor: true, choosesPassword: 'here' } as const;
    expect(changeWayFor([], inDirectory, there)).toBe('form');
  });

  it('in a directory by the form where the directory is to be asked, and never where it is not: rules change nothing', () => {
    for (const rules of [[], [form], [signIn]]) {
      expect(changeWayFor(rules, inDirectory, { ...healthy, choosesPassword: 'here' })).toBe('form');
      expect(changeWayFor(rules, inDirectory, { ...healthy, choosesPassword: 'nowhere' })).toBe('sign-in');
    }
  });
});

describe('what metadata a rule matches', () => {
  it('values are compared as they are: no text equals a number, nothing equals what is absent', () => {
    expect(matches({ level: 3 }, { level: 3 })).toBe(true);
    expect(matches({ level: 3 }, { level: '3' })).toBe(false);
    expect(matches({ privileged: false }, {})).toBe(false);
    expect(matches({ note: null }, { note: null })).toBe(true);
    expect(matches({ note: null }, {})).toBe(false);
  });

  it('nested objects are matched key by key, further keys do not matter', () => {
    const has = { org: { unit: { name: 'IT', site: 'Bern' }, size: 4 } };
    expect(matches({ org: { unit: { name: 'IT' } } }, has)).toBe(true);
    expect(matches({ org: { unit: { name: 'HR' } } }, has)).toBe(false);
    expect(matches({ org: { unit: 'IT' } }, has)).toBe(false);
    expect(matches({ org: { size: { unit: 4 } } }, has)).toBe(false);
    expect(matches({ org: { unit: { name: 'IT' } } }, { org: null })).toBe(false);
  });

  it('a list that is asked for must be contained, in any order', () => {
    expect(matches({ roles: ['admin'] }, { roles: ['user', 'admin'] })).toBe(true);
    expect(matches({ roles: ['owner', 'admin'] }, { roles: ['admin', 'user', 'owner'] })).toBe(true);
    expect(matches({ roles: ['admin', 'owner'] }, { roles: ['admin'] })).toBe(false);
    expect(matches({ roles: ['admin'] }, { roles: { 0: 'admin' } })).toBe(false);
    expect(matches({ roles: { 0: 'admin' } }, { roles: ['admin'] })).toBe(false);
    expect(matches({ teams: [{ id: 1 }] }, { teams: [{ id: 2 }, { id: 1, lead: true }] })).toBe(true);
  });

  it('a single value counts as a list of one, on either side', () => {
    expect(matches({ roles: 'admin' }, { roles: ['user', 'admin'] })).toBe(true);
    expect(matches({ roles: 'admin' }, { roles: ['user'] })).toBe(false);
    expect(matches({ roles: 'admin' }, { roles: [] })).toBe(false);
    expect(matches({ roles: ['admin'] }, { roles: 'admin' })).toBe(true);
    expect(matches({ roles: ['admin', 'owner'] }, { roles: 'admin' })).toBe(false);
    expect(matches({ team: { id: 1 } }, { team: [{ id: 2 }, { id: 1 }] })).toBe(true);
  });

  it('what every object inherits is no metadata', () => {
    expect(matches(parsed('{"constructor":{}}'), {})).toBe(false);
    expect(matches(parsed('{"__proto__":{}}'), {})).toBe(false);
    expect(matches(parsed('{"constructor":{"name":"Object"}}'), {})).toBe(false);
    expect(matches(parsed('{"a":{"__proto__":{}}}'), { a: {} })).toBe(false);
    expect(matches(parsed('{"roles":{"length":1}}'), { roles: ['admin'] })).toBe(false);
  });

  it('but a key of that name that is really there is', () => {
    expect(matches(parsed('{"__proto__":{"vip":true}}'), parsed('{"__proto__":{"vip":true}}'))).toBe(true);
    expect(matches(parsed('{"__proto__":{"vip":true}}'), parsed('{"__proto__":{"vip":false}}'))).toBe(false);
  });
});

describe('which condition lies within another', () => {
  it('the same, or one that asks for more', () => {
    const vip: When = { app_metadata: { vip: true } };
    expect(liesWithin(vip, undefined)).toBe(true);
    expect(liesWithin(vip, vip)).toBe(true);
    expect(liesWithin({ ...vip, connection: 'A' }, vip)).toBe(true);
    expect(liesWithin({ ...vip, connection: 'A' }, { connection: 'A' })).toBe(true);
    expect(liesWithin({ app_metadata: { roles: ['a', 'b'] } }, { app_metadata: { roles: 'b' } })).toBe(true);
  });

  it('not one that asks for less, or for something else', () => {
    const vip: When = { app_metadata: { vip: true } };
    expect(liesWithin(undefined, vip)).toBe(false);
    expect(liesWithin(vip, { ...vip, connection: 'A' })).toBe(false);
    expect(liesWithin({ connection: 'A' }, { connection: 'B' })).toBe(false);
    expect(liesWithin({ connection: 'A' }, vip)).toBe(false);
    expect(liesWithin(vip, { app_metadata: { vip: false } })).toBe(false);
  });

  it('is never said of two when an account matches the inner one alone', () => {
    fc.assert(
      fc.property(metadata, metadata, metadata, (inner, outer, has) => {
        const isWithin = liesWithin({ app_metadata: inner }, { app_metadata: outer });
        expect(isWithin && matches(inner, has) && !matches(outer, has)).toBe(false);
      }),
    );
  });
});

describe('who may decide', () => {
  const approvals = [{ by: sam }];

  it('an approver who was told apart from the person and from who decided before', () => {
    for (const by of [kim, ada]) {
      const approver = { by, entitled: true };
      expect(approverVerdict({ ...approver, distinctFrom: [jane] }, jane, [])).toBe('may-decide');
      expect(approverVerdict({ ...approver, distinctFrom: [jane, sam] }, jane, approvals)).toBe('may-decide');
    }
  });

  it('nobody who might be the person, or might have decided before, though their id is another one', () => {
    for (const by of [kim, ada]) {
      const approver = { by, entitled: true };
      expect(approverVerdict({ ...approver, distinctFrom: [jane] }, jane, approvals)).toBe('not-told-apart');
      expect(approverVerdict({ ...approver, distinctFrom: [sam] }, jane, approvals)).toBe('not-told-apart');
      expect(approverVerdict({ ...approver, distinctFrom: [] }, jane, [])).toBe('not-told-apart');
      expect(approverVerdict(approver, jane, [])).toBe('not-told-apart');
    }
  });

  it('nobody about their own request, whatever they are entitled to', () => {
    expect(approverVerdict({ by: jane, entitled: true }, jane, [])).toBe('self-approval');
    expect(approverVerdict({ by: jane, entitled: false }, jane, [])).toBe('self-approval');
  });

  it('nobody who is not entitled at the moment of the press, not even after an earlier yes', () => {
    expect(approverVerdict({ by: mallory, entitled: false }, jane, [])).toBe('not-an-approver');
    expect(approverVerdict({ by: sam, entitled: false }, jane, approvals)).toBe('not-an-approver');
  });

  it('nobody about their own request under another name', () => {
    expect(approverVerdict({ by: kim, entitled: true, isSameAs: 'person' }, jane, [])).toBe('self-approval');
  });

  it('nobody a second time under another name', () => {
    expect(approverVerdict({ by: kim, entitled: true, isSameAs: 'approver' }, jane, approvals)).toBe('already-decided');
  });

  it('nobody twice', () => {
    expect(approverVerdict({ by: sam, entitled: true }, jane, approvals)).toBe('already-decided');
  });
});

describe('what holds for everybody by the rules alone', () => {
  it.each<[boolean, readonly Rule[]]>([
    [true, [{ unlock: { approvals: 0 } }, { reset: { approvals: 1 } }]],
    [false, [{ unlock: { approvals: 1 } }]],
    [false, [{ when: { connection: 'CorpUsers' }, reset: { approvals: 1 } }]],
    [false, [{ when: { connection: 'CorpUsers' }, reset: { approvals: 0 } }, { reset: { approvals: 1 } }]],
  ])('%s: %j', (holds, rules) => {
    expect(allNeedApproval(rules)).toBe(holds);
  });
});
