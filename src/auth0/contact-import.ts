// Contacts that an administrator has in a file. Nobody has proven them, so they are noted as unconfirmed.
import type { NewAddress } from '../flows/enrolment-ports.ts';
import { type AccountId, type ContactRef, contactRef, type Instant } from '../flows/ids.ts';
import type { Outcome } from '../flows/outcome.ts';
import { accountFrom, readAccount } from './account.ts';
import type { AccountRecords } from './account-records.ts';
import type { ContactLinks, LinkReply } from './contact-links.ts';
import { endpoints } from './endpoints.ts';
import { type CallResult, refused } from './errors.ts';
import type { Management } from './management.ts';
import { addressOf, hasLinkedAddress, isSameAddress, type PasswordlessUsers, partsOf } from './passwordless-users.ts';
import { foundUsersAnswer, usersAnswer } from './schemas.ts';

export interface ContactImportParts {
  readonly management: Management;
  readonly records: AccountRecords;
  readonly users: PasswordlessUsers;
  readonly links: ContactLinks;
}

/**
 * `already`: the account has it. `elsewhere`: it is linked to another account, which is not told. May be repeated.
 * `to`: normalised.
 */
export type ImportContact = (
  account: AccountId,
  to: NewAddress,
  at: Instant,
) => Promise<Outcome<LinkReply | { readonly is: 'already' }>>;

export function createContactImport(parts: ContactImportParts): ImportContact {
  const { management, records, users, links } = parts;

  async function importContact(account: AccountId, to: NewAddress, at: Instant): ReturnType<ImportContact> {
    const before = await readAccount(management, account);
    if (!before.ok) return before;
    const { linked, isDisabled } = before.value;
    if (hasLinkedAddress(linked, to)) return { ok: true, value: { is: 'already' } };
    if (isDisabled) return refused('the account is disabled');
    // The administrator vouches for the address; that no code has come back from it is in our own note.
    const created = await users.create(to, true);
    if (!created.ok) return created;
    const ref = created.value === 'exists' ? await looseUserOf(parts, to) : { ok: true as const, value: created.value };
    if (!ref.ok) return ref;
    if (ref.value === undefined) return { ok: true, value: { is: 'elsewhere' } };
    return links.link({ account, ref: ref.value, at, isUnconfirmed: true });
  }

  return (account, to, at) => records.inTurn(account, () => importContact(account, to, at));
}

/**
 * The passwordless user that has the address and is linked to nobody. The search is only a hint: each is read by its id. Undefined:
 * there is none, so it is linked.
 */
async function looseUserOf(
  { management, users }: ContactImportParts,
  to: NewAddress,
): Promise<CallResult<ContactRef | undefined>> {
  const found =
    to.channel === 'email'
      ? await management.ask(endpoints.findUsers, usersAnswer, (client, options) =>
          client.users.listUsersByEmail({ email: to.address }, options),
        )
      : await management.ask(endpoints.searchUsers, foundUsersAnswer, async (client, options) => {
          const q = `phone_number:"${to.address.replaceAll(/[^+\d]/g, '')}"`;
          return (await client.users.list({ q, search_engine: 'v3', per_page: 10, include_totals: true }, options))
            .response;
        });
  if (!found.ok) return found;
  const refs = found.value
    .flatMap((each) => (each.is === 'user' ? [contactRef(accountFrom(each.user).id)] : []))
    .filter((ref) => partsOf(ref)?.provider === to.channel);
  for (const ref of refs) {
    const read = await users.read(ref);
    if (!read.ok) return read;
    if (read.value.is !== 'loose' || !isSameAddress(to, addressOf(read.value.user))) continue;
    const { user } = read.value;
    if (user.isDisabled) return refused('an administrator blocked the passwordless user');
    if ((to.channel === 'email' ? user.isVerified : user.isPhoneVerified) === false) {
      return refused('an unverified passwordless user has the address; delete it, then import again');
    }
    return { ok: true, value: ref };
  }
  return { ok: true, value: undefined };
}
