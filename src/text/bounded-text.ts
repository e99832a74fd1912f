// Limits text from outside before anything else reads it. Work that grows faster than its text is then harmless.

/** At most its first `limitChars` UTF-16 units; never ends in half a character. */
export function beginning(text: string, limitChars: number): string {
  if (text.length <= limitChars) return text;
  const last = text.charCodeAt(limitChars - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? limitChars - 1 : limitChars);
}

/**
 * NFKC of the beginning. The text is cut before, because a long run of combining marks is sorted in more than linear time; and
 * after, because one character may become eighteen (U+FDFA).
 */
export const normalized = (text: string, limitChars: number): string =>
  beginning(beginning(text, limitChars).normalize('NFKC'), limitChars);

/** NFC of the beginning: letters and their accents as one character, and no other change. */
export const precomposed = (text: string, limitChars: number): string =>
  beginning(beginning(text, limitChars).normalize('NFC'), limitChars);

/** Removes `sign` from the end. `/=+$/` would start again at each one, which takes quadratic time for a long run. */
export function withoutEnd(text: string, sign: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === sign) end -= 1;
  return text.slice(0, end);
}
