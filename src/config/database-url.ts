// The one spelling of a database that the store understands.
import type { Database } from './parsers.ts';

export const databaseUrl = (database: Database): string =>
  database.kind === 'sqlite' ? `sqlite:${database.path}` : database.url;
