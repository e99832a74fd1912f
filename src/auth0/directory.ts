// Finds the one account of a work email, and reads that account's present state. Never writes.
import type { Logger } from 'pino';
import type { EnrolledContact } from '../flows/contact.ts';
import { type AccountId, type ActorId, type Instant, livesInDirectory } from '../flows/ids.ts';
import type { Outcome } from '../flows/outcome.ts';
import type { AccountFacts, FactsRead } from '../flows/policy.ts';
import type { Clock, Directory, Match, NoMatch } from '../flows/ports.ts';
import { bareAddress, foldCase, foldsToAscii, mayBeOneAddress } from '../text/case-folding.ts';
import { shownName } from '../text/shown-name.ts';
import { type Account, accountFrom, readAccount } from './account.ts';
import type { AccountCache } from './account-cache.ts';
import { everyContact, missingContact } from './contacts.ts';
import { type EmployeeRules, hasWorkEmail, type IsSetHere, isBelieved, isEmployee } from './employees.ts';
import { endpoints } from './endpoints.ts';
import { bindingOf, boundPeople, enrolledContact, isReadable, oldestFirst } from './enrolment-record.ts';
import type { CallResult } from './errors.ts';
import type { FailedSignInFacts, ReadFailedSignIns } from './failed-sign-ins.ts';
import type { AccountLocks } from './locks.ts';
import type { Management } from './management.ts';
import { type FoundUser, usersAnswer } from './schemas.ts';

