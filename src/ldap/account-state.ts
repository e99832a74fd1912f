// What the directory itself says of an account: whether it is locked, disabled or expired, and what its password is worth.
// Nothing is learned by signing in as the person: each try would count towards a lock.
import { type Instant, instant } from '../flows/ids.ts';
import type { Attributes, Read } from './attributes.ts';
import type { PasswordRules } from './password-rules.ts';

export interface DirectoryState {
  /** Now, by the directory's own reckoning. The time of a lock stays after the lock has run out. */
  readonly locked: Read<boolean>;
  readonly lockedSince?: Instant;
  /** `lifted`: only somebody can end it. Absent where it is not known. */
  readonly lockedUntil?: Instant | 'lifted';
  /** Failed sign-ins up to the lock, as the controller has counted them that was asked. Absent where it is not known. */
  readonly failures?: number;
  /** By an administrator. */
  readonly disabled: Read<boolean>;
  /** The account, not its password. */
  readonly expired: Read<boolean>;
  readonly smartCardOnly: Read<boolean>;
  readonly password: Read<'valid' | 'expired' | 'must-change'>;
  /** From when on the person may change it; `now` where no rule forbids it. An administrative reset may come at any time. */
  readonly changeFrom: Read<Instant | 'now'>;
}

/** MS-ADTS 2.2.16, MS-SAMR 2.2.1.13. The last two stand in the computed attribute only. */
const flags = { disabled: 0x2n, smartCardOnly: 0x40000n, locked: 0x10n, passwordExpired: 0x800000n } as const;

export function stateOf(attributes: Attributes, rules: PasswordRules, now: Read<Instant>): DirectoryState {
  const control = attributes.whole('userAccountControl');
  const computed = attributes.whole('msDS-User-Account-Control-Computed');
  const locked = hasFlag(computed, flags.locked);
  return {
    locked,
    ...(locked === true ? lockTimes(attributes, rules) : {}),
    disabled: hasFlag(control, flags.disabled),
    expired: isExpired(attributes, now),
    smartCardOnly: hasFlag(control, flags.smartCardOnly),
    password: passwordOf(attributes, hasFlag(computed, flags.passwordExpired)),
    changeFrom: changeFrom(attributes, rules),
  };
}

const hasFlag = (bits: Read<bigint>, flag: bigint): Read<boolean> =>
  bits === 'not-known' ? bits : (bits & flag) !== 0n;

function lockTimes(
  attributes: Attributes,
  { lockoutMs }: PasswordRules,
): Pick<DirectoryState, 'lockedSince' | 'lockedUntil' | 'failures'> {
  return { ...timesOfLock(attributes, lockoutMs), ...failuresIn(attributes) };
}

/** It may be 0 at a controller that was not the one to lock the account. */
function failuresIn(attributes: Attributes): Pick<DirectoryState, 'failures'> {
  const count = attributes.whole('badPwdCount');
  return count === 'not-known' || count <= 0n || count > 100_000n ? {} : { failures: Number(count) };
}

function timesOfLock(
  attributes: Attributes,
  lockoutMs: PasswordRules['lockoutMs'],
): Pick<DirectoryState, 'lockedSince' | 'lockedUntil'> {
  const since = attributes.time('lockoutTime');
  if (typeof since !== 'number') return {};
  if (lockoutMs === 'not-known') return { lockedSince: since };
  return { lockedSince: since, lockedUntil: lockoutMs === 'until-lifted' ? 'lifted' : instant(since + lockoutMs) };
}

function isExpired(attributes: Attributes, now: Read<Instant>): Read<boolean> {
  const at = attributes.time('accountExpires');
  if (at === 'not-known') return at;
  if (at === 'zero' || at === 'endless') return false;
  return now === 'not-known' ? now : at <= now;
}

/** Where passwords of this account never expire, a `pwdLastSet` of 0 demands nothing: only the computed flag says what is so. */
function passwordOf(attributes: Attributes, isOver: Read<boolean>): DirectoryState['password'] {
  const setAt = attributes.time('pwdLastSet');
  if (isOver === 'not-known' || setAt === 'not-known') return 'not-known';
  if (!isOver) return 'valid';
  return setAt === 'zero' ? 'must-change' : 'expired';
}

function changeFrom(attributes: Attributes, { minAgeMs }: PasswordRules): DirectoryState['changeFrom'] {
  const setAt = attributes.time('pwdLastSet');
  if (setAt === 'not-known' || minAgeMs === 'not-known') return 'not-known';
  return typeof setAt === 'number' && minAgeMs > 0 ? instant(setAt + minAgeMs) : 'now';
}

export type Barrier = 'disabled' | 'account-expired' | 'smart-card' | 'not-readable';

/** Why no act of ours can help this account; undefined where one may. What could not be read is such a reason. */
export function barrierOf({ disabled, expired, smartCardOnly, locked, password }: DirectoryState): Barrier | undefined {
  if (disabled === true) return 'disabled';
  if (expired === true) return 'account-expired';
  if (smartCardOnly === true) return 'smart-card';
  return [disabled, expired, smartCardOnly, locked, password].includes('not-known') ? 'not-readable' : undefined;
}
