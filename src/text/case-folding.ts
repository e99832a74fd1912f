// How names that identify somebody are compared: A–Z without regard to case, everything else as it is written.
// Nothing else may lower-case, upper-case or normalise such a name: two names that differ would become one. Folding more is
// only for doubt, see `mayBeOneAddress`.

import { domainToASCII } from 'node:url';
import { normalized, withoutEnd } from './bounded-text.ts';

/** Above every address (RFC 5321 allows 254 characters) and every id. */
const nameCharsAtMost = 1_024;

/** A–Z become a–z, and nothing else changes. `toLowerCase` makes a `k` of the Kelvin sign, U+212A (CVE-2019-19844). */
export const foldCase = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Without the spaces that a form left around it. Other white space is part of what is written. */
export const bareAddress = (address: string): string => withoutEnd(address.replace(/^ +/, ''), ' ');

/** An e-mail address as it is compared. */
export const foldAddress = (address: string): string => foldCase(bareAddress(address));

/**
 * Whether some system that folds more than we do would read another name: a character beyond ASCII becomes an ASCII one when
 * it is lower-cased, upper-cased or normalised, such as K (U+212A), ſ, ı, İ, ß, ﬁ or a full-width letter. Such a name is believed
 * nowhere, and neither is one that is too long to be a name. Accented letters stay what they are: `ö` comes apart under NFKD only, and never into a bare `o`.
 */
export const foldsToAscii = (name: string): boolean =>
  name.length > nameCharsAtMost ||
  [...name].some((sign) => !hasAscii.test(sign) && formsOf(sign).some((form) => hasAscii.test(form)));

/**
 * Whether two addresses might be one mailbox for a mail server, which may fold more than we do: by case in all alphabets, by how
 * accents are written, by signs that nobody sees, by the two ways to write a domain. Only ever to doubt that two people are two.
 */
export const mayBeOneAddress = (one: string, other: string): boolean =>
  one.length > nameCharsAtMost || other.length > nameCharsAtMost || loosely(one) === loosely(other);

function loosely(address: string): string {
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

function formsOf(sign: string): readonly string[] {
  const composed = normalized(sign, 32);
  return [composed, ...[sign, composed].flatMap((form) => [form.toLowerCase(), form.toUpperCase()])];
}
