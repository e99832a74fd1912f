// Which request hears of a changed password, where one look at the log finds several.
import { expect, it } from 'vitest';
import { createPasswordChangePoller } from '../../src/engine/password-change-poller.ts';
import { type AccountId, flowId, type Instant, later } from '../../src/flows/ids.ts';
import { success } from '../../src/flows/outcome.ts';
import type { Flow } from '../../src/flows/state.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { freshLink, jane, account as janes, noon, samsAccount as sams } from '../flows/cast.ts';

const atPage = (id: string, account: AccountId, openedAt: Instant): Flow => ({
  ...{ id: flowId(id), kind: 'reset', actor: jane, startedAt: noon, version: 7 },
  state: {
    ...{ at: 'changing', account, proof: { channel: 'email', at: noon }, approvals: [] },
    ...{ openedAt, until: later(openedAt, 630) },
  },
});

async function* pieces(flows: readonly Flow[]) {
  yield flows;
}

it('is told to the request for its account and page, and to no other', async () => {
  const open = [atPage('janes', janes, later(noon, 60)), atPage('sams', sams, noon)];
  const told: (readonly [string, number])[] = [];
  const found = [
    // Of Jane's account, before her page was opened; and of Sam's, while both pages were open.
    { account: janes, at: later(noon, 30) },
    { account: sams, at: later(noon, 90) },
  ];
  const poller = createPasswordChangePoller({
    store: { flowsAt: () => pieces(open), pagesOf: () => pieces(open), pagesUnseen: () => pieces([]) },
    clock: { now: () => later(noon, 100) },
    changes: { since: async () => success(found), recorded: async () => success([]) },
    deliver: async (flow, event) => {
      if (event.type === 'password.changed') told.push([flow, event.changedAt]);
      return { kind: 'unknown' };
    },
    log: createLogger({ level: 'silent' }),
  });
  expect(await poller.poll()).toBe(2);
  expect(told).toEqual([['sams', later(noon, 90)]]);
});

it('of an account whose old password is being looked at is explained by no request: nobody knows yet whose it is', async () => {
  const looking: Flow = {
    ...{ id: flowId('janes'), kind: 'change', actor: jane, startedAt: noon, version: 7 },
    state: {
      ...{ at: 'setting-password', account: janes, approvals: [], link: freshLink, left: 4, oldLeft: 3 },
      ...{ since: noon, setUntil: later(noon, 45), until: later(noon, 600) },
    },
  };
  const delivered: string[] = [];
  const poller = createPasswordChangePoller({
    store: { flowsAt: () => pieces([]), pagesOf: () => pieces([looking]), pagesUnseen: () => pieces([]) },
    clock: { now: () => later(noon, 10) },
    changes: { since: async () => success([]), recorded: async () => success([]) },
    deliver: async (_flow, event) => {
      delivered.push(event.type);
      return { kind: 'unknown' };
    },
    log: createLogger({ level: 'silent' }),
  });
  expect(await poller.report({ account: janes, at: later(noon, 5) })).toBe(false);
  expect(delivered).toEqual([]);
});
