// How a unit of work is run against either database: all or nothing, one writer per account.
import { isStoreUnavailable, storeUnavailable } from './store-unavailable.ts';
import type { Database } from './tables.ts';

export type Unit<T> = (db: Database) => Promise<T>;

export interface Transactions {
  /** All or nothing. The unit must await only its queries. After a conflict it may run again from the start. */
  run<T>(unit: Unit<T>): Promise<T>;
  /** For a unit of one writing statement, which needs no transaction of its own. */
  once<T>(unit: Unit<T>): Promise<T>;
  read<T>(unit: Unit<T>): Promise<T>;
  /** Waits for what is under way. Later calls are refused. */
  close(): Promise<void>;
}

/** Thrown by a unit that read something which has changed since: the unit is run again. */
export const lostRace = new Error('lost a race');

/** One or two more runs settle a conflict; a unit that needs more has some other fault. */
const maxRuns = 10;

/** Serialization failure, deadlock, unique violation (somebody was first): https://www.postgresql.org/docs/15/errcodes-appendix.html */
const conflicts: ReadonlySet<string> = new Set(['40001', '40P01', '23505']);

export async function runAgainAfterConflict<T>(run: () => Promise<T>): Promise<T> {
  for (let runs = 1; ; runs += 1) {
    try {
      return await run();
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (runs >= maxRuns) throw error === lostRace ? storeUnavailable('locked', `${runs} lost races`) : error;
    }
  }
}

const isConflict = (error: unknown): boolean =>
  error === lostRace || (isStoreUnavailable(error) && conflicts.has(error.code));
