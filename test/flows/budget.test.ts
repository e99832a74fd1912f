// What an account has used up, over all its requests: sliding windows that no new request resets.
import { describe, expect, it } from 'vitest';
import {
  aloneFrom,
  attemptFrom,
  type Budget,
  type Count,
  type Counted,
  cooledFrom,
  emptyBudget,
  failures,
  sendFrom,
  sends,
  unlockFrom,
  unlocks,
} from '../../src/flows/budget.ts';
import { contactRef, type FlowId, flowId, type Instant, later } from '../../src/flows/ids.ts';
import { daySeconds, defaultLimits, hourSeconds, monthSeconds } from '../../src/flows/limits.ts';
import { noon } from './cast.ts';

const first = flowId('first');
const second = flowId('second');
const at = (seconds: number): Instant => later(noon, seconds);
const of = (...rows: readonly (readonly [Count, number, FlowId?])[]): Budget => ({
  counted: rows.map(([what, seconds, flow = first]) => ({ what, flow, at: at(seconds) })),
});
const limits = { ...defaultLimits, codeFailuresPerDay: 2, codesPerHour: 3, unlocksPerDay: 1 };

describe('wrong codes', () => {
  it('an attempt counts from the moment it is reserved, before anybody knows the answer', () => {
    expect(failures(of(['attempt', 0]), noon)).toEqual([noon]);
  });

  it('a right code takes its own attempt off, and no other', () => {
    expect(failures(of(['attempt', 0], ['attempt', 1], ['passed', 2]), at(3))).toEqual([at(0)]);
  });

  it('a check in which the provider was not asked takes its own attempt off', () => {
    expect(failures(of(['attempt', 0], ['void', 1]), at(2))).toEqual([]);
  });

  it('what one request takes off does not lighten another', () => {
    const budget = of(['attempt', 0, first], ['attempt', 1, second], ['passed', 2, second], ['passed', 3, second]);
    expect(failures(budget, at(4))).toEqual([at(0)]);
  });

  it('taking off what was never counted gives no credit', () => {
    expect(failures(of(['passed', 0], ['void', 1], ['attempt', 2]), at(3))).toEqual([at(2)]);
  });

  it('a day later, to the millisecond, a failure is forgotten', () => {
    const budget = of(['attempt', 0]);
    expect(failures(budget, at(daySeconds - 0.001))).toHaveLength(1);
    expect(failures(budget, at(daySeconds))).toHaveLength(0);
  });

  it('below the limit the next attempt is permitted now; at it, when the oldest failure leaves the window', () => {
    expect(attemptFrom(of(['attempt', 0]), limits, at(5))).toBe(at(5));
    expect(attemptFrom(of(['attempt', 0], ['attempt', 7, second]), limits, at(9))).toBe(at(daySeconds));
  });

  it('beyond the limit enough of them must have left', () => {
    const budget = of(['attempt', 0], ['attempt', 7], ['attempt', 8, second]);
    expect(attemptFrom(budget, limits, at(9))).toBe(at(7 + daySeconds));
  });

  it('at the very moment that it names the next attempt is permitted', () => {
    const budget = of(['attempt', 0], ['attempt', 7]);
    const from = attemptFrom(budget, limits, at(9));
    expect(attemptFrom(budget, limits, later(from, -0.001))).toBe(from);
    expect(attemptFrom(budget, limits, from)).toBe(from);
  });
});

describe('codes sent', () => {
  it('the hour slides: three codes spread over it are still three', () => {
    const budget = of(['send', 0], ['send', 1800], ['send', 3500, second]);
    expect(sends(budget, at(3599))).toHaveLength(3);
    expect(sendFrom(budget, limits, at(3599))).toBe(at(hourSeconds));
    expect(sends(budget, at(3600))).toHaveLength(2);
    expect(sendFrom(budget, limits, at(3600))).toBe(at(3600));
  });

  it('rows that arrive out of order are counted alike', () => {
    expect(sendFrom(of(['send', 90], ['send', 0], ['send', 60]), limits, at(100))).toBe(at(hourSeconds));
  });

  it('a limit of none permits none, ever', () => {
    const none = { ...limits, codesPerHour: 0 };
    expect(sendFrom(emptyBudget, none, noon)).toBe(at(hourSeconds));
    expect(sendFrom(emptyBudget, none, at(hourSeconds))).toBe(at(2 * hourSeconds));
  });

  it('other counts are not sends', () => {
    expect(sends(of(['attempt', 0], ['unlock', 0], ['passed', 0]), at(1))).toEqual([]);
  });
});

