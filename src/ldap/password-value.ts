// A password in the form in which a directory takes it. Only what can be typed again is let through: a directory sets a password
// with half a character in it, and then no sign-in succeeds.
import { debuglog } from 'node:util';
import { precomposed } from '../text/bounded-text.ts';

export type UnusablePassword = 'empty' | 'too-long' | 'unpaired-surrogate' | 'control-character';
export type CheckedPassword =
  | { readonly is: 'usable'; readonly password: string }
  | { readonly is: 'unusable'; readonly because: UnusablePassword };

/** Windows takes no longer one (UTF-16 units); Samba would. */
export const passwordUnitsAtMost = 256;
/** Composing can make a text up to three times as long. */
const rawUnitsAtMost = 512;

/** The password as it is to be set: letters and their accents as one character, as keyboards make them. */
export function checkedPassword(typed: string): CheckedPassword {
  if (typed === '') return { is: 'unusable', because: 'empty' };
  if (typed.length > rawUnitsAtMost) return { is: 'unusable', because: 'too-long' };
  if (!typed.isWellFormed()) return { is: 'unusable', because: 'unpaired-surrogate' };
  if (/\p{Cc}/u.test(typed)) return { is: 'unusable', because: 'control-character' };
  const password = precomposed(typed, 3 * rawUnitsAtMost);
  return password.length > passwordUnitsAtMost ? { is: 'unusable', because: 'too-long' } : { is: 'usable', password };
}

/**
 * Lends the values of `unicodePwd` to `work` and overwrites them afterwards, however it ended: UTF-16, lowest byte first, in
 * quotation marks, of which those within are not escaped (MS-ADTS 3.1.1.3.1.5). The copies of the client and of TLS, and the
 * text itself, live until memory is collected.
 */
export async function withPasswordValues<T>(
  passwords: readonly string[],
  work: (values: readonly Buffer[]) => Promise<T>,
): Promise<T> {
  const values = passwords.map((password) => {
    const value = Buffer.alloc((password.length + 2) * 2);
    value.write(`"${password}"`, 'utf16le');
    return value;
  });
  try {
    return await work(values);
  } finally {
    for (const value of values) value.fill(0);
  }
}

/** With NODE_DEBUG the client writes every message to standard error, and masks the passwords of sign-ins only. */
export const wouldPrintPasswords = (): boolean => debuglog('ldapts').enabled;
