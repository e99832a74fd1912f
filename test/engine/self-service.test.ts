// What a cookie of a session is good for that is older than the browser's present one, or is sent many times at once: each press, before
// the code was accepted and after it. The database and the limits are real; no provider is asked.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBackground } from '../../src/concurrency/background-tasks.ts';
import { createRateLimiter, type RateLimiter } from '../../src/concurrency/rate-limiter.ts';
import { createResponsePacer } from '../../src/concurrency/response-pacer.ts';
import { createSelfService } from '../../src/engine/self-service.ts';
import { actorOfSession } from '../../src/engine/typed-people.ts';
import type { FlowId } from '../../src/flows/ids.ts';
import type { HeldSession, NameLane, SelfServiceAccess } from '../../src/flows/self-service-access.ts';
import type { FlowStore } from '../../src/flows/store.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { openStore } from '../../src/store/store.ts';
import { after, beginFlow, policy, provenFlow, report, start } from '../store/contract-moment.ts';

let store: FlowStore;
let access: SelfServiceAccess;
let lanes: Readonly<Record<NameLane, RateLimiter>>;
let now = start;

const limiter = () => createRateLimiter({ everyMs: 1_000, atOnce: 10, waitAtMostMs: 0, now: () => now });
const pace = () => createResponsePacer({ beatMs: 20 });

beforeEach(async () => {
  now = start;
  store = await openStore({ url: 'sqlite::memory:' });
  lanes = { usual: limiter(), slow: limiter(), program: limiter() };
  const log = createLogger({ level: 'silent' });
  access = createSelfService({
    engine: {
      accept: (intake) => store.accept(intake),
      begin: ({ actor }) => beginFlow(store, { actor }),
      deliver: (flow, event) => report(store, flow, event, now),
      submitCode: (flow, by) => report(store, flow, { type: 'code.submitted', by }, now),
      settled: (flow) => store.read(flow),
    },
    store,
    sessions: store.typedSessions,
    typed: {
      proof: 'email',
      takeCode: async () => true,
      mayText: () => async () => ({ is: 'yes', settle: async () => undefined }),
    },
    background: createBackground(log, 'self-service.background.failed'),
    clock: { now: () => now },
    policy,
    hashOf: (name) => name,
    seal: { seal: async () => 'sealed' },
    names: lanes,
    pace: { quick: pace(), checks: pace() },
  });
});
afterEach(() => store.close());

/** The name is typed, and its request stands where a code is awaited, or was accepted with the claim `right`. */
async function asked(isProven: boolean): Promise<{ readonly session: HeldSession; readonly flow: FlowId }> {
  const session: HeldSession = { id: randomBytes(16).toString('base64url'), kind: 'reset' };
  const actor = actorOfSession(session.id);
  const row = { id: session.id, actor, kind: session.kind, nameHash: session.id, sealedName: 'sealed' };
  await store.typedSessions.open({ ...row, until: after(3_600) }, policy.limits, start);
  const flow = isProven ? await provenFlow(store, { actor }) : await beginFlow(store, { actor });
  if (isProven) {
    await store.typedSessions.reserveTry(session.id, 'wrong', policy.limits, start);
    await store.typedSessions.finishTry(session.id, 'wrong', 'failed');
    await store.typedSessions.reserveTry(session.id, 'right', policy.limits, start);
    await store.typedSessions.finishTry(session.id, 'right', 'passed');
  }
  now = after(90);
  return { session, flow: flow.id };
}

const placeOf = async (flow: FlowId) => (await store.read(flow))?.state.at;

describe('after the code was accepted', () => {
  it.each([
    ['from before the first code', {}],
    ['from a wrong try', { claim: 'wrong' }],
  ] as const)('a cookie %s gets nothing, and takes nothing from whoever holds the right one', async (_what, older) => {
    const { session, flow } = await asked(true);
    const held = { ...session, ...older };
    const holder = { ...session, claim: 'right' };
    expect(await access.identify(held, 'mallory@acme.example')).toEqual({ is: 'used' });
    expect(await access.standing(held)).toBe('over');
    expect(await access.check(held, '123456')).toEqual({ is: 'ended' });
    expect(await access.resend(held)).toEqual({ is: 'ended' });
    expect(await access.proven(held, 0)).toBeUndefined();
    await access.end(held);
    expect(await access.standing(holder)).toBe('proven');
    expect((await access.proven(holder, 0))?.id).toBe(flow);
    expect(await placeOf(flow)).toBe('inspecting');
  });

  it('whoever holds the right one can ask again for a lost answer, and end it', async () => {
    const { session, flow } = await asked(true);
    const holder = { ...session, claim: 'right' };
    expect(await access.check(holder, '123456')).toEqual({ is: 'accepted', claim: 'right' });
    await access.end(holder);
    expect(await access.standing(holder)).toBe('over');
    expect(await placeOf(flow)).toBe('closed');
  });
});

describe('before the code was accepted', () => {
  it('whoever holds the session can end it: nothing is proven yet', async () => {
    const { session, flow } = await asked(false);
    await access.end({ ...session, claim: 'whatever' });
    expect(await access.standing(session)).toBe('over');
    expect(await placeOf(flow)).toBe('closed');
  });

  it.each(['usual', 'slow', 'program'] as const)(
    'one cookie that is sent fifty times at once is taken once, and takes one turn of the lane %s',
    async (lane) => {
      const session = access.begin('reset');
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, nth) => access.identify(session, `name-${nth}@acme.example`, lane)),
      );
      expect(answers.filter(({ is }) => is === 'asked')).toHaveLength(1);
      expect(answers.filter(({ is }) => is === 'used')).toHaveLength(49);
      const left = Array.from({ length: 12 }, () => lanes[lane].take('all')).filter((turn) => 'waitMs' in turn);
      expect(left).toHaveLength(9);
    },
  );

  it('one cookie that is sent twice at once while many come waits with both answers, and loses no turn', async () => {
    for (let nth = 0; nth < 10; nth += 1) lanes.usual.take('all');
    const session = access.begin('reset');
    const answers = await Promise.all(['a', 'b'].map((name) => access.identify(session, `${name}@acme.example`)));
    expect(answers.map(({ is }) => is)).toEqual(['crowded', 'crowded']);
    expect(await access.standing(session)).toBe('new');
    now = after(1);
    expect(await access.identify(session, 'a@acme.example')).toEqual({ is: 'asked' });
  });
});
