// After a request has ended: may a new password have been set of which the person has not been told?
import { describe, expect, it } from 'vitest';
import { instant } from '../../src/flows/ids.ts';
import { isPageUnseen } from '../../src/flows/reset.ts';
import type { Closed } from '../../src/flows/state.ts';
import { isStoreUnavailable } from '../../src/flows/store.ts';

const at = instant(1_000);
const ended: Closed = {
  at: 'closed',
  ending: { outcome: 'cancelled', because: 'person' },
  closedAt: at,
  approvals: [],
  helpdeskKnows: false,
};
const page = { openedAt: at, until: instant(2_000) };

describe('a change of the password after the end', () => {
  it('may have happened where the page had been opened', () => {
    expect(isPageUnseen({ ...ended, page })).toBe(true);
  });

  it('cannot have happened where the page was never opened', () => {
    expect(isPageUnseen(ended)).toBe(false);
  });

  it('has been told where the request ended with it', () => {
    const change = { changedAt: at, sessions: 'asked' as const };
    const ending = { outcome: 'done' as const, because: 'password-changed' as const, ...change };
    expect(isPageUnseen({ ...ended, page, ending })).toBe(false);
  });

  it('has been told where it was seen later', () => {
    expect(isPageUnseen({ ...ended, page, lateChange: { changedAt: at, sessions: 'asked' } })).toBe(false);
  });
});

describe('an error of the store', () => {
  it('is known by its name, and no other error is', () => {
    expect(isStoreUnavailable(Object.assign(new Error('locked'), { name: 'StoreUnavailable' }))).toBe(true);
    expect(isStoreUnavailable(new Error('StoreUnavailable'))).toBe(false);
    expect(isStoreUnavailable('StoreUnavailable')).toBe(false);
  });
});
