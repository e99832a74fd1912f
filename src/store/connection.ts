// From a database URL to a connected query layer: the only file that knows which databases there are.
import { Kysely } from 'kysely';
import type { DialectName } from './first-schema.ts';
import { createGroupedTransactions } from './grouped-transactions.ts';
import { openSqlite, sqliteDialect, withoutRowLocks } from './node-sqlite.ts';
import { createPooledTransactions } from './pooled-transactions.ts';
import { openPostgres, postgresDialect } from './postgres.ts';
import type { Database, Tables } from './tables.ts';
import type { Transactions } from './transactions.ts';

export interface Connection {
  readonly db: Database;
  readonly dialect: DialectName;
  readonly transactions: Transactions;
}

/** `sqlite:PATH`, `sqlite::memory:`, `postgres://…` or `postgresql://…`. */
export function connect(url: string): Connection {
  if (url.startsWith('sqlite:')) {
    const path = url.slice('sqlite:'.length);
    if (path === '') throw new Error('the database URL names no file: it looks like sqlite:PATH');
    const db = new Kysely<Tables>({ dialect: sqliteDialect(openSqlite(path)), plugins: [withoutRowLocks] });
    return { db, dialect: 'sqlite', transactions: createGroupedTransactions(db) };
  }
  if (url.startsWith('postgres://') || url.startsWith('postgresql://')) {
    const db = new Kysely<Tables>({ dialect: postgresDialect(openPostgres(url)) });
    return { db, dialect: 'postgres', transactions: createPooledTransactions(db) };
  }
  throw new Error('the database URL must begin with sqlite: or postgres://');
}
