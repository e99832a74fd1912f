// The flows' ports for accounts that live in a directory: what the sign-in service says and does, joined with what the directory
// says and does. Every other account stays with the sign-in service alone.
import type { AccountId } from '../flows/ids.ts';
import type { FactsRead } from '../flows/policy.ts';
import type { ConnectedDirectory, JoinedParts } from './connected-directory.ts';
import { inspectBoth } from './joined-inspection.ts';
import { liftBoth } from './joined-locks.ts';
import { joinKnownPasswords, joinPasswords } from './joined-passwords.ts';

export function joinDirectories(
  parts: JoinedParts,
): Pick<JoinedParts, 'directory' | 'locks' | 'passwords' | 'knownPasswords'> {
  const { directories, directory, locks, passwords, knownPasswords, clock } = parts;
  const home = (account: AccountId) => homeOf(account, directories);
  return {
    directory: {
      ...directory,
      inspect: (account, reads) => {
        const there = home(account);
        // Whoever asks neither about locks nor about a password has no business with the directory.
        return there === undefined || (!reads.locks && !setsThere(there, reads))
          ? directory.inspect(account, reads)
          : inspectBoth(account, reads, there, parts);
      },
    },
    locks: {
      lift: (account) => {
        const there = home(account);
        return there === undefined ? locks.lift(account) : liftBoth(account, there, locks);
      },
    },
    passwords: joinPasswords(passwords, home, clock),
    knownPasswords: joinKnownPasswords(knownPasswords, home, clock),
  };
}

/** A forgotten password and a known one are allowed apart. */
function setsThere({ reset, change }: ConnectedDirectory, { password }: FactsRead): boolean {
  if (password === undefined) return false;
  return password === 'new' ? reset : change;
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
