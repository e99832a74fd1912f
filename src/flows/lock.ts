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

/** Counts and times only. From where somebody tried to sign in is kept nowhere. */
export interface LockFacts {
  /** Whose lock: that of the sign-in service, of the directory behind it, or of both. */
  readonly of: 'provider' | 'directory' | 'both';
  /** Failed sign-ins that the directory has counted. */
  readonly failures?: number;
  readonly since?: Instant;
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
