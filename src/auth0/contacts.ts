// An account's enrolled contacts: its linked passwordless identities. Knows addresses, hands on only masks.
import { domainToASCII } from 'node:url';
import { type ContactRef, contactRef } from '../flows/ids.ts';
import type { Channel, MaskedContact } from '../flows/state.ts';
import { beginning } from '../text/bounded-text.ts';
import { foldsToAscii } from '../text/case-folding.ts';
import type { IdentityAnswer } from './schemas.ts';

/** A contact with its address. Never leaves this folder, a log line or an error. */
export interface Contact {
  readonly ref: ContactRef;
  readonly channel: Channel;
  readonly address: string;
  readonly masked: string;
  /** The identity's own id, without the provider. */
  readonly identityId: string;
}

/**
 * Of the identities beside the main one. Left out: what is explicitly unverified, what another system would read as somebody
 * else's, and addresses at the domain of the work email. Who is locked out cannot read those, and who can read them has
 * proven nothing.
 */
export function contactsOf(secondary: readonly IdentityAnswer[], workEmail: string | undefined): readonly Contact[] {
  const workDomain = domainOf(workEmail ?? '');
  return secondary
    .map(contactOf)
    .filter((contact) => contact !== undefined)
    .filter(({ channel, address }) => channel === 'sms' || isElsewhere(domainOf(address), workDomain));
}

function contactOf({ provider, user_id: identityId, profileData }: IdentityAnswer): Contact | undefined {
  const ref = contactRef(`${provider}|${identityId}`);
  if (provider === 'email') {
    const address = profileData?.email;
    const masked = address === undefined || profileData?.email_verified === false ? undefined : maskEmail(address);
    return address === undefined || masked === undefined || foldsToAscii(address)
      ? undefined
      : { ref, channel: 'email', address, masked, identityId };
  }
  if (provider === 'sms') {
    const address = profileData?.phone_number;
    const masked = address === undefined || profileData?.phone_verified === false ? undefined : maskPhone(address);
    return address === undefined || masked === undefined || foldsToAscii(address)
      ? undefined
      : { ref, channel: 'sms', address, masked, identityId };
  }
  return undefined;
}

export const maskedContact = ({ ref, channel, masked }: Contact): MaskedContact => ({ ref, channel, masked });

const hidden = '•••';
/** No address and no number is longer (RFC 5321). */
const addressCharsAtMost = 320;

/** `j•••@g•••.com`: first letters and the last label. Undefined for what is no address. */
export function maskEmail(address: string): string | undefined {
  if (address.length > addressCharsAtMost) return undefined;
  const at = address.lastIndexOf('@');
  const [local = ''] = address.slice(0, Math.max(at, 0));
  const labels = address.slice(at + 1).split('.');
  const [first = ''] = labels[0] ?? '';
  const last = labels.at(-1) ?? '';
  if (at < 1 || labels.length < 2 || labels.includes('')) return undefined;
  return `${local}${hidden}@${first}${hidden}.${last}`;
}

/** `•••12`: the last two digits. Undefined for what is too short to hide anything. */
export function maskPhone(number: string): string | undefined {
  if (number.length > addressCharsAtMost) return undefined;
  const digits = number.replaceAll(/\D/g, '');
  return digits.length < 6 ? undefined : `${hidden}${digits.slice(-2)}`;
}

/** As the domain name system has it, where `münchen.example` is `xn--mnchen-3ya.example`. Empty: no domain at all. */
const domainOf = (address: string): string =>
  domainToASCII(beginning(address.slice(address.lastIndexOf('@') + 1), addressCharsAtMost));

/** Here reading two domains as one is the careful way: it only takes a contact away. */
const isElsewhere = (domain: string, workDomain: string): boolean => domain !== '' && domain !== workDomain;
