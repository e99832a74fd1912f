// What was typed into the field for a code → its digits. What people type around a code does no harm.
import { normalized } from '../text/bounded-text.ts';

/** A code with everything that a phone pastes along with it; what is longer is no code. */
const charsAtMost = 64;

/** Undefined for what is no code. */
export function readCode(typed: string): string | undefined {
  if (typed.length > charsAtMost) return undefined;
  const code = normalized(typed, charsAtMost).replace(/[\s-]/g, '');
  return /^\d{4,12}$/.test(code) ? code : undefined;
}
