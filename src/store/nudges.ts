// Who was reminded that they have no recovery contact, and when; and who does not want to be. Ids and times only.
import type { ActorId } from '../flows/ids.ts';
import type { Nudges } from '../flows/store.ts';
import type { Database } from './tables.ts';
import type { Transactions } from './transactions.ts';

/** The chat people who are bound to the same account, this one included: one human, as far as is known. */
const sameAccount = (db: Database, actor: ActorId) =>
  db
    .selectFrom('bindings as own')
    .innerJoin('bindings as other', 'other.account', 'own.account')
    .where('own.actor', '=', actor)
    .select('other.actor');

export function createNudges({ read, once }: Transactions): Nudges {
  return {
    isDue: (actor, before) =>
      read(async (db) => {
        const rows = await db
          .selectFrom('nudges')
          .select(['at', 'is_off'])
          .where('actor', 'in', sameAccount(db, actor))
          .unionAll(db.selectFrom('nudges').select(['at', 'is_off']).where('actor', '=', actor))
          .execute();
        return rows.every((row) => row.is_off === 0 && row.at <= before);
      }),
    // One statement, so that of two instances that ask at once only one reminds. The person's other chats are looked at in `isDue`:
    // who writes in two of them in the same second may be reminded twice.
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
        await db
          .updateTable('nudges')
          .set({ is_off: 0 })
          .where('is_off', '=', 1)
          .where((row) => row.or([row('actor', '=', actor), row('actor', 'in', sameAccount(db, actor))]))
          .execute();
      }),
  };
}
