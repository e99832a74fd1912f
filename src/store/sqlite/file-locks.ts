// The lock of an instance on SQLite: an empty database file beside the real one, locked exclusively. The operating system
// releases it when the process dies, and SQLite's locking works on every system.
import { closeSync, existsSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
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
    // Remove the file before the lock is released, so that nobody else can lock it in between.
    rmSync(fileOf(key), { force: true });
    lock.close();
  };

  return {
    async hold(key) {
      await release();
      try {
        closeSync(openSync(fileOf(key), 'a', 0o600));
        const lock = tryLock(fileOf(key));
        if (lock === undefined) throw new Error('the lock of this instance is held by another one');
        held = { lock, key };
      } catch (error) {
        throw translateSqlite(error);
      }
    },
    // If somebody deleted the lock file, other processes cannot see the lock, so it counts as lost.
    isHeld: () => held !== undefined && existsSync(fileOf(held.key)),
    free: async (keys) => new Set(keys.filter((key) => key !== held?.key && isFree(fileOf(key)))),
    release,
    graceMs: 0,
  };
}

/** A missing file was removed by its instance, or by the process that found the instance dead. */
function isFree(file: string): boolean {
  if (!existsSync(file)) return true;
  const lock = tryLock(file);
  if (lock === undefined) return false;
  rmSync(file, { force: true });
  lock.close();
  return true;
}

/** Whether a process works on this database at this moment. */
export function hasInstances(databasePath: string): boolean {
  const folder = dirname(resolve(databasePath));
  if (!existsSync(folder)) return false;
  const locks = readdirSync(folder).filter((name) => name.startsWith(`${basename(databasePath)}-instance-`));
  return locks.some((name) => !isFree(join(folder, name)));
}

const busy = 5;

/** Undefined if somebody else holds the lock. */
function tryLock(file: string): DatabaseSync | undefined {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    // Nothing is ever written, so no journal file is needed.
    database.exec('pragma journal_mode = memory');
    database.exec('begin exclusive');
    return database;
  } catch (error) {
    database.close();
    if ((Number(Object(error).errcode) & 0xff) === busy) return undefined;
    throw error;
  }
}
