// Texts within a platform's limits: what is too long ends in an ellipsis.

export const ellipsis = '…';

/** Far above what a card has room for: more of one text is not looked at. */
export const textCharsAtMost = 10_000;

/** At most `limitChars` UTF-16 units, which is what Teams counts and Slack counts at worst; no half of a character is left. */
export function cut(text: string, limitChars: number): string {
  if (text.length <= limitChars) return text;
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length > limitChars - ellipsis.length) break;
    kept += character;
  }
  return `${kept}${ellipsis}`;
}
