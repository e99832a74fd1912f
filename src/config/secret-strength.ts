// Whether a secret can be as strong as it should be. Nothing can tell that one is random; much can tell that it is not.
import { beginning } from '../text/bounded-text.ts';

/** Enough to tell a strong secret by its beginning. */
const charsLookedAt = 512;

/** Bits that a text can hold at most, by the characters that its kind is made of; what repeats counts once. */
export function bitsAtMost(text: string): number {
  const looked = beginning(text, charsLookedAt);
  // A UUID's letters are hexadecimal, whatever stands between them; six bits say which kind it is.
  if (uuid.test(looked)) return 122;
  const bitsOfOne = Math.log2(alphabetOf(looked));
  const chars = Math.min(periodOf(codesOf(looked)), charsNotRepeated(looked, Math.ceil(repeatedBits / bitsOfOne)));
  return chars * bitsOfOne;
}

const uuid = /^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/;

/** So long a piece does not stand twice in a random text: in one of 128 bits once in some million. */
const repeatedBits = 30;

/** A piece of `repeatedChars` or more that stood there before, whatever stands between, counts as one character. */
function charsNotRepeated(text: string, repeatedChars: number): number {
  let chars = 0;
  for (let at = 0; at < text.length; chars += 1) {
    let length = 0;
    while (at + length < text.length && text.indexOf(text.slice(at, at + length + 1)) < at) length += 1;
    at += length < repeatedChars ? 1 : length;
  }
  return chars;
}

/** How many characters there are to choose from. Letters of both cases stand for base64, in which digits may lack by chance. */
function alphabetOf(text: string): number {
  if (/^\d*$/.test(text)) return 10;
  if (/^(?:[0-9a-f]*|[0-9A-F]*)$/.test(text)) return 16;
  const hasBothCases = /[a-z]/.test(text) && /[A-Z]/.test(text);
  const letters = hasBothCases ? 52 : 26;
  const digits = hasBothCases || /\d/.test(text) ? 10 : 0;
  return letters + digits + (/[^0-9a-zA-Z]/.test(text) ? 32 : 0);
}

/** A piece that repeats, or steps of one size for more than half of the way: `0000…`, `abcabc…`, `0123…`. */
export function isPattern(values: readonly number[]): boolean {
  const steps = new Map<number, number>();
  for (const [index, value] of values.entries()) {
    const before = values[index - 1];
    if (before !== undefined) steps.set(value - before, (steps.get(value - before) ?? 0) + 1);
  }
  return periodOf(values) <= values.length / 2 || Math.max(0, ...steps.values()) > values.length / 2;
}

export const codesOf = (text: string): readonly number[] => [...text].map((letter) => letter.codePointAt(0) ?? 0);

/** The length of the shortest beginning that stands there twice or oftener, and nothing else; the whole where there is none. */
function periodOf(values: readonly number[]): number {
  for (let period = 1; period <= values.length / 2; period += 1) {
    if (values.every((value, index) => index < period || value === values[index - period])) return period;
  }
  return values.length;
}
