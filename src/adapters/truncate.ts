// Cuts texts to a platform's limits: a text that is too long ends in an ellipsis.

export const ellipsis = '…';

/** Far more than a card has room for: the rest of a text is not read. */
export const textCharsAtMost = 10_000;

/**
 * At most `limitChars` UTF-16 units, which is what Teams counts and the most that Slack may count. Never leaves half a character.
 */
export function truncate(text: string, limitChars: number): string {
  if (text.length <= limitChars) return text;
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length > limitChars - ellipsis.length) break;
    kept += character;
  }
  return `${kept}${ellipsis}`;
}
