// Who was reminded that they have no recovery contact, and when; and who does not want to be. Ids and times only.
import type { Nudges } from '../flows/store.ts';
import type { Transactions } from './transactions.ts';

export function createNudges({ read, once }: Transactions): Nudges {
  return {
    isDue: (actor, before) =>
      read(async (db) => {
        const row = await db
          .selectFrom('nudges')
          .select(['at', 'is_off'])
          .where('actor', '=', actor)
          .executeTakeFirst();
        return row === undefined || (row.is_off === 0 && row.at <= before);
      }),
    // One statement, so that of two instances that ask at once only one reminds.
    claim: (actor, before, now) =>
      once(async (db) => {
        const row = await db
          .insertInto('nudges')
          .values({ actor, at: now, is_off: 0 })
          .onConflict((conflict) =>
            conflict
              .column('actor')
              .doUpdateSet({ at: now })
              .where('nudges.is_off', '=', 0)
              .where('nudges.at', '<=', before),
          )
          .returning('actor')
          .executeTakeFirst();
        return row !== undefined;
      }),
    stop: (actor, now) =>
      once(async (db) => {
        const off = { at: now, is_off: 1 };
        await db
          .insertInto('nudges')
          .values({ actor, ...off })
          .onConflict((conflict) => conflict.column('actor').doUpdateSet(off))
          .execute();
      }),
    resume: (actor) =>
      once(async (db) => {
        await db.updateTable('nudges').set({ is_off: 0 }).where('actor', '=', actor).where('is_off', '=', 1).execute();
      }),
  };
}
