// Migration 0005: what stands at a place is found by the place, for a press on a message that may be another flow's.
import { type Kysely, sql } from 'kysely';

export async function indexSurfacePlaces(db: Kysely<unknown>): Promise<void> {
  await sql`create index surfaces_place on surfaces (place)`.execute(db);
}
