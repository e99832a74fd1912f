// Words → what they ask for. Small and local: describing a symptom is enough, nothing is sent anywhere.
import { beginning, normalized } from '../text/bounded-text.ts';
import type { Intent } from './conversation.ts';
import type { HeardWords } from './copy/copy.ts';

/** Longer than what adapters hand on, and than anybody needs to say what they want. */
const charsAtMost = 2_000;

/** Words around a command do not matter; two commands at once, none, "don't …" or "who did …?" lead to the choices. */
export function intentOf(words: string, heard: HeardWords): Intent {
  const said = normalized(words, charsAtMost).toLowerCase();
  if (heard.negated.test(said)) return 'something';
  if (heard.question.test(said)) return heard.status.test(said) ? 'status' : 'something';
  if (heard.cancel.test(said)) return 'cancel';
  if (heard.status.test(said)) return 'status';
  if (heard.notMine.test(said)) return 'something';
  const wants = { reset: heard.reset.test(said), unlock: heard.unlock.test(said) };
  if (wants.reset !== wants.unlock) return wants.reset ? 'reset' : 'unlock';
  return heard.greeting.test(said) ? 'help' : 'something';
}

/** Something that looks like a code was typed into a message: it is never taken as one, and the person is told so. */
export function looksLikeCode(words: string, { namesCode }: Pick<HeardWords, 'namesCode'>): boolean {
  const said = beginning(words, charsAtMost);
  return sixDigits.test(said) || onlyDigits.test(said) || (digits.test(said) && namesCode.test(said));
}

const sixDigits = /(?<![\d-])\d{3}[ -]?\d{3}(?![\d-])/;
const onlyDigits = /^\W*\d{4,12}\W*$/;
const digits = /\d{4,12}/;
