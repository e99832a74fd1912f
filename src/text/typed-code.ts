// Typed text → the digits of the code. Spaces and hyphens are ignored.
import { normalized } from './bounded-text.ts';

/** Room for a code and what a phone pastes with it. Longer text is not a code. */
const charsAtMost = 64;

/** Undefined if the text is not a code. */
export function readCode(typed: string): string | undefined {
  if (typed.length > charsAtMost) return undefined;
  const code = normalized(typed, charsAtMost).replace(/[\s-]/g, '');
  return /^\d{4,12}$/.test(code) ? code : undefined;
}
