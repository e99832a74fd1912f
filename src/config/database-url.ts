// The URL of a database in the form that the store expects.
import type { DatabaseAddress } from './parsers.ts';

export const databaseUrl = (database: DatabaseAddress): string =>
  database.kind === 'sqlite' ? `sqlite:${database.path}` : database.url;
