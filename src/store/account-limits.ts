// What is known of an account over all flows: its lock, its counts, its rest, its other open flows.
import type { Budget } from '../flows/budget.ts';
import { countedBy, type Moved } from '../flows/decision.ts';
import { type AccountId, type Instant, instant, later, latest } from '../flows/ids.ts';
import { daySeconds } from '../flows/limits.ts';
import type { Flow } from '../flows/state.ts';
import { decodeCount, decodeFlow } from './codec.ts';
import { isOpenRow } from './open-rows.ts';
import type { Database } from './tables.ts';

/** One day longer than the longest window that a decision looks back. */
export const countsKeptSeconds = 31 * daySeconds;

/**
 * Whoever decides about this account from now to the end of the transaction is alone: two flows that read the same
 * budget at once would otherwise pass a limit together. Answers until when the account rests.
 */
export async function lockAccount(db: Database, account: AccountId): Promise<Instant | undefined> {
  const locked = await selectForUpdate(db, account);
  if (locked !== undefined) return locked.frozen_until === null ? undefined : instant(locked.frozen_until);
  await db
    .insertInto('accounts')
    .values({ account, frozen_until: null })
    .onConflict((conflict) => conflict.column('account').doNothing())
    .execute();
  // Not the row that was just written but the one that is there: another one may have been first.
  return lockAccount(db, account);
}

const selectForUpdate = (db: Database, account: AccountId) =>
  db.selectFrom('accounts').select('frozen_until').where('account', '=', account).forUpdate().executeTakeFirst();

/** Oldest first as written, since the clocks of two instances may differ. */
export async function readBudget(
  db: Database,
  account: AccountId,
  frozenUntil: Instant | undefined,
  now: Instant,
): Promise<Budget> {
  const rows = await db
    .selectFrom('counts')
    .select(['what', 'flow', 'at', 'contact'])
    .where('account', '=', account)
    .where('at', '>', later(now, -countsKeptSeconds))
    .orderBy('id')
    .execute();
  return { counted: rows.map(decodeCount), ...(frozenUntil === undefined ? {} : { frozenUntil }) };
}

export async function writeCounts(
  db: Database,
  account: AccountId | undefined,
  from: Flow,
  move: Moved,
  now: Instant,
): Promise<void> {
  if (move.counts.length === 0) return;
  if (account === undefined) throw new Error(`flow ${from.id} counts something, but for no account`);
  const counted = countedBy(from.id, from.state, move, now);
  const rows = counted.map(({ contact = null, ...row }) => ({ account, contact, ...row }));
  await db.insertInto('counts').values(rows).execute();
}

/** Never earlier than before. Answers what stands now. */
export async function freezeAccount(
  db: Database,
  account: AccountId,
  before: Instant | undefined,
  until: Instant,
): Promise<Instant> {
  const frozenUntil = before === undefined ? until : latest(before, until);
  await db.updateTable('accounts').set({ frozen_until: frozenUntil }).where('account', '=', account).execute();
  return frozenUntil;
}

/** They cannot change meanwhile: whoever changes one holds the account's lock. */
export async function otherOpenFlows(db: Database, account: AccountId, than: Flow): Promise<readonly Flow[]> {
  const rows = await db
    .selectFrom('flows')
    .selectAll()
    .where('account', '=', account)
    .where(isOpenRow)
    .where('id', '<>', than.id)
    .execute();
  return rows.map(decodeFlow);
}
