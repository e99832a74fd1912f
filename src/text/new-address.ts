// Reads the address or number that somebody wants to recover with: one normal form, or the reason why it is not taken. What is
// taken here is asked for a code afterwards; nothing here proves whose it is.
import { domainToASCII } from 'node:url';
import { normalized } from './bounded-text.ts';
import { lowerCased } from './case-folding.ts';
import { isMailAddress } from './mail-address.ts';
import { domainOf, isOwnDomain } from './mail-domain.ts';

/** Why an address or number is not taken: the same words as `AddressRefusal` of the flows. */
export type ReasonNotTaken =
  | 'empty'
  | 'malformed'
  | 'own-domain'
  | 'blocked-domain'
  | 'country'
  | 'not-a-mobile'
  | 'already-yours';

export interface AddressRules {
  /** The person's address at work, as their platform or the file says it: nothing at its domain is taken. */
  readonly workEmail: string;
  /** The domain of the account's own address, in ASCII, where that may be another one. Empty: none. */
  readonly accountDomain?: string;
  /** In ASCII. Nothing at or below them is taken. */
  readonly blockedDomains: readonly string[];
  /** ISO 3166. A number without a country code belongs to the first. Absent: all, and each number needs its country code. */
  readonly phoneCountries?: readonly string[];
}

export type ReadAddress =
  | { readonly is: 'taken'; readonly address: { readonly channel: 'email' | 'sms'; readonly address: string } }
  | { readonly is: 'not-taken'; readonly because: ReasonNotTaken };

/** `typed`: as the person typed it, however long. */
export async function readNewAddress(
  channel: 'email' | 'sms',
  typed: string,
  rules: AddressRules,
): Promise<ReadAddress> {
  if (typed.length > charsAtMost) return refused('malformed');
  const bare = typed.trim();
  if (bare === '') return refused('empty');
  return channel === 'email' ? readMail(bare, rules) : await readPhone(bare, rules.phoneCountries);
}

/** Longer than every address with some space around it. */
const charsAtMost = 400;
/** RFC 5321, 4.5.3.1: 64 octets before the `@`, and 254 in all (erratum 1690). RFC 1035: 63 in each label. */
const localBytesAtMost = 64;
const addressBytesAtMost = 254;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** A last label that begins with a digit would make it an IP address. */
const lastLabel = /^[a-z]/;

const refused = (because: ReasonNotTaken): ReadAddress => ({ is: 'not-taken', because });

function readMail(bare: string, { workEmail, accountDomain = '', blockedDomains }: AddressRules): ReadAddress {
  if (!isMailAddress(bare)) return refused('malformed');
  const at = bare.lastIndexOf('@');
  const local = lowerCased(bare.slice(0, at));
  const domain = domainToASCII(bare.slice(at + 1));
  if (!isRealDomain(domain)) return refused('malformed');
  const address = `${local}@${domain}`;
  if (Buffer.byteLength(local) > localBytesAtMost || Buffer.byteLength(address) > addressBytesAtMost)
    return refused('malformed');
  if (isOwnDomain(domain, domainOf(workEmail), []) || isOwnDomain(domain, accountDomain, []))
    return refused('own-domain');
  if (isOwnDomain(domain, '', blockedDomains)) return refused('blocked-domain');
  return { is: 'taken', address: { channel: 'email', address } };
}

function isRealDomain(domain: string): boolean {
  const labels = domain.split('.');
  return labels.every((one) => label.test(one)) && lastLabel.test(labels.at(-1) ?? '');
}

/** Longer than every number with spaces, brackets and dashes. The longest has 15 digits (E.164). */
const phoneCharsAtMost = 60;
/** A number that is copied out of an address book often has marks of direction around it. They say nothing about the number. */
const unseen = /[\p{Cf}]/gu;

/** Where no text arrives for certain, or where it costs the company extra. Mobile, shared with landlines, and Internet remain. */
const notTexted: ReadonlySet<string> = new Set([
  'FIXED_LINE',
  'PREMIUM_RATE',
  'TOLL_FREE',
  'SHARED_COST',
  'PERSONAL_NUMBER',
  'PAGER',
  'UAN',
  'VOICEMAIL',
]);

/**
 * The tables of all countries are 18 MB and take 55 ms to load, so they are loaded with the first number. They age: a number that
 * they only do not know yet (`isValid`) is taken. Where the policy names countries, a number of which the country cannot be told
 * is refused: `+1` alone may be 25 countries, some of them dear.
 */
async function readPhone(bare: string, countries: readonly string[] | undefined): Promise<ReadAddress> {
  if (bare.length > phoneCharsAtMost) return refused('malformed');
  const { isSupportedCountry, parsePhoneNumberFromString } = await import('libphonenumber-js/max');
  const home = countries?.[0];
  const number = parsePhoneNumberFromString(normalized(bare, phoneCharsAtMost).replace(unseen, ''), {
    extract: false,
    ...(home !== undefined && isSupportedCountry(home) ? { defaultCountry: home } : {}),
  });
  if (number === undefined) return refused('malformed');
  const type = number.getType();
  if (number.ext !== undefined || !number.isPossible() || (type !== undefined && notTexted.has(type)))
    return refused('not-a-mobile');
  if (countries !== undefined && !countries.includes(number.country ?? '')) return refused('country');
  return { is: 'taken', address: { channel: 'sms', address: number.number } };
}
