// The only error of a database that cannot be used now. Carries a plain word and a code, never a statement or a value.
import { isStoreUnavailable as isUnavailable } from '../flows/store.ts';

/**
 * `locked`: another process or transaction held it for too long. `disk-full`: no room to write.
 * `unreachable`: no connection, or the file cannot be opened. `other`: look at the code.
 * In every case the call wrote nothing, or (connection lost during a commit) it is safe to deliver again.
 */
export type StoreTrouble = 'locked' | 'disk-full' | 'unreachable' | 'other';

export interface StoreUnavailable extends Error {
  readonly name: 'StoreUnavailable';
  readonly cause: StoreTrouble;
  /** SQLite's result code, PostgreSQL's SQLSTATE or the system's error name. */
  readonly code: string;
}

const words: Readonly<Record<StoreTrouble, string>> = {
  locked: 'the database is locked',
  'disk-full': "the database's disk is full",
  unreachable: 'the database cannot be reached',
  other: 'the database failed',
};

export function storeUnavailable(cause: StoreTrouble, code: string): StoreUnavailable {
  const name = 'StoreUnavailable' as const;
  return Object.assign(new Error(`${words[cause]} (${code})`), { name, cause, code });
}

export const isStoreUnavailable = (error: unknown): error is StoreUnavailable => isUnavailable(error);
