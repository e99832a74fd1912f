// PostgreSQL through `pg`: the pool with its deadlines, and what its errors mean.
import { type Dialect, PostgresDialect } from 'kysely';
import pg from 'pg';
import { type StoreTrouble, type StoreUnavailable, storeUnavailable } from '../store-unavailable.ts';
import { translatedDriver } from '../translated-driver.ts';

export const maxConnections = 10;
/** Shorter than a platform waits for its answer. */
export const connectTimeoutMs = 2000;
const lockTimeoutMs = 2000;
/** Ends a statement that hangs. A migration that needs longer lifts the limit for itself. */
const statementTimeoutMs = 10_000;
/** Ends a transaction whose process hangs, so that its locks are released. Our transactions never wait between two statements. */
const idleInTransactionMs = 5_000;

const int8 = 20;

export function openPostgres(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    lock_timeout: lockTimeoutMs,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
    keepAlive: true,
    application_name: 'latchkey',
    // Instants and counts are well below 2⁵³, so they are read as numbers, as on SQLite.
    types: { getTypeParser: (oid, format) => (oid === int8 ? Number : pg.types.getTypeParser(oid, format)) },
  });
  // A connection that breaks while it is idle is replaced; while it is used, the query itself reports it.
  const ignore = () => undefined;
  pool.on('error', ignore);
  pool.on('connect', (client) => client.on('error', ignore));
  return pool;
}

export function postgresDialect(pool: pg.Pool): Dialect {
  const dialect = new PostgresDialect({ pool });
  return {
    // Set explicitly, since a server may have another default: after waiting for a lock, a query must see what the lock's holder
    // wrote.
    createDriver: () =>
      translatedDriver(dialect.createDriver(), {
        translate: translatePostgres,
        begin: 'begin isolation level read committed',
      }),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
  };
}

/** SQLSTATE, https://www.postgresql.org/docs/15/errcodes-appendix.html; the first two characters are its class. */
const troubles: ReadonlyMap<string, StoreTrouble> = new Map([
  ['40001', 'locked'],
  ['40P01', 'locked'],
  ['55P03', 'locked'],
  ['57014', 'locked'],
  ['53100', 'disk-full'],
  ['53300', 'unreachable'],
  ['57P01', 'unreachable'],
  ['57P02', 'unreachable'],
  ['57P03', 'unreachable'],
]);

export function translatePostgres(error: unknown): StoreUnavailable {
  if (error instanceof pg.DatabaseError && error.code !== undefined) {
    const byClass = error.code.startsWith('08') ? 'unreachable' : 'other';
    return storeUnavailable(troubles.get(error.code) ?? byClass, error.code);
  }
  // Everything else comes from the connection: the driver gives some of these errors no code at all.
  const { code } = Object(error);
  return storeUnavailable('unreachable', typeof code === 'string' ? code : 'connection lost');
}
