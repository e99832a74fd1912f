import { expect, it } from 'vitest';
import { unbind } from '../../src/engine/enrolment-effects.ts';
import { type AccountId, type ActorId, accountId, flowId, instant, knownActor } from '../../src/flows/ids.ts';
import { failed, type Outcome, success } from '../../src/flows/outcome.ts';

const now = instant(Date.parse('2026-03-02T08:00:00Z'));
const actor = knownActor('slack:T0ACME:U0JANE');
const [account, other] = [accountId('auth0|1'), accountId('auth0|2')];

/** `stillBound`: whom the record names afterwards. */
async function indexAfter(is: 'unbound' | 'not-ours', stillBound: Outcome<readonly ActorId[]>, indexed = account) {
  const index = new Map<ActorId, AccountId>([[actor, indexed]]);
  const people = stillBound.ok
    ? success(stillBound.value.map((one) => ({ actor: one, mayDisown: true })))
    : failed(stillBound.failure);
  const report = await unbind(
    account,
    { id: flowId('flow'), actor },
    {
      clock: { now: () => now },
      enrolments: { unbind: async () => success(is), boundPeople: async () => people },
      bindings: {
        accountOf: async (who) => index.get(who),
        peopleOf: async () => [],
        isBound: async (whose) => [...index.values()].includes(whose),
        keep: async (who, whose) => void index.set(who, whose),
        forget: async (who) => void index.delete(who),
      },
    },
  );
  expect(report).toEqual(success({ type: 'change.undone' }));
  return index.get(actor);
}

it('whoever is taken out of an account is out of the index, also where an earlier try died in between', async () => {
  expect(await indexAfter('unbound', success([]))).toBeUndefined();
  expect(await indexAfter('not-ours', success([]))).toBeUndefined();
});

it('whoever another request has bound, or who is bound elsewhere by now, stays in the index', async () => {
  expect(await indexAfter('not-ours', success([actor]))).toBe(account);
  expect(await indexAfter('not-ours', success([]), other)).toBe(other);
  expect(await indexAfter('unbound', success([]), other)).toBe(other);
});

it('nobody is forgotten while the record cannot be read', async () => {
  const failure = { kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: 'timeout' } as const;
  expect(await indexAfter('not-ours', failed(failure))).toBe(account);
});
