// Cuts texts to a platform's limits: what is too long ends in an ellipsis.

export const ellipsis = '…';

/** Far above what a card has room for: the rest of a longer text is not processed. */
export const textCharsAtMost = 10_000;

/** At most `limitChars` UTF-16 units: Teams counts these, and so does Slack at worst. Never cuts a character in half. */
export function truncate(text: string, limitChars: number): string {
  if (text.length <= limitChars) return text;
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length > limitChars - ellipsis.length) break;
    kept += character;
  }
  return `${kept}${ellipsis}`;
}
