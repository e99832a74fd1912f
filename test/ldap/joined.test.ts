// What becomes of the two systems' answers: every answer of the directory, joined with every answer of the sign-in service.
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { type AccountId, accountId, type Instant, instant } from '../../src/flows/ids.ts';
import { type Failure, failed, type Outcome, success } from '../../src/flows/outcome.ts';
import type { AccountFacts, FactsRead } from '../../src/flows/policy.ts';
import type { Directory, Lifted, PasswordPage } from '../../src/flows/ports.ts';
import type { DirectoryState } from '../../src/ldap/account-state.ts';
import type { ActiveDirectory, Inspection } from '../../src/ldap/active-directory.ts';
import type { ChangeResult } from '../../src/ldap/change.ts';
import type { ConnectedDirectory } from '../../src/ldap/connected-directory.ts';
import { homeOf, joinDirectories } from '../../src/ldap/directories.ts';
import type { Unfit } from '../../src/ldap/preparation.ts';
import type { ResetResult } from '../../src/ldap/reset.ts';
import type { UnlockResult } from '../../src/ldap/unlock.ts';

const account = accountId('ad|CorpAD|3b3bfcd0-036b-4413-aee9-204412b943ce');
const noon = instant(Date.UTC(2026, 0, 5, 12));
const clock = { now: () => noon };
const minutesBefore = (minutes: number): Instant => instant(noon - minutes * 60_000);

const open: DirectoryState = {
  ...{ locked: false, disabled: false, expired: false, smartCardOnly: false, password: 'valid', changeFrom: 'now' },
};
const locked: DirectoryState = { ...open, locked: true, lockedSince: minutesBefore(10), lockedUntil: 'lifted' };
const unknown = 'not-known' as const;
const rules = {
  ...{
    of: 'domain' as const,
    minLength: unknown,
    maxLength: 256,
    complexity: unknown,
    history: unknown,
    minAgeMs: unknown,
  },
  ...{ lockoutThreshold: unknown, lockoutMs: unknown, lockoutWindowMs: unknown },
} as const;
const seen = (state: DirectoryState, unfit?: Unfit, askedAt: Instant | 'not-known' = noon): Inspection => ({
  ...{ is: 'account', state, rules, askedAt },
  ...(unfit === undefined ? {} : { unfit }),
});

const plain: AccountFacts = {
  ...{ connection: 'CorpAD', appMetadata: {}, multifactor: false, disabled: false, choosesPassword: 'nowhere' },
};
const ofProvider: PasswordPage = {
  rules: { isComplete: true, minLength: 8 },
  username: 'jane@corp.example',
  ownWords: ['Jane'],
};
const unreachable = (mayHaveHappened: boolean): Failure => ({
  ...{ kind: 'unreachable', retry: 'later', mayHaveHappened, cause: 'nobody answers' },
});

const usual = { reset: true, change: true, unlock: true, replicationMinutes: 15 };

interface World {
  readonly inspection?: Outcome<Inspection>;
  readonly unlocking?: Outcome<UnlockResult>;
  readonly facts?: Outcome<AccountFacts>;
  readonly lifting?: Outcome<Lifted>;
  readonly resetting?: Outcome<ResetResult>;
  readonly changing?: Outcome<ChangeResult>;
  readonly home?: Partial<ConnectedDirectory>;
}

