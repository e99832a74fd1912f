// The condition for open flows, written exactly as in the partial indexes. With a bound value SQLite would not use them, and read
// every flow.
import { sql } from 'kysely';

export const isOpenRow = sql<boolean>`is_open = 1`;
