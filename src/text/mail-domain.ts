// The domain of a mail address, and whether it is the company's: a person who is locked out cannot read mail there, and a person
// who can read it has proven nothing.
import { domainToASCII } from 'node:url';
import { beginning } from './bounded-text.ts';

/** No address is longer (RFC 5321). */
const addressCharsAtMost = 320;

/** In the ASCII form that DNS uses: `münchen.example` becomes `xn--mnchen-3ya.example`. Empty if it is not a domain. */
export const domainOf = (address: string): string =>
  domainToASCII(beginning(address.slice(address.lastIndexOf('@') + 1), addressCharsAtMost));

/**
 * The company's own are: the domain of the work address and everything below it; everything at or below the domains that the
 * policy names; and the domains above the work address's, exactly: `acme.example` for `jane@mail.acme.example`. Nobody has a
 * mailbox at `co.uk` itself, so this needs no list of public suffixes. To treat a foreign domain as the company's is safe here:
 * it can only remove a contact. All domains are in ASCII.
 */
export function isOwnDomain(domain: string, workDomain: string, ownDomains: readonly string[]): boolean {
  if (workDomain === '') return ownDomains.some((own) => isWithin(domain, own));
  return isWithin(workDomain, domain) || [workDomain, ...ownDomains].some((own) => isWithin(domain, own));
}

const isWithin = (domain: string, parent: string): boolean => domain === parent || domain.endsWith(`.${parent}`);
