// What is known of an account's locks, and what a directory says of an account that nobody but a person may help.
import type { Instant } from './ids.ts';

/**
 * Why no request of ours touches an account in a directory, whatever its lock is. `absent`: it is not there, or not where we may act.
 * `protected`: it is an administrator's, or one of those that the company named. `disabled`: by an administrator of the directory.
 * `account-expired`: the account, not its password. `smart-card`: it has no password to sign in with. `not-readable`: what decides
 * could not be read. `lock-kept`: it is locked there, and the policy leaves that lock to the helpdesk.
 */
export type DirectoryBarrier =
  | 'absent'
  | 'protected'
  | 'disabled'
  | 'account-expired'
  | 'smart-card'
  | 'not-readable'
  | 'lock-kept';

/**
 * From where somebody tried to sign in, in words that name no person: an address or a browser is kept nowhere. Whatever is absent is not
 * known.
 */
export interface SignInOrigin {
  /** As the company's administrators have named it. */
  readonly application?: string;
  readonly device?: 'phone' | 'computer';
  /** ISO 3166-1 alpha-2, e.g. `DE`. */
  readonly country?: string;
  /** How many of the failed sign-ins. */
  readonly count: number;
}

export const originsAtMost = 3;
/** Of an application's name, in UTF-16 units. */
export const applicationCharsAtMost = 40;

/** Failed sign-ins of the last day, since the last unlock, as the log of the sign-in service has them. */
export interface FailedSignIns {
  readonly count: number;
  /** There were more than were read. */
  readonly isAtLeast?: true;
  /** The first of those that were counted. */
  readonly since: Instant;
  /** The most frequent first. */
  readonly origins: readonly SignInOrigin[];
}

/** Counts, times and words, and nothing that leads to a person. */
export interface LockFacts {
  /** Whose lock: that of the sign-in service, of the directory behind it, or of both. */
  readonly of: 'provider' | 'directory' | 'both';
  /** Failed sign-ins that the directory has counted. */
  readonly failures?: number;
  /** Since when it is locked. */
  readonly since?: Instant;
  /** What the sign-in service's log says of its own lock. */
  readonly signIns?: FailedSignIns;
  /** When it would end by itself; `lifted`: only when somebody ends it. */
  readonly until?: Instant | 'lifted';
  /** How long controllers at other places may take to hear of an unlock. */
  readonly spreadMinutes?: number;
}

/** Carried from the inspection to the end, where a lock was found of which something is known. */
export interface AboutLock {
  readonly lock?: LockFacts;
}

export const lockOf = ({ lock }: AboutLock): AboutLock => (lock === undefined ? {} : { lock });
