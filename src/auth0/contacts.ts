// An account's enrolled contacts: its linked passwordless identities. Addresses stay in this folder; only masked forms leave it.
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
 * The contacts among the identities other than the main one. Left out are identities that are explicitly unverified; addresses
 * that another system could read as somebody else's; and addresses at the domain of the work email. A person who is locked out
 * cannot read mail there, and a person who can read it has proven nothing.
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

/** `j•••@g•••.com`: first letters and the last label. Undefined if it is not an address. */
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

/** `•••12`: the last two digits. Undefined if the number is too short to hide anything. */
export function maskPhone(number: string): string | undefined {
  if (number.length > addressCharsAtMost) return undefined;
  const digits = number.replaceAll(/\D/g, '');
  return digits.length < 6 ? undefined : `${hidden}${digits.slice(-2)}`;
}

/** In the ASCII form that DNS uses: `münchen.example` becomes `xn--mnchen-3ya.example`. Empty if it is not a domain. */
const domainOf = (address: string): string =>
  domainToASCII(beginning(address.slice(address.lastIndexOf('@') + 1), addressCharsAtMost));

/** To treat two different domains as one is safe here: it can only remove a contact. */
const isElsewhere = (domain: string, workDomain: string): boolean => domain !== '' && domain !== workDomain;
