// Where and when a flow is drawn: an older drawing never replaces a newer one, and never one of another flow.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { en } from '../../src/bot/copy/en/en.ts';
import type { PressedMessage } from '../../src/bot/surfaces/orphan-adoption.ts';
import { later } from '../../src/flows/ids.ts';
import { type Failure, failed, type Outcome, success } from '../../src/flows/outcome.ts';
import type { Viewer } from '../../src/flows/screen.ts';
import type { Flow } from '../../src/flows/state.ts';
import type { Surface } from '../../src/flows/store.ts';
import {
  agent,
  challengedFlow,
  deciderAt,
  givenBy,
  lockedAccount,
  movedBy,
  policy,
  provenFlow,
  report,
  start,
} from '../store/contract-moment.ts';
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

const gate = { approvals: 1 };
const asksHelpdesk = { ...policy, rules: [{ reset: gate, unlock: gate }] };
const refused: Failure = { kind: 'refused', retry: 'never', cause: 'cant_delete_message' };
const noAnswer: Failure = { kind: 'unreachable', retry: 'later', mayHaveHappened: true, cause: 'timeout' };

describe('news', () => {
  const channel = 'slack:C0HELPDESK';
  /** A request that waits for the helpdesk; the person and the helpdesk have their messages. */
  async function waiting(kind: 'reset' | 'unlock' = 'unlock'): Promise<Flow> {
    const { presentation, store } = harness;
    const { id } = await provenFlow(store, { kind });
    const applied = await report(store, id, lockedAccount, start, { decide: deciderAt(start, asksHelpdesk) });
    if (applied.kind !== 'moved') throw new Error('the helpdesk was not asked');
    const { flow } = applied;
    await presentation.show(id, 'person', true);
    await presentation.show(id, 'helpdesk', true);
    expect(harness.posted.map(({ target }) => target)).toEqual([flow.actor, 'C0HELPDESK']);
    harness.posted.length = 0;
    return flow;
  }
  const over = async (flow: Flow): Promise<Flow> =>
    movedBy(harness.store, flow.id, { type: 'deadline' }, later(start, 7_200));
  const places = async (flow: Flow, viewer: Viewer) =>
    (await harness.store.surfaces(flow.id, viewer)).map(({ target, place }) => [target, place]);
  const at = (target: string): string => JSON.stringify({ at: target });

  it.each(['person', 'helpdesk'] as const)(
    'for the %s is a new message; the older one is deleted, and only one is left',
    async (viewer) => {
      const flow = await waiting();
      const [before] = await places(flow, viewer);
      await over(flow);
      await harness.presentation.show(flow.id, viewer, false);
      expect(harness.posted).toHaveLength(1);
      expect(harness.redrawn).toEqual([]);
      expect(harness.removed).toEqual([before?.[1]]);
      const standing = await places(flow, viewer);
      expect(standing).toHaveLength(1);
      expect(standing[0]?.[1]).not.toBe(before?.[1]);
    },
  );

  it.each(['person', 'helpdesk'] as const)('for the %s is posted once, however often it is shown', async (viewer) => {
    const flow = await waiting();
    await over(flow);
    for (let nth = 0; nth < 3; nth += 1) await harness.presentation.show(flow.id, viewer, true);
    expect(harness.posted).toHaveLength(1);
    expect(harness.removed).toHaveLength(1);
  });

  it('is not made of progress, which edits the message that is there', async () => {
    const flow = await waiting();
    await movedBy(harness.store, flow.id, givenBy(agent, flow.actor));
    await harness.presentation.show(flow.id, 'person', true);
    await harness.presentation.show(flow.id, 'helpdesk', false);
    expect(harness.posted).toEqual([]);
    expect(harness.redrawn).toHaveLength(2);
  });

  it('that happened twice before it could be shown is one new message', async () => {
    const flow = await waiting('reset');
    await movedBy(harness.store, flow.id, givenBy(agent, flow.actor));
    await over(flow);
    for (let nth = 0; nth < 2; nth += 1) await harness.presentation.show(flow.id, 'person', true);
    expect(harness.posted).toHaveLength(1);
  });

  it('after which the message changes again is edited in place', async () => {
    const flow = await waiting('reset');
    await movedBy(harness.store, flow.id, givenBy(agent, flow.actor));
    await harness.presentation.show(flow.id, 'person', true);
    const cancelled = await movedBy(harness.store, flow.id, { type: 'cancelled', by: flow.actor });
    await harness.presentation.show(flow.id, 'person', true);
    expect(harness.posted).toHaveLength(1);
    expect(harness.redrawn.at(-1)?.card.version).toBe(cancelled.version);
  });

  it('waits for a rate limit with its time, and nothing is taken away before it is there', async () => {
    const flow = await waiting();
    await over(flow);
    const busy = { kind: 'rate-limited', retry: 'later', retryAfterMs: 30_000, cause: 'ratelimited' } as const;
    harness.answer = () => failed(busy);
    expect(await harness.presentation.show(flow.id, 'helpdesk', false)).toEqual(failed(busy));
    expect([harness.removed, harness.redrawn]).toEqual([[], []]);
    harness.answer = () => success('drawn');
    expect(await harness.presentation.show(flow.id, 'helpdesk', false)).toEqual(success(undefined));
    expect([harness.posted.length, harness.removed.length]).toEqual([1, 1]);
  });

  it('that cannot be posted is at least shown in the older message', async () => {
    const flow = await waiting();
    const next = await over(flow);
    harness.answer = (target) => (target.startsWith('message') ? success('drawn') : failed(refused));
    expect(await harness.presentation.show(flow.id, 'person', true)).toEqual(failed(refused));
    expect(harness.redrawn.map(({ card }) => card.version)).toEqual([next.version]);
    expect(harness.removed).toEqual([]);
  });

  it('whose older message cannot be deleted leaves one line there, which points to it', async () => {
    const flow = await waiting();
    await over(flow);
    harness.answer = (target) => (target.startsWith('remove') ? failed(refused) : success('drawn'));
    expect(await harness.presentation.show(flow.id, 'person', true)).toEqual(success(undefined));
    expect(harness.redrawn.map(({ card }) => card.lines)).toEqual([[{ text: en.continuedBelow, tone: 'normal' }]]);
    expect(await places(flow, 'person')).toHaveLength(1);
  });

  it.each(['person', 'helpdesk'] as const)(
    'for the %s whose older message is not deleted now is kept up to date there, and deleted at the next try',
    async (viewer) => {
      const flow = await waiting();
      const next = await over(flow);
      harness.answer = (target) => (target.startsWith('remove') ? failed(noAnswer) : success('drawn'));
      expect(await harness.presentation.show(flow.id, viewer, false)).toEqual(failed(noAnswer));
      expect(harness.redrawn.map(({ card }) => card.version)).toEqual([next.version]);
      expect(await places(flow, viewer)).toHaveLength(2);
      harness.answer = () => success('drawn');
      expect(await harness.presentation.show(flow.id, viewer, false)).toEqual(success(undefined));
      expect([harness.posted.length, harness.removed.length]).toEqual([1, 1]);
      expect(await places(flow, viewer)).toHaveLength(1);
    },
  );

  it('of which the process died after the post is posted again, and both older messages are taken away in the end', async () => {
    const flow = await waiting();
    await over(flow);
    const [before] = await places(flow, 'helpdesk');
    const { keepSurface } = harness.store;
    // The first write gives the older message a name of its own; the process dies before the second.
    const kept: string[] = [];
    harness.store.keepSurface = async (surface) => {
      if (kept.length === 1) throw new Error('the process died');
      kept.push(surface.target);
      return keepSurface(surface);
    };
    await expect(harness.presentation.show(flow.id, 'helpdesk', false)).rejects.toThrow('died');
    harness.store.keepSurface = keepSurface;
    expect(kept).toEqual([`${channel} ${before?.[1]}`]);
    await harness.presentation.show(flow.id, 'helpdesk', false);
    expect(harness.posted).toHaveLength(2);
    expect(new Set(harness.removed)).toEqual(new Set([before?.[1]]));
    expect(await places(flow, 'helpdesk')).toEqual([[channel, at('message:C0HELPDESK:4')]]);
  });

  it('waits until somebody who presses on the older message has the answer', async () => {
    const flow = await waiting();
    const [before] = await harness.store.surfaces(flow.id, 'person');
    if (before === undefined) throw new Error('no message');
    const window = { target: before.target, place: before.place, stays: true };
    const answer = harness.presentation.hold(window);
    await over(flow);
    const showing = harness.presentation.show(flow.id, 'person', true);
    await settle();
    expect([harness.posted, harness.removed]).toEqual([[], []]);
    answer.release(undefined, 0);
    await settle();
    await showing;
    expect([harness.posted.length, harness.removed.length]).toEqual([1, 1]);
  });

  it('is not posted again where the person went on with another request in its message, but later news is', async () => {
    const flow = await waiting('reset');
    const next = await waiting('unlock');
    const [message] = await harness.store.surfaces(flow.id, 'person');
    if (message === undefined) throw new Error('no message');
    harness.posted.length = 0;
    await harness.presentation.adopt(next, { target: message.target, place: message.place, stays: true }, flow.id);
    await harness.presentation.show(flow.id, 'person', true);
    expect(harness.posted).toEqual([]);
    await over(flow);
    await harness.presentation.show(flow.id, 'person', true);
    expect(harness.posted).toHaveLength(1);
  });

  it('is drawn in an open window too, which is never posted anew', async () => {
    const flow = await waiting();
    await harness.presentation.attach(flow.id, windowNamed('V1'));
    harness.redrawn.length = 0;
    await over(flow);
    await harness.presentation.show(flow.id, 'person', true);
    expect(harness.redrawn.map(({ target }) => target)).toEqual(['view:V1']);
    expect(harness.posted).toHaveLength(1);
  });

  it('is told by the notification in its first words, and calls those who may decide only where they must act', async () => {
    const flow = await waiting();
    await over(flow);
    for (const viewer of ['person', 'helpdesk'] as const) await harness.presentation.show(flow.id, viewer, false);
    const [hers, theirs] = harness.posted.map(({ card }) => card);
    expect([hers?.summary, hers?.calls]).toEqual([['Expired: nobody from the helpdesk answered in time'], undefined]);
    expect([theirs?.summary, theirs?.calls]).toEqual([
      ['Nobody answered: unlock for ', { person: flow.actor }],
      'members',
    ]);
  });
});
