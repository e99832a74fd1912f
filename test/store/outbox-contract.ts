// Effects: each is given to one worker at a time, in order, and again after a crash, marked as such.
import { expect, test } from 'vitest';
import type { ClaimedEffect, FlowStore } from '../../src/flows/store.ts';
import { connect } from '../../src/store/connection.ts';
import {
  after,
  all,
  beginFlow,
  challengedFlow,
  drain,
  lockedAccount,
  movedBy,
  provenFlow,
  start,
} from './contract-moment.ts';
import type { Harness } from './store-contract.ts';

async function claimOne(store: FlowStore, now = start): Promise<ClaimedEffect> {
  const [claimed, ...more] = await store.claim(now, 60_000, 10);
  if (claimed === undefined || more.length > 0) throw new Error('expected exactly one effect');
  return claimed;
}

export function outboxContract({ url, store, another, restart }: Harness): void {
  test('of fifty parallel claims each effect goes to exactly one', async () => {
    const flows = await Promise.all(Array.from({ length: 30 }, () => beginFlow(store())));
    const instances = [store(), await another()];
    const claims = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (instances[index % 2] ?? store()).claim(start, 60_000, 1)),
    );
    const more = await store().claim(start, 60_000, 100);
    const claimed = [...claims.flat(), ...more].map(({ flow }) => flow.id);
    expect(claimed.toSorted()).toEqual(flows.map(({ id }) => id).toSorted());
  });

  test('what is claimed comes with its flow, its key and its age', async () => {
    const flow = await beginFlow(store(), { now: after(7) });
    expect(await store().claim(after(6), 1000, 10)).toEqual([]);
    const [claimed] = await store().claim(after(8), 1000, 10);
    expect(claimed).toEqual({
      lease: { key: `${flow.id}/1/0`, token: expect.stringMatching(/^[\w-]{22}$/) },
      flow,
      effect: { do: 'identify' },
      earlierTries: 0,
      isInDoubt: false,
      orderedAt: after(7),
    });
  });

  test('within a flow, acts stay in order and drawings stay in order, and neither waits for the other', async () => {
    const { id } = await challengedFlow(store());
    const names = async () =>
      (await store().claim(start, 60_000, 10)).map(({ effect, lease }) => [effect.do, lease.key]);
    expect(await names()).toEqual([
      ['identify', `${id}/1/0`],
      ['show', `${id}/2/0`],
    ]);
    expect(await names()).toEqual([]);
  });

  test('what the person sees does not wait for a channel of the helpdesk, nor the other way round', async () => {
    const { id } = await provenFlow(store(), { kind: 'unlock' });
    await drain(store(), start);
    await movedBy(store(), id, lockedAccount);
    const claimed = await store().claim(start, 60_000, 10);
    const viewers = claimed.map(({ effect }) => (effect.do === 'show' ? effect.to : effect.do));
    expect(viewers.toSorted()).toEqual(['helpdesk', 'person']);
  });

  test('the next one of a lane comes when the one before is settled', async () => {
    const { id } = await challengedFlow(store());
    const [act] = await store().claim(start, 60_000, 10);
    expect(await store().finish(act?.lease ?? { key: '', token: '' }, start)).toBe(true);
    const next = await claimOne(store());
    expect(next.lease.key).toBe(`${id}/3/0`);
    expect(next.effect.do).toBe('send-code');
    expect(next.flow.state.at).toBe('challenged');
  });

  test('a lease that ran out is given to another worker, who is told of the doubt', async () => {
    await beginFlow(store());
    const lost = await claimOne(store());
    expect(await store().claim(after(59), 60_000, 10)).toEqual([]);
    const taken = await claimOne(store(), after(60));
    expect(taken).toMatchObject({ isInDoubt: true, earlierTries: 1, lease: { key: lost.lease.key } });
    expect(await store().finish(lost.lease, after(61))).toBe(false);
    expect(await store().postpone(lost.lease, after(61))).toBe(false);
    expect(await store().finish(taken.lease, after(61))).toBe(true);
    expect(await store().finish(taken.lease, after(61))).toBe(false);
  });

  test('a lease that ran out still holds until another worker takes it', async () => {
    await beginFlow(store());
    const late = await claimOne(store());
    expect(await store().finish(late.lease, after(3600))).toBe(true);
  });

  test('what was postponed comes again at its time, without doubt', async () => {
    await beginFlow(store());
    const first = await claimOne(store());
    expect(await store().postpone(first.lease, after(30))).toBe(true);
    expect(await store().claim(after(29), 60_000, 10)).toEqual([]);
    expect(await claimOne(store(), after(30))).toMatchObject({ isInDoubt: false, earlierTries: 1 });
  });

  test('what only waited for its turn comes again as if it had not been tried', async () => {
    await beginFlow(store());
    const first = await claimOne(store());
    expect(await store().postpone(first.lease, after(30), 'waiting')).toBe(true);
    expect(await store().claim(after(29), 60_000, 10)).toEqual([]);
    const second = await claimOne(store(), after(30));
    expect(second).toMatchObject({ isInDoubt: false, earlierTries: 0 });
    await store().postpone(second.lease, after(40));
    expect(await claimOne(store(), after(40))).toMatchObject({ earlierTries: 1 });
  });

  test('a doubt is not forgotten when the effect is postponed afterwards', async () => {
    await beginFlow(store());
    await claimOne(store());
    const second = await claimOne(store(), after(60));
    await store().postpone(second.lease, after(90));
    expect(await claimOne(store(), after(90))).toMatchObject({ isInDoubt: true, earlierTries: 2 });
  });

  test('a process that is lost between claim and report loses nothing', async () => {
    await beginFlow(store());
    const lost = await claimOne(store());
    const reborn = await restart();
    expect(await claimOne(reborn, after(60))).toMatchObject({ effect: lost.effect, isInDoubt: true });
  });

  test('nothing that stands behind a postponed effect overtakes it', async () => {
    const { id } = await challengedFlow(store());
    for (const { lease } of await store().claim(start, 60_000, 10)) await store().postpone(lease, after(100));
    expect(await store().claim(after(99), 60_000, 10)).toEqual([]);
    const keys = (await store().claim(after(100), 60_000, 10)).map(({ lease }) => lease.key);
    expect(keys.toSorted()).toEqual([`${id}/1/0`, `${id}/2/0`]);
  });

  test('the next wake is the first of what waits: an effect, a lease, a deadline', async () => {
    expect(await store().nextWake()).toBeUndefined();
    const { id, actor } = await beginFlow(store());
    expect(await store().nextWake()).toBe(start);
    const claimed = await claimOne(store());
    expect(await store().nextWake()).toBe(after(60));
    await store().postpone(claimed.lease, after(20));
    expect(await store().nextWake()).toBe(after(20));
    await drain(store(), after(20));
    expect(await store().nextWake()).toBe(after(900));
    expect(await all(store().overdue(after(899)))).toEqual([]);
    expect(await all(store().overdue(after(900)))).toEqual([id]);
    await movedBy(store(), id, { type: 'cancelled', by: actor });
    await drain(store(), start);
    expect(await store().nextWake()).toBeUndefined();
  });

  test('an effect behind another one wakes nobody', async () => {
    const { id } = await challengedFlow(store());
    const leased = await store().claim(start, 60_000, 10);
    expect(leased).toHaveLength(2);
    expect(await store().nextWake()).toBe(after(60));
    expect((await store().read(id))?.state.at).toBe('challenged');
  });

  test('an effect that cannot be read holds up nobody else', async () => {
    const broken = await beginFlow(store());
    const { db } = connect(url());
    await db.updateTable('outbox').set({ effect: '{"v":9,"value":{}}' }).where('flow', '=', broken.id).execute();
    await db.destroy();
    await expect(store().claim(start, 60_000, 10)).rejects.toThrow(`an effect of flow ${broken.id}`);
    const fine = await beginFlow(store());
    const claimed = await store().claim(after(60), 60_000, 10);
    expect(claimed.map(({ flow }) => flow.id)).toEqual([fine.id]);
  });
}
