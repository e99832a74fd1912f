// Processes of two releases on one database: each works on what it can read, and leaves the other's rows unchanged.
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import type { FlowId } from '../../src/flows/ids.ts';
import { connect } from '../../src/store/connection.ts';
import type { Database } from '../../src/store/tables.ts';
import {
  after,
  agent,
  all,
  beginFlow,
  challengedFlow,
  drain,
  lockedAccount,
  movedBy,
  provenFlow,
  report,
  someAccount,
  start,
} from './contract-moment.ts';
import type { Harness } from './store-contract.ts';

const yearLater = after(365 * 86_400);

export function newerContract({ url, store, restart }: Harness): void {
  const withDatabase = async (work: (db: Database) => Promise<unknown>): Promise<void> => {
    const { db } = connect(url());
    await work(db);
    await db.destroy();
  };
  /** As a future release would have stored it. */
  const grow = (
    flow: FlowId,
    row: { readonly state?: string; readonly state_version?: number; readonly kind?: string },
  ) => withDatabase((db) => db.updateTable('flows').set(row).where('id', '=', flow).execute());
  const newerState = { state: '{"v":99,"value":{"at":"challenged"}}', state_version: 99 };
  const claimed = async () => (await store().claim(start, 60_000, 100)).map(({ flow }) => flow.id);

  test.each([
    ['whose state is of a version to come', newerState],
    ['of a kind to come', { kind: 'enrol' }],
  ])('a request %s is left to the newer process, and nobody waits for it', async (_what, row) => {
    const { id } = await beginFlow(store());
    await grow(id, row);
    expect(await claimed()).toEqual([]);
    expect(await all(store().overdue(yearLater))).toEqual([]);
    expect(await store().nextWake()).toBeUndefined();
    const other = await beginFlow(store());
    expect(await claimed()).toEqual([other.id]);
    expect((await all(store().overdue(yearLater))).flat()).toEqual([other.id]);
    await expect(report(store(), id, { type: 'deadline' }, yearLater)).rejects.toThrow(id);
    // It is also not taken over from a dead instance: the newer release does that.
    const reborn = await restart();
    await reborn.alive();
    expect((await reborn.takeOver(start)).flows.map((flow) => flow.id)).toEqual([other.id]);
  });

  test('an order of a version to come is left to the newer process, and what stands behind it', async () => {
    const { id } = await challengedFlow(store());
    await withDatabase((db) =>
      db
        .updateTable('outbox')
        .set({ effect: '{"v":99,"value":{"do":"sing"}}', effect_version: 99 })
        .where('key', '=', `${id}/1/0`)
        .execute(),
    );
    const names = (await store().claim(start, 60_000, 100)).map(({ effect }) => effect.do);
    expect(names).toEqual(['show']);
    expect(await store().nextWake()).not.toBe(start);
  });

  test('a request whose account has another one that only the newer process can read is left to it as well', async () => {
    const account = someAccount();
    const reset = await challengedFlow(store(), { account, kind: 'reset' });
    const unlock = await challengedFlow(store(), { account, kind: 'unlock' });
    await grow(unlock.id, newerState);
    expect(await claimed()).toEqual([]);
    expect(await all(store().overdue(yearLater))).toEqual([]);
    // Both are decided together, or neither is.
    await expect(report(store(), reset.id, { type: 'cancelled', by: reset.actor })).rejects.toThrow(unlock.id);
    expect(await store().read(reset.id)).toEqual(reset);
    await grow(unlock.id, {
      state: '{"v":1,"value":{"at":"identifying","delayed":false,"until":1}}',
      state_version: 1,
    });
    expect(await claimed()).toContain(reset.id);
  });

  test('a message of a viewer to come is passed by', async () => {
    const { id: flow } = await beginFlow(store());
    const surface = { flow, viewer: 'person', platform: 'slack', target: 'one', place: '{}' } as const;
    await store().keepSurface({ ...surface, isWindow: false, drawnVersion: 1 });
    await store().keepSurface({ ...surface, target: 'two', isWindow: false, drawnVersion: 1 });
    await withDatabase((db) =>
      db.updateTable('surfaces').set({ viewer: 'auditor' }).where('target', '=', 'two').execute(),
    );
    expect((await store().surfacesAt('slack', '{}')).map(({ target }) => target)).toEqual(['one']);
  });

  test('a page that a process of the first release has closed is looked at for a late change', async () => {
    const { id } = await provenFlow(store());
    const ready = await movedBy(store(), id, lockedAccount);
    if (ready.state.at !== 'link-ready') throw new Error(ready.state.at);
    await movedBy(store(), id, { type: 'link.opened', link: ready.state.link });
    const page = await movedBy(store(), id, { type: 'ticket.minted' });
    await movedBy(store(), id, { type: 'cancelled', by: page.actor }, after(5));
    // The columns for that came with a later release.
    await withDatabase((db) =>
      db.updateTable('flows').set({ page_unseen_at: null, shown_closed_at: null }).where('id', '=', id).execute(),
    );
    expect((await all(store().pagesUnseen(start))).map((flow) => flow.id)).toEqual([id]);
    expect(await all(store().pagesUnseen(after(5)))).toEqual([]);
  });

  test('an order that a process of the first release has leased and cannot read is free at once, its tries uncounted', async () => {
    const { id, actor } = await provenFlow(store(), { kind: 'unlock' });
    await movedBy(store(), id, lockedAccount);
    await drain(store(), start);
    const approval = { entitled: true, account: someAccount(), distinctFrom: [actor] };
    await movedBy(store(), id, { type: 'approval.given', by: agent, ...approval });
    const leasedByTheFirst = () =>
      withDatabase((db) =>
        db
          .updateTable('outbox')
          .set({ lease_token: 'nameless', lease_owner: null, ready_at: after(60), tries: sql`tries + 1` })
          .execute(),
      );
    await leasedByTheFirst();
    expect(await claimed()).toEqual([]);
    await store().alive();
    expect(await store().takeOver(start)).toEqual({ freed: 0, returned: 3, flows: [] });
    const acts = await store().claim(start, 60_000, 100);
    expect(acts.find(({ effect }) => effect.do === 'lift-lock')).toMatchObject({ earlierTries: 0, isInDoubt: false });
    // The process may be carrying out what it can read, so the lease applies there.
    const other = await beginFlow(store());
    await leasedByTheFirst();
    await store().takeOver(start);
    expect(new Set(await claimed())).toEqual(new Set([id]));
    expect((await store().claim(after(60), 60_000, 100)).map(({ flow }) => flow.id)).toContain(other.id);
  });
}
