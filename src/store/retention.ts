// How long data is kept, and its removal. Nothing is kept longer than a decision, a repeated delivery or a message may need it.

import { sql } from 'kysely';
import { sleep } from '../concurrency/sleep.ts';
import { type Instant, later } from '../flows/ids.ts';
import { daySeconds } from '../flows/limits.ts';
import { countsKeptSeconds } from './account-limits.ts';
import { isStrangerRow } from './open-rows.ts';
import type { Database, Tables } from './tables.ts';
import type { Transactions } from './transactions.ts';

/** Platforms repeat a delivery for an hour at most. */
const deliveriesKeptSeconds = daySeconds;
/** A day longer than the person may still report that it was not them. */
const surfacesKeptSeconds = 2 * daySeconds;
const flowsKeptSeconds = 30 * daySeconds;
/** As long as the session of whoever typed the name. Strangers may type a hundred thousand names a day. */
const strangersKeptSeconds = 2 * daySeconds;
/** As long as the request that they belong to. */
const givenUpKeptSeconds = 30 * daySeconds;
/** An auditor asks about last year. */
const actsKeptSeconds = 365 * daySeconds;
/** Longer than anybody is still told of it. Until then it says that the same change was reported before. */
const occasionsKeptSeconds = 2 * daySeconds;
/** A day longer than the tries of one name are counted. */
const typedSessionsKeptSeconds = 2 * daySeconds;
/** Whoever did not want to be reminded may be asked again after a year. */
const nudgesKeptSeconds = 365 * daySeconds;

/** Rows per batch: some milliseconds, in which a process on SQLite does nothing else. */
const batch = 100;
/**
 * Batches of one kind per sweep; the next sweep goes on. Ten times what ten minutes leave behind at a hundred thousand requests a
 * day.
 */
const mostBatches = 1_000;
/** Between two batches, so that other work gets a turn. */
const pauseMs = 2;

/** Removes one batch of due rows. Returns how many rows it has handled; fewer than `batch`: it is done. */
type Step = () => Promise<number>;

/**
 * Reads only rows that are due, one batch at a time; each batch is committed by itself. Settled effects are not swept: they are
 * deleted at once.
 */
export async function sweep(transactions: Transactions, now: Instant, isWanted: () => boolean): Promise<void> {
  for (const step of stepsOf(transactions, now)) {
    for (let nth = 0; nth < mostBatches && isWanted(); nth += 1) {
      if ((await step()) < batch) break;
      await sleep(pauseMs);
    }
  }
}

function stepsOf({ run }: Transactions, now: Instant): readonly Step[] {
  const before = (seconds: number) => later(now, -seconds);
  const strangers = flowsStep(run, before(strangersKeptSeconds), removeStrangers);
  const flows = flowsStep(run, before(flowsKeptSeconds), removeFlows);
  return [
    () => run((db) => removeDeliveries(db, before(deliveriesKeptSeconds))),
    () => run((db) => removeIntakes(db, before(deliveriesKeptSeconds))),
    () => run((db) => removeCounts(db, before(countsKeptSeconds))),
    () => run((db) => removeSurfaces(db, before(surfacesKeptSeconds))),
    () => run((db) => removeNudges(db, before(nudgesKeptSeconds))),
    () => run((db) => removeGivenUp(db, before(givenUpKeptSeconds))),
    () => run((db) => removeActs(db, before(actsKeptSeconds))),
    () => run((db) => removeOccasions(db, before(occasionsKeptSeconds))),
    () => run((db) => removeSealedNames(db, now)),
    () => run((db) => removeTypedTexts(db, before(daySeconds))),
    () => run((db) => removeTypedSessions(db, before(typedSessionsKeptSeconds))),
    strangers,
    flows,
    () => run((db) => removeAccounts(db, sql<boolean>`frozen_until is null`, before(daySeconds))),
    () => run((db) => removeAccounts(db, sql<boolean>`frozen_until <= ${now}`, before(daySeconds))),
  ];
}

/** Reads the keys first: a delete by so short a list uses the index, whatever the planner expects of the table. */
async function removeDue<Key>(
  due: { readonly limit: (rows: number) => { readonly execute: () => Promise<readonly { readonly key: Key }[]> } },
  remove: (keys: readonly Key[]) => { readonly execute: () => Promise<unknown> },
): Promise<number> {
  const keys = (await due.limit(batch).execute()).map(({ key }) => key);
  if (keys.length > 0) await remove(keys).execute();
  return keys.length;
}

const removeDeliveries = (db: Database, before: Instant): Promise<number> =>
  removeDue(db.selectFrom('inbox').select('delivery as key').where('at', '<=', before).orderBy('at'), (keys) =>
    db.deleteFrom('inbox').where('delivery', 'in', keys),
  );

const removeIntakes = (db: Database, before: Instant): Promise<number> =>
  removeDue(
    db
      .selectFrom('intakes')
      .select('delivery as key')
      .where('at', '<=', before)
      .where('flow', 'is not', null)
      .orderBy('at'),
    (keys) => db.deleteFrom('intakes').where('delivery', 'in', keys),
  );

const removeCounts = (db: Database, before: Instant): Promise<number> =>
  removeDue(db.selectFrom('counts').select('id as key').where('at', '<=', before).orderBy('at'), (keys) =>
    db.deleteFrom('counts').where('id', 'in', keys),
  );

/** Somebody who was reminded since their row was read keeps it. */
const removeNudges = (db: Database, before: Instant): Promise<number> =>
  removeDue(db.selectFrom('nudges').select('actor as key').where('at', '<=', before).orderBy('at'), (keys) =>
    db.deleteFrom('nudges').where('actor', 'in', keys).where('at', '<=', before),
  );

