// Passwords that many people use, from a list that others keep. Read only where somebody chooses a password: it is large.
import { normalized } from './bounded-text.ts';

export type IsCommonPassword = (password: string) => boolean;

const charsAtMost = 512;
const shortestBase = 4;

let known: Promise<IsCommonPassword> | undefined;

/** Read once. Where that fails, the next call tries again. */
export async function commonPasswords(): Promise<IsCommonPassword> {
  known ??= read();
  try {
    return await known;
  } catch (error) {
    known = undefined;
    throw error;
  }
}

async function read(): Promise<IsCommonPassword> {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  const listed = new Set(dictionary['passwords-common'].map((word) => `${word}`.toLowerCase()));
  return (password) => {
    const written = normalized(password, charsAtMost).toLowerCase();
    const base = withoutEdges(written);
    return listed.has(written) || (base.length >= shortestBase && listed.has(base));
  };
}

/** Whoever is asked for a digit and a sign puts them at the end, or the beginning: `Password2026!` is `password`. */
function withoutEdges(word: string): string {
  const letters = [...word];
  const isLetter = (letter: string): boolean => /\p{L}/u.test(letter);
  const first = letters.findIndex(isLetter);
  return first < 0 ? '' : letters.slice(first, letters.findLastIndex(isLetter) + 1).join('');
}
