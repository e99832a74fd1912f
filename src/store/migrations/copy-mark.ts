// The mark that `latchkey backup` leaves in a copy, as a step that no release knows: a server refuses to work on a copy that somebody
// has put in place by hand. What was open in it may be done since; only `latchkey restore` takes the mark away. See docs/decisions/0060.
import type { Kysely } from 'kysely';

/** Releases before this one print it as it is. */
export const copyMark = '9999-a-copy-use-latchkey-restore';

type Steps = Kysely<{ kysely_migration: { name: string; timestamp: string } }>;

export async function markAsCopy(db: Steps): Promise<void> {
  const step = { name: copyMark, timestamp: new Date(0).toISOString() };
  await db.insertInto('kysely_migration').values(step).execute();
}

export async function unmarkAsCopy(db: Steps): Promise<void> {
  await db.deleteFrom('kysely_migration').where('name', '=', copyMark).execute();
}