/** Both systems as ports, and what each was asked. */
function world({
  inspection = success(seen(open)),
  unlocking = success({ is: 'done', wasLocked: true }),
  facts = success({ ...plain, locked: false }),
  lifting = success('lifted'),
  resetting = success({ is: 'done', isHistoryChecked: false, mustChange: false, lock: 'none' }),
  changing = success({ is: 'done', mustChange: false }),
  home = {},
}: World) {
  const asked: string[] = [];
  const noted = <T>(what: string, answer: T): Promise<T> => {
    asked.push(what);
    return Promise.resolve(answer);
  };
  const never = () => Promise.reject(new Error('not asked here'));
  const activeDirectory: ActiveDirectory = {
    inspect: () => noted('directory inspects', inspection),
    unlock: () => noted('directory unlocks', unlocking),
    reset: () => noted('directory resets', resetting),
    change: () => noted('directory changes', changing),
    checks: () => [],
  };
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const directory: Directory = {
    inspect: (_, reads: FactsRead) => {
      if (!facts.ok || reads.locks) return noted('provider inspects', facts);
      const { locked: _locked, ...rest } = facts.value;
      return noted('provider inspects without locks', success(rest));
    },
    ...{ match: never, bound: never, hasAddress: never, givenName: never, owner: never },
  };
  const joined = joinDirectories({
    directories: [{ connection: 'CorpAD', activeDirectory, ...usual, ...home }],
    locks: { lift: () => noted('provider lifts', lifting) },
    ...{ directory, clock, log },
    passwords: {
      page: () => noted('provider says the rules', success({ ...ofProvider })),
      set: () => noted('provider sets', success({ is: 'set' })),
      settled: () => noted('provider looks', success({ is: 'unknown' })),
    },
    knownPasswords: { change: () => noted('provider changes', success({ is: 'unsupported' })) },
  });
  return { asked, lines, ...joined };
}

const inspect = (change: World, reads: FactsRead = { locks: true }, of: AccountId = account) => {
  const { directory, asked, lines } = world(change);
  return directory.inspect(of, reads).then((result) => ({ result, asked, lines }));
};
const lift = (change: World, of: AccountId = account) => {
  const { locks, asked } = world(change);
  return locks.lift(of).then((result) => ({ result, asked }));
};

describe('the directory is asked about an account', () => {
  it('that lives there, and about its lock or a new password only', async () => {
    expect((await inspect({})).asked).toEqual(['directory inspects', 'provider inspects']);
    expect((await inspect({}, { locks: false })).asked).toEqual(['provider inspects without locks']);
    const elsewhere = accountId('auth0|jane');
    expect((await inspect({}, { locks: true }, elsewhere)).asked).toEqual(['provider inspects']);
    expect((await lift({}, elsewhere)).asked).toEqual(['provider lifts']);
  });

  it.each([
    ['ad|CorpAD|3b3bfcd0-036b-4413-aee9-204412b943ce', 'CorpAD'],
    ['ad|CorpAD|not a GUID', 'CorpAD'],
    ['ad|CorpAD|EU|3b3bfcd0-036b-4413-aee9-204412b943ce', 'CorpAD|EU'],
    ['ad|CorpAD2|3b3bfcd0-036b-4413-aee9-204412b943ce', undefined],
    ['ad|CorpAD', undefined],
    ['adfs|CorpAD|3b3bfcd0-036b-4413-aee9-204412b943ce', undefined],
    ['auth0|CorpAD|3b3bfcd0-036b-4413-aee9-204412b943ce', undefined],
  ])('%s: that of %s', (id, connection) => {
    const homes = [{ connection: 'CorpAD' }, { connection: 'CorpAD|EU' }];
    expect(homeOf(accountId(id), homes)?.connection).toBe(connection);
    expect(homeOf(accountId(id), homes.toReversed())?.connection).toBe(connection);
  });
});

