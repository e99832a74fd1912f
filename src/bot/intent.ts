// Words → what they ask for. Small and local: describing a symptom is enough, nothing is sent anywhere.
import type { Intent } from './conversation.ts';

/** In order: the first that matches decides. Word beginnings, lower case, in the languages people are likely to type. */
const patterns: readonly (readonly [Intent, RegExp])[] = [
  ['cancel', /^\W*(cancel|stop|abort|abbrechen|annuler|cancelar)\b/],
  ['status', /^\W*status\b/],
  ['help', /^\W*(help|\?|hello|hi|hey)\W*$/],
  ['reset', /^\W*reset[- ]?(my )?password\b/],
  ['unlock', /^\W*unlock( my)?( account)?\W*$/],
  ['something', /./s],
];

export function intentOf(words: string): Intent {
  const said = words
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[’]/g, "'")
    .trim()
    .replace(/^\/(\w+-)?(?=reset-password|unlock)/, '');
  return patterns.find(([, pattern]) => pattern.test(said))?.[0] ?? 'help';
}

/** Something that looks like a code was typed into a message: it is never taken as one, and the person is told so. */
export const looksLikeCode = (words: string): boolean => /^\W*\d{3}[ -]?\d{3}\W*$/.test(words);
