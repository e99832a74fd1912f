// What makes an older copy of the database safe. Whatever was open in it may be done since, and what protected an account may be
// missing. Works on the tables of every release that this one knows, so that a copy from before an upgrade stays as old as it is.
import { type Kysely, sql } from 'kysely';
import { close } from '../flows/decision.ts';
import type { Effect } from '../flows/effect.ts';
import type { Ending } from '../flows/ending.ts';
import type { Instant } from '../flows/ids.ts';
import {
  accountOf,
  type ConfirmingPassword,
  type FlowState,
  isOpen,
  type Open,
  type SettingPassword,
} from '../flows/state.ts';
import { decodeState, encodeEffect, stateColumns } from './codec.ts';
import { unmarkAsCopy } from './migrations/copy-mark.ts';
import { asMigrated } from './sqlite/copy.ts';
import type { Database } from './tables.ts';

type Value = string | number | null;
type Row = Readonly<Record<string, Value>>;
/** Tables of an older or newer release: which columns there are is known only when it is looked up. */
type AnyTables = Record<string, Record<string, Value>>;

/** What the database that is replaced knew, and an older copy may not know. */
export interface Protections {
  readonly frozen: readonly Row[];
  readonly counts: readonly Row[];
  readonly recoveryCodes: readonly Row[];
  readonly acts: readonly Row[];
}

export interface MadeSafe {
  /** Ids of the requests that were open in the copy, and were ended. */
  readonly ended: readonly string[];
  /** Orders that were put aside. */
  readonly orders: number;
  /** Accounts whose recovery codes are void now; 0 where those of the replaced database hold. */
  readonly voided: number;
}

const shapeOf = async (db: Database) => {
  const tables = await db.introspection.getTables();
  const columns = new Map(tables.map(({ name, columns: all }) => [name, new Set(all.map((column) => column.name))]));
  return {
    has: (table: string): boolean => columns.has(table),
    fitted: (table: string, row: Row): Row =>
      Object.fromEntries(Object.entries(row).filter(([name]) => columns.get(table)?.has(name) === true)),
  };
};
type Shape = Awaited<ReturnType<typeof shapeOf>>;

/** Reads only. Throws where the database cannot be read. */
export async function readProtections(database: Database): Promise<Protections> {
  const { has } = await shapeOf(database);
  const db = loosely(database);
  const all = async (table: string, only = sql<boolean>`1 = 1`): Promise<readonly Row[]> =>
    has(table) ? db.selectFrom(table).selectAll().where(only).execute() : [];
  return {
    frozen: await all('accounts', sql<boolean>`frozen_until is not null`),
    counts: await all('counts'),
    recoveryCodes: await all('recovery_codes'),
    acts: await all('operator_acts'),
  };
}

/** A view of the same database in which every table may have every column. */
const loosely = (db: Database): Kysely<AnyTables> => db.withTables<AnyTables>();

export interface Restoring {
  readonly now: Instant;
  readonly who: string;
  /** The name of the copy, for the record. */
  readonly file: string;
  /** Undefined: the database that is replaced could not be read, or there was none. */
  readonly before: Protections | undefined;
}

/** All or nothing; takes the mark of a copy away. */
export async function makeSafe(database: Database, restoring: Restoring): Promise<MadeSafe> {
  const shape = await shapeOf(database);
  return database.transaction().execute(async (db) => {
    const orders = await putOrdersAside(db, shape, restoring.now);
    const ended = await endOpenFlows(db, shape, restoring.now);
    for (const table of ['instances', 'intakes'].filter(shape.has))
      await loosely(db)
        .deleteFrom(table)
        .$if(table === 'intakes', (query) => query.where('flow', 'is', null))
        .execute();
    const voided = await keepProtections(db, shape, restoring);
    await note(db, shape, restoring, ended.length);
    await unmarkAsCopy(asMigrated(db));
    return { ended, orders, voided };
  });
}

/** For `latchkey work`: what protects an account can be tried again there. */
async function putOrdersAside(db: Database, { has, fitted }: Shape, now: Instant): Promise<number> {
  const rows: readonly Row[] = await loosely(db).selectFrom('outbox').selectAll().execute();
  if (has('given_up'))
    for (const row of rows) {
      const order = fitted('given_up', { ...row, in_doubt: 1, given_up_at: now, failure: 'restored' });
      await loosely(db).insertInto('given_up').values(order).execute();
    }
  await loosely(db).deleteFrom('outbox').execute();
  return rows.length;
}

async function endOpenFlows(db: Database, shape: Shape, now: Instant): Promise<readonly string[]> {
  const rows = await db.selectFrom('flows').select(['id', 'version', 'state']).where('is_open', '=', 1).execute();
  for (const { id, version, state: text } of rows) {
    const state = readable(id, text);
    if (state === undefined) await remove(db, id);
    if (state === undefined || !isOpen(state)) continue;
    const { state: closed, effects } = close(state, endingOf(state, shape), now);
    const columns = shape.fitted('flows', { version: version + 1, held_by: null, ...stateColumns(id, closed) });
    await loosely(db).updateTable('flows').set(columns).where('id', '=', id).execute();
    const wanted = [...voidsTicket(state), ...effects.filter((effect) => effect.do !== 'show')];
    await orderAll(db, shape, { flow: id, version: version + 1, effects: wanted, now });
  }
  return rows.map(({ id }) => id);
}

