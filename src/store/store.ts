// The flows' store on SQL, for SQLite and PostgreSQL: puts the parts of this folder together. Never logs.
import { earliest } from '../flows/ids.ts';
import type { FlowStore } from '../flows/store.ts';
import { createBindings } from './bindings.ts';
import { connect } from './connection.ts';
import { createConversationReferences } from './conversation-references.ts';
import { createFlowReading, nextDue } from './flow-rows.ts';
import { createFlowTransition } from './flow-transition.ts';
import { type Instances, joinInstances } from './instances.ts';
import { createIntake } from './intake.ts';
import { migrateDatabase } from './migrations/migrations.ts';
import { createNudges } from './nudges.ts';
import { createOccasions } from './occasions.ts';
import { isOpenRow } from './open-rows.ts';
import { createOutbox, nextReady } from './outbox.ts';
import { createRecoveryCodes } from './recovery-codes.ts';
import { sweep } from './retention.ts';
import { createSurfaces } from './surfaces.ts';
import type { Database } from './tables.ts';
import { createTakeover } from './takeover.ts';
import { createTypedSessions } from './typed-sessions.ts';
import { createUncountedEndings } from './uncounted-endings.ts';

interface StoreOptions {
  /** `sqlite:PATH`, `sqlite::memory:`, `postgres://…` or `postgresql://…`. A missing folder or file is created. */
  readonly url: string;
  /** Monotonic milliseconds from any start; by default the process's own clock. */
  readonly elapsedMs?: () => number;
}

/** Migrates the database first. Every method may throw `StoreUnavailable`. */
export async function openStore({ url, elapsedMs = () => performance.now() }: StoreOptions): Promise<FlowStore> {
  const { db, dialect, transactions, locks } = connect(url);
  let instances: Instances;
  try {
    await migrateDatabase(db, dialect);
    instances = await joinInstances(transactions, locks, elapsedMs);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    ...createIntake(transactions, instances),
    ...createFlowReading(transactions),
    ...createFlowTransition(transactions, instances),
    ...createOutbox(transactions, instances),
    ...createTakeover(transactions, instances),
    ...createSurfaces(transactions),
    ...createUncountedEndings(transactions),
    bindings: createBindings(transactions),
    occasions: createOccasions(transactions),
    nudges: createNudges(transactions),
    recoveryCodes: createRecoveryCodes(transactions),
    typedSessions: createTypedSessions(transactions),
    conversationReferences: createConversationReferences(transactions),
    nextWake: () => transactions.read(nextWake),
    tally: () => transactions.read(tally),
    sweep: (now, isWanted = () => true) => sweep(transactions, now, isWanted),
    check: () => transactions.once(beat),
    async close() {
      await instances.close();
      await transactions.close();
    },
  };
}

async function nextWake(db: Database) {
  const [ready, due] = [await nextReady(db), await nextDue(db)];
  return ready === undefined || due === undefined ? (ready ?? due) : earliest(ready, due);
}

async function tally(db: Database) {
  const places = await db
    .selectFrom('flows')
    .select(['place', (eb) => eb.fn.countAll<number>().as('flows')])
    .where(isOpenRow)
    .groupBy('place')
    .execute();
  const { waiting } = await db
    .selectFrom('outbox')
    .select((eb) => eb.fn.countAll<number>().as('waiting'))
    .executeTakeFirstOrThrow();
  const oldest = await db.selectFrom('outbox').select('ordered_at').orderBy('ordered_at').limit(1).executeTakeFirst();
  const readySince = await nextReady(db);
  return {
    open: Object.fromEntries(places.map((row) => [row.place, row.flows])),
    waitingEffects: waiting,
    ...(oldest === undefined ? {} : { oldestEffectAt: oldest.ordered_at }),
    ...(readySince === undefined ? {} : { readySince }),
  };
}

/** A real write: a full disk shows only when something is written. */
async function beat(db: Database): Promise<void> {
  await db
    .updateTable('heartbeat')
    .set((eb) => ({ beats: eb('beats', '+', 1) }))
    .where('id', '=', 1)
    .execute();
}
