// Whether a secret can be as strong as it should be. Nothing can prove that one is random, but patterns prove that it is not.
import { beginning } from '../text/bounded-text.ts';

/** A strong secret is recognised by its first characters. */
const charsLookedAt = 512;

/** Upper bound for the random bits in a text, by the alphabet that it is made of; repeated pieces count once. */
export function bitsAtMost(text: string): number {
  const looked = beginning(text, charsLookedAt);
  // A UUID has 128 bits, of which six are fixed by its version and variant.
  if (uuid.test(looked)) return 122;
  const bitsOfOne = Math.log2(alphabetOf(looked));
  const chars = Math.min(periodOf(codesOf(looked)), charsNotRepeated(looked, Math.ceil(repeatedBits / bitsOfOne)));
  return chars * bitsOfOne;
}

const uuid = /^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$/;

/** A piece of this many bits does not occur twice in a random text: in a text of 128 bits once in some million. */
const repeatedBits = 30;

/** A piece of `repeatedChars` or more that occurred before, anywhere in the text, counts as one character. */
function charsNotRepeated(text: string, repeatedChars: number): number {
  let chars = 0;
  for (let at = 0; at < text.length; chars += 1) {
    let length = 0;
    while (at + length < text.length && text.indexOf(text.slice(at, at + length + 1)) < at) length += 1;
    at += length < repeatedChars ? 1 : length;
  }
  return chars;
}

/** The size of the alphabet. Letters of both cases are taken for base64, which may have no digits by chance. */
function alphabetOf(text: string): number {
  if (/^\d*$/.test(text)) return 10;
  if (/^(?:[0-9a-f]*|[0-9A-F]*)$/.test(text)) return 16;
  const hasBothCases = /[a-z]/.test(text) && /[A-Z]/.test(text);
  const letters = hasBothCases ? 52 : 26;
  const digits = hasBothCases || /\d/.test(text) ? 10 : 0;
  return letters + digits + (/[^0-9a-zA-Z]/.test(text) ? 32 : 0);
}

/** True if a piece repeats, or if more than half of the steps have one size: `0000…`, `abcabc…`, `0123…`. */
export function isPattern(values: readonly number[]): boolean {
  const steps = new Map<number, number>();
  for (const [index, value] of values.entries()) {
    const before = values[index - 1];
    if (before !== undefined) steps.set(value - before, (steps.get(value - before) ?? 0) + 1);
  }
  return periodOf(values) <= values.length / 2 || Math.max(0, ...steps.values()) > values.length / 2;
}

export const codesOf = (text: string): readonly number[] => [...text].map((letter) => letter.codePointAt(0) ?? 0);

/** The length of the shortest piece that makes up the whole text by repetition; the text's own length if there is none. */
function periodOf(values: readonly number[]): number {
  for (let period = 1; period <= values.length / 2; period += 1) {
    if (values.every((value, index) => index < period || value === values[index - period])) return period;
  }
  return values.length;
}
