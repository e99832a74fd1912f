// What is stored about an account across all flows: its lock, its counts, its freeze, its other open flows.
import type { Budget } from '../flows/budget.ts';
import { countedBy, type Earlier, type Moved } from '../flows/decision.ts';
import { type AccountId, type ActorId, type Instant, instant, later, latest } from '../flows/ids.ts';
import { daySeconds } from '../flows/limits.ts';
import { changesOf, type Flow } from '../flows/state.ts';
import { decodeCount, decodeFlow } from './codec.ts';
import { isOpenRow } from './open-rows.ts';
import { isReadableFlow } from './readable.ts';
import type { Database } from './tables.ts';

/** One day longer than the longest period that a decision looks back. */
export const countsKeptSeconds = 31 * daySeconds;

/**
 * Locks the account's row until the end of the transaction: otherwise two flows that read the same budget at once could pass a
 * limit together. Returns what stands beside its counts.
 */
export async function lockAccount(db: Database, account: AccountId): Promise<AccountRest> {
  const locked = await selectForUpdate(db, account);
  if (locked !== undefined) return restOf(locked);
  await db
    .insertInto('accounts')
    .values({ account, frozen_until: null, lifted_at: null })
    .onConflict((conflict) => conflict.column('account').doNothing())
    .execute();
  // Read again instead of using the row just written: another transaction may have been first.
  return lockAccount(db, account);
}

export type AccountRest = Pick<Budget, 'frozenUntil' | 'liftedAt'>;

export const restOf = (row: { frozen_until: number | null; lifted_at: number | null } | undefined): AccountRest => ({
  ...(row === undefined || row.frozen_until === null ? {} : { frozenUntil: instant(row.frozen_until) }),
  ...(row === undefined || row.lifted_at === null ? {} : { liftedAt: instant(row.lifted_at) }),
});

const selectForUpdate = (db: Database, account: AccountId) =>
  db
    .selectFrom('accounts')
    .select(['frozen_until', 'lifted_at'])
    .where('account', '=', account)
    .forUpdate()
    .executeTakeFirst();

/** In the order of writing, not by time: the clocks of two instances may differ. */
export async function readBudget(db: Database, account: AccountId, rest: AccountRest, now: Instant): Promise<Budget> {
  const rows = await db
    .selectFrom('counts')
    .select(['what', 'flow', 'at', 'contact'])
    .where('account', '=', account)
    .where('at', '>', later(now, -countsKeptSeconds))
    .orderBy('id')
    .execute();
  return { counted: rows.map(decodeCount), ...rest };
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

/** Never shortens an existing freeze. Returns the end that is now in force. */
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

/** Only for an operator: see the event `pause.lifted`. */
export async function unfreezeAccount(db: Database, account: AccountId): Promise<void> {
  await db.updateTable('accounts').set({ frozen_until: null }).where('account', '=', account).execute();
}

/** They cannot change while we hold the account's lock: every change to one needs it. */
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

/**
 * What all enrolments of the account say that are still stored, this one included. One of a newer release is left out: the word must
 * be heard. Where what it says would matter, `endedEnrolments` finds that it cannot be read.
 */
export async function earlierOf(db: Database, account: AccountId, actor: ActorId): Promise<Earlier> {
  const rows = await db
    .selectFrom('flows')
    .selectAll()
    .where('account', '=', account)
    .where('kind', '=', 'enroll')
    .where(isReadableFlow)
    .orderBy('started_at')
    .execute();
  const made = rows
    .map(decodeFlow)
    .flatMap((flow) => changesOf(flow.state).map((change) => ({ by: flow.actor, change })));
  const inOrder = made.toSorted((one, other) => one.change.at - other.change.at);
  const bound = inOrder.findLast(({ by, change }) => by === actor && change.what === 'bound')?.change;
  const codes = inOrder.findLast(({ change }) => change.what === 'recovery-codes');
  return {
    ...(bound?.what === 'bound' ? { connected: { at: bound.at, ...(bound.isFirst ? { isFirst: true } : {}) } } : {}),
    ...(codes === undefined ? {} : { codesBy: codes.by }),
  };
}

/** Enrolments of the account that have ended since, other than this one. As above, they cannot change meanwhile. */
export async function endedEnrolments(
  db: Database,
  account: AccountId,
  than: Flow,
  since: Instant,
): Promise<readonly Flow[]> {
  const rows = await db
    .selectFrom('flows')
    .selectAll()
    .where('account', '=', account)
    .where('kind', '=', 'enroll')
    .where('closed_at', '>=', since)
    .where('id', '<>', than.id)
    .orderBy('closed_at')
    .execute();
  return rows.map(decodeFlow);
}
