// Finds the one account of a work email, and reads that account's present state. Never writes.

import type { AccountId } from '../flows/ids.ts';
import type { Outcome } from '../flows/outcome.ts';
import type { AccountFacts, FactsRead } from '../flows/policy.ts';
import type { Directory, Match } from '../flows/ports.ts';
import { beginning } from '../text/bounded-text.ts';
import { bareAddress, foldCase, foldsToAscii, mayBeOneAddress } from '../text/case-folding.ts';
import { type Account, accountFrom, readAccount } from './account.ts';
import type { AccountCache } from './account-cache.ts';
import { maskedContact } from './contacts.ts';
import { endpoints } from './endpoints.ts';
import type { CallResult } from './errors.ts';
import type { AccountLocks } from './locks.ts';
import type { Management } from './management.ts';
import { usersAnswer } from './schemas.ts';

export interface DirectoryParts {
  readonly management: Management;
  readonly locks: AccountLocks;
  readonly accountCache: AccountCache;
  /** Names of the connections whose users are employees; undefined: every database and AD connection. */
  readonly connections: readonly string[] | undefined;
}

export function createDirectory(parts: DirectoryParts): Directory {
  const { management } = parts;
  return {
    match: async (workEmail) => {
      if (foldsToAscii(workEmail)) return { ok: true, value: { is: 'none', because: 'absent' } };
      const written = bareAddress(workEmail);
      const email = foldCase(written);
      // Auth0 compares case-sensitively. It stores the addresses of database users in lower case and those of AD users as the
      // directory has them, so we search for both forms.
      const replies = await Promise.all([...new Set([email, written])].map((each) => findUsers(management, each)));
      const failed = replies.find((reply) => !reply.ok);
      if (failed !== undefined) return failed;
      const users = replies.flatMap((reply) => (reply.ok ? reply.value : []));
      const accounts = [...new Map(users.map((user) => [user.user_id, accountFrom(user)])).values()];
      return {
        ok: true,
        value: singleMatch(accounts.filter((account) => isEmployee(account, email, parts.connections))),
      };
    },
    hasAddress: async (id, address) => {
      const reply = await readAccount(management, id);
      return reply.ok ? { ok: true, value: reply.value.addresses.some((own) => mayBeOneAddress(own, address)) } : reply;
    },
    inspect: (id, reads) => inspect(id, reads, parts),
    givenName: async (id) => {
      const reply = await readAccount(management, id);
      return reply.ok ? { ok: true, value: presentable(reply.value.givenName) } : reply;
    },
  };
}

const findUsers = (management: Management, email: string) =>
  management.ask(endpoints.findUsers, usersAnswer, (client, options) =>
    client.users.listUsersByEmail({ email }, options),
  );

/**
 * Accepts only exactly this address, apart from upper and lower case, whatever Auth0 found. A passwordless user is never a work
 * account, even if the policy names its connection.
 */
function isEmployee(account: Account, email: string, connections: readonly string[] | undefined): boolean {
  if (account.email === undefined || foldCase(account.email) !== email) return false;
  if (account.provider === 'email' || account.provider === 'sms') return false;
  if (connections !== undefined) return connections.includes(account.connection);
  return account.provider === 'auth0' || account.provider === 'ad';
}

function singleMatch(accounts: readonly Account[]): Match {
  const [account, ...others] = accounts.filter((each) => each.isVerified);
  if (account === undefined) return { is: 'none', because: accounts.length === 0 ? 'absent' : 'unverified' };
  if (others.length > 0) return { is: 'none', because: 'ambiguous' };
  return { is: 'account', account: account.id, contacts: account.contacts.map(maskedContact) };
}

/**
 * Reads the account and its lock in parallel, so that an inspection takes as long as one call if the user id already shows a
 * lock.
 */
async function inspect(id: AccountId, reads: FactsRead, parts: DirectoryParts): Promise<Outcome<AccountFacts>> {
  const { management, locks, accountCache } = parts;
  const known = accountCache.read(id);
  const reading: Promise<CallResult<Account>> =
    known === undefined ? readAccount(management, id) : Promise.resolve({ ok: true, value: known });
  const [account, locked] = await Promise.all([reading, reads.locks ? locks.isLocked(id, reading) : undefined]);
  if (!account.ok) return account;
  // If an administrator blocked the account, its lock does not matter.
  if (locked === undefined || account.value.isDisabled) return { ok: true, value: factsOf(account.value) };
  if (!locked.ok) {
    accountCache.keepRead(account.value);
    return locked;
  }
  return { ok: true, value: { ...factsOf(account.value), locked: locked.value } };
}

function factsOf({ connection, appMetadata, isDisabled, isResettable }: Account): AccountFacts {
  return { connection, appMetadata, disabled: isDisabled, resettable: isResettable };
}

/** People write anything into this profile field, so it is shown only if it looks like a name. */
export function presentable(name: string | undefined): string | undefined {
  const trimmed = beginning(name ?? '', 200).trim();
  return /^\p{L}[\p{L}\p{M}'’. -]{0,39}$/u.test(trimmed) ? trimmed : undefined;
}
