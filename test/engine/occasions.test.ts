// Telling the people of an account what was done without a request: what is looked at before, in which order, and how long it is tried.
import { describe, expect, it } from 'vitest';
import { createOccasionTelling, type OccasionParts } from '../../src/engine/occasions.ts';
import { type ActorId, flowId, type Instant, later } from '../../src/flows/ids.ts';
import type { Occasion } from '../../src/flows/notice.ts';
import { type Failure, failed, type Outcome, success } from '../../src/flows/outcome.ts';
import { defaultContactRules } from '../../src/flows/policy.ts';
import type { KeptOccasion, ToldOccasion } from '../../src/flows/store.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { account, jane, occasions as known, noon } from '../flows/cast.ts';

const [changed, imported, requested] = known;
if (changed === undefined || imported === undefined || requested === undefined)
  throw new Error('there is nothing to tell');
const down: Failure = { kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: '503' };
const busy: Failure = { kind: 'rate-limited', retry: 'later', retryAfterMs: 90_000, cause: '429' };
const deleted: Failure = { kind: 'absent', retry: 'never', cause: '404' };

interface Given {
  readonly waiting?: readonly Occasion[];
  readonly tries?: number;
  readonly reportedAt?: Instant;
  readonly people?: Outcome<readonly ActorId[]>;
  readonly told?: ToldOccasion;
  readonly isBound?: boolean;
}

function tellingWith({ waiting = [], tries = 1, reportedAt = noon, isBound = true, ...more }: Given) {
  const { people = success([jane]), told = { is: 'told', flows: [] } } = more;
  const did: unknown[] = [];
  const now = later(noon, 10);
  const keptOf = (occasion: Occasion): KeptOccasion => ({ key: occasion.what, account, occasion, reportedAt, tries });
  const parts: OccasionParts = {
    occasions: {
      keep: async (_account, occasion) => {
        did.push(['keep', occasion]);
        return 'kept';
      },
      claim: async (what, { limit }) => {
        did.push(['claim', what, limit]);
        return waiting.filter((occasion) => occasion.what === what).map(keptOf);
      },
      tell: async ({ key }, telling) => {
        did.push(['tell', key, telling.people]);
        return told;
      },
      close: async (key) => void did.push(['close', key]),
      postpone: async (key, at) => void did.push(['postpone', key, (at - now) / 1000]),
    },
    bindings: { isBound: async () => isBound },
    enrolments: {
      boundPeople: async () =>
        people.ok ? success(people.value.map((actor) => ({ actor, mayDisown: true }))) : failed(people.failure),
    },
    policy: { contacts: defaultContactRules },
    clock: { now: () => now },
    newId: () => flowId('one'),
    wake: { raise: () => did.push(['wake']) },
    log: createLogger({ level: 'silent' }),
    observe: (what, outcome) => did.push(['observe', what, outcome]),
  };
  return { ...createOccasionTelling(parts), did, now };
}

describe('a changed password that no request explains', () => {
  it.each([
    ['is kept', 0, true, 1],
    ['is kept with the present time where it is said to be to come', 3_600, true, 1],
    ['is no news after a quarter of an hour', 10 - 900, true, 0],
    ['is news until then', 10 - 899.999, true, 1],
    ['is left alone where nobody is bound', 0, false, 0],
  ] as const)('a report %s', async (_what, seconds, isBound, keeps) => {
    const { changedElsewhere, did, now } = tellingWith({ isBound });
    await changedElsewhere({ account, at: later(noon, seconds) });
    expect(did).toHaveLength(keeps);
    if (keeps > 0)
      expect(did[0]).toEqual(['keep', { what: 'password-changed', at: Math.min(later(noon, seconds), now) }]);
  });
});

const isClaim = (one: unknown): boolean => Array.isArray(one) && one[0] === 'claim';

describe('what is due', () => {
  it('is told to everybody who is bound: what was asked on the web, then changed passwords, and one contact from a file at a time', async () => {
    const { tellDue, did } = tellingWith({ waiting: [imported, changed, requested] });
    await tellDue();
    expect(did).toEqual([
      ['claim', 'requested-elsewhere', 4],
      ['tell', 'requested-elsewhere', [jane]],
      ['observe', 'requested-elsewhere', 'told'],
      ['wake'],
      ['claim', 'password-changed', 4],
      ['tell', 'password-changed', [jane]],
      ['observe', 'password-changed', 'told'],
      ['wake'],
      ['claim', 'contact-imported', 1],
      ['tell', 'contact-imported', [jane]],
      ['observe', 'contact-imported', 'told'],
      ['wake'],
    ]);
  });

  it.each([
    [
      'nobody is bound',
      { people: success([]) },
      [
        ['close', 'password-changed'],
        ['observe', 'password-changed', 'nobody'],
      ],
    ],
    [
      'the account is deleted',
      { people: failed(deleted) },
      [
        ['close', 'password-changed'],
        ['observe', 'password-changed', 'nobody'],
      ],
    ],
    [
      'a request made the change',
      { told: { is: 'known' } },
      [
        ['tell', 'password-changed', [jane]],
        ['observe', 'password-changed', 'known'],
      ],
    ],
    [
      'a request is at work',
      { told: { is: 'unclear' } },
      [
        ['tell', 'password-changed', [jane]],
        ['postpone', 'password-changed', 5],
      ],
    ],
    ['Auth0 is down', { people: failed(down) }, [['postpone', 'password-changed', 4]]],
    ['Auth0 was down for long', { people: failed(down), tries: 50 }, [['postpone', 'password-changed', 300]]],
    ['Auth0 wants a pause', { people: failed(busy) }, [['postpone', 'password-changed', 90]]],
    [
      'a day is over',
      { reportedAt: later(noon, 10 - 86_400) },
      [
        ['close', 'password-changed'],
        ['observe', 'password-changed', 'given-up'],
      ],
    ],
    [
      'a day is not quite over',
      { reportedAt: later(noon, 10 - 86_399), people: failed(down) },
      [['postpone', 'password-changed', 4]],
    ],
  ] as const)('where %s', async (_where, given: Given, then) => {
    const { tellDue, did } = tellingWith({ waiting: [changed], ...given });
    await tellDue();
    expect(did.filter((one) => !isClaim(one))).toEqual(then);
  });

  it('is finished before the process ends', async () => {
    const { tellDue, idle, did } = tellingWith({ waiting: [changed] });
    const told = tellDue();
    await idle();
    expect(did).toContainEqual(['observe', 'password-changed', 'told']);
    await told;
  });
});
