// Migration 0005: an index to find surfaces by their place, for a press on a message that may belong to another flow.
import { type Kysely, sql } from 'kysely';

export async function indexSurfacePlaces(db: Kysely<unknown>): Promise<void> {
  await sql`create index surfaces_place on surfaces (place)`.execute(db);
}
