// Requests are stored durably and once, begun once, and continued where one is open.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { begin } from '../../src/flows/begin.ts';
import { flowId } from '../../src/flows/ids.ts';
import { isStoreUnavailable } from '../../src/store/store-unavailable.ts';
import { after, all, beginFlow, intakeOf, movedBy, policy, someone, start } from './contract-moment.ts';
import type { Harness } from './store-contract.ts';

const beginning = begin(start, policy.limits);

export function intakeContract({ url, store, another, restart }: Harness): void {
  test('a request that is delivered twice is accepted once, also in the same moment', async () => {
    const intake = intakeOf(someone(), 'reset');
    const answers = await Promise.all([
      store().accept(intake),
      store().accept(intake),
      (await another()).accept(intake),
    ]);
    expect(answers.toSorted()).toEqual(['accepted', 'duplicate', 'duplicate']);
    expect(await store().accept(intake)).toBe('duplicate');
  });

  test('what was accepted but not begun is found, oldest first; after a restart at once', async () => {
    const intakes = [3, 1, 2].map((second) => intakeOf(someone(), 'unlock', after(second)));
    await Promise.all(intakes.map((intake) => store().accept(intake)));
    expect(await all(store().unbegun(after(3)))).toEqual([intakes[1], intakes[2]]);
    expect(await all(store().unbegun(after(9)))).toEqual([intakes[1], intakes[2], intakes[0]]);
    expect(await all((await restart()).unbegun(start))).toEqual([intakes[1], intakes[2], intakes[0]]);
  });

  test('everything that was acknowledged survives the kill of the process', async () => {
    const script = fileURLToPath(new URL('accepting-process.ts', import.meta.url));
    const child = spawn(process.execPath, [script, url()], { stdio: ['ignore', 'pipe', 'inherit'] });
    const acknowledged: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(line);
      if (acknowledged.length === 300) child.kill('SIGKILL');
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    const found = new Set((await all(store().unbegun(after(1)))).map((intake) => intake.delivery as string));
    expect(acknowledged.length).toBeGreaterThanOrEqual(300);
    expect(acknowledged.filter((delivery) => !found.has(delivery))).toEqual([]);
  });

  test('a crowd beyond ten thousand waiting requests is refused, and the others are taken in', async () => {
    const answers = await Promise.allSettled(
      Array.from({ length: 10_050 }, () => store().accept(intakeOf(someone(), 'reset'))),
    );
    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThanOrEqual(50);
    expect(refused.every((answer) => isStoreUnavailable(answer.reason))).toBe(true);
    expect(await all(store().unbegun(after(1)))).toHaveLength(10_050 - refused.length);
  });

  test('a request begins a flow, with its orders, and is begun then', async () => {
    const intake = intakeOf(someone(), 'reset');
    await store().accept(intake);
    const { flow, began } = await store().begin({ intake, id: flowId('one'), ...beginning, now: start });
    expect(began).toBe(true);
    expect(flow).toEqual({
      id: 'one',
      kind: 'reset',
      actor: intake.actor,
      startedAt: start,
      version: 1,
      state: beginning.state,
    });
    expect(await store().read(flow.id)).toEqual(flow);
    expect(await all(store().unbegun(after(1)))).toEqual([]);
    expect((await store().claim(start, 1000, 10)).map((claimed) => claimed.effect)).toEqual(beginning.effects);
  });

  test('a person who asks again continues the open flow; of a crowd of requests one begins', async () => {
    const actor = someone();
    const instances = [store(), await another()];
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => {
        const intake = intakeOf(actor, 'reset');
        const instance = instances[index % 2] ?? store();
        return instance.begin({ intake, id: flowId(`race-${index}`), ...beginning, now: start });
      }),
    );
    expect(answers.filter((answer) => answer.began)).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.flow.id)).size).toBe(1);
    expect(await store().claim(start, 1000, 100)).toHaveLength(1);
  });

  test('another kind, and another person, begin flows of their own', async () => {
    const actor = someone();
    const reset = await beginFlow(store(), { actor, kind: 'reset' });
    const unlock = await beginFlow(store(), { actor, kind: 'unlock', now: after(1) });
    const other = await beginFlow(store());
    expect(new Set([reset.id, unlock.id, other.id]).size).toBe(3);
    expect(await store().openFlowsOf(actor)).toEqual([unlock, reset]);
    expect(await store().latestFlowOf(actor)).toEqual(unlock);
  });

  test('the same request, begun again after a crash, never begins a second flow', async () => {
    const intake = intakeOf(someone(), 'reset');
    const first = await store().begin({ intake, id: flowId('first'), ...beginning, now: start });
    await movedBy(store(), first.flow.id, { type: 'cancelled', by: intake.actor });
    const again = await store().begin({ intake, id: flowId('second'), ...beginning, now: start });
    expect(again.began).toBe(false);
    expect(again.flow.state.at).toBe('closed');
    expect(await store().read(flowId('second'))).toBeUndefined();
  });

  test('a request that lost its process begins nothing once its person has asked again and is done', async () => {
    const actor = someone();
    const lost = intakeOf(actor, 'reset', start);
    await store().accept(lost);
    const { id } = await beginFlow(store(), { actor, now: after(5) });
    await movedBy(store(), id, { type: 'cancelled', by: actor });
    const late = await store().begin({ intake: lost, id: flowId('late'), ...beginning, now: after(20) });
    expect(late).toMatchObject({ began: false, flow: { id, state: { at: 'closed' } } });
    expect(await store().openFlowsOf(actor)).toEqual([]);
    expect(await all(store().unbegun(after(30)))).toEqual([]);
  });

  test('after the end a new request begins a new flow', async () => {
    const actor = someone();
    const first = await beginFlow(store(), { actor });
    await movedBy(store(), first.id, { type: 'cancelled', by: actor });
    const second = await beginFlow(store(), { actor, now: after(5) });
    expect(second.id).not.toBe(first.id);
    expect(await store().openFlowsOf(actor)).toEqual([second]);
  });
}
