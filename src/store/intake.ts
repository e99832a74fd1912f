// Stores requests before they are acknowledged. Requests that come in together share one statement and one flush to the disk.
import { sql } from 'kysely';
import { type FlowId, flowId, type Instant } from '../flows/ids.ts';
import type { Flow } from '../flows/state.ts';
import type { Intake, Intakes } from '../flows/store.ts';
import { decodeEach, decodeFlow, decodeIntake } from './codec.ts';
import { insertFlow, readFlow } from './flow-rows.ts';
import type { Instances } from './instances.ts';
import { isOpenRow } from './open-rows.ts';
import { inPages, pageSize } from './pages.ts';
import { storeUnavailable } from './store-unavailable.ts';
import type { Database, FlowRow, IntakeRow } from './tables.ts';
import { isOrphaned } from './takeover.ts';
import { lostRace, type Transactions } from './transactions.ts';

/** More than a busy morning brings within the seconds that a platform waits. Beyond this a request is refused at once. */
const maxWaiting = 10_000;
/** Below the parameter limit of both databases, and written within some milliseconds. */
const maxBatch = 500;

type Accepted = 'accepted' | 'duplicate';
interface Waiting {
  readonly intake: Intake;
  readonly resolve: (answer: Accepted) => void;
  readonly reject: (error: unknown) => void;
}

export function createIntake({ run, once, read }: Transactions, instances: Pick<Instances, 'current'>): Intakes {
  const me = () => instances.current() ?? null;
  return {
    accept: createAccept(once, me),
    unbegun: (before) => unbegun(read, before),
    begin: (request) => run((db) => begin(db, request, me())),
  };
}

function createAccept(once: Transactions['once'], me: () => string | null): Intakes['accept'] {
  const waiting: Waiting[] = [];
  let isWriting = false;

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const batch: Waiting[] = [];
      try {
        const accepted = await once((db) => {
          // Filled only when the database is ready to write, so that requests that came meanwhile are included. A repeated run
          // keeps the batch.
          if (batch.length === 0) batch.push(...waiting.splice(0, maxBatch));
          return insertIntakes(db, batch, me());
        });
        for (const { intake, resolve } of batch) resolve(accepted.delete(intake.delivery) ? 'accepted' : 'duplicate');
      } catch (error) {
        for (const { reject } of batch.length > 0 ? batch : waiting.splice(0)) reject(error);
      }
    }
    isWriting = false;
  }

  return (intake) => {
    if (waiting.length >= maxWaiting) return Promise.reject(storeUnavailable('other', `${maxWaiting} requests wait`));
    return new Promise((resolve, reject) => {
      waiting.push({ intake, resolve, reject });
      if (isWriting) return;
      isWriting = true;
      write();
    });
  };
}

const intakeRow = ({ delivery, actor, kind, at }: Intake, flow: FlowId | null, me: string | null): IntakeRow => ({
  delivery,
  actor,
  kind,
  at,
  flow,
  taken_by: me,
});

async function insertIntakes(db: Database, batch: readonly Waiting[], me: string | null): Promise<Set<string>> {
  const rows = batch.map(({ intake }) => intakeRow(intake, null, me));
  // In the same order everywhere, so that two instances cannot deadlock.
  rows.sort((a, b) => (a.delivery < b.delivery ? -1 : 1));
  const accepted = await db
    .insertInto('intakes')
    .values(rows)
    .onConflict((conflict) => conflict.column('delivery').doNothing())
    .returning('delivery')
    .execute();
  return new Set(accepted.map((row) => row.delivery));
}

async function* unbegun(read: Transactions['read'], before: Instant) {
  const pages = inPages<IntakeRow>((after) => read((db) => unbegunPage(db, before, after)));
  // Rows that this release cannot read are left out, so that they do not hold up the others.
  for await (const rows of pages) yield decodeEach(rows, decodeIntake);
}

const unbegunPage = (db: Database, before: Instant, after: IntakeRow | undefined) =>
  db
    .selectFrom('intakes')
    .selectAll()
    .where('flow', 'is', null)
    .where((eb) => eb.or([eb('at', '<', before), isOrphaned('intakes.taken_by')]))
    .$if(after !== undefined, (query) => query.where(sql<boolean>`(at, delivery) > (${after?.at}, ${after?.delivery})`))
    .orderBy('at')
    .orderBy('delivery')
    .limit(pageSize)
    .execute();

async function begin(db: Database, request: Parameters<Intakes['begin']>[0], me: string | null) {
  const { intake, id, state, effects, now } = request;
  const earlier = await takeIntake(db, intake, id, me);
  if (earlier !== undefined) return { flow: earlier, began: false };
  const { kind, actor } = intake;
  const newer = await newerFlow(db, intake);
  if (newer !== undefined) return { flow: await assign(db, intake, newer), began: false };
  const flow = await insertFlow(db, { id, kind, actor, startedAt: now }, state, effects, me);
  if (flow !== undefined) return { flow, began: true };
  const row = await db
    .selectFrom('flows')
    .selectAll()
    .where('actor', '=', actor)
    .where('kind', '=', kind)
    .where(isOpenRow)
    .executeTakeFirst();
  if (row === undefined) throw lostRace;
  return { flow: await assign(db, intake, row), began: false };
}

/**
 * If a process dies over a request, people ask again. A flow that was begun since then answers the older request too, even if it
 * is closed by now.
 */
const newerFlow = (db: Database, { actor, kind, at }: Intake) =>
  db
    .selectFrom('flows')
    .selectAll()
    .where('actor', '=', actor)
    .where('started_at', '>', at)
    .where('kind', '=', kind)
    .where('is_notice', 'is', null)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();

async function assign(db: Database, { delivery }: Intake, row: FlowRow): Promise<Flow> {
  await db.updateTable('intakes').set({ flow: row.id }).where('delivery', '=', delivery).execute();
  return decodeFlow(row);
}

/**
 * The flow that this same request began or joined before, e.g. before a crash: then it must not begin another one. Undefined:
 * none.
 */
async function takeIntake(db: Database, intake: Intake, id: FlowId, me: string | null) {
  const taken = await db
    .insertInto('intakes')
    .values(intakeRow(intake, id, me))
    .onConflict((conflict) =>
      conflict
        .column('delivery')
        .doUpdateSet((eb) => ({ flow: eb.ref('excluded.flow') }))
        .where('intakes.flow', 'is', null),
    )
    .returning('flow')
    .executeTakeFirst();
  if (taken !== undefined) return undefined;
  const row = await db.selectFrom('intakes').select('flow').where('delivery', '=', intake.delivery).executeTakeFirst();
  return row === undefined || row.flow === null ? undefined : readFlow(db, flowId(row.flow));
}
