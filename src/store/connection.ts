// Opens the database of a URL. The only file that knows which databases are supported.
import { Kysely } from 'kysely';
import { type InstanceLocks, noLocks } from './instance-locks.ts';
import type { DialectName } from './migrations/0001-first.ts';
import { openPostgres, postgresDialect } from './postgres/dialect.ts';
import { createPooledTransactions } from './postgres/pooled-transactions.ts';
import { createSessionLocks } from './postgres/session-locks.ts';
import { openSqlite, sqliteDialect, type Waiting, withoutRowLocks } from './sqlite/dialect.ts';
import { createFileLocks } from './sqlite/file-locks.ts';
import { createGroupCommit } from './sqlite/group-commit.ts';
import type { Database, Tables } from './tables.ts';
import type { Transactions } from './transactions.ts';

export interface Connection {
  readonly db: Database;
  readonly dialect: DialectName;
  readonly transactions: Transactions;
  readonly locks: InstanceLocks;
}

/** `sqlite:PATH`, `sqlite::memory:`, `postgres://…` or `postgresql://…`. `waiting`: who waits where another process writes. */
export function connect(url: string, waiting: Waiting = 'server'): Connection {
  if (url.startsWith('sqlite:')) {
    const path = url.slice('sqlite:'.length);
    if (path === '') throw new Error('the database URL names no file: it looks like sqlite:PATH');
    const db = new Kysely<Tables>({ dialect: sqliteDialect(openSqlite(path, waiting)), plugins: [withoutRowLocks] });
    const locks = path === ':memory:' ? noLocks : createFileLocks(path);
    return { db, dialect: 'sqlite', transactions: createGroupCommit(db), locks };
  }
  if (url.startsWith('postgres://') || url.startsWith('postgresql://')) {
    const db = new Kysely<Tables>({ dialect: postgresDialect(openPostgres(url)) });
    return { db, dialect: 'postgres', transactions: createPooledTransactions(db), locks: createSessionLocks(url) };
  }
  throw new Error('the database URL must begin with sqlite: or postgres://');
}
