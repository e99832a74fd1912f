// What becomes of the two systems' answers: every answer of the directory, joined with every answer of the sign-in service.
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { type AccountId, accountId, type Instant, instant } from '../../src/flows/ids.ts';
import { type Failure, failed, type Outcome, success } from '../../src/flows/outcome.ts';
import type { AccountFacts, FactsRead } from '../../src/flows/policy.ts';
import type { Directory, Lifted } from '../../src/flows/ports.ts';
import type { DirectoryState } from '../../src/ldap/account-state.ts';
import type { ActiveDirectory, Inspection } from '../../src/ldap/active-directory.ts';
import type { ConnectedDirectory } from '../../src/ldap/connected-directory.ts';
import { homeOf, joinDirectories } from '../../src/ldap/directories.ts';
import type { Unfit } from '../../src/ldap/preparation.ts';
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
const unreachable = (mayHaveHappened: boolean): Failure => ({
  ...{ kind: 'unreachable', retry: 'later', mayHaveHappened, cause: 'nobody answers' },
});

interface World {
  readonly inspection?: Outcome<Inspection>;
  readonly unlocking?: Outcome<UnlockResult>;
  readonly facts?: Outcome<AccountFacts>;
  readonly lifting?: Outcome<Lifted>;
  readonly home?: Partial<ConnectedDirectory>;
}

/** Both systems as ports, and what each was asked. */
function world({
  inspection = success(seen(open)),
  unlocking = success({ is: 'done', wasLocked: true }),
  facts = success({ ...plain, locked: false }),
  lifting = success('lifted'),
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
    ...{ reset: never, change: never, checks: () => [] },
  };
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const directory: Directory = {
    inspect: (_, reads: FactsRead) => {
      if (!facts.ok || reads.locks) return noted('provider inspects', facts);
      const { locked: _locked, ...rest } = facts.value;
      return noted('provider inspects without locks', success(rest));
    },
    ...{ match: never, bound: never, hasAddress: never, givenName: never },
  };
  const joined = joinDirectories({
    directories: [{ connection: 'CorpAD', activeDirectory, unlock: true, replicationMinutes: 15, ...home }],
    locks: { lift: () => noted('provider lifts', lifting) },
    ...{ directory, clock, log },
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
  it('that lives there, and about its lock only', async () => {
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
