// Typed words → intent. It runs locally and sends nothing to anybody. The words themselves are in copy/, by language.
import { beginning, normalized } from '../text/bounded-text.ts';
import type { Intent } from './conversation.ts';
import type { IntentWords } from './copy/copy.ts';

/** More than the adapters pass on, and more than anybody needs. */
const charsAtMost = 2_000;

/** Other words around a command are ignored. Two commands, no command, "don't …" or "who did …?" lead to the three choices. */
export function intentOf(words: string, known: IntentWords): Intent {
  const text = normalized(words, charsAtMost).toLowerCase();
  if (known.negated.test(text)) return 'something';
  if (known.question.test(text)) return known.status.test(text) ? 'status' : 'something';
  if (known.cancel.test(text)) return 'cancel';
  if (known.status.test(text)) return 'status';
  if (known.notMine.test(text)) return 'something';
  const wants = { reset: known.reset.test(text), unlock: known.unlock.test(text) };
  if (wants.reset !== wants.unlock) return wants.reset ? 'reset' : 'unlock';
  return known.greeting.test(text) ? 'help' : 'something';
}

/** Whether a message looks like it holds a code. Such a message is never accepted as a code, and the person is told so. */
export function looksLikeCode(words: string, { namesCode }: Pick<IntentWords, 'namesCode'>): boolean {
  const text = beginning(words, charsAtMost);
  return sixDigits.test(text) || onlyDigits.test(text) || (digits.test(text) && namesCode.test(text));
}

const sixDigits = /(?<![\d-])\d{3}[ -]?\d{3}(?![\d-])/;
const onlyDigits = /^\W*\d{4,12}\W*$/;
const digits = /\d{4,12}/;