describe('an account is locked', () => {
  const facts = (locked: boolean) => success({ ...plain, locked });
  const whole = { ...locked, failures: 10 };

  it.each([
    ['in neither', seen(open), false, undefined],
    ['at the sign-in service only', seen(open), true, { of: 'provider' }],
    [
      'in the directory only',
      seen(whole),
      false,
      { of: 'directory', since: minutesBefore(10), until: 'lifted', failures: 10, spreadMinutes: 15 },
    ],
    [
      'in both',
      seen(whole),
      true,
      { of: 'both', since: minutesBefore(10), until: 'lifted', failures: 10, spreadMinutes: 15 },
    ],
    ['since an unknown time', seen({ ...open, locked: true }), false, { of: 'directory', spreadMinutes: 15 }],
  ] as const)('%s', async (_where, inspection, isLockedThere, lock) => {
    const { result } = await inspect({ inspection: success(inspection), facts: facts(isLockedThere) });
    const expected = lock === undefined ? { ...plain, locked: false } : { ...plain, locked: true, lock };
    expect(result).toEqual(success(expected));
  });

  it('with what the sign-in service knows of failed sign-ins to its own lock, and nothing of it where that does not stand', async () => {
    const signIns = { count: 12, since: minutesBefore(20), origins: [{ application: 'Outlook', count: 12 }] };
    const known = { ...plain, lock: { of: 'provider', since: minutesBefore(15), signIns } } as const;
    const lockIn = async (inspection: Inspection, isLockedThere: boolean) => {
      const there = success(isLockedThere ? { ...known, locked: true } : { ...plain, locked: false });
      const { result } = await inspect({ inspection: success(inspection), facts: there });
      return result.ok ? result.value.lock : undefined;
    };
    expect(await lockIn(seen(open), true)).toEqual({ of: 'provider', since: minutesBefore(15), signIns });
    // Since when and how often is what the directory says of its own lock.
    expect(await lockIn(seen(whole), true)).toEqual({
      ...{ of: 'both', since: minutesBefore(10), until: 'lifted', failures: 10, spreadMinutes: 15 },
      signIns,
    });
    expect(await lockIn(seen(whole), false)).not.toHaveProperty('signIns');
  });

  it('with times by our clock, where the directory’s is another', async () => {
    const theirs: DirectoryState = { ...locked, lockedUntil: instant(noon + 1_200_000) };
    const at = async (askedAt: Instant | 'not-known') => {
      const { result } = await inspect({ inspection: success(seen(theirs, undefined, askedAt)) });
      return result.ok ? result.value.lock : undefined;
    };
    const same = { since: minutesBefore(10), until: instant(noon + 1_200_000) };
    const ahead = { since: minutesBefore(13), until: instant(noon + 1_020_000) };
    expect(await at(noon)).toMatchObject(same);
    expect(await at(instant(noon - 4_999))).toMatchObject(same);
    expect(await at('not-known')).toMatchObject(same);
    expect(await at(instant(noon + 180_000))).toMatchObject(ahead);
  });

  it('and nothing is said of other places where the policy says so', async () => {
    const home = { replicationMinutes: 0 };
    const { result } = await inspect({ inspection: success(seen({ ...open, locked: true })), home });
    expect(result).toEqual(success({ ...plain, locked: true, lock: { of: 'directory' } }));
  });
});

describe('an account is not touched', () => {
  const barriers = ['protected', 'disabled', 'account-expired', 'smart-card', 'not-readable'] as const;

  it.each(barriers)('that is %s, and no scarce question is asked about its locks', async (barrier) => {
    const { result, asked } = await inspect({ inspection: success(seen(locked, barrier)) });
    expect(result).toEqual(success({ ...plain, barrier }));
    expect(asked).toEqual(['directory inspects', 'provider inspects without locks']);
  });

  it('that is not in the directory', async () => {
    const { result } = await inspect({ inspection: success({ is: 'absent' }) });
    expect(result).toEqual(success({ ...plain, barrier: 'absent' }));
  });

  it('whose lock is left to the helpdesk, who reads what is known of it', async () => {
    const home = { unlock: false };
    const { result } = await inspect({ inspection: success(seen(locked)), home });
    const lock = { of: 'directory', since: minutesBefore(10), until: 'lifted', spreadMinutes: 15 };
    expect(result).toEqual(success({ ...plain, barrier: 'lock-kept', lock }));
    const lockedElsewhere = success({ ...plain, locked: true });
    const other = await inspect({ inspection: success(seen(open)), facts: lockedElsewhere, home });
    expect(other.result).toEqual(success({ ...plain, locked: true, lock: { of: 'provider' } }));
  });

  it('and what could not be read is told to the operator, without more than the account', async () => {
    const { lines } = await inspect({ inspection: success(seen(open, 'not-readable')) });
    expect(lines).toEqual([expect.objectContaining({ event: 'directory.not-readable', account })]);
    expect((await inspect({ inspection: success(seen(open, 'disabled')) })).lines).toEqual([]);
  });

  it('that an administrator has blocked at the sign-in service', async () => {
    const blocked = { ...plain, disabled: true };
    const { result } = await inspect({ inspection: success(seen(locked)), facts: success(blocked) });
    expect(result).toEqual(success(blocked));
  });
});

