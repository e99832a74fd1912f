// When an order is retried: what a failed try is, what waiting for a turn is, and when each ends.
import { describe, expect, it } from 'vitest';
import { nextTry } from '../../src/engine/retry-policy.ts';
import { close } from '../../src/flows/decision.ts';
import type { Effect } from '../../src/flows/effect.ts';
import { accountId, contactRef, type Instant, instant, later } from '../../src/flows/ids.ts';
import type { Failure } from '../../src/flows/outcome.ts';
import type { AwaitingApproval, Closed, FlowState, Fulfilling } from '../../src/flows/state.ts';

const now = instant(Date.UTC(2026, 0, 5, 12));
const account = accountId('auth0|jane');
const granted = { account, proof: { channel: 'email', at: now }, approvals: [] } as const;
const waiting: AwaitingApproval = {
  ...granted,
  ...{ at: 'awaiting-approval', needed: 1, askedAt: now, earlierUnlocks: 0, until: later(now, 900) },
};
const fulfilling: Fulfilling = { ...granted, at: 'fulfilling', delayed: false, until: later(now, 900) };
const closed: Closed = close(fulfilling, { outcome: 'done', because: 'unlocked' }, now).state;
const mailedAndClosed: Closed = { ...closed, page: { openedAt: now, until: now, byMail: true } };

const contact = { ref: contactRef('email|1'), channel: 'email', masked: 'j•••@g•••.com' } as const;
const show: Effect = { do: 'show', to: 'helpdesk', lasting: true };
const lift: Effect = { do: 'lift-lock', account };
const sessions: Effect = { do: 'end-sessions', account, report: true };
type Order = readonly [name: string, effect: Effect, state: FlowState];
const orders: readonly [Order, Order, Order] = [
  ['a card', show, waiting],
  ['an unlock', lift, fulfilling],
  ['the end of sessions', sessions, closed],
];

const limited = (retryAfterMs: number, isTurn?: true): Failure => ({
  ...{ kind: 'rate-limited', retry: 'later', retryAfterMs, cause: 'x' },
  ...(isTurn === undefined ? {} : { isTurn }),
});
const unreachable: Failure = { kind: 'unreachable', retry: 'later', mayHaveHappened: false, cause: 'x' };
const wrongCredentials: Failure = { kind: 'misconfigured', retry: 'later', cause: 'x', remedy: 'y' };
const refused: Failure = { kind: 'refused', retry: 'never', cause: 'x' };

function next(
  [, effect, state]: Order,
  failure: Failure,
  {
    at = now,
    tries = 0,
    random = 0,
  }: { readonly at?: Instant; readonly tries?: number; readonly random?: number } = {},
) {
  return nextTry({ effect, flow: { state }, orderedAt: now, earlierTries: tries }, failure, at, () => random);
}

describe.each(orders)('%s', (...order) => {
  it('that waits for a turn of its own comes at that time, and it was no try', () => {
    expect(next(order, limited(7_000, true), { random: 1 })).toEqual({ at: now + 7_000, because: 'waiting' });
  });

  it('comes again after the pause that was asked for, not before it and not long after', () => {
    expect(next(order, limited(7_000))).toEqual({ at: now + 7_000, because: 'waiting' });
    expect(next(order, limited(7_000), { random: 1 })).toEqual({ at: now + 11_000, because: 'waiting' });
  });

  it('waits however often its turn has not come', () => {
    expect(next(order, limited(7_000, true), { tries: 500 })).toMatchObject({ because: 'waiting' });
  });

  it('that failed is another thing: it is counted', () => {
    expect(next(order, unreachable)).toEqual({ at: now + 800, because: 'failed' });
    expect(next(order, unreachable, { tries: 2 })).toEqual({ at: now + 3_200, because: 'failed' });
  });

  it('that was refused for good does not come again', () => {
    expect(next(order, refused)).toBeUndefined();
  });
});

it('whoever has waited longer comes sooner after the pause, and so goes first', () => {
  const after = (seconds: number) =>
    (next(orders[0], limited(1_000), { at: later(now, seconds), random: 1 })?.at ?? 0) - later(now, seconds);
  expect([0, 3, 6, 12, 600].map(after)).toEqual([5_000, 4_000, 3_000, 1_500, 1_500]);
});

it('a turn that comes after the request’s own time is not waited for', () => {
  expect(next(orders[0], limited(899_999, true))).toBeDefined();
  expect(next(orders[0], limited(900_000, true))).toBeUndefined();
  expect(next(orders[1], limited(900_000, true))).toBeUndefined();
});

it('what a request left behind waits an hour and no longer', () => {
  expect(next(orders[2], limited(1_000, true), { at: later(now, 3_598) })).toBeDefined();
  expect(next(orders[2], limited(1_000, true), { at: later(now, 3_599) })).toBeUndefined();
});

it('what fails for wrong credentials is tried eight times, also where a person waits: a rotation is over by then', () => {
  expect(next(orders[1], wrongCredentials, { tries: 6 })).toMatchObject({ because: 'failed' });
  expect(next(orders[1], wrongCredentials, { tries: 7 })).toBeUndefined();
  expect(next(orders[1], unreachable, { tries: 7 })).toMatchObject({ because: 'failed' });
});

it('what may never succeed does not come again, whoever has to mend it', () => {
  expect(next(orders[1], { ...wrongCredentials, retry: 'never' })).toBeUndefined();
});

describe.each<Order>([
  ['a notice in chat', { do: 'announce', by: 'chat', account, change: 0, made: { what: 'bound', at: now } }, closed],
  ['a chat person who is taken out again', { do: 'unbind-actor', account }, closed],
  [
    'a notice by mail',
    { do: 'announce', by: 'mail', account, change: 0, made: { what: 'removed', contact, at: now } },
    closed,
  ],
  ['a contact that is taken out again', { do: 'unlink-contact', account, contact: contact.ref, report: false }, closed],
  ['what was proven and not linked', { do: 'discard-contact', contact: contact.ref, isProven: true }, closed],
  ['a link that Auth0 mailed', { do: 'void-tickets', account }, mailedAndClosed],
])('%s is owed to somebody', (...order) => {
  it('and is tried for a day, ever more rarely, however often that fails', () => {
    expect(next(order, unreachable, { tries: 7 })).toEqual({ at: now + 102_400, because: 'failed' });
    expect(next(order, unreachable, { tries: 300 })).toEqual({ at: now + 240_000, because: 'failed' });
    expect(next(order, unreachable, { tries: 300, at: later(now, 86_159) })).toBeDefined();
    expect(next(order, unreachable, { tries: 300, at: later(now, 86_160) })).toBeUndefined();
  });

  it('and waits for its turn as long', () => {
    expect(next(order, limited(1_000, true), { at: later(now, 86_398) })).toBeDefined();
    expect(next(order, limited(1_000, true), { at: later(now, 86_399) })).toBeUndefined();
  });
});

it.each<Effect>([
  { do: 'bind-actor', account },
  { do: 'link-contact', account, contact: contact.ref },
  { do: 'unlink-contact', account, contact: contact.ref, report: true },
])('$do is tried for as long as the request waits for it', (effect) => {
  const order: Order = [effect.do, effect, fulfilling];
  expect(next(order, unreachable, { tries: 50 })).toMatchObject({ because: 'failed' });
  expect(next(order, unreachable, { tries: 50, at: later(now, 892) })).toBeUndefined();
});

it('what no state waits for is tried eight times', () => {
  expect(next(orders[2], unreachable, { tries: 6 })).toBeDefined();
  expect(next(orders[2], unreachable, { tries: 7 })).toBeUndefined();
});
