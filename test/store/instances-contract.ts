// A dead instance is noticed, loses its work in hand, and can no longer complete it; a live one loses nothing.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { flowId } from '../../src/flows/ids.ts';
import type { FlowStore } from '../../src/flows/store.ts';
import { openStore } from '../../src/store/store.ts';
import { after, all, beginFlow, drain, intakeOf, report, someone, start } from './contract-moment.ts';
import type { Harness } from './store-contract.ts';

const script = fileURLToPath(new URL('holding-process.ts', import.meta.url));

export function instancesContract({ url, store, another, restart }: Harness): void {
  const started: ChildProcess[] = [];
  const opened: FlowStore[] = [];
  afterEach(async () => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
    await Promise.all(opened.splice(0).map((one) => one.close()));
  });

  /** A real second process, in the middle of an order and of a check. */
  const holder = async () => {
    const child = fork(script, [url()], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    started.push(child);
    const [holds] = await once(child, 'message');
    const ended = once(child, 'exit');
    return { child, ended, flow: flowId(holds.flow), checking: flowId(holds.checking), token: String(holds.token) };
  };

  /** An instance whose clock moves when the test says so. */
  const observer = async () => {
    let elapsedMs = 0;
    const store = await openStore({ url: url(), elapsedMs: () => elapsedMs });
    opened.push(store);
    const looks = async (times: number) => {
      for (let nth = 0; nth < times; nth += 1) {
        elapsedMs += 500;
        await store.alive();
      }
      return store.takeOver(start);
    };
    await store.alive();
    return { store, looks };
  };

  test('a process that was killed leaves its order free at once, in doubt, and its check of a code to be led back', async () => {
    const { child, ended, flow, checking, token } = await holder();
    const { store, looks } = await observer();
    expect(await looks(4)).toEqual({ freed: 0, returned: 0, flows: [] });
    expect((await store.claim(start, 60_000, 100)).map((one) => one.flow.id)).not.toContain(flow);
    child.kill('SIGKILL');
    await ended;
    await expect.poll(async () => (await looks(1)).flows.map(({ id }) => id).includes(checking)).toBe(true);
    const taken = (await store.claim(start, 60_000, 100)).find((one) => one.flow.id === flow);
    expect(taken).toMatchObject({ isInDoubt: true, earlierTries: 1 });
    expect(taken?.lease.token).not.toBe(token);
  });

  test('a process that hangs loses the same, and its late word counts nothing', { timeout: 120_000 }, async () => {
    const { child, flow, checking } = await holder();
    const { store, looks } = await observer();
    child.kill('SIGSTOP');
    expect(await looks(8)).toEqual({ freed: 0, returned: 0, flows: [] });
    const { freed, flows } = await looks(4);
    expect(freed).toBe(1);
    expect(flows.map(({ id }) => id)).toContain(checking);
    const mine = (await store.claim(start, 60_000, 100)).find((one) => one.flow.id === flow);
    const back = await report(store, checking, { type: 'code.unchecked', because: 'unknown' });
    if (back.kind !== 'moved') throw new Error(back.kind);
    const again = await report(store, checking, { type: 'code.submitted', by: back.flow.actor });
    child.kill('SIGCONT');
    child.send('report');
    const [late] = await once(child, 'message');
    expect(late).toMatchObject({ alive: 'alive', settled: false, word: 'ignored' });
    if (again.kind !== 'moved') throw new Error(again.kind);
    expect(await store.read(checking)).toEqual(again.flow);
    expect(await store.finish(mine?.lease ?? { key: '', token: '' }, start)).toBe(true);
  });

  test('who lives, and says so, loses nothing however long another one looks', async () => {
    const { store: mine } = await observer();
    await beginFlow(mine);
    const [claimed] = await mine.claim(start, 60_000, 1);
    const { looks } = await observer();
    for (let nth = 0; nth < 30; nth += 1) {
      await mine.alive();
      expect(await looks(1)).toEqual({ freed: 0, returned: 0, flows: [] });
    }
    expect(await mine.finish(claimed?.lease ?? { key: '', token: '' }, start)).toBe(true);
  });

  test('who was away himself does not take the others for silent', async () => {
    let elapsedMs = 0;
    const away = await openStore({ url: url(), elapsedMs: () => elapsedMs });
    opened.push(away);
    await store().alive();
    await away.alive();
    elapsedMs += 60_000;
    // It knows that it was silent itself: until it has looked, it starts nothing.
    await beginFlow(away);
    expect(await away.claim(start, 60_000, 10)).toEqual([]);
    await away.alive();
    expect(await away.claim(start, 60_000, 10)).toHaveLength(1);
    expect(await store().claim(start, 60_000, 10)).toEqual([]);
    expect(await away.takeOver(start)).toEqual({ freed: 0, returned: 0, flows: [] });
  });

  test('an order of an instance that has ended is free; a lease from before there were instances has its time', async () => {
    await beginFlow(store());
    const left = await another();
    expect(await left.claim(start, 60_000, 10)).toHaveLength(1);
    await left.close();
    await store().alive();
    expect(await store().takeOver(start)).toMatchObject({ freed: 1 });
    expect(await store().claim(start, 60_000, 10)).toMatchObject([{ isInDoubt: true }]);
  });

  test('a request that nobody sees yet is taken over with its flow, until its person has done something with it', async () => {
    const { id, actor } = await beginFlow(store());
    const reborn = await restart();
    await reborn.alive();
    expect((await reborn.takeOver(start)).flows.map((flow) => flow.id)).toEqual([id]);
    expect((await reborn.takeOver(start)).flows).toEqual([]);
    // If this one dies as well, the next one finds it.
    const next = await restart();
    expect((await next.takeOver(start)).flows.map((flow) => flow.id)).toEqual([id]);
    await report(next, id, { type: 'cancelled', by: actor });
    await drain(next, start);
    expect((await (await restart()).takeOver(start)).flows).toEqual([]);
  });

  test('a request taken in by an instance that is gone is begun at once, one of a living instance is left to it', async () => {
    const intake = intakeOf(someone(), 'reset', start);
    const other = await another();
    await other.accept(intake);
    expect(await all(store().unbegun(after(0)))).toEqual([]);
    await other.close();
    expect(await all(store().unbegun(after(0)))).toEqual([intake]);
  });
}
