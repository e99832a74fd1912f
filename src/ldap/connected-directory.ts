// A directory as the flows' ports use it, and what they are joined from.
import type { Logger } from 'pino';
import type { AccountId } from '../flows/ids.ts';
import type { Clock, Directory, KnownPasswords, Locks, Passwords } from '../flows/ports.ts';
import type { ActiveDirectory } from './active-directory.ts';

/** One directory of the policy. */
export interface ConnectedDirectory {
  /** The Auth0 connection whose accounts live there. */
  readonly connection: string;
  readonly activeDirectory: ActiveDirectory;
  /** Whether forgotten passwords are replaced in it. */
  readonly reset: boolean;
  /** Whether people who know their password change it there. */
  readonly change: boolean;
  /** Whether its lock may be lifted here. */
  readonly unlock: boolean;
  /** How long its controllers may take to hear of an unlock. */
  readonly replicationMinutes: number;
  /** An account that nobody uses, on which the doctor reads the rights. */
  readonly probe?: AccountId;
}

export interface JoinedParts {
  readonly directories: readonly ConnectedDirectory[];
  /** Those of the sign-in service. */
  readonly directory: Directory;
  readonly locks: Locks;
  readonly passwords: Passwords;
  readonly knownPasswords: KnownPasswords;
  readonly clock: Clock;
  readonly log: Logger;
}
