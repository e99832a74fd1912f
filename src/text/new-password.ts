// What can be said of a password before anybody is asked about it. Costs no try. The provider has the last word.
// Nothing is cut or changed but for one thing: letters and their accents become one character, as keyboards make them.
import { normalized, precomposed } from './bounded-text.ts';

export type TypedFault =
  | 'empty'
  | 'current-empty'
  | 'same-as-current'
  | 'unequal'
  | 'too-short'
  | 'too-long'
  | 'too-plain'
  | 'too-repetitive'
  | 'too-common'
  | 'holds-name'
  | 'not-writable'
  | 'not-ascii';

/** What is known of the rules of the account. */
export interface KnownPasswordRules {
  readonly minLength?: number;
  readonly maxLength?: { readonly of: number; readonly counts: 'bytes' | 'units' };
  readonly kinds?: { readonly atLeast: number; readonly of: readonly KindOfCharacter[] };
  readonly repeatsAtMost?: number;
  readonly isAsciiOnly?: true;
}
type KindOfCharacter = 'lower' | 'upper' | 'digit' | 'sign' | 'other-letter';

export interface TypedPassword {
  readonly password: string;
  readonly confirm: string;
  /** The old one; absent where it is not asked for. */
  readonly current?: string;
}

/** A policy may ask for less, or nothing at all (NIST SP 800-63B-4 3.1.1.2 asks for eight beside a second factor). */
export const shortestPassword = 8;
/** In UTF-16 units. Directories take 256; composing makes a text shorter, or at most three times as long. */
const longestTyped = 512;
const longestWord = 256;
/** A shorter name is in too many words. */
const shortestName = 4;

/** As it is to be set. Only of a password that is well-formed and not too long. */
export const asSet = (typed: string): string => precomposed(typed, 3 * longestTyped);

/** Letters without accents, digits, the signs of a keyboard and the space. */
export const hasOnlyAscii = (password: string): boolean => /^[ -~]*$/.test(password);

/** Whether somebody can have it as their password, whoever set it and by what rules. Where not, nobody need be asked. */
export const isPossible = (typed: string): boolean =>
  typed !== '' && typed.length <= longestTyped && typed.isWellFormed();

/** What is wrong with it. `ownWords`: names and addresses of the person. `isCommon`: whether many people use it. */
export function faultsOf(
  { password: typed, confirm, current }: TypedPassword,
  rules: KnownPasswordRules,
  ownWords: readonly string[],
  isCommon: (password: string) => boolean,
): readonly TypedFault[] {
  if (current === '') return ['current-empty'];
  if (typed === '') return ['empty'];
  if (typed.length > longestTyped) return ['too-long'];
  if (!typed.isWellFormed() || /\p{Cc}/u.test(typed)) return ['not-writable'];
  const password = asSet(typed);
  const faults: readonly TypedFault[] = [
    ...(rules.isAsciiOnly === true && !hasOnlyAscii(password) ? (['not-ascii'] as const) : []),
    ...(isTooLong(password, rules) ? (['too-long'] as const) : []),
    ...([...password].length < Math.max(shortestPassword, rules.minLength ?? 0) ? (['too-short'] as const) : []),
    ...(isTooPlain(password, rules) ? (['too-plain'] as const) : []),
    ...(isTooRepetitive(password, rules) ? (['too-repetitive'] as const) : []),
    ...(isCommon(password) ? (['too-common'] as const) : []),
    ...(holdsName(password, ownWords) ? (['holds-name'] as const) : []),
    ...(current === typed || current === password ? (['same-as-current'] as const) : []),
  ];
  // Compared as it is set, and said last: whoever has to choose another one types it twice again anyway.
  return faults.length === 0 && (confirm.length > longestTyped || asSet(confirm) !== password) ? ['unequal'] : faults;
}

function isTooLong(password: string, { maxLength }: KnownPasswordRules): boolean {
  if (maxLength === undefined) return false;
  const length = maxLength.counts === 'bytes' ? Buffer.byteLength(password) : password.length;
  return length > maxLength.of;
}

const kindOf: Readonly<Record<KindOfCharacter, RegExp>> = {
  lower: /\p{Ll}/u,
  upper: /\p{Lu}|\p{Lt}/u,
  digit: /[0-9]/,
  // What is no letter of these and no digit counts, so that nobody is refused here whom the provider would accept.
  sign: /[^A-Za-z0-9]/,
  'other-letter': /\p{Lo}|\p{Lm}/u,
};

function isTooPlain(password: string, { kinds }: KnownPasswordRules): boolean {
  const found = (kinds?.of ?? []).filter((kind) => kindOf[kind].test(password)).length;
  return found < (kinds?.atLeast ?? 0);
}

const isTooRepetitive = (password: string, { repeatsAtMost }: KnownPasswordRules): boolean =>
  repeatsAtMost !== undefined && longestRow(password) > repeatsAtMost;

function longestRow(password: string): number {
  let longest = 0;
  let row = 0;
  let before: string | undefined;
  for (const character of password) {
    row = character === before ? row + 1 : 1;
    before = character;
    longest = Math.max(longest, row);
  }
  return longest;
}

/** Without regard to case, accents of compatibility and what stands between the parts of a name. */
const loose = (text: string): string => normalized(text, longestTyped).toLowerCase();

function holdsName(password: string, ownWords: readonly string[]): boolean {
  const written = loose(password);
  return ownWords.flatMap(partsOf).some((part) => written.includes(part));
}

/** Of an address only what stands before the `@`: the company's name is in many good passwords. */
function partsOf(word: string): readonly string[] {
  const [name = ''] = loose(word.slice(0, longestWord)).split('@', 1);
  return [name, ...name.split(/[^\p{L}\p{N}]+/u)].filter((part) => [...part].length >= shortestName);
}
