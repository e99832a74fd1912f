// The flows' ports for accounts that live in a directory: what the sign-in service says and does, joined with what the directory
// says and does. Every other account stays with the sign-in service alone.
import type { AccountId } from '../flows/ids.ts';
import type { ConnectedDirectory, JoinedParts } from './connected-directory.ts';
import { inspectBoth } from './joined-inspection.ts';
import { liftBoth } from './joined-locks.ts';
import { joinPasswords } from './joined-passwords.ts';

export function joinDirectories(parts: JoinedParts): Pick<JoinedParts, 'directory' | 'locks' | 'passwords'> {
  const { directories, directory, locks, passwords } = parts;
  return {
    directory: {
      ...directory,
      inspect: (account, reads) => {
        const home = homeOf(account, directories);
        // Whoever asks neither about locks nor about a new password has no business with the directory.
        return home === undefined || (!reads.locks && !(reads.password === 'new' && home.reset))
          ? directory.inspect(account, reads)
          : inspectBoth(account, reads, home, parts);
      },
    },
    locks: {
      lift: (account) => {
        const home = homeOf(account, directories);
        return home === undefined ? locks.lift(account) : liftBoth(account, home, locks);
      },
    },
    passwords: joinPasswords(passwords, (account) => settingHomeOf(account, directories), parts.clock),
  };
}

/** The directory in which a new password of the account is set. */
function settingHomeOf(account: AccountId, directories: readonly ConnectedDirectory[]): ConnectedDirectory | undefined {
  const home = homeOf(account, directories);
  return home?.reset === true ? home : undefined;
}

/**
 * The directory of an account, by its id alone: `ad|<connection>|…`. Whatever follows: an id that is no GUID is not found there, and so
 * is nobody's. The longest name wins, since one may be the beginning of another.
 */
export function homeOf<Home extends { readonly connection: string }>(
  account: AccountId,
  homes: readonly Home[],
): Home | undefined {
  const [home] = homes
    .filter(({ connection }) => account.startsWith(`ad|${connection}|`))
    .sort((a, b) => b.connection.length - a.connection.length);
  return home;
}
