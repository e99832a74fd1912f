// Turns every error of a database driver into `StoreUnavailable`, here and nowhere else: any other error is a bug.
import { CompiledQuery, type DatabaseConnection, type Driver } from 'kysely';
import type { StoreUnavailable } from './store-unavailable.ts';

export interface Translation {
  readonly translate: (error: unknown) => StoreUnavailable;
  /** How a transaction begins, e.g. `begin immediate`. */
  readonly begin: string;
}

export function translatedDriver(driver: Driver, { translate, begin }: Translation): Driver {
  const originals = new WeakMap<DatabaseConnection, DatabaseConnection>();
  const translations = new WeakMap<DatabaseConnection, DatabaseConnection>();
  const original = (connection: DatabaseConnection) => originals.get(connection) ?? connection;

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw translate(error);
    }
  }

  function translated(connection: DatabaseConnection): DatabaseConnection {
    const known = translations.get(connection);
    if (known !== undefined) return known;
    const made: DatabaseConnection = {
      executeQuery: (query) => guarded(() => connection.executeQuery(query)),
      streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
    };
    originals.set(made, connection);
    translations.set(connection, made);
    return made;
  }

  return {
    init: () => guarded(() => driver.init()),
    acquireConnection: async () => translated(await guarded(() => driver.acquireConnection())),
    beginTransaction: async (connection) => {
      await connection.executeQuery(CompiledQuery.raw(begin));
    },
    commitTransaction: (connection) => guarded(() => driver.commitTransaction(original(connection))),
    rollbackTransaction: (connection) => guarded(() => driver.rollbackTransaction(original(connection))),
    releaseConnection: (connection) => driver.releaseConnection(original(connection)),
    destroy: () => driver.destroy(),
  };
}
