// Where the owner of an account learns that its contacts were changed: all its email contacts but a new one, and its work address.
// Read at the moment of writing, and kept nowhere.
import { usableFrom } from '../flows/contact.ts';
import type { Instant } from '../flows/ids.ts';
import type { NoticeAddress, NoticeAddresses } from '../flows/notice-addresses.ts';
import { foldAddress } from '../text/case-folding.ts';
import { isMailAddress } from '../text/mail-address.ts';
import { type Account, readAccount } from './account.ts';
import { type Contact, contactsOf, maskedContact } from './contacts.ts';
import { type EnrolmentRecord, enrolledContact, withoutRemovalOf } from './enrolment-record.ts';
import type { Management } from './management.ts';

export interface NoticeAddressesParts {
  readonly management: Management;
  /** How long a new contact rests, unless it was the first. */
  readonly coolOffHours: number;
}

export function createNoticeAddresses({ management, coolOffHours }: NoticeAddressesParts): NoticeAddresses {
  const mayDisownAt = (contact: Contact, record: EnrolmentRecord, at: Instant): boolean =>
    usableFrom(enrolledContact(maskedContact(contact), record, at), { coolOffHours }, at) === undefined;
  return {
    addressOf: async (account, contact, at) => {
      const reply = await readAccount(management, account);
      if (!reply.ok) return reply;
      const found = contactsOf(reply.value.linked, undefined).find(({ ref }) => ref === contact);
      if (found?.channel !== 'email' || !isMailAddress(found.address)) return { ok: true, value: undefined };
      // It may be an attacker's, whom the owner is taking out.
      const mayDisown = mayDisownAt(found, withoutRemovalOf(reply.value.enrolment, contact), at);
      return { ok: true, value: { address: found.address, mayDisown } };
    },
    noticeAddresses: async ({ account, what, contact, at }) => {
      const reply = await readAccount(management, account);
      if (!reply.ok) return reply;
      // Contacts at the company's own domains cannot be used for recovery, but their owner reads mail there. No domain is left out.
      const others = contactsOf(reply.value.linked, undefined)
        .filter(({ channel, ref }) => channel === 'email' && !(what === 'added' && ref === contact?.ref))
        .map((each) => ({ address: each.address, mayDisown: mayDisownAt(each, reply.value.enrolment, at) }));
      return { ok: true, value: eachOnce([...others, ...workAddress(reply.value)]) };
    },
  };
}

/** Whoever can read an address that Auth0 calls unverified may be somebody else. */
const workAddress = ({ email, isVerified }: Account): readonly NoticeAddress[] =>
  email === undefined || isVerified === false ? [] : [{ address: email, mayDisown: true }];

/** Of two forms of one address the one that says more counts. */
function eachOnce(found: readonly NoticeAddress[]): readonly NoticeAddress[] {
  const inOrder = found
    .filter(({ address }) => isMailAddress(address))
    .toSorted((one, other) => Number(one.mayDisown) - Number(other.mayDisown));
  return [...new Map(inOrder.map((each) => [foldAddress(each.address), each])).values()];
}