describe('a failure of an inspection keeps its meaning', () => {
  it.each([
    ['unreachable', unreachable(false)],
    ['misconfigured', { kind: 'misconfigured', retry: 'later', cause: 'ldap: 49', remedy: 'Check the password.' }],
    ['rate-limited', { kind: 'rate-limited', retry: 'later', retryAfterMs: 5_000, cause: 'ldap: 51' }],
  ] as const)('of the directory: %s, and the sign-in service is not asked', async (_kind, failure) => {
    const { result, asked } = await inspect({ inspection: failed(failure) });
    expect(result).toEqual(failed(failure));
    expect(asked).toEqual(['directory inspects']);
  });

  it.each([
    ['with a lock', seen(locked)],
    ['without one', seen(open)],
    ['that must not be touched', seen(open, 'protected')],
  ])('of the sign-in service, about an account %s', async (_what, inspection) => {
    const { result } = await inspect({ inspection: success(inspection), facts: failed(unreachable(false)) });
    expect(result).toEqual(failed(unreachable(false)));
  });
});

describe('an unlock', () => {
  it.each([true, false])(
    'lifts the lock of the directory, then that of the sign-in service (locked: %s)',
    async (was) => {
      const { result, asked } = await lift({ unlocking: success({ is: 'done', wasLocked: was }) });
      expect(result).toEqual(success('lifted'));
      expect(asked).toEqual(['directory unlocks', 'provider lifts']);
    },
  );

  it('tells that an administrator has blocked the account at the sign-in service', async () => {
    expect((await lift({ lifting: success('disabled') })).result).toEqual(success('disabled'));
  });

  it.each(['absent', 'protected', 'disabled', 'account-expired', 'smart-card', 'not-readable'] as const)(
    'of an account that is %s does nothing at the sign-in service',
    async (because) => {
      const { result, asked } = await lift({ unlocking: success({ is: 'not-done', because }) });
      expect(result).toEqual(success({ barrier: because }));
      expect(asked).toEqual(['directory unlocks']);
    },
  );

  it('after which the account was locked again at once is told as that', async () => {
    const { result, asked } = await lift({ unlocking: success({ is: 'not-done', because: 'locked-again' }) });
    expect(result).toEqual(success('stood-again'));
    expect(asked).toEqual(['directory unlocks']);
  });

  it.each([
    ['whose answer was lost, and the lock stands', { is: 'not-done', because: 'lost' }, false],
    ['of which nobody knows what became', { is: 'unknown' }, true],
  ] as const)('%s is a failure that says so', async (_what, unlocking, mayHaveHappened) => {
    const { result, asked } = await lift({ unlocking: success(unlocking) });
    expect(result).toMatchObject({ ok: false, failure: { kind: 'unreachable', retry: 'later', mayHaveHappened } });
    expect(asked).toEqual(['directory unlocks']);
  });

  it('that the directory fails does nothing at the sign-in service, and keeps its meaning', async () => {
    const failure = {
      kind: 'misconfigured',
      retry: 'never',
      cause: 'ldap: 50',
      remedy: 'Delegate the rights.',
    } as const;
    const { result, asked } = await lift({ unlocking: failed(failure) });
    expect(result).toEqual(failed(failure));
    expect(asked).toEqual(['directory unlocks']);
  });

  it.each([
    ['was lifted', true, true],
    ['did not stand', false, false],
  ])('that fails after the lock of the directory %s may have happened: %s', async (_what, wasLocked, mayHave) => {
    const unlocking = success({ is: 'done', wasLocked } as const);
    const { result } = await lift({ unlocking, lifting: failed(unreachable(false)) });
    expect(result).toEqual(failed(unreachable(mayHave)));
    const refused = { kind: 'refused', retry: 'never', cause: 'no' } as const;
    expect((await lift({ unlocking, lifting: failed(refused) })).result).toEqual(failed(refused));
  });

  describe('where the policy leaves the directory’s lock to the helpdesk', () => {
    const home = { unlock: false };

    it('lifts that of the sign-in service, if the directory has none', async () => {
      const { result, asked } = await lift({ home });
      expect(result).toEqual(success('lifted'));
      expect(asked).toEqual(['directory inspects', 'provider lifts']);
    });

    it.each([
      ['lock-kept', success(seen(locked))],
      ['protected', success(seen(open, 'protected'))],
      ['not-readable', success(seen({ ...open, locked: unknown }, 'not-readable'))],
      ['absent', success({ is: 'absent' } as const)],
    ] as const)('does nothing where the account is %s', async (barrier, inspection) => {
      const { result, asked } = await lift({ home, inspection });
      expect(result).toEqual(success({ barrier }));
      expect(asked).toEqual(['directory inspects']);
    });

    it('does nothing where the directory cannot be asked', async () => {
      const { result, asked } = await lift({ home, inspection: failed(unreachable(false)) });
      expect(result).toEqual(failed(unreachable(false)));
      expect(asked).toEqual(['directory inspects']);
    });
  });
});

