// Migration 0003: a count names the contact of the code that it is about. Rows from before name none.
import type { Kysely } from 'kysely';

export async function addCountedContact(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('counts').addColumn('contact', 'text').execute();
}
