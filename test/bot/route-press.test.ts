// The lock that a press holds on its message ends with the answer, however that ends: otherwise nothing draws it again.
import { describe, expect, it } from 'vitest';
import { createPresses, type PressParts } from '../../src/bot/presses/route-press.ts';
import { deliveryId, knownActor } from '../../src/flows/ids.ts';
import { windowNamed } from './harness.ts';

const actor = knownActor('teams:T0ACME:U0JANE');
const window = { ...windowNamed('M1'), stays: true };
const press = {
  kind: 'pressed',
  actor,
  delivery: deliveryId('teams:press:1'),
  values: {},
  isPrivate: true,
  window,
} as const;

/** `stopped`: what becomes of the work behind the button. Records how often a lock was taken, and how it ended. */
function pressing(stopped: () => Promise<void> = async () => undefined) {
  const locks: unknown[] = [];
  const presentation = {
    hold: () => ({ release: (_flow: unknown, drawn: unknown) => void locks.push(drawn) }),
  };
  const reminder = { reminding: { stop: stopped }, copy: { remindingStopped: 'Stopped.', buttons: {} } };
  const parts = { flow: {}, presentation, reminder } as unknown as PressParts;
  return { locks, take: createPresses(parts) };
}

const link = { ...press, act: 'follow-link' } as const;

describe('the lock of a press', () => {
  it('holds until the answer was sent', async () => {
    const { locks, take } = pressing();
    const answered = Promise.withResolvers<string>();
    const taking = take(link, 1_000, () => answered.promise);
    await new Promise(setImmediate);
    expect(locks).toEqual([]);
    answered.resolve('shown');
    expect(await taking).toBe('shown');
    await new Promise(setImmediate);
    expect(locks).toEqual([0]);
  });

  it.each([
    ['was sent', (sent: PromiseWithResolvers<void>) => sent.resolve()],
    ['could not be sent', (sent: PromiseWithResolvers<void>) => sent.reject(new Error('cut off'))],
  ])('holds until the response that carries the answer %s', async (_how, end) => {
    const { locks, take } = pressing();
    const sent = Promise.withResolvers<void>();
    await take(link, 1_000, async () => 'shown', sent.promise);
    await new Promise(setImmediate);
    expect(locks).toEqual([]);
    end(sent);
    await new Promise(setImmediate);
    expect(locks).toEqual([0]);
  });

  it('ends where the answer fails, and then the message counts as not drawn', async () => {
    const { locks, take } = pressing();
    await expect(take(link, 1_000, () => Promise.reject(new Error('not sent')))).rejects.toThrow('not sent');
    await new Promise(setImmediate);
    expect(locks).toEqual(['lost']);
  });

  it('ends where the work behind the button fails', async () => {
    const { locks, take } = pressing(() => Promise.reject(new Error('inside')));
    const stop = { ...press, act: 'stop-reminding' } as const;
    await expect(take(stop, 1_000, async () => 'shown')).rejects.toThrow('inside');
    await new Promise(setImmediate);
    expect(locks).toEqual(['lost']);
  });
});