export interface DirectoryParts extends EmployeeRules {
  readonly management: Management;
  readonly locks: AccountLocks;
  readonly failedSignIns: ReadFailedSignIns;
  readonly accountCache: AccountCache;
  readonly isSetHere: IsSetHere;
  /** In ASCII: no contact is used at these or below them. */
  readonly ownDomains: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

export function createDirectory(parts: DirectoryParts): Directory {
  const { management } = parts;
  return {
    match: async (workEmail, actor) => {
      const found = await usersWith(management, workEmail);
      if (!found.ok) return found;
      return { ok: true, value: matchAmong(found.value, { workEmail: bareAddress(workEmail), actor }, parts) };
    },
    bound: async (id, actor) => {
      const reply = await readAccount(management, id);
      if (!reply.ok) return reply.failure.kind === 'absent' ? none('absent') : reply;
      if (!isEmployee(reply.value, parts)) return none('other-connection');
      const match = asMatch(reply.value, actor, parts);
      return match.binding === 'bound' ? { ok: true, value: match } : none('absent');
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
    owner: async (id) => {
      const reply = await readAccount(management, id);
      if (!reply.ok) return reply;
      const { enrolment, ...account } = reply.value;
      const people = boundPeople(enrolment, 0, parts.clock.now()) ?? [];
      const name = nameOf(account);
      return { ok: true, value: { people: people.map(({ actor }) => actor), ...(name === undefined ? {} : { name }) } };
    },
  };
}

const none = (because: NoMatch): Outcome<Match> => ({ ok: true, value: { is: 'none', because } });

/** Everybody whom Auth0 finds by this address, some of them twice. Nobody where the address could be read as another. */
export async function usersWith(management: Management, workEmail: string): Promise<Outcome<readonly FoundUser[]>> {
  if (foldsToAscii(workEmail)) return { ok: true, value: [] };
  const written = bareAddress(workEmail);
  // Auth0 compares case-sensitively. It stores the addresses of database users in lower case and those of AD users as the
  // directory has them, so we search for both forms, and what both find is one set.
  const spellings = [...new Set([foldCase(written), written])];
  const replies = await Promise.all(spellings.map((each) => findUsers(management, each)));
  const failed = replies.find((reply) => !reply.ok);
  if (failed !== undefined) return failed;
  return { ok: true, value: replies.flatMap((reply) => (reply.ok ? reply.value : [])) };
}

export const findUsers = (management: Management, email: string) =>
  management.ask(endpoints.findUsers, usersAnswer, (client, options) =>
    client.users.listUsersByEmail({ email }, options),
  );

/** Each user is judged alone, and counts once. */
export function matchAmong(
  users: readonly FoundUser[],
  { workEmail, actor }: { readonly workEmail: string; readonly actor: ActorId },
  parts: DirectoryParts,
): Match {
  const fields = [...new Set(users.flatMap((found) => (found.is === 'unreadable' ? found.fields : [])))];
  if (fields.length > 0)
    parts.log.warn({ event: 'auth0.user.unreadable', fields }, 'a user with this address is left out');
  const readable = users.flatMap((found) => (found.is === 'user' ? [accountFrom(found.user)] : []));
  const accounts = [...new Map(readable.map((account) => [account.id, account])).values()];
  const named = accounts.filter((account) => hasWorkEmail(account, foldCase(workEmail)));
  const employees = named.filter((account) => isEmployee(account, parts));
  const believed = employees.filter((each) => isBelieved(each, parts));
  const own = believed.filter(({ enrolment }) => bindingOf(enrolment, actor) === 'bound');
  // They signed in to it when they enrolled: so of several accounts with one address they have said which one is theirs.
  const [account, ...others] = own.length === 1 ? own : believed;
  if (others.length > 0) return { is: 'none', because: 'ambiguous' };
  if (account !== undefined) return asMatch(account, actor, parts);
  if (employees.length > 0) return { is: 'none', because: 'unverified' };
  if (fields.length > 0) return { is: 'none', because: 'unreadable' };
  return { is: 'none', because: named.length > 0 ? 'other-connection' : 'absent' };
}

function asMatch(account: Account, actor: ActorId, { ownDomains, clock, log }: DirectoryParts): FoundAccount {
  const { id, linked, email, enrolment } = account;
  if (!isReadable(enrolment)) warnOfRecord(log, id);
  const contacts = everyEnrolled(account, ownDomains, clock.now());
  const match = { is: 'account', account: id, binding: bindingOf(enrolment, actor), contacts } as const;
  return contacts.some(({ unusable }) => unusable === undefined)
    ? match
    : { ...match, lacks: missingContact(linked, email, ownDomains) };
}

/** All that the account has, usable or not, the oldest first: whoever does not see a contact cannot know why it is not used. */
export const everyEnrolled = (
  { linked, email, enrolment }: Account,
  ownDomains: readonly string[],
  now: Instant,
): readonly EnrolledContact[] =>
  oldestFirst(
    everyContact(linked, email, ownDomains).map(({ unusable, ...each }) => ({
      ...enrolledContact(each, enrolment, now),
      ...(unusable === undefined ? {} : { unusable }),
    })),
  );

type FoundAccount = Extract<Match, { is: 'account' }>;

export const warnOfRecord = (log: Logger, account: AccountId): void =>
  log.warn(
    {
      event: 'auth0.enrolment.unreadable',
      account,
      remedy: 'Repair app_metadata.latchkey of this account, or remove it.',
    },
    'the record of an account’s enrolment cannot be read; its contacts rest',
  );

/**
 * Reads the account, its lock and what explains the lock in parallel, so that an inspection takes as long as one call if the user id
 * already shows a lock.
 */
async function inspect(id: AccountId, reads: FactsRead, parts: DirectoryParts): Promise<Outcome<AccountFacts>> {
  const { management, locks, failedSignIns, accountCache } = parts;
  const known = accountCache.read(id);
  const reading: Promise<CallResult<Account>> =
    known === undefined ? readAccount(management, id) : Promise.resolve({ ok: true, value: known.account });
  const looking = reads.locks ? locks.isLocked(id, reading) : undefined;
  const explaining = reads.locks ? (known?.explaining ?? failedSignIns(id, reading)) : undefined;
  const [account, locked] = await Promise.all([reading, looking]);
  if (!account.ok) return account;
  // If an administrator blocked the account, its lock does not matter.
  if (locked === undefined || account.value.isDisabled)
    return { ok: true, value: factsOf(account.value, reads, parts.isSetHere) };
  if (!locked.ok) {
    accountCache.keepRead({ account: account.value, explaining });
    return locked;
  }
  const facts = { ...factsOf(account.value, reads, parts.isSetHere), locked: locked.value };
  // Where nothing is locked, nothing is explained, and nobody waits for it.
  return { ok: true, value: locked.value ? { ...facts, ...lockBy(await explaining) } : facts };
}

const lockBy = (known: FailedSignInFacts = {}): Pick<AccountFacts, 'lock'> =>
  known.signIns === undefined ? {} : { lock: { of: 'provider', ...known } };

/** A ticket needs an address; a password that is set from here needs none. */
function choosesPassword(
  account: Account,
  { password }: FactsRead,
  isSetHere: IsSetHere,
): AccountFacts['choosesPassword'] {
  // The connector replaces a password, and looks at no old one.
  const isForReset = password === 'known' && livesInDirectory(account.id);
  if (isSetHere(account) && !isForReset) return 'here';
  return account.isResettable ? 'at-provider' : 'nowhere';
}

function factsOf(account: Account, reads: FactsRead, isSetHere: IsSetHere): AccountFacts {
  const { actor } = reads;
  const { connection, appMetadata, isMultifactor, isDisabled, enrolment } = account;
  const binding = actor === undefined ? {} : { binding: bindingOf(enrolment, actor) };
  return {
    connection,
    appMetadata,
    multifactor: isMultifactor,
    disabled: isDisabled,
    choosesPassword: choosesPassword(account, reads, isSetHere),
    ...binding,
  };
}

/** The whole name; else the given name and the family name. An address is none, nor anything else that does not look like a name. */
function nameOf({ fullName, givenName, familyName }: Pick<Account, 'fullName' | 'givenName' | 'familyName'>) {
  const parts = [givenName, familyName].flatMap((part) => presentable(part) ?? []);
  return wholeName(fullName) ?? wholeName(parts.join(' '));
}

/** Also as directories write it: `Doe, Jane (Berlin)`. */
function wholeName(name: string | undefined): string | undefined {
  const shown = shownName(name ?? '');
  return /^\p{L}[\p{L}\p{M}'’.,() -]*…?$/u.test(shown) ? shown : undefined;
}

/** People write anything into this profile field, so it is shown only if it looks like a name. */
export function presentable(name: string | undefined): string | undefined {
  const shown = shownName(name ?? '');
  return /^\p{L}[\p{L}\p{M}'’. -]{0,39}$/u.test(shown) ? shown : undefined;
}
