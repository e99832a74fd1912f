// What a person writes about their trouble → one line for the helpdesk's channel, which others read: no markup, no sign that could
// pass for ours, and nothing that looks like a code, a password, an address or a link. Never stored and never logged.
import { normalized } from '../../text/bounded-text.ts';
import { shownName } from '../../text/shown-name.ts';
import type { IntentWords } from '../copy/intent-words.ts';

/** Stands for what was removed. */
const hidden = '•••';

/** Undefined if nothing is left. */
export function readNote(
  typed: string,
  limitChars: number,
  { tellsSecret }: Pick<IntentWords, 'tellsSecret'>,
): string | undefined {
  const told = oneLine(normalized(typed, limitChars), limitChars).replace(
    tellsSecret,
    (all: string, named: string, value: string) =>
      /[:=]/.test(named) || isNoWord.test(value) ? `${named}${hidden}` : all,
  );
  const words = told.replace(manyDigits, hidden).split(' ');
  const safe = words.map((word) => (looksSecret(word) ? hidden : word)).join(' ');
  if (safe === '') return undefined;
  return /\p{Nd}/u.test(safe) && !/\p{L}/u.test(safe) ? hidden : safe;
}

/** An address, a link, or a word that a person would hardly write but as a password. */
const looksSecret = (word: string): boolean =>
  word.includes('@') || word.includes('//') || likeLink.test(word) || likePassword.test(word);

/**
 * The quotation marks are ours: they show where the person's words begin and end. An emoji or a tick could pass for our own ✅.
 * Cleaned twice: what nobody sees could hide the name of an emoji, and an emoji could keep apart what must not be stacked.
 */
const oneLine = (text: string, limitChars: number): string =>
  shownName(
    shownName(text, limitChars)
      .replace(/\p{Extended_Pictographic}|\p{Me}|[\u2713\u{1f5f8}]/gu, '')
      .replace(/:([a-z0-9_+-]{1,40}):/g, ' $1 ')
      .replace(quotationMarks, "'"),
    limitChars,
  );

const quotationMarks = /["\p{Pi}\p{Pf}„‟〝〞〟❛❜❝❞ʺˮ״′「」『』]/gu;
/** `www.…`, or a domain with a path, such as `acme.example/login`. */
const likeLink = /^[Ww]{3}\.|[\p{L}\p{N}]\.\p{L}{2,}[/?#]/u;

const isNoWord = /[^\p{L}\p{M}.,;!?'’-]/u;
/** Five digits or more, with signs or spaces between them: a code or a phone number. Phones turn two hyphens into a dash. */
const manyDigits = /\p{Nd}(?:[\s.,\p{Pd}_/()'’*+|~·•\p{M}]{0,3}\p{Nd}){4,}/gu;
/** Eight characters or more with letters, digits, and either a sign or capitals in the middle. */
const likePassword = /^(?=\S*\p{L})(?=\S*\p{Nd})(?:(?=\S*[^\s\p{L}\p{N}.,;:?'’•])|(?=\S*\p{Ll}\S*\p{Lu}))\S{8,}$/u;