function readable(id: string, text: string): FlowState | undefined {
  try {
    return decodeState(id, text);
  } catch {
    return undefined;
  }
}

/** One damaged row must not keep a company from its database; left open it could go on. */
async function remove(db: Database, id: string): Promise<void> {
  await db.deleteFrom('surfaces').where('flow', '=', id).execute();
  await db.deleteFrom('flows').where('id', '=', id).execute();
}

/** Releases before the operator's commands know no ending by an administrator. */
function endingOf(state: Open, { has }: Shape): Ending {
  if (state.at === 'in-doubt' || state.at === 'fulfilling') return { outcome: 'failed', because: 'unconfirmed' };
  if (maySetPassword(state)) return { outcome: 'failed', because: 'password-unconfirmed' };
  return { outcome: 'cancelled', because: has('operator_acts') ? 'operator' : 'person' };
}

/** It had been sent when the copy was made, and nobody knows what became of it. */
const maySetPassword = (state: Open): state is SettingPassword | ConfirmingPassword =>
  state.at === 'setting-password' || state.at === 'confirming-password';

const mayHaveTicket: ReadonlySet<Open['at']> = new Set(['changing', 'opening', 'mailing']);

/** A page for a new password that may still be open, a link that may have been mailed, or a password that may have been set. */
function voidsTicket(state: Open): readonly Effect[] {
  const account = accountOf(state);
  if (account === undefined || (!mayHaveTicket.has(state.at) && !maySetPassword(state))) return [];
  const sessions: readonly Effect[] = maySetPassword(state) ? [{ do: 'end-sessions', account, report: false }] : [];
  return [{ do: 'void-tickets', account }, ...sessions];
}

interface Orders {
  readonly flow: string;
  readonly version: number;
  readonly effects: readonly Effect[];
  readonly now: Instant;
}

async function orderAll(db: Database, { fitted }: Shape, { flow, version, effects, now }: Orders): Promise<void> {
  for (const [n, effect] of effects.entries()) {
    const { text, version: effectVersion } = encodeEffect(flow, effect);
    const row = {
      ...{ key: `${flow}/${version}/${n}`, flow, lane: 'act', version, n, effect: text, effect_version: effectVersion },
      ...{ ordered_at: now, ready_at: now, lease_token: null, lease_owner: null, tries: 0, in_doubt: 0 },
    };
    await loosely(db).insertInto('outbox').values(fitted('outbox', row)).execute();
  }
}

/** Nothing that protects an account goes back in time: pauses, what was counted, and which recovery codes are used. */
async function keepProtections(db: Database, shape: Shape, { before }: Restoring): Promise<number> {
  const codes = shape.has('recovery_codes')
    ? await db.selectFrom('recovery_codes').select('account').distinct().execute()
    : [];
  if (codes.length > 0) await db.deleteFrom('recovery_codes').execute();
  if (before === undefined) return codes.length;
  if (shape.has('recovery_codes')) await insertAll(db, shape, 'recovery_codes', before.recoveryCodes);
  await keepPauses(db, shape, before.frozen);
  await keepMissing(db, shape, 'counts', before.counts, ['account', 'what', 'flow', 'at']);
  if (shape.has('operator_acts'))
    await keepMissing(db, shape, 'operator_acts', before.acts, ['at', 'who', 'did', 'about']);
  return 0;
}

async function keepPauses(db: Database, { fitted }: Shape, frozen: readonly Row[]): Promise<void> {
  for (const row of frozen) {
    const { account = null, frozen_until: until = null } = row;
    await loosely(db)
      .insertInto('accounts')
      .values(fitted('accounts', { account, frozen_until: until, lifted_at: null }))
      .onConflict((conflict) => conflict.column('account').doNothing())
      .execute();
    await loosely(db)
      .updateTable('accounts')
      .set({ frozen_until: until })
      .where('account', '=', account)
      .where((eb) => eb.or([eb('frozen_until', 'is', null), eb('frozen_until', '<', until)]))
      .execute();
  }
}

/** Without their numbers, which the copy gives again. */
async function keepMissing(
  db: Database,
  shape: Shape,
  table: string,
  rows: readonly Row[],
  same: readonly string[],
): Promise<void> {
  const keyOf = (row: Row): string => JSON.stringify(same.map((name) => row[name]));
  const there = new Map<string, number>();
  for (const row of await loosely(db).selectFrom(table).selectAll().execute())
    there.set(keyOf(row), (there.get(keyOf(row)) ?? 0) + 1);
  const missing = rows.filter((row) => {
    const left = there.get(keyOf(row)) ?? 0;
    there.set(keyOf(row), left - 1);
    return left <= 0;
  });
  await insertAll(
    db,
    shape,
    table,
    missing.map(({ id: _id, ...row }) => row),
  );
}

async function insertAll(db: Database, { fitted }: Shape, table: string, rows: readonly Row[]): Promise<void> {
  for (const row of rows) await loosely(db).insertInto(table).values(fitted(table, row)).execute();
}

async function note(db: Database, { has, fitted }: Shape, { now, who, file }: Restoring, ended: number): Promise<void> {
  if (!has('operator_acts')) return;
  const act = { at: now, who, did: 'restore', about: file, because: null, result: `done; requests ended: ${ended}` };
  await loosely(db).insertInto('operator_acts').values(fitted('operator_acts', act)).execute();
}
