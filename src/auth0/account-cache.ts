// What one step reads from Auth0 and a later step needs again. In memory only, for minutes; after a restart it is read again.

import { createExpiringMap } from '../concurrency/expiring-map.ts';
import type { AccountId, ContactRef } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import type { Account } from './account.ts';
import type { Contact } from './contacts.ts';
import type { FailedSignInFacts } from './failed-sign-ins.ts';

export interface AccountCache {
  /** Call it when a code is sent: checking the code needs the contact's address. */
  keep(account: AccountId, contacts: readonly Contact[]): void;
  contact(account: AccountId, ref: ContactRef): Contact | undefined;
  /** Call it when an inspection fails after the account was read: the next try uses that read, and what explains its lock. */
  keepRead(read: ReadAccount): void;
  read(account: AccountId): ReadAccount | undefined;
}

interface ReadAccount {
  readonly account: Account;
  readonly explaining?: Promise<FailedSignInFacts> | undefined;
}

/** Longer than a code is valid, resends included. */
const contactMs = 600_000;
/**
 * The usual length of a pause that Auth0 asks for in the limit group of the locks. Unlocking and tickets read the account again,
 * so an account that is disabled meanwhile is noticed.
 */
const readMs = 60_000;
/** Enough for a Monday morning at a large company. An entry has a few kilobytes at most. */
const atMost = 2_000;

export function createAccountCache(clock: Clock): AccountCache {
  const contacts = createExpiringMap<AccountId, readonly Contact[]>({ forMs: contactMs, atMost, now: clock.now });
  const accounts = createExpiringMap<AccountId, ReadAccount>({ forMs: readMs, atMost, now: clock.now });
  return {
    keep: (account, found) => contacts.set(account, found),
    contact: (account, ref) => contacts.get(account)?.find((each) => each.ref === ref),
    keepRead: (read) => accounts.set(read.account.id, read),
    read: accounts.get,
  };
}
