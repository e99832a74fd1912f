// How long what is kept, and its removal. Nothing is kept longer than a decision, a repeat or a drawing may need it.
import { sql } from 'kysely';
import { type Instant, later } from '../flows/ids.ts';
import { daySeconds } from '../flows/limits.ts';
import { countsKeptSeconds } from './account-limits.ts';
import type { Database, Tables } from './tables.ts';
import type { Transactions } from './transactions.ts';

/** Platforms repeat a delivery for an hour at most. */
const deliveriesKeptSeconds = daySeconds;
/** A day longer than the person may still say "it wasn't me". */
const surfacesKeptSeconds = 2 * daySeconds;
const flowsKeptSeconds = 30 * daySeconds;

/** Rows at once: some milliseconds, in which a process on SQLite does nothing else. */
const batch = 100;
/** Of one kind in one sweep; the rest comes with the next. Ten times what a day of a hundred thousand requests leaves in ten minutes. */
const mostBatches = 1_000;
/** Between two batches, for everybody else. */
const pauseMs = 2;

/** Removes a batch of what is due. Answers how many rows it has dealt with; fewer than `batch`: there is no more. */
type Step = () => Promise<number>;

/** Only what is due is looked at, and a bit at a time: what a batch has removed stays removed. Settled effects go at once. */
export async function sweep(transactions: Transactions, now: Instant, isWanted: () => boolean): Promise<void> {
  for (const step of stepsOf(transactions, now)) {
    for (let nth = 0; nth < mostBatches && isWanted(); nth += 1) {
      if ((await step()) < batch) break;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

function stepsOf({ run }: Transactions, now: Instant): readonly Step[] {
  const before = (seconds: number) => later(now, -seconds);
  const flows = flowsStep(run, before(flowsKeptSeconds));
  return [
    () => run((db) => removeDeliveries(db, before(deliveriesKeptSeconds))),
    () => run((db) => removeIntakes(db, before(deliveriesKeptSeconds))),
    () => run((db) => removeCounts(db, before(countsKeptSeconds))),
    () => run((db) => removeSurfaces(db, before(surfacesKeptSeconds))),
    flows,
    () => run((db) => removeAccounts(db, sql<boolean>`frozen_until is null`)),
    () => run((db) => removeAccounts(db, sql<boolean>`frozen_until <= ${now}`)),
  ];
}

/** The keys first: so small a list is looked up by the index, whatever a planner thinks of the rest. */
async function removeDeliveries(db: Database, before: Instant): Promise<number> {
  const due = await db
    .selectFrom('inbox')
    .select('delivery')
    .where('at', '<=', before)
    .orderBy('at')
    .limit(batch)
    .execute();
  const keys = due.map(({ delivery }) => delivery);
  if (keys.length > 0) await db.deleteFrom('inbox').where('delivery', 'in', keys).execute();
  return keys.length;
}

async function removeIntakes(db: Database, before: Instant): Promise<number> {
  const due = await db
    .selectFrom('intakes')
    .select('delivery')
    .where('at', '<=', before)
    .where('flow', 'is not', null)
    .orderBy('at')
    .limit(batch)
    .execute();
  const keys = due.map(({ delivery }) => delivery);
  if (keys.length > 0) await db.deleteFrom('intakes').where('delivery', 'in', keys).execute();
  return keys.length;
}

async function removeCounts(db: Database, before: Instant): Promise<number> {
  const due = await db.selectFrom('counts').select('id').where('at', '<=', before).orderBy('at').limit(batch).execute();
  const keys = due.map(({ id }) => id);
  if (keys.length > 0) await db.deleteFrom('counts').where('id', 'in', keys).execute();
  return keys.length;
}

/** A flow is noted as having none, so that it is not looked at again in the weeks that it is kept. */
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

/** An order that was never carried out keeps its flow; those are passed by, however many they are. */
function flowsStep(run: Transactions['run'], before: Instant): Step {
  let passed: Pick<Tables['flows'], 'id' | 'closed_at'> | undefined;
  return async () => {
    const due = await run((db) => removeFlows(db, before, passed));
    passed = due.at(-1);
    return due.length;
  };
}

async function removeFlows(
  db: Database,
  before: Instant,
  passed: Pick<Tables['flows'], 'id' | 'closed_at'> | undefined,
) {
  const due = await db
    .selectFrom('flows')
    .select(['id', 'closed_at'])
    .where('closed_at', '<=', before)
    .$if(passed !== undefined, (query) =>
      query.where(sql<boolean>`(closed_at, id) > (${passed?.closed_at}, ${passed?.id})`),
    )
    .orderBy('closed_at')
    .orderBy('id')
    .limit(batch)
    .execute();
  if (due.length === 0) return due;
  await db
    .deleteFrom('flows')
    .where(
      'id',
      'in',
      due.map(({ id }) => id),
    )
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('outbox').select('key').whereRef('outbox.flow', '=', 'flows.id'))),
    )
    .execute();
  return due;
}

/** The row of an account that does not rest is only there to be locked, and comes back by itself. */
async function removeAccounts(db: Database, isIdle: ReturnType<typeof sql<boolean>>): Promise<number> {
  const idle = await db
    .selectFrom('accounts')
    .select('account')
    .where(isIdle)
    .limit(batch)
    .forUpdate()
    // Whoever decides about one just now needs it.
    .skipLocked()
    .execute();
  if (idle.length === 0) return 0;
  const names = idle.map(({ account }) => account);
  await db.deleteFrom('accounts').where('account', 'in', names).execute();
  return idle.length;
}
