// One event is one transaction: decided once, written completely or not at all.
import { expect, test } from 'vitest';
import { flowId } from '../../src/flows/ids.ts';
import type { Decider } from '../../src/flows/store.ts';
import { connect } from '../../src/store/connection.ts';
import {
  after,
  agent,
  beginFlow,
  challengedFlow,
  contacts,
  deciderAt,
  drain,
  givenBy,
  lockedAccount,
  lostLease,
  movedBy,
  provenFlow,
  report,
  someAccount,
  someDelivery,
  start,
} from './contract-moment.ts';
import type { Harness } from './store-contract.ts';

export function transitionContract({ url, store, another, restart }: Harness): void {
  test('a move is kept: state, version, orders', async () => {
    const { id } = await beginFlow(store());
    const account = someAccount();
    const moved = await movedBy(store(), id, { type: 'person.identified', account, contacts });
    expect(moved).toMatchObject({ version: 2, state: { at: 'choosing-contact', account, contacts } });
    expect(await (await restart()).read(id)).toEqual(moved);
    expect((await store().tally()).waitingEffects).toBe(2);
  });

  test('of fifty codes submitted at once exactly one is checked', async () => {
    const { id, actor } = await challengedFlow(store());
    const instances = [store(), await another()];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        report(instances[index % 2] ?? store(), id, { type: 'code.submitted', by: actor }),
      ),
    );
    const moved = answers.filter((answer) => answer.kind === 'moved');
    expect(moved).toHaveLength(1);
    expect(answers.filter((answer) => answer.kind === 'ignored')).toHaveLength(49);
    expect(moved[0]?.flow.state.at).toBe('checking');
  });

  test('an order that holds a secret goes to the caller and is never stored', async () => {
    const { id, actor } = await challengedFlow(store());
    await drain(store(), start);
    const applied = await report(store(), id, { type: 'code.submitted', by: actor });
    expect(applied).toMatchObject({ kind: 'moved', volatile: [{ do: 'check-code' }] });
    expect((await store().claim(start, 1000, 10)).map((claimed) => claimed.effect.do)).toEqual(['show']);
  });

  test('the same delivery counts once, also in the same moment and after a restart', async () => {
    const { id, actor } = await challengedFlow(store());
    const delivery = someDelivery();
    const submit = () => report(store(), id, { type: 'code.submitted', by: actor }, start, { delivery });
    const kinds = (await Promise.all([submit(), submit(), submit()])).map((applied) => applied.kind);
    expect(kinds.toSorted()).toEqual(['duplicate', 'duplicate', 'moved']);
    await restart();
    expect(await submit()).toMatchObject({ kind: 'duplicate', flow: { state: { at: 'checking' } } });
  });

  test('a delivery that was ignored is decided anew when it comes again, and counts once when it counts', async () => {
    const { id, actor } = await provenFlow(store(), { kind: 'unlock' });
    await movedBy(store(), id, lockedAccount);
    const delivery = someDelivery();
    const press = (entitled: boolean) => report(store(), id, givenBy(agent, actor, entitled), start, { delivery });
    const refused = await Promise.all([press(false), press(false)]);
    expect(refused.map((applied) => applied.kind)).toEqual(['ignored', 'ignored']);
    expect(await press(true)).toMatchObject({ kind: 'moved' });
    expect(await press(true)).toMatchObject({ kind: 'duplicate' });
    expect(await press(false)).toMatchObject({ kind: 'duplicate' });
  });

  test('a flow that does not exist is unknown', async () => {
    const nobody = flowId('nobody');
    const delivery = someDelivery();
    expect(await report(store(), nobody, { type: 'deadline' }, start, { delivery })).toEqual({ kind: 'unknown' });
    expect(await store().read(nobody)).toBeUndefined();
  });

  test('an effect is settled with the event that it reports, whatever is decided', async () => {
    const { id } = await beginFlow(store());
    const waiting = async () => (await store().tally()).waitingEffects;
    const [claimed] = await store().claim(start, 1000, 1);
    if (claimed === undefined) throw new Error('nothing to claim');
    const stale = await report(store(), id, { type: 'lock.lifted' }, start, { settles: claimed.lease });
    expect(stale.kind).toBe('ignored');
    expect(await waiting()).toBe(0);

    const second = await beginFlow(store());
    const delivery = someDelivery();
    const identified = { type: 'person.identified', account: someAccount(), contacts } as const;
    await report(store(), second.id, identified, start, { delivery });
    const left = await waiting();
    const [next] = await store().claim(start, 1000, 1);
    if (next === undefined) throw new Error('nothing to claim');
    const repeated = await report(store(), second.id, identified, start, { delivery, settles: next.lease });
    expect(repeated.kind).toBe('duplicate');
    expect(await waiting()).toBe(left - 1);
  });

  test('a report under a lost lease writes nothing', async () => {
    const flow = await beginFlow(store());
    const [claimed] = await store().claim(start, 1000, 1);
    if (claimed === undefined) throw new Error('nothing to claim');
    const delivery = someDelivery();
    const identified = { type: 'person.identified', account: someAccount(), contacts } as const;
    const settles = lostLease(claimed.lease);
    expect(await report(store(), flow.id, identified, start, { delivery, settles })).toEqual({ kind: 'unknown' });
    expect(await store().read(flow.id)).toEqual(flow);
    const held = await report(store(), flow.id, identified, start, { delivery, settles: claimed.lease });
    expect(held.kind).toBe('moved');
  });

  test('a decision that throws leaves nothing behind and harms nobody beside it', async () => {
    const flow = await beginFlow(store());
    const other = await beginFlow(store());
    const delivery = someDelivery();
    const broken: Decider = () => {
      throw new Error('a bug');
    };
    const [failed, fine] = await Promise.allSettled([
      report(store(), flow.id, { type: 'deadline' }, start, { delivery, decide: broken }),
      report(store(), other.id, { type: 'person.unknown' }),
    ]);
    expect(failed).toMatchObject({ status: 'rejected', reason: { message: 'a bug' } });
    expect(fine).toMatchObject({ status: 'fulfilled', value: { kind: 'moved' } });
    expect(await store().read(flow.id)).toEqual(flow);
    const again = await report(store(), flow.id, { type: 'deadline' }, start, { delivery });
    expect(again.kind).toBe('ignored');
  });

  test('the usual wait for an approval is the median of the recent ones', async () => {
    const waits = [60, 600, 120];
    for (const wait of waits) {
      const { id, actor } = await provenFlow(store(), { kind: 'unlock' });
      await movedBy(store(), id, lockedAccount);
      await movedBy(store(), id, givenBy(agent, actor), after(wait));
    }
    const { id } = await provenFlow(store(), { kind: 'unlock', now: after(700) });
    const asked = await movedBy(store(), id, lockedAccount, after(700));
    expect(asked.state).toMatchObject({ at: 'awaiting-approval', usualSeconds: 120 });
    const monthLater = after(31 * 86_400);
    const late = await provenFlow(store(), { kind: 'unlock', now: monthLater });
    expect((await movedBy(store(), late.id, lockedAccount, monthLater)).state).not.toHaveProperty('usualSeconds');
  });

  test('a state that this release cannot read is an error that names the flow and shows nothing of it', async () => {
    const { id } = await beginFlow(store());
    const { db } = connect(url());
    const write = (state: string) => db.updateTable('flows').set({ state }).where('id', '=', id).execute();
    await write('{"v":99,"value":{"at":"someplace","private":"jane"}}');
    await expect(store().read(id)).rejects.toThrow(`the state of flow ${id} in the database has version 99`);
    await write('{"v":1,"value":{"at":"identifying","delayed":"jane","until":1}}');
    await expect(store().read(id)).rejects.toThrow(`the state of flow ${id} in the database is malformed at delayed`);
    await write('jane');
    const failure = await report(store(), id, { type: 'deadline' }).catch((error: unknown) => String(error));
    expect(failure).toContain(id);
    expect(failure).not.toContain('jane');
    await db.destroy();
  });

  test('what is decided on is what is stored, not what the caller had seen', async () => {
    const { id, actor } = await challengedFlow(store());
    const seen: number[] = [];
    const decide: Decider = (flow, event, known) => {
      seen.push(flow.version);
      return deciderAt(start)(flow, event, known);
    };
    await movedBy(store(), id, { type: 'contact.reconsidered', by: actor });
    await report(store(), id, { type: 'cancelled', by: actor }, start, { decide });
    expect(seen.at(-1)).toBe(5);
  });
}
