// Finds the one account of a work email, and reads that account's present state. Never writes.
import type { Logger } from 'pino';
import type { AccountId } from '../flows/ids.ts';
import type { Outcome } from '../flows/outcome.ts';
import type { AccountFacts, FactsRead } from '../flows/policy.ts';
import type { Directory, Match } from '../flows/ports.ts';
import { bareAddress, foldCase, foldsToAscii, mayBeOneAddress } from '../text/case-folding.ts';
import { shownName } from '../text/shown-name.ts';
import { type Account, accountFrom, readAccount } from './account.ts';
import type { AccountCache } from './account-cache.ts';
import { contactsOf, maskedContact, missingContact } from './contacts.ts';
import { endpoints } from './endpoints.ts';
import type { CallResult } from './errors.ts';
import type { AccountLocks } from './locks.ts';
import type { Management } from './management.ts';
import { type FoundUser, usersAnswer } from './schemas.ts';

export interface DirectoryParts {
  readonly management: Management;
  readonly locks: AccountLocks;
  readonly accountCache: AccountCache;
  /** Names of the connections whose users are employees; undefined: every database and AD connection. */
  readonly connections: readonly string[] | undefined;
  /** Whether addresses of Active Directory count only if Auth0 calls them verified. */
  readonly demandsVerified: boolean;
  /** In ASCII: no contact is used at these or below them. */
  readonly ownDomains: readonly string[];
  readonly log: Logger;
}

export function createDirectory(parts: DirectoryParts): Directory {
  const { management } = parts;
  return {
    match: async (workEmail) => {
      if (foldsToAscii(workEmail)) return { ok: true, value: { is: 'none', because: 'absent' } };
      const written = bareAddress(workEmail);
      // Auth0 compares case-sensitively. It stores the addresses of database users in lower case and those of AD users as the
      // directory has them, so we search for both forms, and what both find is one set.
      const spellings = [...new Set([foldCase(written), written])];
      const replies = await Promise.all(spellings.map((each) => findUsers(management, each)));
      const failed = replies.find((reply) => !reply.ok);
      if (failed !== undefined) return failed;
      return {
        ok: true,
        value: matchAmong(
          replies.flatMap((reply) => (reply.ok ? reply.value : [])),
          written,
          parts,
        ),
      };
    },
    hasAddress: async (id, address) => {
      const reply = await readAccount(management, id);
      if (!reply.ok) return reply;
      const { addresses, hasUnreadIdentity } = reply.value;
      // An identity that cannot be read may have this address.
      return { ok: true, value: hasUnreadIdentity || addresses.some((own) => mayBeOneAddress(own, address)) };
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

/** Each user is judged alone, and counts once. */
function matchAmong(users: readonly FoundUser[], workEmail: string, parts: DirectoryParts): Match {
  const fields = [...new Set(users.flatMap((found) => (found.is === 'unreadable' ? found.fields : [])))];
  if (fields.length > 0)
    parts.log.warn({ event: 'auth0.user.unreadable', fields }, 'a user with this address is left out');
  const readable = users.flatMap((found) => (found.is === 'user' ? [accountFrom(found.user)] : []));
  const accounts = [...new Map(readable.map((account) => [account.id, account])).values()];
  const named = accounts.filter((account) => hasWorkEmail(account, foldCase(workEmail)));
  const employees = named.filter((account) => isEmployee(account, parts.connections));
  const [account, ...others] = employees.filter((each) => isBelieved(each, parts));
  if (others.length > 0) return { is: 'none', because: 'ambiguous' };
  if (account !== undefined) return asMatch(account, parts);
  if (employees.length > 0) return { is: 'none', because: 'unverified' };
  if (fields.length > 0) return { is: 'none', because: 'unreadable' };
  return { is: 'none', because: named.length > 0 ? 'other-connection' : 'absent' };
}

/**
 * Exactly this address, apart from upper and lower case, whatever Auth0 found. A passwordless user is never a work account, even
 * if the policy names its connection.
 */
function hasWorkEmail({ email, provider }: Account, workEmail: string): boolean {
  return email !== undefined && foldCase(email) === workEmail && provider !== 'email' && provider !== 'sms';
}

function isEmployee({ connection, provider }: Account, connections: readonly string[] | undefined): boolean {
  if (connections !== undefined) return connections.includes(connection);
  return provider === 'auth0' || provider === 'ad';
}

/**
 * Auth0's connector for Active Directory says nothing of verification: the company's own directory vouches for its addresses. An
 * outright `false` is somebody's decision, in the connector's profile mapper or at Auth0, and counts.
 */
function isBelieved({ isVerified, provider }: Account, { demandsVerified }: DirectoryParts): boolean {
  return isVerified ?? (provider === 'ad' && !demandsVerified);
}

function asMatch({ id, linked, email }: Account, { ownDomains }: DirectoryParts): Match {
  const contacts = contactsOf(linked, email, ownDomains).map(maskedContact);
  const match = { is: 'account', account: id, contacts } as const;
  return contacts.length > 0 ? match : { ...match, lacks: missingContact(linked, email, ownDomains) };
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
  const shown = shownName(name ?? '');
  return /^\p{L}[\p{L}\p{M}'’. -]{0,39}$/u.test(shown) ? shown : undefined;
}
