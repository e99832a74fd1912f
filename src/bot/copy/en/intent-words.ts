// English words that people write, as regular expressions. Each must be a literal: a test reads them all and measures that they take
// linear time. A few words of other languages are included, because people do not think about the bot's language.
import type { IntentWords } from '../copy.ts';

export const intentWords: IntentWords = {
  cancel: /\b(cancel|abbrechen|annuler|cancelar)\b/,
  status: /\bstatus\b/,
  reset: /\breset[- ]?(?:(?:my|the) )?password\b|\bpassword reset\b/,
  unlock: /\bunlock\b/,
  negated: /\b(?:not|never|(?:do|did)n['’]?t)\s+(?:[\w'’]+\s+){0,4}(?:cancel|reset|unlock)\b/,
  notMine: /\b(?:(?:is|was)n['’]?t|not)\s+(?:me|mine)\b/,
  question: /^\W*(?:who|why|what|when)\b/,
  greeting: /^\W*(?:(?:help|hello|hi|hey|hilfe|aide|ayuda)\W*)?$/,
  namesCode: /\b(?:code|otp|pin|passcode)\b/i,
};
