// How names that identify somebody are compared: A–Z without regard to case, everything else exactly.
// No other code may lower-case, upper-case or normalise such a name: two different names could become one. Looser folding
// serves only to suspect that two names mean one person, see `mayBeOneAddress`.

import { domainToASCII } from 'node:url';
import { normalized, precomposed, withoutEnd } from './bounded-text.ts';

/** Longer than every address (RFC 5321 allows 254 characters) and every id. */
const nameCharsAtMost = 1_024;

/** A–Z become a–z, and nothing else changes. `toLowerCase` would turn the Kelvin sign, U+212A, into a `k` (CVE-2019-19844). */
export const foldCase = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/**
 * An address of which `foldsToAscii` is false, as Auth0 stores it: in lower case and composed. Never for comparing with a name that
 * was not made by this function.
 */
export const lowerCased = (address: string): string =>
  precomposed(precomposed(address, nameCharsAtMost).toLowerCase(), nameCharsAtMost);

/** Removes the spaces that a form left around an address. Other white space is part of the address. */
export const bareAddress = (address: string): string => withoutEnd(address.replace(/^ +/, ''), ' ');

/** An e-mail address in the form in which it is compared. */
export const foldAddress = (address: string): string => foldCase(bareAddress(address));

/**
 * Whether a system that folds more than we do could read another name: a character beyond ASCII becomes an ASCII one when it is
 * lower-cased, upper-cased or normalised, such as K (U+212A), ſ, ı, İ, ß, ﬁ or a full-width letter. Such a name is never trusted,
 * and neither is one that is too long. Accented letters are allowed: `ö` is decomposed by NFKD only, and never becomes a bare
 * `o`.
 */
export const foldsToAscii = (name: string): boolean =>
  name.length > nameCharsAtMost ||
  [...name].some((character) => !hasAscii.test(character) && formsOf(character).some((form) => hasAscii.test(form)));

/**
 * Whether two addresses might be one mailbox for a mail server, which may fold more than we do: case in all alphabets, ways to
 * write accents, invisible characters, the two ways to write a domain. Use it only to suspect that two people are one, never as
 * proof.
 */
export const mayBeOneAddress = (one: string, other: string): boolean =>
  one.length > nameCharsAtMost || other.length > nameCharsAtMost || looselyFolded(one) === looselyFolded(other);

function looselyFolded(address: string): string {
  const composed = normalized(address, nameCharsAtMost).replace(/[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/gu, '');
  const at = composed.lastIndexOf('@');
  const domain = composed.slice(at + 1);
  const folded = composed
    .slice(0, at + 1)
    .toUpperCase()
    .toLowerCase();
  return `${folded}${domainToASCII(domain) || domain.toUpperCase().toLowerCase()}`;
}

const hasAscii = /[\0-\x7f]/;

function formsOf(character: string): readonly string[] {
  const composed = normalized(character, 32);
  return [composed, ...[character, composed].flatMap((form) => [form.toLowerCase(), form.toUpperCase()])];
}
