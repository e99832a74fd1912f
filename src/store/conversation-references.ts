// How to reach people on platforms that need more than an id for it. Holds ids that the platform made, and nothing that names
// anybody.
// The table is called `whereabouts` since migration 0002.
import { actorParts } from '../flows/ids.ts';
import type { ConversationReferences } from '../flows/store.ts';
import type { Transactions } from './transactions.ts';

export function createConversationReferences({ read, once }: Transactions): ConversationReferences {
  return {
    keep: (actor, place, now) =>
      once(async (db) => {
        const row = { platform: actorParts(actor).platform, place, at: now };
        await db
          .insertInto('whereabouts')
          .values({ actor, ...row })
          .onConflict((conflict) => conflict.column('actor').doUpdateSet(row))
          .execute();
      }),
    find: (actor) =>
      read(async (db) => {
        const row = await db.selectFrom('whereabouts').select('place').where('actor', '=', actor).executeTakeFirst();
        return row?.place;
      }),
    forget: (actor) =>
      once(async (db) => void (await db.deleteFrom('whereabouts').where('actor', '=', actor).execute())),
    latest: (platform) =>
      read(async (db) => {
        const row = await db
          .selectFrom('whereabouts')
          .select('place')
          .where('platform', '=', platform)
          .orderBy('at', 'desc')
          .limit(1)
          .executeTakeFirst();
        return row?.place;
      }),
  };
}
