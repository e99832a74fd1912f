// Which account a chat person was bound to at enrolment. An index of ids only: the account's own record decides.
import { accountId, knownActor } from '../flows/ids.ts';
import type { Bindings } from '../flows/store.ts';
import type { Transactions } from './transactions.ts';

export function createBindings({ read, once }: Transactions): Bindings {
  return {
    accountOf: (actor) =>
      read(async (db) => {
        const row = await db.selectFrom('bindings').select('account').where('actor', '=', actor).executeTakeFirst();
        return row === undefined ? undefined : accountId(row.account);
      }),
    keep: (actor, account, now) =>
      once(async (db) => {
        await db
          .insertInto('bindings')
          .values({ actor, account, at: now })
          .onConflict((conflict) => conflict.column('actor').doUpdateSet({ account, at: now }))
          .execute();
      }),
    isBound: (account) =>
      read(async (db) => {
        const row = await db.selectFrom('bindings').select('actor').where('account', '=', account).executeTakeFirst();
        return row !== undefined;
      }),
    peopleOf: (account) =>
      read(async (db) => {
        const rows = await db
          .selectFrom('bindings')
          .select('actor')
          .where('account', '=', account)
          .orderBy('at')
          .orderBy('actor')
          .execute();
        return rows.map(({ actor }) => knownActor(actor));
      }),
    forget: (actor) => once(async (db) => void (await db.deleteFrom('bindings').where('actor', '=', actor).execute())),
  };
}