const removeGivenUp = (db: Database, before: Instant): Promise<number> =>
  removeDue(db.selectFrom('given_up').select('key').where('given_up_at', '<=', before).orderBy('given_up_at'), (keys) =>
    db.deleteFrom('given_up').where('key', 'in', keys),
  );

const removeActs = (db: Database, before: Instant): Promise<number> =>
  removeDue(db.selectFrom('operator_acts').select('id as key').where('at', '<=', before).orderBy('at'), (keys) =>
    db.deleteFrom('operator_acts').where('id', 'in', keys),
  );

const removeOccasions = (db: Database, before: Instant): Promise<number> =>
  removeDue(
    db.selectFrom('occasions').select('key').where('reported_at', '<=', before).orderBy('reported_at'),
    (keys) => db.deleteFrom('occasions').where('key', 'in', keys),
  );

const removeSealedNames = (db: Database, before: Instant): Promise<number> =>
  removeDue(
    db.selectFrom('typed_sessions').select('id as key').where('sealed_until', '<=', before).orderBy('sealed_until'),
    (keys) => db.updateTable('typed_sessions').set({ sealed_name: null, sealed_until: null }).where('id', 'in', keys),
  );

async function removeTypedTexts(db: Database, before: Instant): Promise<number> {
  const due = await db
    .selectFrom('typed_texts')
    .select('at')
    .where('at', '<=', before)
    .orderBy('at')
    .limit(batch)
    .execute();
  const last = due.at(-1);
  if (last !== undefined) await db.deleteFrom('typed_texts').where('at', '<=', last.at).execute();
  return due.length;
}

const removeTypedSessions = (db: Database, before: Instant): Promise<number> =>
  removeDue(
    db.selectFrom('typed_sessions').select('id as key').where('started_at', '<=', before).orderBy('started_at'),
    (keys) => db.deleteFrom('typed_sessions').where('id', 'in', keys),
  );

/** The flow is marked as having none, so that it is not read again in the weeks for which it is kept. */
async function removeSurfaces(db: Database, before: Instant): Promise<number> {
  const due = await db
    .selectFrom('flows')
    .select('id')
    .where('shown_closed_at', '<=', before)
    .orderBy('shown_closed_at')
    .limit(batch)
    .execute();
  if (due.length === 0) return 0;
  const ids = due.map(({ id }) => id);
  await db.deleteFrom('surfaces').where('flow', 'in', ids).execute();
  await db.updateTable('flows').set({ shown_closed_at: null }).where('id', 'in', ids).execute();
  return due.length;
}

type ClosedFlow = Pick<Tables['flows'], 'id' | 'closed_at'>;

/** A flow is kept if one of its effects was never carried out. Such flows are skipped, however many there are. */
function flowsStep(
  run: Transactions['run'],
  before: Instant,
  /** Returns all that it has looked at. */
  remove: (db: Database, due: Due) => Promise<readonly ClosedFlow[]>,
): Step {
  let last: ClosedFlow | undefined;
  return async () => {
    const due = await run((db) => remove(db, closedFlows(db, before, last)));
    last = due.at(-1);
    return due.length;
  };
}

const closedFlows = (db: Database, before: Instant, last: ClosedFlow | undefined) =>
  db
    .selectFrom('flows')
    .select(['id', 'closed_at'])
    .where('closed_at', '<=', before)
    .$if(last !== undefined, (query) => query.where(sql<boolean>`(closed_at, id) > (${last?.closed_at}, ${last?.id})`))
    .orderBy('closed_at')
    .orderBy('id')
    .limit(batch);

type Due = ReturnType<typeof closedFlows>;

async function removeFlows(db: Database, due: Due): Promise<readonly ClosedFlow[]> {
  const flows = await due.execute();
  if (flows.length === 0) return flows;
  await db
    .deleteFrom('flows')
    .where('id', 'in', idsOf(flows))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('outbox').select('key').whereRef('outbox.flow', '=', 'flows.id'))),
    )
    .execute();
  return flows;
}

/** With the orders of theirs that were given up: without its request nothing can be done about one. */
async function removeStrangers(db: Database, due: Due): Promise<readonly ClosedFlow[]> {
  const flows = await removeFlows(db, due.where(isStrangerRow));
  if (flows.length === 0) return flows;
  await db
    .deleteFrom('given_up')
    .where('flow', 'in', idsOf(flows))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('flows').select('id').whereRef('flows.id', '=', 'given_up.flow'))),
    )
    .execute();
  return flows;
}

const idsOf = (flows: readonly ClosedFlow[]): readonly string[] => flows.map(({ id }) => id);

/**
 * The row of an account that is not frozen exists only as a lock, and is created again when it is needed. Limits look back a day at
 * most: until then the row also says that an operator has lifted them.
 */
async function removeAccounts(
  db: Database,
  isIdle: ReturnType<typeof sql<boolean>>,
  liftedBefore: Instant,
): Promise<number> {
  const idle = await db
    .selectFrom('accounts')
    .select('account')
    .where(isIdle)
    .where((eb) => eb.or([eb('lifted_at', 'is', null), eb('lifted_at', '<=', liftedBefore)]))
    .limit(batch)
    .forUpdate()
    // A transaction that decides about the account right now needs it.
    .skipLocked()
    .execute();
  if (idle.length === 0) return 0;
  const names = idle.map(({ account }) => account);
  await db.deleteFrom('accounts').where('account', 'in', names).execute();
  return idle.length;
}
