// The rules for the password of one account, as the directory states them, and what can be said of a password before it is sent.
// The directory has the last word: it may have filters that it tells nobody about.
import type { Attributes, Read } from './attributes.ts';
import type { DirectoryConnection } from './connection.ts';
import { answered, type LdapAnswer } from './errors.ts';
import { passwordUnitsAtMost } from './password-value.ts';

export interface PasswordRules {
  /**
   * `account`: rules of its own were read. `domain`: those of the domain; whether the account has rules of its own that ask for
   * more is not known, because none were named or we may not read them.
   */
  readonly of: 'account' | 'domain';
  /** UTF-16 units. */
  readonly minLength: Read<number>;
  readonly maxLength: number;
  /** Three of five classes of characters, and no name of the person. */
  readonly complexity: Read<boolean>;
  /** How many earlier passwords are refused. A reset asks for it only where the directory can. */
  readonly history: Read<number>;
  readonly minAgeMs: Read<number>;
  /** Failed sign-ins until a lock; 0: never. */
  readonly lockoutThreshold: Read<number>;
  readonly lockoutMs: Read<number | 'until-lifted'>;
  /** After this long without another one, failed sign-ins count no more. */
  readonly lockoutWindowMs: Read<number>;
}

const complexityFlag = 1n;

const ofDomain = (domain: Attributes): PasswordRules => ({
  ...{ of: 'domain', maxLength: passwordUnitsAtMost },
  minLength: count(domain, 'minPwdLength'),
  complexity: flagged(domain.whole('pwdProperties')),
  history: count(domain, 'pwdHistoryLength'),
  minAgeMs: span(domain, 'minPwdAge'),
  lockoutThreshold: count(domain, 'lockoutThreshold'),
  lockoutMs: duration(domain, 'lockoutDuration'),
  lockoutWindowMs: span(domain, 'lockOutObservationWindow'),
});

/** A fine-grained policy, `msDS-PasswordSettings`. */
const ofAccount = (own: Attributes): PasswordRules => ({
  ...{ of: 'account', maxLength: passwordUnitsAtMost },
  minLength: count(own, 'msDS-MinimumPasswordLength'),
  complexity: own.truth('msDS-PasswordComplexityEnabled'),
  history: count(own, 'msDS-PasswordHistoryLength'),
  minAgeMs: span(own, 'msDS-MinimumPasswordAge'),
  lockoutThreshold: count(own, 'msDS-LockoutThreshold'),
  lockoutMs: duration(own, 'msDS-LockoutDuration'),
  lockoutWindowMs: span(own, 'msDS-LockoutObservationWindow'),
});

const domainAttributes = [
  ...['minPwdLength', 'pwdProperties', 'pwdHistoryLength', 'minPwdAge', 'lockoutThreshold', 'lockoutDuration'],
  'lockOutObservationWindow',
];
const accountAttributes = [
  ...['msDS-MinimumPasswordLength', 'msDS-PasswordComplexityEnabled', 'msDS-PasswordHistoryLength'],
  ...['msDS-MinimumPasswordAge', 'msDS-LockoutThreshold', 'msDS-LockoutDuration', 'msDS-LockoutObservationWindow'],
];

/**
 * Of an account that has rules of its own which we cannot read, nothing is known: those of the domain may be weaker, and its
 * lock may come later.
 */
export async function readPasswordRules(
  connection: DirectoryConnection,
  account: Attributes,
): Promise<LdapAnswer<PasswordRules>> {
  const { domain } = connection.root;
  const ownName = account.text('msDS-ResultantPSO');
  if (ownName !== 'not-known') {
    const own = await connection.read(ownName, accountAttributes);
    if (own.ok && own.value !== undefined) return answered(ofAccount(own.value));
    return own.ok || own.trouble.is === 'answered' ? answered(unreadable) : own;
  }
  if (domain === 'not-known') return answered(unreadable);
  const head = await connection.read(domain, domainAttributes);
  if (!head.ok) return head;
  return answered(head.value === undefined ? unreadable : ofDomain(head.value));
}

const unreadable: PasswordRules = {
  ...{
    of: 'domain',
    maxLength: passwordUnitsAtMost,
    minLength: 'not-known',
    complexity: 'not-known',
    history: 'not-known',
  },
  ...{ minAgeMs: 'not-known', lockoutThreshold: 'not-known', lockoutMs: 'not-known', lockoutWindowMs: 'not-known' },
};

function count(from: Attributes, name: string): Read<number> {
  const value = from.whole(name);
  return value === 'not-known' || value < 0n || value > 100_000n ? 'not-known' : Number(value);
}

function span(from: Attributes, name: string): Read<number> {
  const value = from.span(name);
  return value === 'endless' ? Number.POSITIVE_INFINITY : value;
}

/** No duration at all means that only an administrator ends the lock. */
function duration(from: Attributes, name: string): Read<number | 'until-lifted'> {
  const value = from.span(name);
  return value === 0 || value === 'endless' ? 'until-lifted' : value;
}

const flagged = (bits: Read<bigint>): Read<boolean> => (bits === 'not-known' ? bits : (bits & complexityFlag) !== 0n);

/** What certainly breaks a rule. `too-plain`: fewer than three classes of characters. */
export type BrokenRule = 'too-short' | 'too-plain' | 'contains-name';

/** Rules that could not be read are not checked here. */
export function brokenRules(password: string, rules: PasswordRules, account: Attributes): readonly BrokenRule[] {
  const isShort = rules.minLength !== 'not-known' && password.length < rules.minLength;
  const isComplex = rules.complexity === true;
  return [
    ...(isShort ? (['too-short'] as const) : []),
    ...(isComplex && classesIn(password) < 3 ? (['too-plain'] as const) : []),
    ...(isComplex && containsName(password, account) ? (['contains-name'] as const) : []),
  ];
}

/** MS-SAMR 3.1.1.7.2. A character of no class counts as a sign here: where we are not certain, the directory decides. */
const classes: readonly RegExp[] = [/\p{Lu}|\p{Lt}/u, /\p{Ll}/u, /[0-9]/, /[^\p{L}0-9]/u, /\p{Lo}|\p{Lm}/u];
const classesIn = (password: string): number => classes.filter((one) => one.test(password)).length;

const shortestName = 3;
const nameUnitsAtMost = 1_024;

/** The whole sign-in name, or a part of the shown name between separators; each of at least three characters. */
function containsName(password: string, account: Attributes): boolean {
  const known = (name: string): string => {
    const text = account.text(name);
    return text === 'not-known' ? '' : text.slice(0, nameUnitsAtMost);
  };
  const names = [known('sAMAccountName'), ...known('displayName').split(/[,.\-_# \t]/)];
  const within = password.toLowerCase();
  return names.some((name) => name.length >= shortestName && within.includes(name.toLowerCase()));
}
