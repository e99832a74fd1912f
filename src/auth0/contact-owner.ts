// Whose an address is, for a trial that changes nothing. Auth0's search is some seconds behind, so nothing is ever linked, or left
// out, because of this answer.
import type { NewAddress } from '../flows/enrolment-ports.ts';
import type { AccountId } from '../flows/ids.ts';
import type { Outcome } from '../flows/outcome.ts';
import { accountFrom, readAccount } from './account.ts';
import { endpoints } from './endpoints.ts';
import { refused } from './errors.ts';
import type { Management } from './management.ts';
import { hasLinkedAddress } from './passwordless-users.ts';
import { foundUsersAnswer } from './schemas.ts';

/** `to`: normalised. `elsewhere`: it is linked to another account, which is not told. */
export type OwnerOfContact = (
  account: AccountId,
  to: NewAddress,
) => Promise<Outcome<'nobody' | 'this-account' | 'elsewhere'>>;

export function createOwnerOfContact(management: Management): OwnerOfContact {
  return async (account, to) => {
    const own = await readAccount(management, account);
    if (!own.ok) return own;
    if (hasLinkedAddress(own.value.linked, to)) return { ok: true, value: 'this-account' };
    if (own.value.isDisabled) return refused('the account is disabled');
    const field = to.channel === 'email' ? 'email' : 'phone_number';
    const q = `identities.profileData.${field}:"${quotable(to.address)}"`;
    const found = await management.ask(endpoints.searchUsers, foundUsersAnswer, async (client, options) => {
      const page = await client.users.list({ q, search_engine: 'v3', per_page: 10, include_totals: true }, options);
      return page.response;
    });
    if (!found.ok) return found;
    const isElsewhere = found.value.some((each) => each.is === 'user' && isOthers(each.user));
    return { ok: true, value: isElsewhere ? 'elsewhere' : 'nobody' };

    function isOthers(user: Parameters<typeof accountFrom>[0]): boolean {
      const { id, linked } = accountFrom(user);
      return id !== account && hasLinkedAddress(linked, to);
    }
  };
}

/** In a query these two would end the quotation. No address that is taken has them. */
export const quotable = (address: string): string => address.replaceAll(/["\\]/g, '');
