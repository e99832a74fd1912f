// Typed words → intent. It runs locally and sends nothing to anybody. The words themselves are in copy/, by language.
import type { FlowKind } from '../flows/state.ts';
import { beginning, normalized } from '../text/bounded-text.ts';
import type { Chat, Intent } from './conversation.ts';
import type { IntentWords } from './copy/intent-words.ts';

/** More than the adapters pass on, and more than anybody needs. */
const charsAtMost = 2_000;

/** Other words around a command are ignored. Two commands, "don't …" or "who did …?" start nothing. */
export function intentOf(words: string, known: IntentWords): Intent {
  const text = plainText(words);
  if (known.negated.test(text)) return 'something';
  if (known.question.test(text)) return known.status.test(text) ? 'status' : questionOf(text, known);
  if (known.cancel.test(text)) return 'cancel';
  if (known.status.test(text)) return 'status';
  if (known.notMine.test(text)) return 'something';
  const [kind, ...others] = kindsIn(text, known);
  if (kind !== undefined) return others.length === 0 ? kind : 'something';
  return chatOf(text, known);
}

/** The request that words with this intent start; undefined: they are answered. */
export const requestIn = (intent: Intent): FlowKind | undefined =>
  intent === 'reset' || intent === 'unlock' || intent === 'change' || intent === 'enroll' ? intent : undefined;

/** A person may ask for their contacts in a question. Nothing else starts by one. */
function questionOf(text: string, known: IntentWords): Intent {
  const [kind, ...others] = kindsIn(text, known);
  const isAboutContacts = kind === 'enroll' && others.length === 0;
  return isAboutContacts && !known.suspects.test(text) ? 'enroll' : chatOf(text, known);
}

/** The kinds of request that the words name. */
export const kindsNamed = (words: string, known: IntentWords): readonly FlowKind[] => kindsIn(plainText(words), known);

const plainText = (words: string): string => normalized(words, charsAtMost).toLowerCase();

/**
 * Words about a phone or an email are a request for contacts only where nothing else is meant: whoever cannot get into their account
 * mentions their phone too.
 */
function kindsIn(text: string, known: IntentWords): readonly FlowKind[] {
  const named = (['reset', 'unlock', 'change', 'enroll'] as const).filter((kind) =>
    kind === 'change' ? wantsToChange(text, known) : known[kind].test(text),
  );
  if (named.length > 0) return named;
  const isStuck = known.lockedOut.test(text) || known.forgotPassword.test(text) || known.lostContact.test(text);
  return known.ownContacts.test(text) && !isStuck ? ['enroll'] : [];
}

/** Whoever writes besides that they have forgotten it, or are locked out, is asked what happened. */
function wantsToChange(text: string, known: IntentWords): boolean {
  const rest = text.replace(known.change, ' ');
  return rest !== text && !known.forgotPassword.test(rest) && !known.lockedOut.test(rest);
}

/** In doubt always `something`: a person who is locked out must never get an answer to small talk. */
function chatOf(text: string, known: IntentWords): Chat {
  const isLockedOut = known.lockedOut.test(text);
  const hasForgotten = known.forgotPassword.test(text);
  if (isLockedOut && hasForgotten) return 'something';
  if (isLockedOut) return 'locked-out';
  if (hasForgotten) return 'forgot-password';
  if (known.lostContact.test(text)) return 'lost-contact';
  if (known.help.test(text)) return 'help';
  return pleasantryOf(text, known) ?? (isOtherTrouble(text, known) ? 'trouble' : 'something');
}

/** Undefined if the text has any other word than pleasantries. */
function pleasantryOf(text: string, known: IntentWords): Chat | undefined {
  const spoken = text.replace(emojiName, ' ');
  const said = spoken.replace(known.thanks, ' ').match(/[\p{L}\p{N}]+/gu) ?? [];
  if (!said.every((word) => known.pleasantry.test(word))) return undefined;
  if (known.thanks.test(spoken)) return 'thanks';
  if (said.length > 0) return known.greeting.test(spoken) ? 'greeting' : 'small-talk';
  if (urgent.test(text)) return 'something';
  return spoken !== text || /\p{Extended_Pictographic}/u.test(text) ? 'small-talk' : 'help';
}

/** An emoji as Slack writes it, `:+1:`. */
const emojiName = /:[a-z0-9_+-]{1,40}:/g;
/** Emoji of somebody who may be locked out. */
const urgent = /[🔒🔓🔐🔏🔑🗝🆘❓❔❗🚨]|:(?:closed_lock_with_key|key|sos|question|warning|rotating_light):/u;

const isOtherTrouble = (text: string, known: IntentWords): boolean =>
  known.otherThing.test(text) && !known.accountThing.test(text);

/** Whether a message looks like it holds a code. Such a message is never accepted as a code, and the person is told so. */
export function looksLikeCode(words: string, { namesCode }: Pick<IntentWords, 'namesCode'>): boolean {
  const text = beginning(words, charsAtMost);
  if (recoveryCode.test(text)) return true;
  return sixDigits.test(text) || onlyDigits.test(text) || (digits.test(text) && namesCode.test(text));
}

/** As it is shown; the digit tells it from words that are joined by hyphens. */
const recoveryCode = /(?<![\w-])(?=[a-z-]*\d)[a-z\d]{5}-[a-z\d]{4}-[a-z\d]{4}(?![\w-])/i;
const sixDigits = /(?<![\d-])\d{3}[ -]?\d{3}(?![\d-])/;
const onlyDigits = /^\W*\d{4,12}\W*$/;
const digits = /\d{4,12}/;
