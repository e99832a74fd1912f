// When the operator made copies of the database, as far as they were made with our own command.
import { type Instant, instant } from '../flows/ids.ts';
import type { Database } from './tables.ts';

/** Only the latest one is ever asked for. */
const keptAtMost = 20;

/** `file`: where the copy was written, for the operator. */
export async function noteBackup(db: Database, at: Instant, file: string): Promise<void> {
  await db
    .insertInto('backups')
    .values({ at, file })
    .onConflict((conflict) => conflict.column('at').doUpdateSet({ file }))
    .execute();
  const oldest = await db
    .selectFrom('backups')
    .select('at')
    .orderBy('at', 'desc')
    .offset(keptAtMost)
    .limit(1)
    .executeTakeFirst();
  if (oldest !== undefined) await db.deleteFrom('backups').where('at', '<=', oldest.at).execute();
}

/** Undefined: none is known. */
export async function lastBackup(db: Database): Promise<Instant | undefined> {
  const last = await db.selectFrom('backups').select('at').orderBy('at', 'desc').limit(1).executeTakeFirst();
  return last === undefined ? undefined : instant(last.at);
}