describe('a new password of an account that lives there', () => {
  const elsewhere = accountId('auth0|jane');
  const toSet: FactsRead = { locks: false, password: 'new' };

  it('is chosen on a page of ours, and no lock is asked about at the sign-in service', async () => {
    const { result, asked } = await inspect({}, toSet);
    expect(result).toMatchObject({ ok: true, value: { choosesPassword: 'here' } });
    expect(result.ok && 'locked' in result.value).toBe(false);
    expect(asked).toEqual(['directory inspects', 'provider inspects without locks']);
  });

  it.each([
    ['absent', success({ is: 'absent' } as const)],
    ['protected', success(seen(open, 'protected'))],
    ['disabled', success(seen({ ...open, disabled: true }, 'disabled'))],
    ['not-readable', success(seen({ ...open, locked: unknown }, 'not-readable'))],
  ] as const)('is not set where the account is %s', async (barrier, inspection) => {
    const { result } = await inspect({ inspection }, toSet);
    expect(result).toMatchObject({ ok: true, value: { barrier, choosesPassword: 'nowhere' } });
  });

  it('is not set where its lock is left to the helpdesk: it would be of no use', async () => {
    const { result } = await inspect({ inspection: success(seen(locked)), home: { unlock: false } }, toSet);
    expect(result).toMatchObject({ ok: true, value: { barrier: 'lock-kept', lock: { of: 'directory' } } });
  });

  it('is said to have the rules of the directory, as far as they can be read', async () => {
    const strict = { ...rules, minLength: 12, complexity: true, history: 5 } as const;
    const inspection = success({ ...seen(open), rules: strict } as Inspection);
    const { passwords } = world({ inspection });
    expect(await passwords.page(account)).toEqual(
      success({
        ...ofProvider,
        rules: {
          ...{
            isComplete: false,
            minLength: 12,
            maxLength: { of: 256, counts: 'units' },
            history: 5,
            refusesNames: true,
          },
          kinds: { atLeast: 3, of: ['lower', 'upper', 'digit', 'sign', 'other-letter'] },
        },
      }),
    );
    expect(await world({}).passwords.page(account)).toMatchObject({
      value: { rules: { isComplete: false, maxLength: { of: 256, counts: 'units' } } },
    });
    expect(await world({}).passwords.page(elsewhere)).toEqual(success(ofProvider));
    const broken = failed(unreachable(false));
    expect(await world({ inspection: broken }).passwords.page(account)).toEqual(broken);
  });

  const sent = async (resetting: Outcome<ResetResult>) => {
    const { passwords, asked } = world({ resetting });
    const result = await passwords.set(account, 'Kraken-under-9-bridges');
    expect(asked).toEqual(['directory resets']);
    return result;
  };
  it('is set, refused by rule, or not known to be set', async () => {
    expect(await sent(success({ is: 'done', isHistoryChecked: true, mustChange: false, lock: 'lifted' }))).toEqual(
      success({ is: 'set' }),
    );
    expect(await sent(success({ is: 'unknown' }))).toEqual(success({ is: 'unknown' }));
    const broken = ['too-short', 'too-plain', 'contains-name'] as const;
    expect(await sent(success({ is: 'not-done', because: 'rules', broken }))).toEqual(
      success({ is: 'refused', rules: ['too-short', 'too-plain', 'holds-name'] }),
    );
    expect(await sent(success({ is: 'not-done', because: 'rules', broken: [] }))).toEqual(
      success({ is: 'refused', rules: [] }),
    );
    for (const [problem, rule] of [
      ['too-long', 'too-long'],
      ['control-character', 'not-writable'],
      ['unpaired-surrogate', 'not-writable'],
    ] as const)
      expect(await sent(success({ is: 'not-done', because: 'unusable', problem }))).toEqual(
        success({ is: 'refused', rules: [rule] }),
      );
  });

  it('whose answer was lost and that was certainly not set can be sent again', async () => {
    const result = await sent(success({ is: 'not-done', because: 'lost' }));
    expect(result).toMatchObject({ ok: false, failure: { kind: 'unreachable', mayHaveHappened: false } });
    expect(await sent(failed(unreachable(false)))).toEqual(failed(unreachable(false)));
  });

  it.each([
    ['protected', 'disabled'],
    ['disabled', 'disabled'],
    ['account-expired', 'disabled'],
    ['smart-card', 'unsupported'],
    ['absent', 'unsupported'],
    ['not-readable', 'unsupported'],
  ] as const)('is left to the helpdesk where the account is %s by now', async (because, is) => {
    expect(await sent(success({ is: 'not-done', because }))).toEqual(success({ is }));
  });

  it('that nobody answered for is looked for by the time that the directory states, told by our clock', async () => {
    const since = instant(noon);
    const looked = (passwordSetAt: Instant | undefined, askedAt: Instant | 'not-known' = noon) => {
      const state = passwordSetAt === undefined ? open : { ...open, passwordSetAt };
      return world({ inspection: success(seen(state, undefined, askedAt)) }).passwords.settled(account, since);
    };
    expect(await looked(instant(noon + 1_000))).toEqual(success({ is: 'set', at: noon + 1_000 }));
    expect(await looked(minutesBefore(10))).toEqual(success({ is: 'unknown' }));
    expect(await looked(undefined)).toEqual(success({ is: 'unknown' }));
    const hourAhead = instant(noon + 3_600_000);
    expect(await looked(instant(hourAhead + 1_000), hourAhead)).toEqual(success({ is: 'set', at: noon + 1_000 }));
    expect(await looked(minutesBefore(-50), hourAhead)).toEqual(success({ is: 'unknown' }));
    const gone = world({ inspection: success({ is: 'absent' }) });
    expect(await gone.passwords.settled(account, since)).toEqual(success({ is: 'unknown' }));
    const broken = failed(unreachable(false));
    expect(await world({ inspection: broken }).passwords.settled(account, since)).toEqual(broken);
    expect(await world({}).passwords.settled(elsewhere, since)).toEqual(success({ is: 'unknown' }));
  });

  it('is nobody’s business here where the policy leaves it to the helpdesk', async () => {
    const home = { reset: false };
    const { result, asked } = await inspect({ home }, toSet);
    expect(result).toMatchObject({ ok: true, value: { choosesPassword: 'nowhere' } });
    expect(asked).toEqual(['provider inspects without locks']);
    const { passwords, asked: later } = world({ home });
    await passwords.set(account, 'Kraken-under-9-bridges');
    expect(later).toEqual(['provider sets']);
  });

  it('of every other account is set by the sign-in service', async () => {
    const { passwords, asked } = world({});
    expect(await passwords.set(elsewhere, 'Kraken-under-9-bridges')).toEqual(success({ is: 'set' }));
    expect(asked).toEqual(['provider sets']);
  });
});

