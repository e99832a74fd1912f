// What /readyz answers where a part works, fails, throws or never answers.
import { expect, it, onTestFinished, vi } from 'vitest';
import { readiness } from '../../src/compose/readiness.ts';
import { createStandIn } from './stand-in.ts';

const watch = { isReady: () => true, states: () => new Map() };
const fine = async () => undefined;
const never = () => new Promise<never>(() => undefined);

it.each([
  ['never answers', never],
  ['says that it fails', async () => ({ ok: false })],
  ['throws', () => Promise.reject(new Error('gone'))],
] as const)('a part that %s is failing, and only the database counts', async (_what, broken) => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const probe = async (database: () => Promise<unknown>, auth0: () => Promise<unknown>) => {
    const asking = Promise.withResolvers<void>();
    const ready = () => {
      const found = readiness({ database, auth0, slack: fine }, watch);
      asking.resolve();
      return found;
    };
    const { server } = await createStandIn({ ready });
    const answer = server.inject('/readyz').then((one) => [one.statusCode, one.json()]);
    await asking.promise;
    await vi.advanceTimersByTimeAsync(5_000);
    return answer;
  };
  expect(await probe(fine, broken)).toEqual([
    200,
    { ok: true, parts: { database: 'ok', auth0: 'failing', slack: 'ok' }, checks: {} },
  ]);
  expect(await probe(broken, fine)).toEqual([
    503,
    { ok: false, parts: { database: 'failing', auth0: 'ok', slack: 'ok' }, checks: {} },
  ]);
});
