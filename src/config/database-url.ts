// The one spelling of a database that the store understands.
import type { DatabaseAddress } from './parsers.ts';

export const databaseUrl = (database: DatabaseAddress): string =>
  database.kind === 'sqlite' ? `sqlite:${database.path}` : database.url;
