// Tells the owner of an account by mail that an administrator has added a contact from a file. No request stands behind it, so
// there is nothing to press: the helpdesk takes such a contact out.
import type { ContactRules } from '../flows/contact.ts';
import type { NewAddress } from '../flows/enrolment-ports.ts';
import { type AccountId, type Instant, later } from '../flows/ids.ts';
import { hourSeconds } from '../flows/limits.ts';
import { type Outcome, success } from '../flows/outcome.ts';
import { foldAddress } from '../text/case-folding.ts';
import { maskEmail, maskPhone } from '../text/masked-address.ts';
import { noticeMail } from './notice-mail.ts';
import { createSender, type NoticesParts, noticeId, spoken, summary } from './notices.ts';

export interface ImportedContact {
  readonly account: AccountId;
  readonly address: NewAddress;
  readonly at: Instant;
  /** By what was written down when it was linked. */
  readonly rests: boolean;
}

/** `unavailable`: no mail is set up, or no address is known but the new one. The new contact itself is not told. */
export type TellImported = (contact: ImportedContact) => Promise<Outcome<'sent' | 'unavailable'>>;

export function createImportNotices(
  parts: NoticesParts,
  { coolOffHours, unconfirmed }: Pick<ContactRules, 'coolOffHours' | 'unconfirmed'>,
): TellImported {
  const { mail, addresses, words } = parts;
  if (mail === undefined) return async () => success('unavailable');
  const send = createSender(parts, mail);
  return async ({ account, address, at, rests }) => {
    // Asked for as at a removal: then the new one is among them, whatever its id.
    const known = await addresses.noticeAddresses({ account, what: 'removed', at });
    if (!known.ok) return known;
    const others = known.value.filter((to) => foldAddress(to.address) !== foldAddress(address.address));
    if (others.length === 0) return success('unavailable');
    const masked = (address.channel === 'email' ? maskEmail : maskPhone)(address.address) ?? '•••';
    const usable = rests && coolOffHours > 0 ? { usableFrom: later(at, coolOffHours * hourSeconds) } : {};
    const notice = words.contactChanged({
      ...{ what: 'added', at, mayDisown: false, contact: { channel: address.channel, masked } },
      ...usable,
      ...(unconfirmed === 'not-usable' ? { mustBeConfirmed: true } : {}),
      ...spoken(parts),
    });
    const mailText = noticeMail(notice, words.language, '');
    const change = `${account} ${address.channel} ${address.address} ${at}`;
    return summary(
      await Promise.all(others.map((to) => send({ ...mailText, to: to.address, id: noticeId(change, to) }))),
    );
  };
}
