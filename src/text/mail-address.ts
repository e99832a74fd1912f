// Whether a platform's text is a mail address that may be compared and passed on. As wide as mail itself, apart from what deceives.
import { domainToASCII } from 'node:url';
import { foldsToAscii } from './case-folding.ts';

/** Longer than every address (RFC 5321 allows 254 octets). */
const charsAtMost = 320;

/** RFC 5322 `atext`, and everything beyond ASCII (RFC 6531), in parts that single dots separate. */
const local = /^[\w!#$%&'*+/=?^`{|}~\u{80}-\u{10ffff}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\u{80}-\u{10ffff}-]+)*$/u;
/** At least two labels of letters, digits and dashes, of any alphabet. */
const domain = /^[\p{L}\p{M}\p{N}-]+(?:\.[\p{L}\p{M}\p{N}-]+)+$/u;
/** Control, direction and format characters, lone surrogates, and everything else that is not seen; white space of any width. */
const unseen = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

/**
 * Accepts `r&d@acme.example`, `jörg@münchen.example`. Refuses what cannot be seen, and what another system would read as another
 * address, see `foldsToAscii`. Quoted local parts and addresses at an IP are refused as well: neither Auth0 nor a platform has
 * them.
 */
export function isMailAddress(text: string): boolean {
  if (text.length > charsAtMost || unseen.test(text) || foldsToAscii(text)) return false;
  const at = text.lastIndexOf('@');
  return (
    at > 0 &&
    local.test(text.slice(0, at)) &&
    domain.test(text.slice(at + 1)) &&
    domainToASCII(text.slice(at + 1)) !== ''
  );
}
