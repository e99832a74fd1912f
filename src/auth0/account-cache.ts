// What one step has read and the next one needs. In memory only and not for long; a process that has forgotten reads again.

import { createExpiringMap } from '../concurrency/expiring-map.ts';
import type { AccountId, ContactRef } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import type { Account } from './account.ts';
import type { Contact } from './contacts.ts';

export interface AccountCache {
  /** A code was sent: its address is needed when it comes back. */
  keep(account: Account): void;
  contact(account: AccountId, ref: ContactRef): Contact | undefined;
  /** An inspection was refused half-way: what it had read of the account is good for the next try. */
  keepRead(account: Account): void;
  read(account: AccountId): Account | undefined;
}

/** Longer than a code lives, with its resends. */
const contactMs = 600_000;
/** As long as a pause that Auth0 asks for in the group of locks usually is: whoever is disabled meanwhile is found so before the act. */
const readMs = 60_000;
/** A Monday morning of a large company; some kilobytes each at most. */
const atMost = 2_000;

export function createAccountCache(clock: Clock): AccountCache {
  const contacts = createExpiringMap<AccountId, readonly Contact[]>({ forMs: contactMs, atMost, now: clock.now });
  const accounts = createExpiringMap<AccountId, Account>({ forMs: readMs, atMost, now: clock.now });
  return {
    keep: (account) => contacts.set(account.id, account.contacts),
    contact: (account, ref) => contacts.get(account)?.find((each) => each.ref === ref),
    keepRead: (account) => accounts.set(account.id, account),
    read: accounts.get,
  };
}
