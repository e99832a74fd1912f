// Recovery codes as people write them down and type them: 64 random bits in Crockford's base 32, whose letters and digits cannot be
// taken for one another (https://www.crockford.com/base32.html).
import { normalized } from './bounded-text.ts';
import { foldCase } from './case-folding.ts';

const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Thirteen symbols of five bits hold 64 bits. */
const symbolsInCode = 13;
const groups = /^(.{5})(.{4})(.{4})$/;
/** Room for a code with separators and what a phone pastes with it. Longer text is not a code. */
const charsAtMost = 64;

/** `bytes`: eight random bytes. E.g. `0A1B2-C3D4-E5F6`. */
export function writeRecoveryCode(bytes: Uint8Array): string {
  const bits = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  const code = Array.from({ length: symbolsInCode }, (_, index) => {
    const shift = BigInt(5 * (symbolsInCode - 1 - index));
    return symbols[Number((bits >> shift) & 31n)];
  }).join('');
  return code.replace(groups, '$1-$2-$3');
}

/** Without separators, in small letters; undefined if the text is no recovery code. Upper or lower case, O for 0, I or L for 1. */
export function readRecoveryCode(typed: string): string | undefined {
  if (typed.length > charsAtMost) return undefined;
  const code = normalized(typed, charsAtMost)
    .replace(/[\s\p{Pd}._]/gu, '')
    .replace(/o/gi, '0')
    .replace(/[il]/gi, '1');
  return /^[0-9a-f][0-9a-hjkmnp-tv-z]{12}$/i.test(code) ? foldCase(code) : undefined;
}
