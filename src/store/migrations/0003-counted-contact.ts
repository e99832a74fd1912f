// Migration 0003: a count about a code names its contact. Older rows name none.
import type { Kysely } from 'kysely';

export async function addCountedContact(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('counts').addColumn('contact', 'text').execute();
}
