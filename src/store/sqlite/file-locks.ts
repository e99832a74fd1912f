// The lock of an instance on SQLite: an empty database file beside the real one, held exclusively. The operating system lets
// go of it at the death of the process, and SQLite knows how to ask for it on every system.
import { closeSync, existsSync, openSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { InstanceLocks } from '../instance-locks.ts';
import { translateSqlite } from './dialect.ts';

/** `latchkey.db` → `latchkey.db-instance-271828`. */
export function createFileLocks(databasePath: string): InstanceLocks {
  const fileOf = (key: number): string => `${databasePath}-instance-${key}`;
  let held: { readonly lock: DatabaseSync; readonly key: number } | undefined;

  const release = async (): Promise<void> => {
    if (held === undefined) return;
    const { lock, key } = held;
    held = undefined;
    // Removed first: a name that is free again while it is locked is locked by nobody else.
    rmSync(fileOf(key), { force: true });
    lock.close();
  };

  return {
    async hold(key) {
      await release();
      try {
        closeSync(openSync(fileOf(key), 'a', 0o600));
        const lock = locked(fileOf(key));
        if (lock === undefined) throw new Error('the lock of this instance is held by another one');
        held = { lock, key };
      } catch (error) {
        throw translateSqlite(error);
      }
    },
    // A lock whose file somebody has tidied away tells nobody anything.
    isHeld: () => held !== undefined && existsSync(fileOf(held.key)),
    free: async (keys) => new Set(keys.filter((key) => key !== held?.key && isFree(fileOf(key)))),
    release,
    graceMs: 0,
  };
}

/** A file that is not there was removed by its instance, or by whoever found it dead. */
function isFree(file: string): boolean {
  if (!existsSync(file)) return true;
  const lock = locked(file);
  if (lock === undefined) return false;
  rmSync(file, { force: true });
  lock.close();
  return true;
}

const busy = 5;

/** Undefined where somebody holds it. */
function locked(file: string): DatabaseSync | undefined {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    // Nothing is ever written, so no journal has to lie about.
    database.exec('pragma journal_mode = memory');
    database.exec('begin exclusive');
    return database;
  } catch (error) {
    database.close();
    if ((Number(Object(error).errcode) & 0xff) === busy) return undefined;
    throw error;
  }
}
