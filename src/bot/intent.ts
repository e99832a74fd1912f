// Words → what they ask for. Small and local: describing a symptom is enough, nothing is sent anywhere.
import { beginning, normalized } from '../text/bounded-text.ts';
import type { Intent } from './conversation.ts';

/** Longer than what adapters hand on, and than anybody needs to say what they want. */
const charsAtMost = 2_000;

const cancel = /\b(cancel|abbrechen|annuler|cancelar)\b/;
const status = /\bstatus\b/;
const reset = /\breset[- ]?(?:(?:my|the) )?password\b|\bpassword reset\b/;
const unlock = /\bunlock\b/;
/** A few words may stand between, as in "did not ask for this unlock"; a comma begins something else. */
const negated = /\b(?:not|never|(?:do|did)n['’]?t)\s+(?:[\w'’]+\s+){0,4}(?:cancel|reset|unlock)\b/;
const notMine = /\b(?:(?:is|was)n['’]?t|not)\s+(?:me|mine)\b/;
const question = /^\W*(?:who|why|what|when)\b/;
const greeting = /^\W*(?:(?:help|hello|hi|hey|hilfe|aide|ayuda)\W*)?$/;

/** Words around a command do not matter; two commands at once, none, "don't …" or "who did …?" lead to the choices. */
export function intentOf(words: string): Intent {
  const said = normalized(words, charsAtMost).toLowerCase();
  if (negated.test(said)) return 'something';
  if (question.test(said)) return status.test(said) ? 'status' : 'something';
  if (cancel.test(said)) return 'cancel';
  if (status.test(said)) return 'status';
  if (notMine.test(said)) return 'something';
  const wants = { reset: reset.test(said), unlock: unlock.test(said) };
  if (wants.reset !== wants.unlock) return wants.reset ? 'reset' : 'unlock';
  return greeting.test(said) ? 'help' : 'something';
}

/** Something that looks like a code was typed into a message: it is never taken as one, and the person is told so. */
export function looksLikeCode(words: string): boolean {
  const said = beginning(words, charsAtMost);
  return sixDigits.test(said) || onlyDigits.test(said) || (digits.test(said) && namesCode.test(said));
}

const sixDigits = /(?<![\d-])\d{3}[ -]?\d{3}(?![\d-])/;
const onlyDigits = /^\W*\d{4,12}\W*$/;
const digits = /\d{4,12}/;
const namesCode = /\b(?:code|otp|pin|passcode)\b/i;