describe('the cool-down of a contact', () => {
  const mail = contactRef('email|1');
  const phone = contactRef('sms|1');
  const row = (what: Count, seconds: number, flow = first, contact = mail) => ({
    what,
    flow,
    at: at(seconds),
    contact,
  });
  const budget = (...counted: readonly Counted[]): Budget => ({ counted });
  const cooled = (of: Budget, seconds: number) => cooledFrom(of, limits, mail, at(seconds));

  it('begins when a code went out, for whichever request, and ends to the millisecond', () => {
    const one = budget(row('send', 0, second), row('sent', 5, second));
    expect(cooled(one, 5)).toBe(at(65));
    expect(cooled(one, 64.999)).toBe(at(65));
    expect(cooled(one, 65)).toBe(at(65));
    expect(cooled(budget(row('sent', 5), row('sent', 90, second)), 100)).toBe(at(150));
  });

  it('also where nobody knows whether one went out', () => {
    expect(cooled(budget(row('send', 0), row('adrift', 3)), 4)).toBe(at(63));
  });

  it('is not begun by an order that sent nothing, nor by a code for another contact', () => {
    expect(cooled(budget(row('send', 0)), 1)).toBe(at(1));
    expect(cooled(budget(row('sent', 0, first, phone)), 1)).toBe(at(1));
  });

  it('is over when that code came back rightly, and not when an earlier one did', () => {
    expect(cooled(budget(row('sent', 0), row('attempt', 9), row('passed', 10)), 11)).toBe(at(11));
    const again = budget(row('sent', 0), row('attempt', 9), row('passed', 10), row('sent', 20, second));
    expect(cooled(again, 21)).toBe(at(80));
    expect(cooled(budget(row('sent', 0), row('attempt', 9), row('void', 10)), 11)).toBe(at(60));
    expect(cooled(budget(row('sent', 0), row('passed', 10, first, phone)), 11)).toBe(at(60));
  });

  it('does not hold up the request that has used up its own code, where that code is the last one', () => {
    const usedUp = (of: Budget, flow = first) => cooledFrom(of, limits, mail, at(11), flow);
    expect(usedUp(budget(row('sent', 0)))).toBe(at(11));
    expect(usedUp(budget(row('sent', 0)), second)).toBe(at(60));
    expect(usedUp(budget(row('sent', 0), row('sent', 5, second)))).toBe(at(65));
    expect(usedUp(budget(row('sent', 0), row('adrift', 5)))).toBe(at(65));
  });

  it('is not all: a code of another request that may still come is awaited for a minute, whatever the policy says', () => {
    const alone = (of: Budget, seconds: number, flow = first) => aloneFrom(of, flow, mail, at(seconds));
    const adrift = budget(row('send', 0, second), row('adrift', 3, second));
    expect(alone(adrift, 4)).toBe(at(63));
    expect(alone(adrift, 62.999)).toBe(at(63));
    expect(alone(adrift, 63)).toBe(at(63));
    expect(alone(adrift, 64)).toBe(at(64));
    expect(alone(adrift, 4, second)).toBe(at(4));
    expect(alone(budget(row('adrift', 3, second, phone)), 4)).toBe(at(4));
    expect(alone(budget(row('sent', 3, second)), 4)).toBe(at(4));
    const impatient = { ...limits, resendSeconds: 10 };
    expect(cooledFrom(adrift, impatient, mail, at(4))).toBe(at(13));
  });
});

describe('unlocks', () => {
  it('are limited by the day and remembered for the window that is asked for', () => {
    const budget = of(['unlock', 0], ['unlock', 3 * daySeconds]);
    const now = at(3 * daySeconds + 60);
    expect(unlocks(budget, monthSeconds, now)).toHaveLength(2);
    expect(unlocks(budget, daySeconds, now)).toHaveLength(1);
    expect(unlockFrom(budget, limits, now)).toBe(at(4 * daySeconds));
    expect(unlockFrom(budget, limits, at(4 * daySeconds))).toBe(at(4 * daySeconds));
  });
});

describe('limits that an administrator has lifted', () => {
  const now = at(100);
  const spent = of(['attempt', 0], ['attempt', 1], ['send', 0], ['send', 1], ['send', 2], ['unlock', 0]);
  const all = [attemptFrom, sendFrom, unlockFrom];

  it('count only what came after that, to the millisecond, and count again from then on', () => {
    expect(all.map((from) => from(spent, limits, now) > now)).toEqual([true, true, true]);
    expect(all.map((from) => from({ ...spent, liftedAt: at(2) }, limits, now))).toEqual([now, now, now]);
    const later = { ...of(['attempt', 3], ['attempt', 4], ['unlock', 3]), liftedAt: at(2) };
    expect(attemptFrom(later, limits, now)).toBe(at(3 + daySeconds));
    expect(unlockFrom(later, limits, now)).toBe(at(3 + daySeconds));
  });

  it('leave the counters as they are', () => {
    const lifted = { ...spent, liftedAt: at(2) };
    expect(
      [failures(lifted, now), sends(lifted, now), unlocks(lifted, daySeconds, now)].map((each) => each.length),
    ).toEqual([2, 3, 1]);
  });
});
