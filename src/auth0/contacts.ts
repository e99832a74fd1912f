// An account's enrolled contacts: its linked passwordless identities. Addresses stay in this folder; only masked forms leave it.
import type { UnusableBecause } from '../flows/contact.ts';
import { type ContactRef, contactRef } from '../flows/ids.ts';
import type { NoContact } from '../flows/ports.ts';
import type { Channel, MaskedContact } from '../flows/state.ts';
import { unreachable } from '../flows/unreachable.ts';
import { foldsToAscii } from '../text/case-folding.ts';
import { domainOf, isOwnDomain } from '../text/mail-domain.ts';
import { maskEmail, maskPhone } from '../text/masked-address.ts';
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
 * that another system could read as somebody else's; and addresses at the company's own domains, see `isOwnDomain`. A person who
 * is locked out cannot read mail there, and a person who can read it has proven nothing.
 */
export const contactsOf = (
  linked: readonly IdentityAnswer[],
  workEmail: string | undefined,
  ownDomains: readonly string[] = [],
): readonly Contact[] =>
  linked.flatMap((identity) => {
    const examined = examine(identity, workEmail, ownDomains);
    return examined?.is === 'contact' ? [examined.contact] : [];
  });

/** Why none of the identities is a contact, for the operator: the reason that is easiest to remedy comes first. */
export function missingContact(
  linked: readonly IdentityAnswer[],
  workEmail: string | undefined,
  ownDomains: readonly string[] = [],
): NoContact {
  const found = linked.map((identity) => examine(identity, workEmail, ownDomains));
  const reasons = found.flatMap((each) => (each?.is === 'unusable' ? [each.because] : []));
  const inOrder = ['own-domain-contact', 'unverified-contact', 'unusable-contact'] as const;
  return inOrder.find((reason) => reasons.includes(reason)) ?? 'no-contact';
}

/** Those that are never offered, with the reason, for the operator. */
export const examinedContacts = (
  linked: readonly IdentityAnswer[],
  workEmail: string | undefined,
  ownDomains: readonly string[] = [],
) =>
  linked.flatMap((identity) => {
    const examined = examine(identity, workEmail, ownDomains);
    if (examined?.is !== 'unusable') return [];
    const { because } = examined;
    return everyContact([identity], workEmail, ownDomains).map(({ channel, masked }) => ({ channel, masked, because }));
  });

type Examined =
  | { readonly is: 'contact'; readonly contact: Contact }
  | { readonly is: 'unusable'; readonly because: Exclude<NoContact, 'no-contact'> };

const unusable = (because: Exclude<NoContact, 'no-contact'>): Examined => ({ is: 'unusable', because });

/** Undefined: an identity of another kind, which is no contact whatever it holds. */
function examine(
  { provider, user_id: identityId, profileData }: IdentityAnswer,
  workEmail: string | undefined,
  ownDomains: readonly string[],
): Examined | undefined {
  if (provider !== 'email' && provider !== 'sms') return undefined;
  const isMail = provider === 'email';
  if ((isMail ? profileData?.email_verified : profileData?.phone_verified) === false) {
    return unusable('unverified-contact');
  }
  const address = isMail ? profileData?.email : profileData?.phone_number;
  if (address === undefined || foldsToAscii(address)) return unusable('unusable-contact');
  const masked = isMail ? maskEmail(address) : maskPhone(address);
  if (masked === undefined) return unusable('unusable-contact');
  if (isMail) {
    const domain = domainOf(address);
    if (domain === '') return unusable('unusable-contact');
    if (isOwnDomain(domain, domainOf(workEmail ?? ''), ownDomains)) return unusable('own-domain-contact');
  }
  const ref = contactRef(`${provider}|${identityId}`);
  return { is: 'contact', contact: { ref, channel: provider, address, masked, identityId } };
}

/**
 * Every passwordless identity of these, also those that are no contacts, for its owner's list: what is not seen there cannot be
 * removed. An address that cannot be shown is hidden whole.
 */
export const everyContact = (
  linked: readonly IdentityAnswer[],
  workEmail: string | undefined,
  ownDomains: readonly string[],
): readonly (MaskedContact & { readonly unusable?: UnusableBecause })[] =>
  linked.flatMap((identity) => {
    const { provider, user_id: identityId, profileData } = identity;
    if (provider !== 'email' && provider !== 'sms') return [];
    const unusable = whyUnusable(identity, workEmail, ownDomains);
    const shown =
      provider === 'email' ? maskEmail(profileData?.email ?? '') : maskPhone(profileData?.phone_number ?? '');
    return [
      {
        ...{ ref: contactRef(`${provider}|${identityId}`), channel: provider, masked: shown ?? '•••' },
        ...(unusable === undefined ? {} : { unusable }),
      },
    ];
  });

function whyUnusable(
  identity: IdentityAnswer,
  workEmail: string | undefined,
  ownDomains: readonly string[],
): UnusableBecause | undefined {
  const examined = examine(identity, workEmail, ownDomains);
  if (examined?.is !== 'unusable') return undefined;
  switch (examined.because) {
    case 'own-domain-contact':
      return examine(identity, workEmail, [])?.is === 'unusable' ? 'own-domain' : 'blocked-domain';
    case 'unverified-contact':
      return 'unverified';
    case 'unusable-contact':
      return 'unclear';
    default:
      return unreachable(examined.because);
  }
}

export const maskedContact = ({ ref, channel, masked }: Contact): MaskedContact => ({ ref, channel, masked });
