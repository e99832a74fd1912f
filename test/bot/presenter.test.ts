// Where and when a flow is drawn: an older drawing never replaces a newer one, and never one of another flow.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PressedMessage } from '../../src/bot/surfaces/orphan-adoption.ts';
import { failed, type Outcome } from '../../src/flows/outcome.ts';
import type { Flow } from '../../src/flows/state.ts';
import type { Surface } from '../../src/flows/store.ts';
import { challengedFlow, movedBy } from '../store/contract-moment.ts';
import { type Harness, startHarness, windowNamed } from './harness.ts';

let harness: Harness;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  harness = await startHarness();
});
afterEach(async () => {
  vi.useRealTimers();
  await harness.close();
});

/** Waits until the answers that were under way have reached the screen. */
async function settle(): Promise<void> {
  vi.advanceTimersByTime(1_000);
  await harness.quiet();
}

describe('a home page', () => {
  it('follows a request once at each place where it rests, however often it is drawn elsewhere', async () => {
    const { presentation, store, homes } = harness;
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
    const { presentation, store } = harness;
    const window = { ...windowNamed('M1'), stays: true };
    const flow = await challengedFlow(store);
    await presentation.adopt(flow, window);
    const answer = presentation.hold(window);
    harness.answer = () => failed({ kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: 'http-503' });
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
    const { presentation, store } = harness;
    const window = windowNamed('V1');
    const first = await challengedFlow(store);
    const [older, newer] = [presentation.hold(window), presentation.hold(window)];
    const second = await movedBy(store, first.id, { type: 'code.submitted', by: first.actor });
    newer.release(second, second.version);
    older.release(first, first.version);
    await settle();
    expect(harness.redrawn).toEqual([]);
    const [surface] = await store.surfaces(first.id, 'person');
    expect(surface?.drawnVersion).toBe(second.version);
  });

  it('whose answer was lost is drawn again', async () => {
    const { presentation, store } = harness;
    const window = windowNamed('V1');
    const flow = await challengedFlow(store);
    presentation.hold(window).release(flow, flow.version);
    await settle();
    expect(harness.redrawn).toEqual([]);
    presentation.hold(window).release(flow, 'lost');
    await settle();
    expect(harness.redrawn.map(({ target }) => target)).toEqual([window.target]);
  });

  it('that shows another request now is not drawn for the one before', async () => {
    const { presentation, store } = harness;
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
    expect(harness.redrawn).toEqual([]);
  });
});

describe('a message that somebody presses on', () => {
  const at = (name: string) => ({ target: `message:${name}`, place: JSON.stringify({ name }) });
  const inChannel = ({ actor }: Flow, more: Partial<PressedMessage> = {}): PressedMessage => ({
    actor,
    message: at('M1'),
    channel: 'slack:C0HELPDESK',
    isPrivate: false,
    ...more,
  });
  const inPrivate = (flow: Flow) => inChannel(flow, { channel: 'slack:D0', isPrivate: true });
  const cardOf = ({ id }: Flow): Surface => ({
    ...{ flow: id, viewer: 'helpdesk', platform: 'slack', isWindow: false, drawnVersion: 99 },
    target: 'slack:C0HELPDESK',
    place: at('M1').place,
  });
  const stands = async (flow: Flow) => {
    await harness.quiet();
    const [person, helpdesk] = await Promise.all([
      harness.store.surfaces(flow.id, 'person'),
      harness.store.surfaces(flow.id, 'helpdesk'),
    ]);
    return { person: person.map(({ target }) => target), helpdesk: helpdesk.map(({ target }) => target) };
  };
  const nowhere = { person: [], helpdesk: [] };

  it('and nobody knows becomes the flow’s own: hers where she alone reads, the helpdesk’s in its channel', async () => {
    const { presentation, store } = harness;
    const [hers, theirs] = [await challengedFlow(store), await challengedFlow(store)];
    await presentation.recognise(hers, 'person', inPrivate(hers));
    await presentation.recognise(theirs, 'helpdesk', inChannel(theirs, { message: at('M2') }));
    expect(await stands(hers)).toEqual({ ...nowhere, person: ['message:M1'] });
    expect(await stands(theirs)).toEqual({ ...nowhere, helpdesk: ['message:M2'] });
    expect(harness.redrawn.map(({ target }) => target)).toEqual(['message:M1']);
  });

  it('never becomes a person’s where others read along, nor the helpdesk’s outside its channels', async () => {
    const { presentation, store } = harness;
    const flow = await challengedFlow(store);
    await presentation.recognise(flow, 'person', inChannel(flow));
    await presentation.recognise(flow, 'person', inChannel(flow, { channel: 'slack:C0OTHER' }));
    await presentation.recognise(flow, 'helpdesk', inChannel(flow, { channel: 'slack:C0OTHER' }));
    await presentation.recognise(flow, 'helpdesk', inPrivate(flow));
    expect(await stands(flow)).toEqual(nowhere);
    expect([harness.redrawn, harness.posted]).toEqual([[], []]);
  });

  it('does not change hands, also when the request that it belongs to is over', async () => {
    const { presentation, store } = harness;
    const [owner, other] = [await challengedFlow(store), await challengedFlow(store)];
    await store.keepSurface(cardOf(owner));
    await presentation.recognise(other, 'helpdesk', inChannel(other));
    await presentation.recognise(other, 'person', inPrivate(other));
    expect(await presentation.isElsewhere(other, 'helpdesk', inChannel(other))).toBe(true);
    expect(await presentation.isElsewhere(owner, 'helpdesk', inChannel(owner))).toBe(false);
    await movedBy(store, owner.id, { type: 'cancelled', by: owner.actor });
    await presentation.recognise(other, 'helpdesk', inChannel(other));
    expect(await presentation.isElsewhere(other, 'helpdesk', inChannel(other))).toBe(true);
    expect(await stands(other)).toEqual(nowhere);
    expect(harness.redrawn).toEqual([]);
  });

  it('and nobody knows is not called another’s, nor is one on which no message was named', async () => {
    const { presentation, store } = harness;
    const flow = await challengedFlow(store);
    expect(await presentation.isElsewhere(flow, 'helpdesk', inChannel(flow))).toBe(false);
    const { message: _none, ...nameless } = inChannel(flow);
    expect(await presentation.isElsewhere(flow, 'helpdesk', nameless)).toBe(false);
    await presentation.recognise(flow, 'helpdesk', nameless);
    expect(await stands(flow)).toEqual(nowhere);
  });
});
