// What every reader of outside text does first: it looks at a beginning of it. Work that grows faster than the text is then harmless.

/** The first `limitChars` UTF-16 units of it at most; no half of a character is left. */
export function beginning(text: string, limitChars: number): string {
  if (text.length <= limitChars) return text;
  const last = text.charCodeAt(limitChars - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, isHalf ? limitChars - 1 : limitChars);
}

/**
 * NFKC of the beginning. Cut before, because a long run of combining marks is sorted in more than linear time; and after,
 * because one character may become eighteen (U+FDFA).
 */
export const normalized = (text: string, limitChars: number): string =>
  beginning(beginning(text, limitChars).normalize('NFKC'), limitChars);

/** Without the signs at its end. `/=+$/` would begin anew at each of them, and so take the square of a long run's time. */
export function withoutEnd(text: string, sign: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === sign) end -= 1;
  return text.slice(0, end);
}
