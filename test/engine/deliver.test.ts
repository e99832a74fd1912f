import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createDeliver } from '../../src/engine/deliver.ts';
import { createFlowNotifier } from '../../src/engine/flow-notifier.ts';
import { later, linkId } from '../../src/flows/ids.ts';
import { defaultLimits } from '../../src/flows/limits.ts';
import { defaultContactRules } from '../../src/flows/policy.ts';
import type { Flows } from '../../src/flows/store.ts';
import { openStore } from '../../src/store/store.ts';
import { beginFlow, contacts, someAccount, start } from '../store/contract-moment.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-deliver-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

it('each request that ends is counted once, also one that ends by another, and also after a conflict', async () => {
  const store = await openStore({ url: `sqlite:${join(folder, 'ended.db')}` });
  const ended: string[] = [];
  // As where a transaction conflicts with another and runs again.
  const twice: Pick<Flows, 'apply'> = {
    apply: (transition) =>
      store.apply({
        ...transition,
        decide(...known) {
          transition.decide(...known);
          return transition.decide(...known);
        },
      }),
  };
  const deliver = createDeliver({
    store: twice,
    clock: { now: () => later(start, 30) },
    policy: {
      rules: [],
      binding: 'optional',
      contacts: defaultContactRules,
      hasHelpdesk: true,
      limits: defaultLimits,
    },
    changes: createFlowNotifier(store),
    newLinkId: () => linkId('L'.repeat(22)),
    wake: { raise: () => undefined },
    observeEnded: ({ kind, actor }, { outcome, because }, ms) =>
      void ended.push(`${actor === first.actor ? 'first' : 'second'} ${kind} ${outcome} ${because} ${ms}`),
  });
  const account = someAccount();
  const [first, second] = [await beginFlow(store), await beginFlow(store)];
  await deliver(first.id, { type: 'person.identified', account, contacts });
  expect(ended).toEqual([]);
  await deliver(second.id, { type: 'person.identified', account, contacts });
  expect(ended).toEqual([`first ${first.kind} cancelled superseded 30000`]);
  await deliver(second.id, { type: 'cancelled', by: second.actor });
  await deliver(second.id, { type: 'cancelled', by: second.actor });
  expect(ended.slice(1)).toEqual([`second ${second.kind} cancelled person 30000`]);
  await store.close();
});
