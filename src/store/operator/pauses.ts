// What keeps an account from recovery: the rest after "it wasn't me", and budgets that are used up; and the end of both.
import { sql } from 'kysely';
import type { Budget } from '../../flows/budget.ts';
import { type AccountId, type ActorId, accountId, type Instant, knownActor, later } from '../../flows/ids.ts';
import { daySeconds } from '../../flows/limits.ts';
import type { Flow } from '../../flows/state.ts';
import { lockAccount, readBudget, restOf } from '../account-limits.ts';
import { decodeEach, decodeFlow } from '../codec.ts';
import { isOpenRow } from '../open-rows.ts';
import type { Database } from '../tables.ts';
import type { Transactions } from '../transactions.ts';

export interface AccountNow {
  readonly account: AccountId;
  readonly budget: Budget;
}

export interface OperatorPauses {
  /** Accounts that rest, or for which something was counted within a day, by id; some at a time. */
  candidates(now: Instant, after: AccountId | undefined, limit: number): Promise<readonly AccountNow[]>;
  budget(account: AccountId, now: Instant): Promise<Budget>;
  /** Open requests of the account that this release can read. */
  openRequests(account: AccountId): Promise<readonly Flow[]>;
  /** The chat people who are bound to it, as far as this database knows. */
  boundActors(account: AccountId): Promise<readonly ActorId[]>;
  /** The request whose "it wasn't me" froze the account, the newest of several. */
  disowned(account: AccountId): Promise<Flow | undefined>;
  /** From now on limits do not count what was counted before. */
  liftBudgets(account: AccountId, now: Instant): Promise<void>;
}

export function createOperatorPauses({ read, run }: Transactions): OperatorPauses {
  return {
    candidates: (now, after, limit) => read((db) => candidates(db, now, after, limit)),
    budget: (account, now) => read((db) => budgetOf(db, account, now)),
    openRequests: (account) =>
      read(async (db) =>
        decodeEach(
          await db.selectFrom('flows').selectAll().where('account', '=', account).where(isOpenRow).execute(),
          decodeFlow,
        ),
      ),
    boundActors: (account) =>
      read(async (db) => {
        const rows = await db.selectFrom('bindings').select('actor').where('account', '=', account).execute();
        return rows.map(({ actor }) => knownActor(actor));
      }),
    disowned: (account) => read((db) => disowned(db, account)),
    liftBudgets: (account, now) =>
      run(async (db) => {
        await lockAccount(db, account);
        await db.updateTable('accounts').set({ lifted_at: now }).where('account', '=', account).execute();
      }),
  };
}

async function budgetOf(db: Database, account: AccountId, now: Instant): Promise<Budget> {
  const row = await db
    .selectFrom('accounts')
    .select(['frozen_until', 'lifted_at'])
    .where('account', '=', account)
    .executeTakeFirst();
  return readBudget(db, account, restOf(row), now);
}

async function candidates(
  db: Database,
  now: Instant,
  after: AccountId | undefined,
  limit: number,
): Promise<readonly AccountNow[]> {
  const { rows } = await sql<{ account: string }>`
    select account from (
      select account from accounts where frozen_until > ${now}
      union
      select account from counts where at > ${later(now, -daySeconds)}
    ) as paused where account > ${after ?? ''} order by account limit ${sql.lit(limit)}`.execute(db);
  const found: AccountNow[] = [];
  for (const row of rows) {
    const account = accountId(row.account);
    found.push({ account, budget: await budgetOf(db, account, now) });
  }
  return found;
}

async function disowned(db: Database, account: AccountId): Promise<Flow | undefined> {
  const rows = await db
    .selectFrom('flows')
    .selectAll()
    .where('account', '=', account)
    .where('closed_at', 'is not', null)
    .execute();
  const at = ({ state }: Flow): number => (state.at === 'closed' && state.helpdeskKnows ? (state.disownedAt ?? 0) : 0);
  return decodeEach(rows, decodeFlow)
    .filter((flow) => at(flow) > 0)
    .toSorted((a, b) => at(b) - at(a))[0];
}
