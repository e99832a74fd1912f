// The state of an account by what the directory says: also where attributes contradict each other, or are not there.
import { describe, expect, it } from 'vitest';
import { instant } from '../../src/flows/ids.ts';
import { barrierOf, stateOf } from '../../src/ldap/account-state.ts';
import { decoded } from '../../src/ldap/attributes.ts';
import { sparedTries } from '../../src/ldap/old-password-tries.ts';
import type { PasswordRules } from '../../src/ldap/password-rules.ts';

const now = instant(Date.parse('2026-11-30T12:00:00Z'));
const hourMs = 3_600_000;
const ticks = (at: number): string => String((BigInt(at) + 11_644_473_600_000n) * 10_000n);
const rules: PasswordRules = {
  ...{ of: 'domain', minLength: 10, maxLength: 256, complexity: true, history: 5, minAgeMs: 0 },
  ...{ lockoutThreshold: 5, lockoutMs: 1_800_000, lockoutWindowMs: 1_800_000 },
};
const usual = {
  ...{ userAccountControl: '512', 'msDS-User-Account-Control-Computed': '0', accountExpires: '0' },
  ...{ pwdLastSet: ticks(now - 2 * hourMs), badPwdCount: '0', badPasswordTime: '0' },
};
type Values = Readonly<Record<string, string | string[]>>;
const state = (values: Values, change: Partial<PasswordRules> = {}, at: typeof now | 'not-known' = now) =>
  stateOf(decoded({ dn: 'CN=a', ...usual, ...values }), { ...rules, ...change }, at);

describe('an account', () => {
  it('with nothing special is open', () => {
    expect(state({})).toEqual({
      ...{ locked: false, disabled: false, expired: false, smartCardOnly: false, password: 'valid', changeFrom: 'now' },
      passwordSetAt: now - 2 * hourMs,
    });
    expect(barrierOf(state({}))).toBeUndefined();
  });

  it('says when its password was set, unless that is not known or never was', () => {
    expect(state({ pwdLastSet: ticks(now - 60_000) }).passwordSetAt).toBe(now - 60_000);
    for (const pwdLastSet of ['0', []]) expect(state({ pwdLastSet })).not.toHaveProperty('passwordSetAt');
  });

  it('with the time of a lock that has run out is not locked', () =>
    expect(state({ lockoutTime: ticks(now - hourMs) })).toMatchObject({ locked: false }));

  it('that is locked says until when', () => {
    const locked = { 'msDS-User-Account-Control-Computed': '16', lockoutTime: ticks(now - 60_000) };
    const since = now - 60_000;
    expect(state(locked)).toMatchObject({ locked: true, lockedSince: since, lockedUntil: since + 1_800_000 });
    expect(state(locked, { lockoutMs: 'until-lifted' })).toMatchObject({ lockedUntil: 'lifted' });
    expect(state(locked, { lockoutMs: 'not-known' })).not.toHaveProperty('lockedUntil');
    expect(state({ ...locked, lockoutTime: [] })).toMatchObject({ locked: true });
    expect(state({ ...locked, lockoutTime: [] })).not.toHaveProperty('lockedUntil');
  });

  it('that is locked and whose password has expired is both', () =>
    expect(state({ 'msDS-User-Account-Control-Computed': '8388624' })).toMatchObject({
      ...{ locked: true, password: 'expired' },
    }));

  it('need not change its password where passwords of it never expire, though it was set to', () =>
    expect(state({ pwdLastSet: '0' })).toMatchObject({ password: 'valid' }));

  it.each([
    [now - 1, true],
    [now, true],
    [now + 1, false],
  ])('expires by the clock of the directory: %i', (at, expired) =>
    expect(state({ accountExpires: ticks(at) })).toMatchObject({ expired }),
  );

  it('is not known to have expired without that clock, but never does where it has no end', () => {
    expect(state({ accountExpires: ticks(now) }, {}, 'not-known')).toMatchObject({ expired: 'not-known' });
    expect(state({ accountExpires: '9223372036854775807' }, {}, 'not-known')).toMatchObject({ expired: false });
  });

  it.each([
    ['userAccountControl', ['disabled', 'smartCardOnly']],
    ['msDS-User-Account-Control-Computed', ['locked', 'password']],
    ['accountExpires', ['expired']],
    ['pwdLastSet', ['password', 'changeFrom']],
  ])('of which %s could not be read is not known, and is left alone', (name, unknown) => {
    const seen = state({ [name]: [] });
    expect(unknown.map((field) => Object.entries(seen).find(([key]) => key === field)?.[1])).toEqual(
      unknown.map(() => 'not-known'),
    );
    expect(barrierOf(seen)).toBe('not-readable');
  });

  it.each([
    ['disabled', { userAccountControl: '514' }, 'disabled'],
    ['expired', { accountExpires: ticks(now) }, 'account-expired'],
    ['for a smart card only', { userAccountControl: '262656' }, 'smart-card'],
    ['disabled, and the rest is not known', { userAccountControl: '514', pwdLastSet: [] }, 'disabled'],
  ])('that is %s is for the helpdesk', (_what, values, barrier) => expect(barrierOf(state(values))).toBe(barrier));

  it('says from when its password may be changed', () => {
    const young = { minAgeMs: 24 * hourMs };
    expect(state({}, young).changeFrom).toBe(now + 22 * hourMs);
    expect(state({ pwdLastSet: '0', 'msDS-User-Account-Control-Computed': '8388608' }, young).changeFrom).toBe('now');
    expect(state({}, { minAgeMs: 'not-known' }).changeFrom).toBe('not-known');
  });
});

describe('the tries that an account can spare', () => {
  const spared = (values: Values, change: Partial<PasswordRules> = {}, at: typeof now | 'not-known' = now) =>
    sparedTries(decoded({ dn: 'CN=a', ...usual, ...values }), { ...rules, ...change }, at);

  it('leave one failure to its owner', () => {
    expect(spared({})).toBe(4);
    expect(spared({ badPwdCount: '3', badPasswordTime: ticks(now - 1_000) })).toBe(1);
    expect(spared({ badPwdCount: '4', badPasswordTime: ticks(now - 1_000) })).toBe(0);
    expect(spared({}, { lockoutThreshold: 1 })).toBe(0);
  });

  it('are not bounded where the directory locks nobody', () =>
    expect(spared({ badPwdCount: '900' }, { lockoutThreshold: 0 })).toBe(Number.POSITIVE_INFINITY));

  it('are as before once the failures count no more', () => {
    const failed = { badPwdCount: '4', badPasswordTime: ticks(now - 1_800_001) };
    expect(spared(failed)).toBe(4);
    expect(spared(failed, { lockoutWindowMs: 'not-known' })).toBe(0);
    expect(spared(failed, {}, 'not-known')).toBe(0);
    expect(spared({ ...failed, badPasswordTime: [] })).toBe(0);
  });

  it('are not known where failures or rules could not be read', () => {
    expect(spared({ badPwdCount: [] })).toBe('not-known');
    expect(spared({}, { lockoutThreshold: 'not-known' })).toBe('not-known');
  });
});
