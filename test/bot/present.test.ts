// Where a flow is drawn, and when: never an older drawing over a newer one, never one over another flow's.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failed, type Outcome } from '../../src/flows/outcome.ts';
import { challengedFlow, movedBy } from '../store/contract-moment.ts';
import { type Stage, setStage, windowNamed } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  stage = await setStage();
});
afterEach(async () => {
  vi.useRealTimers();
  await stage.close();
});

/** The answers that were under way have reached the screen. */
async function settle(): Promise<void> {
  vi.advanceTimersByTime(1_000);
  await stage.quiet();
}

describe('a home page', () => {
  it('follows a request once at each place where it rests, however often it is drawn elsewhere', async () => {
    const { presentation, store, homes } = stage;
    const flow = await challengedFlow(store);
    for (let nth = 0; nth < 3; nth += 1) await presentation.show(flow.id, 'person', false);
    expect(homes).toEqual([flow.actor]);
    await movedBy(store, flow.id, { type: 'code.submitted', by: flow.actor });
    await presentation.show(flow.id, 'person', false);
    expect(homes).toEqual([flow.actor]);
    await movedBy(store, flow.id, { type: 'code.rejected', because: 'wrong' });
    for (let nth = 0; nth < 3; nth += 1) await presentation.show(flow.id, 'person', false);
    expect(homes).toEqual([flow.actor, flow.actor]);
  });
});

describe('a message that stays', () => {
  it('in which somebody is being answered is drawn afterwards, and until then nothing counts as drawn', async () => {
    const { presentation, store } = stage;
    const window = { ...windowNamed('M1'), stays: true };
    const flow = await challengedFlow(store);
    await presentation.adopt(flow, window);
    const answer = presentation.hold(window);
    stage.answer = () => failed({ kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: 'http-503' });
    let shown: Outcome<void> | undefined;
    const showing = presentation.show(flow.id, 'person', false).then((outcome) => {
      shown = outcome;
    });
    await settle();
    expect(shown).toBeUndefined();
    answer.release(flow, flow.version);
    await settle();
    await showing;
    expect(shown).toMatchObject({ ok: false, failure: { cause: 'http-503' } });
  });
});

describe('a window', () => {
  it('to which two answers were under way is not drawn again because the older one is noted last', async () => {
    const { presentation, store } = stage;
    const window = windowNamed('V1');
    const first = await challengedFlow(store);
    const [older, newer] = [presentation.hold(window), presentation.hold(window)];
    const second = await movedBy(store, first.id, { type: 'code.submitted', by: first.actor });
    newer.release(second, second.version);
    older.release(first, first.version);
    await settle();
    expect(stage.redrawn).toEqual([]);
    const [surface] = await store.surfaces(first.id, 'person');
    expect(surface?.drawnVersion).toBe(second.version);
  });

  it('whose answer was lost is drawn again', async () => {
    const { presentation, store } = stage;
    const window = windowNamed('V1');
    const flow = await challengedFlow(store);
    presentation.hold(window).release(flow, flow.version);
    await settle();
    expect(stage.redrawn).toEqual([]);
    presentation.hold(window).release(flow, 'lost');
    await settle();
    expect(stage.redrawn.map(({ target }) => target)).toEqual([window.target]);
  });

  it('that shows another request now is not drawn for the one before', async () => {
    const { presentation, store } = stage;
    const window = windowNamed('V1');
    const before = await challengedFlow(store);
    presentation.hold(window).release(before, before.version);
    await settle();
    const next = await challengedFlow(store, { actor: before.actor, kind: 'unlock' });
    const answer = presentation.hold(window);
    await presentation.adopt(next, window, before.id);
    answer.release(next, next.version);
    await settle();
    await movedBy(store, before.id, { type: 'cancelled', by: before.actor });
    await presentation.show(before.id, 'person', false);
    expect(stage.redrawn).toEqual([]);
  });
});
