// What is wrong with a new password, as details of the REST flow: one for each rule.
import type { PasswordRule } from '../../flows/password-rule.ts';
import type { TypedFault } from '../../text/new-password.ts';
import type { PasswordDetail } from './api.ts';

const detailOf: Readonly<Record<TypedFault | PasswordRule, PasswordDetail>> = {
  empty: 'TOO_SHORT',
  'too-short': 'TOO_SHORT',
  'too-long': 'TOO_LONG',
  'too-plain': 'MISSING_CHARACTER_CLASS',
  'too-repetitive': 'REPEATED_CHARACTERS',
  'too-weak': 'TOO_WEAK',
  'too-common': 'COMMON',
  'used-before': 'SAME_AS_OLD',
  'same-as-current': 'SAME_AS_OLD',
  'holds-name': 'CONTAINS_NAME',
  'not-writable': 'CONTROL_CHARACTER',
  'not-ascii': 'NOT_ASCII',
  // A password is sent once here, and the old one never.
  unequal: 'NOT_ACCEPTED',
  'current-empty': 'NOT_ACCEPTED',
};

/** Undefined: nothing is wrong. An empty `refused`: the provider does not say by which rule. */
export function detailsOf(
  faults: readonly TypedFault[],
  refused: readonly PasswordRule[] | undefined,
): readonly [PasswordDetail, ...PasswordDetail[]] | undefined {
  if (faults.length === 0 && refused === undefined) return undefined;
  const [first = 'NOT_ACCEPTED', ...others] = new Set([...faults, ...(refused ?? [])].map((rule) => detailOf[rule]));
  return [first, ...others];
}
