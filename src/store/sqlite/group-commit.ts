// SQLite: runs all waiting units in one transaction, each in a savepoint of its own, so that they share one flush to the disk.
import { CompiledQuery } from 'kysely';
import { nextTurn } from '../pages.ts';
import { isStoreUnavailable, storeUnavailable } from '../store-unavailable.ts';
import type { Database } from '../tables.ts';
import { runAgainAfterConflict, type Transactions, type Unit } from '../transactions.ts';

/** The process does nothing else while a group runs, so a group stays within some tens of milliseconds. */
const maxGroup = 64;

interface Job {
  /** Runs the unit. Returns a function that answers its caller, to be called after the commit. */
  readonly run: Unit<() => void>;
  readonly reject: (error: unknown) => void;
}

export function createGroupCommit(db: Database): Transactions {
  const waiting: Job[] = [];
  let draining: Promise<void> | undefined;
  let isClosed = false;

  async function drain(): Promise<void> {
    // What arrived in the same turn of the event loop joins this group; what arrives meanwhile joins the next.
    for (await nextTurn(); waiting.length > 0; await nextTurn()) await runGroup(db, waiting.splice(0, maxGroup));
    draining = undefined;
  }

  function enqueue<T>(unit: Unit<T>): Promise<T> {
    if (isClosed) return Promise.reject(storeUnavailable('unreachable', 'closed'));
    return new Promise<T>((resolve, reject) => {
      const run = async (connection: Database) => {
        const value = await unit(connection);
        return () => resolve(value);
      };
      waiting.push({ run, reject });
      draining ??= drain();
    });
  }

  const run = <T>(unit: Unit<T>) => runAgainAfterConflict(() => enqueue(unit));
  return {
    run,
    once: run,
    read: (unit) => (isClosed ? Promise.reject(storeUnavailable('unreachable', 'closed')) : unit(db)),
    close: async () => {
      isClosed = true;
      await draining;
      await db.destroy();
    },
  };
}

async function runGroup(db: Database, jobs: readonly Job[]): Promise<void> {
  try {
    const answers = await db.connection().execute((connection) => commitGroup(connection, jobs));
    for (const answer of answers) answer();
  } catch (error) {
    for (const job of jobs) job.reject(error);
  }
}

/** Callers are answered only after the commit: nobody is told of something that a power cut could undo. */
async function commitGroup(connection: Database, jobs: readonly Job[]): Promise<readonly (() => void)[]> {
  const execute = (sql: string) => connection.executeQuery(CompiledQuery.raw(sql));
  await execute('begin immediate');
  try {
    const answers: (() => void)[] = [];
    for (const job of jobs) answers.push(await runUnit(connection, job, execute));
    await execute('commit');
    return answers;
  } catch (error) {
    // Fails if SQLite has rolled back by itself, which is just as good.
    await execute('rollback').catch(() => undefined);
    throw error;
  }
}

async function runUnit(connection: Database, job: Job, execute: (sql: string) => Promise<unknown>) {
  await execute('savepoint unit');
  try {
    const answer = await job.run(connection);
    await execute('release unit');
    return answer;
  } catch (error) {
    // A full disk concerns the whole group; a constraint or a bug only this unit.
    if (isStoreUnavailable(error) && error.cause !== 'other') throw error;
    await execute('rollback to unit');
    await execute('release unit');
    return () => job.reject(error);
  }
}
