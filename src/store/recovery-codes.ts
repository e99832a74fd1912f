// The recovery codes of accounts, as keyed hashes: a set is replaced as a whole, and each code is used once.
import type { RecoveryCodeSet } from '../flows/decision.ts';
import { type AccountId, instant } from '../flows/ids.ts';
import type { RecoveryCodes } from '../flows/store.ts';
import { lockAccount } from './account-limits.ts';
import type { Database } from './tables.ts';
import type { Transactions } from './transactions.ts';

export function createRecoveryCodes({ read, run }: Transactions): RecoveryCodes {
  return {
    make: (account, hashes, now) =>
      run(async (db) => {
        // Under the account's lock, so that two sets that are made at once do not both count. Whoever pressed "It wasn't me" has
        // voided the codes under the same lock: a set that is made at that moment must not outlive it.
        const { frozenUntil } = await lockAccount(db, account);
        if (frozenUntil !== undefined && frozenUntil > now) return 'frozen';
        await voidRecoveryCodes(db, account);
        const rows = hashes.map((hash) => ({ account, hash, made_at: now, used_at: null }));
        await db.insertInto('recovery_codes').values(rows).execute();
        return 'made';
      }),
    use: (account, candidates, now, madeUntil) =>
      run(async (db) => {
        // One statement decides: of many at once, only one finds the code unused.
        const { numUpdatedRows } = await db
          .updateTable('recovery_codes')
          .set({ used_at: now })
          .where('account', '=', account)
          .where('hash', 'in', candidates)
          .where('made_at', '<=', madeUntil)
          .where('used_at', 'is', null)
          .executeTakeFirst();
        if (numUpdatedRows === 0n) return { is: 'unknown' };
        return { is: 'used', left: (await recoveryCodesOf(db, account))?.left ?? 0 };
      }),
    find: (account) => read((db) => recoveryCodesOf(db, account)),
  };
}

export async function voidRecoveryCodes(db: Database, account: AccountId): Promise<void> {
  await db.deleteFrom('recovery_codes').where('account', '=', account).execute();
}

/** Undefined: none were made, or all were voided. */
export async function recoveryCodesOf(db: Database, account: AccountId): Promise<RecoveryCodeSet | undefined> {
  const rows = await db
    .selectFrom('recovery_codes')
    .select(['made_at', 'used_at'])
    .where('account', '=', account)
    .execute();
  const [one] = rows;
  if (one === undefined) return undefined;
  return { left: rows.filter(({ used_at }) => used_at === null).length, madeAt: instant(one.made_at) };
}