describe('a known password of an account that lives there', () => {
  const elsewhere = accountId('auth0|jane');
  const toChange: FactsRead = { locks: false, password: 'known' };
  const typed = { current: 'Monday-Morning-1', password: 'Kraken-under-9-bridges' };

  it('is changed on a page of ours, and no lock is asked about at the sign-in service', async () => {
    const { result, asked } = await inspect({}, toChange);
    expect(result).toEqual(success({ ...plain, choosesPassword: 'here' }));
    expect(asked).toEqual(['directory inspects', 'provider inspects without locks']);
  });

  it.each(['expired', 'must-change'] as const)('is changed there when it is %s, too', async (password) => {
    const { result } = await inspect({ inspection: success(seen({ ...open, password })) }, toChange);
    expect(result).toEqual(success({ ...plain, choosesPassword: 'here' }));
  });

  it('is said to be of a locked account, which takes no password before the lock is lifted', async () => {
    const lock = { of: 'directory', since: minutesBefore(10), until: 'lifted', spreadMinutes: 15 };
    const known = await inspect({ inspection: success(seen(locked)) }, toChange);
    expect(known.result).toEqual(success({ ...plain, choosesPassword: 'here', locked: true, lock }));
    const forgotten = await inspect({ inspection: success(seen(locked)) }, { locks: false, password: 'new' });
    expect(forgotten.result).toEqual(success({ ...plain, choosesPassword: 'here' }));
    const kept = await inspect({ inspection: success(seen(locked)), home: { unlock: false } }, toChange);
    expect(kept.result).toMatchObject({ value: { barrier: 'lock-kept' } });
  });

  it.each(['protected', 'disabled', 'account-expired', 'smart-card', 'not-readable'] as const)(
    'is not changed where the account is %s',
    async (barrier) => {
      const { result } = await inspect({ inspection: success(seen(open, barrier)) }, toChange);
      expect(result).toEqual(success({ ...plain, barrier }));
    },
  );

  const sent = async (changing: Outcome<ChangeResult>) => {
    const { knownPasswords, asked } = world({ changing });
    const result = await knownPasswords.change(account, typed);
    expect(asked).toEqual(['directory changes']);
    return result;
  };
  const notDone = (reason: object) => success({ is: 'not-done', ...reason } as ChangeResult);

  it.each([
    [true, { is: 'set', mustChange: true }],
    [false, { is: 'set' }],
    ['not-known', { is: 'set' }],
  ] as const)('that has to be changed again at the next sign-in is said to be so: %s', async (mustChange, answer) => {
    expect(await sent(success({ is: 'done', mustChange }))).toEqual(success(answer));
    const resetting = success({ is: 'done', isHistoryChecked: true, mustChange, lock: 'none' } as const);
    const forgotten = await world({ resetting }).passwords.set(account, typed.password);
    expect(forgotten).toEqual(success(answer));
  });

  it('is changed, or not known to be', async () => {
    expect(await sent(success({ is: 'done', mustChange: false }))).toEqual(success({ is: 'set' }));
    expect(await sent(success({ is: 'unknown' }))).toEqual(success({ is: 'unknown' }));
  });

  it.each([
    ['wrong-password', 'wrong'],
    ['locked', 'locked'],
    ['no-tries', 'no-tries'],
    ['protected', 'disabled'],
    ['disabled', 'disabled'],
    ['account-expired', 'disabled'],
    ['smart-card', 'unsupported'],
    ['absent', 'unsupported'],
    ['not-readable', 'unsupported'],
  ] as const)('that the directory refuses because of “%s” is told as %s', async (because, is) => {
    expect(await sent(notDone({ because }))).toEqual(success({ is }));
  });

  it('is refused by the rules of the new one', async () => {
    expect(await sent(notDone({ because: 'rules', broken: ['too-short', 'contains-name'] }))).toEqual(
      success({ is: 'refused', rules: ['too-short', 'holds-name'] }),
    );
    expect(await sent(notDone({ because: 'rules', broken: [] }))).toEqual(success({ is: 'refused', rules: [] }));
    expect(await sent(notDone({ because: 'unusable', problem: 'control-character' }))).toEqual(
      success({ is: 'refused', rules: ['not-writable'] }),
    );
  });

  it('that is typed as the new one too costs no try', async () => {
    const { knownPasswords, asked } = world({});
    const same = { current: typed.current, password: typed.current };
    expect(await knownPasswords.change(account, same)).toEqual(success({ is: 'refused', rules: ['used-before'] }));
    expect(asked).toEqual([]);
  });

  it('can be changed again only from a time on, which is told by our clock', async () => {
    const from = instant(noon + 86_400_000);
    const at = (askedAt: Instant | 'not-known') => sent(notDone({ because: 'too-soon', from, askedAt }));
    expect(await at(noon)).toEqual(success({ is: 'too-soon', from }));
    expect(await at('not-known')).toEqual(success({ is: 'too-soon', from }));
    expect(await at(instant(noon + 180_000))).toEqual(success({ is: 'too-soon', from: from - 180_000 }));
  });

  it('whose answer was lost and that was certainly not changed can be sent again', async () => {
    const lost = await sent(notDone({ because: 'lost' }));
    expect(lost).toMatchObject({ ok: false, failure: { kind: 'unreachable', mayHaveHappened: false } });
    expect(await sent(failed(unreachable(false)))).toEqual(failed(unreachable(false)));
  });

  it('is nobody’s business here where the policy says so: a forgotten one may still be', async () => {
    const home = { change: false };
    const { result, asked } = await inspect({ home }, toChange);
    expect(result).toEqual(success(plain));
    expect(asked).toEqual(['provider inspects without locks']);
    const { knownPasswords, passwords, asked: later } = world({ home });
    expect(await knownPasswords.change(account, typed)).toEqual(success({ is: 'unsupported' }));
    await passwords.set(account, typed.password);
    await passwords.page(account);
    expect(later).toEqual(['provider changes', 'directory resets', 'provider says the rules', 'directory inspects']);
  });

  it('is changed there although forgotten ones are not replaced there: same page, same look at what became of it', async () => {
    const home = { reset: false };
    expect((await inspect({ home }, toChange)).result).toMatchObject({ value: { choosesPassword: 'here' } });
    expect((await inspect({ home }, { locks: false, password: 'new' })).result).toEqual(success(plain));
    const passwordSetAt = instant(noon + 1_000);
    const { knownPasswords, passwords, asked } = world({ home, inspection: success(seen({ ...open, passwordSetAt })) });
    expect(await passwords.page(account)).toMatchObject({ value: { rules: { isComplete: false } } });
    expect(await knownPasswords.change(account, typed)).toEqual(success({ is: 'set' }));
    expect(await passwords.settled(account, noon)).toEqual(success({ is: 'set', at: passwordSetAt }));
    await passwords.set(account, typed.password);
    expect(asked).toEqual([
      ...['provider says the rules', 'directory inspects', 'directory changes', 'directory inspects', 'provider sets'],
    ]);
  });

  it('of every other account is changed by the sign-in service', async () => {
    const { knownPasswords, asked } = world({});
    expect(await knownPasswords.change(elsewhere, typed)).toEqual(success({ is: 'unsupported' }));
    expect(asked).toEqual(['provider changes']);
  });
});
