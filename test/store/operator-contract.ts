// The operator's view of a database, beside running instances: it looks, it orders again, and it never takes anything over.
import { expect, test } from 'vitest';
import { attemptFrom, unlockFrom } from '../../src/flows/budget.ts';
import { defaultLimits } from '../../src/flows/limits.ts';
import type { OperatorStore } from '../../src/store/operator/open.ts';
import { openOperatorStore } from '../../src/store/operator/open.ts';
import {
  after,
  beginFlow,
  challengedFlow,
  contacts,
  deciderAt,
  drain,
  lockedAccount,
  movedBy,
  policy,
  provenFlow,
  report,
  someAccount,
  start,
} from './contract-moment.ts';
import type { Harness } from './store-contract.ts';

const day = 86_400;

export function operatorContract({ url, store, another }: Harness): void {
  const asOperator = async <T>(look: (operator: OperatorStore) => Promise<T>): Promise<T> => {
    const operator = await openOperatorStore(url());
    try {
      return await look(operator);
    } finally {
      await operator.close();
    }
  };

  test('an order that was given up is kept for thirty days, whether its request was told or not', async () => {
    const { id } = await beginFlow(store());
    const [identify] = await store().claim(start, 60_000, 10);
    if (identify === undefined) throw new Error('nothing to do');
    const failed = { type: 'effect.failed', of: 'identify', because: 'unreachable' } as const;
    await report(store(), id, failed, start, { settles: identify.lease, givesUp: 'unreachable' });
    const [drawing] = await store().claim(after(1), 60_000, 10);
    if (drawing === undefined) throw new Error('nothing is drawn');
    await store().finish(drawing.lease, after(5), 'refused');
    const kept = () => asOperator(({ work }) => work.givenUp(10));
    expect(await kept()).toMatchObject([
      { key: drawing.lease.key, failure: 'refused', givenUpAt: after(5), tries: 1, effect: { do: 'show' } },
      { key: identify.lease.key, failure: 'unreachable', givenUpAt: start, state: 'given-up' },
    ]);
    expect(await asOperator(({ work }) => work.givenUp(1, drawing.lease.key))).toMatchObject([
      { key: identify.lease.key },
    ]);
    await store().sweep(after(30 * day));
    expect(await kept()).toMatchObject([{ key: drawing.lease.key }]);
    await store().sweep(after(30 * day + 5));
    expect(await kept()).toEqual([]);
  });

  test('of two operators at once one orders it again', async () => {
    await beginFlow(store());
    const [identify] = await store().claim(start, 60_000, 10);
    if (identify === undefined) throw new Error('nothing to do');
    await store().finish(identify.lease, start, 'unreachable');
    const results = await asOperator(async (one) =>
      asOperator(async (other) =>
        Promise.all([one, other].map(({ work }) => work.orderAgain(identify.lease.key, after(10)))),
      ),
    );
    expect(results.toSorted()).toEqual([false, true]);
    expect(await store().claim(after(10), 60_000, 10)).toMatchObject([
      { lease: { key: identify.lease.key }, isInDoubt: true, earlierTries: 0, orderedAt: after(10) },
    ]);
  });

  test('what an instance is carrying out is neither hurried nor dropped', async () => {
    const { id } = await beginFlow(store());
    await store().claim(start, 60_000, 10);
    await asOperator(async ({ work }) => {
      expect(await work.hurry(`${id}/1/0`, start)).toBe(false);
      expect(await work.giveUp(`${id}/1/0`, start, undefined)).toBe(false);
      expect(await work.waiting(10)).toMatchObject([{ state: 'running' }]);
    });
  });

  test('what waits for its next try gets its turn at once', async () => {
    const { id } = await beginFlow(store());
    const [claimed] = await store().claim(start, 60_000, 10);
    if (claimed === undefined) throw new Error('nothing to do');
    await store().postpone(claimed.lease, after(600));
    await asOperator(({ work }) => work.hurry(`${id}/1/0`, after(1)));
    expect(await store().claim(after(1), 60_000, 10)).toHaveLength(1);
  });

  test('an operator is no instance: nobody counts them, and nothing that they look at is taken over', async () => {
    const other = await another();
    await asOperator(async ({ requests }) => {
      const { id } = await beginFlow(store());
      expect(await requests.find(id.slice(0, 10))).toMatchObject([{ id }]);
      await other.alive();
      expect(await other.takeOver(start)).toEqual({ freed: 0, returned: 0, flows: [] });
    });
  });

  test('a pause that is lifted is over for every instance, and the request that caused it says so', async () => {
    const account = someAccount();
    const { id, actor } = await provenFlow(store(), { account });
    await movedBy(store(), id, { type: 'disowned', by: actor });
    const paused = await provenFlowOrEnd(account);
    expect(paused).toMatchObject({ at: 'closed', ending: { because: 'frozen' } });
    await asOperator(async ({ pauses }) => {
      expect(await pauses.disowned(account)).toMatchObject({ id });
      expect(await pauses.candidates(start, undefined, 10)).toMatchObject([
        { account, budget: { frozenUntil: after(day) } },
      ]);
    });
    await movedBy(store(), id, { type: 'pause.lifted' }, after(60));
    expect(await report(store(), id, { type: 'pause.lifted' }, after(61))).toMatchObject({ kind: 'ignored' });
    expect(await provenFlowOrEnd(account)).toMatchObject({ at: 'choosing-contact' });
  });

  const provenFlowOrEnd = async (account: ReturnType<typeof someAccount>) => {
    const { id } = await beginFlow(store(), { now: after(100) });
    return (await movedBy(store(), id, { type: 'person.identified', account, contacts }, after(100))).state;
  };

  test('budgets that are lifted count from then on, whatever is cleaned up meanwhile, and for a day at most', async () => {
    const account = someAccount();
    for (let nth = 0; nth < defaultLimits.unlocksPerDay; nth += 1) {
      const { id } = await provenFlow(store(), { account, kind: 'unlock' });
      const gateless = { ...policy, rules: [{ unlock: { approvals: 0 } }] };
      await report(store(), id, lockedAccount, start, { decide: deciderAt(start, gateless) });
      await movedBy(store(), id, { type: 'lock.lifted' });
    }
    await drain(store(), after(1));
    await asOperator(async ({ pauses }) => {
      const spent = async (seconds: number) => {
        const budget = await pauses.budget(account, after(seconds));
        return unlockFrom(budget, defaultLimits, after(seconds)) > after(seconds);
      };
      expect(await spent(1)).toBe(true);
      await pauses.liftBudgets(account, after(1));
      await store().sweep(after(2));
      expect(await spent(2)).toBe(false);
      const { counted, liftedAt } = await pauses.budget(account, after(2));
      expect(counted.filter(({ what }) => what === 'unlock')).toHaveLength(defaultLimits.unlocksPerDay);
      expect(liftedAt).toBe(after(1));
      await store().sweep(after(day + 1));
      expect((await pauses.budget(account, after(day + 1))).liftedAt).toBeUndefined();
      expect(attemptFrom(await pauses.budget(account, after(2)), defaultLimits, after(2))).toBe(after(2));
    });
  });

  test('what an operator did is kept for a year, also if nobody knows whether it was done', async () => {
    await asOperator(async ({ acts }) => {
      const act = { at: start, who: 'mo', did: 'requests end', about: 'flow' };
      await acts.end(await acts.begin(act), 'done');
      await acts.begin({ ...act, about: 'other', because: 'a test' });
      const [newest, ...older] = await acts.list(10);
      expect(newest).toEqual({ ...act, id: expect.any(Number), about: 'other', because: 'a test' });
      expect(older).toEqual([{ ...act, id: expect.any(Number), result: 'done' }]);
      expect(await acts.list(10, { about: 'flow' })).toEqual(older);
      expect(await acts.list(10, { about: 'fl' })).toEqual(older);
      expect(await acts.list(10, { after: newest?.id ?? 0 })).toEqual(older);
      expect(await acts.list(1)).toEqual([newest]);
      await store().sweep(after(365 * day - 1));
      expect(await acts.list(10)).toHaveLength(2);
      await store().sweep(after(365 * day));
      expect(await acts.list(10)).toEqual([]);
    });
  });

  test('what an operator ends is counted once, by whichever server looks first, and what a server ends is not', async () => {
    const [ended, other, elsewhere] = [
      await provenFlow(store()),
      await challengedFlow(store()),
      await beginFlow(store()),
    ];
    await asOperator(async ({ flows }) => {
      const by = { now: after(60), decide: deciderAt(after(60)) };
      expect(await flows.apply({ ...by, flow: ended.id, event: { type: 'operator.ended' } })).toMatchObject({
        kind: 'moved',
      });
      expect(await flows.apply({ ...by, flow: ended.id, event: { type: 'operator.ended' } })).toMatchObject({
        kind: 'ignored',
      });
    });
    await movedBy(store(), elsewhere.id, { type: 'person.unknown' }, after(60));
    // An order that is dropped may end its request, too.
    const dropped = await beginFlow(store());
    await asOperator(({ work }) =>
      work.giveUp(`${dropped.id}/1/0`, after(60), {
        ...{ flow: dropped.id, event: { type: 'effect.failed', of: 'identify', because: 'unreachable' } },
        ...{ now: after(60), decide: deciderAt(after(60)) },
      }),
    );
    const beside = await another();
    const taken = (await Promise.all([store(), beside, store()].map((server) => server.takeUncounted()))).flat();
    expect(taken.map(({ id }) => id).toSorted()).toEqual([ended.id, dropped.id].toSorted());
    for (const { state } of taken) expect(state.at).toBe('closed');
    expect(await store().takeUncounted()).toEqual([]);
    expect((await store().read(other.id))?.state.at).toBe('challenged');
  });

  test('requests are found by state, kind and age, page by page', async () => {
    const [first, second] = [
      await challengedFlow(store()),
      await challengedFlow(store(), { now: after(60), kind: 'unlock' }),
    ];
    await asOperator(async ({ requests }) => {
      const ids = async (filter: object) => (await requests.list({ state: 'open', ...filter }, 10)).map(({ id }) => id);
      expect(await ids({})).toEqual([first.id, second.id]);
      expect(await ids({ after: first.id })).toEqual([second.id]);
      expect(await ids({ kind: 'reset' })).toEqual([first.id]);
      expect(await ids({ startedBefore: after(30) })).toEqual([first.id]);
      expect(await ids({ state: 'all' })).toEqual([second.id, first.id]);
      expect(await ids({ platform: 'slack' })).toHaveLength(2);
      expect(await ids({ platform: 'sla' })).toEqual([]);
    });
  });
}
