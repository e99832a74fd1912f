// Migration 0015: requests that ended by an operator's command, until a server has counted them.
import type { Kysely } from 'kysely';

/** No reference to `flows`: a request that is not there any more is not counted. */
export async function createUncountedEndings(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('uncounted_endings')
    .addColumn('flow', 'text', (column) => column.primaryKey().notNull())
    .execute();
}
