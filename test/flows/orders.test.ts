// What happens to an order after a crash, and when its turn comes late.
import { describe, expect, it } from 'vitest';
import { begin, isStillWanted } from '../../src/flows/begin.ts';
import { close } from '../../src/flows/decision.ts';
import { type Effect, type EffectName, isVolatile } from '../../src/flows/effect.ts';
import { later } from '../../src/flows/ids.ts';
import { defaultLimits } from '../../src/flows/limits.ts';
import type { Sending } from '../../src/flows/state.ts';
import { account, email, noon, text } from './cast.ts';

const every: Readonly<Record<EffectName, Effect>> = {
  identify: { do: 'identify' },
  'send-code': { do: 'send-code', account, contact: email.ref },
  'check-code': { do: 'check-code', account, contact: email.ref },
  'check-recovery-code': { do: 'check-recovery-code', account },
  'inspect-account': { do: 'inspect-account', account },
  'lift-lock': { do: 'lift-lock', account },
  'mint-ticket': { do: 'mint-ticket', account },
  'mail-link': { do: 'mail-link', account },
  'set-password': { do: 'set-password', account },
  'change-password': { do: 'change-password', account },
  'look-at-password': { do: 'look-at-password', account, since: noon },
  'void-tickets': { do: 'void-tickets', account },
  'end-sessions': { do: 'end-sessions', account, report: true },
  show: { do: 'show', to: 'person', lasting: true },
  'bind-actor': { do: 'bind-actor', account },
  'send-new-code': { do: 'send-new-code', account, channel: 'email' },
  'check-new-code': { do: 'check-new-code', account, channel: 'email' },
  'link-contact': { do: 'link-contact', account, contact: email.ref },
  'unlink-contact': { do: 'unlink-contact', account, contact: email.ref, report: true },
  'confirm-contact': { do: 'confirm-contact', account, contact: email.ref },
  'discard-contact': { do: 'discard-contact', contact: email.ref },
  'unbind-actor': { do: 'unbind-actor', account },
  'announce-request': { do: 'announce-request', account, of: 'reset', at: noon },
  announce: { do: 'announce', by: 'mail', account, change: 0, made: { what: 'removed', contact: email, at: noon } },
};
const orders = Object.values(every);
const started = begin(noon, defaultLimits);

describe('an order', () => {
  it('that needs a secret or gives one is never stored, and no other', () => {
    expect(orders.filter(isVolatile).map((order) => order.do)).toEqual([
      ...['check-code', 'check-recovery-code', 'mint-ticket', 'set-password', 'change-password'],
      ...['send-new-code', 'check-new-code'],
    ]);
  });

  it('is given with the beginning, within the time of a request', () => {
    expect(started.effects).toEqual([{ do: 'identify' }]);
    expect(started.state.until).toBe(later(noon, defaultLimits.flowSeconds));
  });

  it('whose request has ended is dropped, except to make safe and to draw', () => {
    const { state } = close(started.state, { outcome: 'cancelled', because: 'person' }, noon);
    const wanted = orders.filter((order) => isStillWanted(order, state)).map((order) => order.do);
    expect(wanted).toEqual([
      ...['void-tickets', 'end-sessions', 'show', 'confirm-contact', 'discard-contact', 'unbind-actor'],
      ...['announce-request', 'announce'],
    ]);
    expect(isStillWanted({ do: 'unlink-contact', account, contact: email.ref, report: false }, state)).toBe(true);
  });

  it('to look at a password that was sent is still wanted after another end, as long as nobody has seen it', () => {
    const page = { openedAt: noon, until: later(noon, 105) };
    const ended = close(started.state, { outcome: 'cancelled', because: 'person' }, noon).state;
    expect(isStillWanted(every['look-at-password'], ended)).toBe(false);
    expect(isStillWanted(every['look-at-password'], { ...ended, page })).toBe(true);
  });

  it('to send a code is dropped where the person has chosen another contact since', () => {
    const sending: Sending = {
      ...{ at: 'sending', account, contacts: [email, text], contact: text.ref, delayed: false },
      ...{ resendFrom: noon, until: later(noon, 900) },
    };
    expect(isStillWanted(every['send-code'], sending)).toBe(false);
    expect(isStillWanted({ do: 'send-code', account, contact: text.ref }, sending)).toBe(true);
  });
});
