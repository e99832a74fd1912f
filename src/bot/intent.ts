// Typed words → intent. It runs locally and sends nothing to anybody. Describing a symptom is enough.
import { beginning, normalized } from '../text/bounded-text.ts';
import type { Intent } from './conversation.ts';
import type { HeardWords } from './copy/copy.ts';

/** More than the adapters pass on, and more than anybody needs. */
const charsAtMost = 2_000;

/** Other words around a command are ignored. Two commands, no command, "don't …" or "who did …?" lead to the three choices. */
export function intentOf(words: string, heard: HeardWords): Intent {
  const text = normalized(words, charsAtMost).toLowerCase();
  if (heard.negated.test(text)) return 'something';
  if (heard.question.test(text)) return heard.status.test(text) ? 'status' : 'something';
  if (heard.cancel.test(text)) return 'cancel';
  if (heard.status.test(text)) return 'status';
  if (heard.notMine.test(text)) return 'something';
  const wants = { reset: heard.reset.test(text), unlock: heard.unlock.test(text) };
  if (wants.reset !== wants.unlock) return wants.reset ? 'reset' : 'unlock';
  return heard.greeting.test(text) ? 'help' : 'something';
}

/** Whether a message looks like it holds a code. Such a message is never accepted as a code, and the person is told so. */
export function looksLikeCode(words: string, { namesCode }: Pick<HeardWords, 'namesCode'>): boolean {
  const text = beginning(words, charsAtMost);
  return sixDigits.test(text) || onlyDigits.test(text) || (digits.test(text) && namesCode.test(text));
}

const sixDigits = /(?<![\d-])\d{3}[ -]?\d{3}(?![\d-])/;
const onlyDigits = /^\W*\d{4,12}\W*$/;
const digits = /\d{4,12}/;
