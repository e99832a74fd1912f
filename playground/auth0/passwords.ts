// The connection's password policy ("good", history of five, dictionary, no personal info) and the effects of a change.
import { blocksOf, liftBlocksOf } from './blocks.ts';
import type { User } from './state.ts';
import type { Tenant } from './tenant.ts';

const historySize = 5;
const common: ReadonlySet<string> = new Set([
  'password',
  'password1',
  'password1!',
  'passw0rd',
  'qwerty123!',
  'welcome1!',
  'letmein1!',
  'summer2026!',
  'winter2026!',
  'changeme1!',
]);

export type PolicyRefusal = {
  readonly name:
    | 'PasswordStrengthError'
    | 'PasswordHistoryError'
    | 'PasswordDictionaryError'
    | 'PasswordNoUserInfoError';
  readonly message: string;
};

export type Rule = { readonly text: string; readonly met: boolean };

export function strengthRules(password: string): readonly Rule[] {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length;
  return [
    { text: 'At least 8 characters in length', met: [...password].length >= 8 },
    {
      text: 'At least 3 of these 4: lower case letters (a-z), upper case letters (A-Z), numbers (0-9), special characters (e.g. !@#$%^&*)',
      met: kinds >= 3,
    },
  ];
}

function containsUserInfo(user: User, password: string): boolean {
  const lower = password.toLowerCase();
  const parts = [user.email?.split('@')[0], user.name, user.nickname, user.username, user.givenName, user.familyName];
  return parts.some((part) => part !== undefined && part.length >= 3 && lower.includes(part.toLowerCase()));
}

export function refusalOf(user: User, password: string): PolicyRefusal | undefined {
  if (!strengthRules(password).every((rule) => rule.met)) {
    return { name: 'PasswordStrengthError', message: 'Password is too weak' };
  }
  return refusalBesideStrength(user, password);
}

/** History, dictionary, personal information. */
export function refusalBesideStrength(user: User, password: string): PolicyRefusal | undefined {
  if (password === user.password || user.passwordHistory.includes(password)) {
    return { name: 'PasswordHistoryError', message: 'Password has previously been used' };
  }
  if (common.has(password.toLowerCase())) {
    return { name: 'PasswordDictionaryError', message: 'Password is too common' };
  }
  if (containsUserInfo(user, password)) {
    return { name: 'PasswordNoUserInfoError', message: 'Password contains user information' };
  }
  return undefined;
}

/** As Active Directory asks by default: seven characters of three kinds. */
export function isComplexEnough(password: string): boolean {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length;
  return password.length >= 7 && kinds >= 3;
}

/** The connector sends the bytes of UTF-16 as if they were UTF-8: only ASCII arrives as it was. */
export const throughConnector = (password: string): string =>
  Buffer.from(Buffer.from(password, 'utf16le').toString('utf8'), 'utf8').toString('utf16le');

/**
 * Sets the password, ends Auth0's own sessions and deletes brute-force blocks. Refresh tokens stay valid, as at Auth0.
 */
export function changePassword(tenant: Tenant, user: User, password: string, ip: string): void {
  if (user.password !== undefined) {
    user.passwordHistory = [user.password, ...user.passwordHistory].slice(0, historySize);
  }
  user.password = password;
  user.lastPasswordResetAt = tenant.now();
  user.updatedAt = tenant.now();
  user.sessions = [];
  if (blocksOf(tenant, user).length > 0) liftBlocksOf(tenant, user, ip);
}
