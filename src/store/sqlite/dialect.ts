// SQLite through the runtime's own `node:sqlite`, in the shape that Kysely's SQLite dialect asks for.
import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import {
  type Dialect,
  type KyselyPlugin,
  SelectQueryNode,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteStatement,
} from 'kysely';
import { type StoreTrouble, type StoreUnavailable, storeUnavailable } from '../store-unavailable.ts';
import { translatedDriver } from '../translated-driver.ts';

/**
 * How long to wait for a writer in another process. The wait blocks this process: so in a server it is far shorter than a platform
 * waits for its answer. A command has nothing else to do, and a server writes for some milliseconds at a time.
 */
const busyTimeoutMs = { server: 250, command: 5_000 } as const;
export type Waiting = keyof typeof busyTimeoutMs;
const cachedStatements = 300;

/** Only this user may read the file: it holds who asked for help and when. `:memory:` lives as long as the connection. */
export function openSqlite(path: string, waiting: Waiting): DatabaseSync {
  try {
    if (path !== ':memory:') {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      closeSync(openSync(path, 'a', 0o600));
      for (const file of [path, `${path}-wal`, `${path}-shm`]) keepFromOthers(file);
    }
    const database = new DatabaseSync(path, { timeout: busyTimeoutMs[waiting], enableForeignKeyConstraints: true });
    database.exec('pragma journal_mode = wal');
    // An acknowledged request survives the loss of power, not only the end of the process.
    database.exec('pragma synchronous = full');
    return database;
  } catch (error) {
    throw translateSqlite(error);
  }
}

/** For a restored copy, or a file that somebody else made. SQLite gives the -wal and -shm files the mode of the database file. */
function keepFromOthers(file: string): void {
  const mode = statSync(file, { throwIfNoEntry: false })?.mode;
  // Windows has no such modes, so they cannot be changed.
  if (mode === undefined || (mode & 0o077) === 0 || process.platform === 'win32') return;
  chmodSync(file, 0o600);
}

export function sqliteDialect(database: DatabaseSync): Dialect {
  const dialect = new SqliteDialect({ database: kyselyDatabase(database) });
  return {
    // Takes the write lock at once: a lock taken later could be refused after something was read.
    createDriver: () =>
      translatedDriver(dialect.createDriver(), { translate: translateSqlite, begin: 'begin immediate' }),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createAdapter: () => new TransactionalSqliteAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
  };
}

/** Kysely runs migrations on SQLite outside a transaction unless it is told that schema changes can be rolled back. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Leaves out the row locks of the shared queries: on SQLite one writer at a time locks the whole database. */
export const withoutRowLocks: KyselyPlugin = {
  transformQuery: ({ node }) => {
    if (!SelectQueryNode.is(node) || node.endModifiers === undefined) return node;
    const { endModifiers: _locks, ...rest } = node;
    return rest;
  },
  transformResult: async ({ result }) => result,
};

function kyselyDatabase(database: DatabaseSync): SqliteDatabase {
  const cache = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare: (sql) => {
      const known = cache.get(sql);
      if (known !== undefined) return known;
      const statement = kyselyStatement(database.prepare(sql));
      const [oldest] = cache.keys();
      if (oldest !== undefined && cache.size >= cachedStatements) cache.delete(oldest);
      cache.set(sql, statement);
      return statement;
    },
  };
}

function kyselyStatement(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...parameters.map(bindable)),
    run: (parameters) => statement.run(...parameters.map(bindable)),
    iterate: (parameters) => statement.iterate(...parameters.map(bindable)),
  };
}

function bindable(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  throw new TypeError(`a ${typeof value} cannot be bound`);
}

/** SQLite's primary result codes, https://sqlite.org/rescode.html */
const troubles: ReadonlyMap<number, StoreTrouble> = new Map([
  [5, 'locked'],
  [6, 'locked'],
  [13, 'disk-full'],
  [14, 'unreachable'],
]);

export function translateSqlite(error: unknown): StoreUnavailable {
  const { errcode, code } = Object(error);
  if (typeof errcode === 'number')
    return storeUnavailable(troubles.get(errcode & 0xff) ?? 'other', `SQLite ${errcode}`);
  if (code === 'ENOSPC') return storeUnavailable('disk-full', code);
  return storeUnavailable(typeof code === 'string' ? 'unreachable' : 'other', String(code ?? 'no code'));
}
