// Migration 0012: the recovery codes of an account, as keyed hashes.
import type { Kysely } from 'kysely';

export async function createRecoveryCodesTable(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('recovery_codes')
    .addColumn('account', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('made_at', 'bigint', (column) => column.notNull())
    .addColumn('used_at', 'bigint')
    .addPrimaryKeyConstraint('recovery_codes_key', ['account', 'hash'])
    .execute();
}
