// Open flows, in the very words of the partial indexes: SQLite does not look into a bound value, and would read every flow.
import { sql } from 'kysely';

export const isOpenRow = sql<boolean>`is_open = 1`;
