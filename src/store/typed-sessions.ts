// What browsers and programs do that typed a name: one row each. Counts by name and by the hour are read under a lock of the name, so
// that parallel requests share one budget.
import { type ActorId, accountId, actorParts, type Instant, instant, knownActor, later } from '../flows/ids.ts';
import { checkSeconds, codeSeconds, daySeconds, hourSeconds } from '../flows/limits.ts';
import type { ResentCode, ReservedTry, TypedLimits, TypedSession, TypedSessions } from '../flows/typed-session.ts';
import { lockAccount } from './account-limits.ts';
import { gatedKindSchema } from './state-schema.ts';
import type { Database, TypedSessionRow } from './tables.ts';
import type { Transactions } from './transactions.ts';

export function createTypedSessions({ read, run, once }: Transactions): TypedSessions {
  return {
    open: ({ id, actor, kind, nameHash, sealedName, until }, limits, now) =>
      run(async (db) => {
        await lockName(db, nameHash);
        const isReal = (await codesOf(db, nameHash, now)) < limits.codesPerHour;
        const row: TypedSessionRow = {
          ...{ id, actor, kind, name_hash: nameHash, sealed_name: sealedName, sealed_until: until },
          ...{
            started_at: now,
            codes: isReal ? 1 : 0,
            code_at: now,
            tries: 0,
            code_tries: 0,
            failures: 0,
            passed: 0,
            claim: null,
            claimed_at: null,
          },
          ...{ sent: 0, sent_at: null, ended_at: null },
        };
        const written = await db
          .insertInto('typed_sessions')
          .values(row)
          .onConflict((conflict) => conflict.column('id').doNothing())
          .returning('id')
          .executeTakeFirst();
        return written === undefined ? { is: 'used' } : { is: 'open', isReal };
      }),
    find: (id) =>
      read(async (db) => {
        const row = await db.selectFrom('typed_sessions').selectAll().where('id', '=', id).executeTakeFirst();
        return row === undefined ? undefined : sessionOf(row);
      }),
    sealedName: (id) =>
      read(async (db) => {
        const row = await db.selectFrom('typed_sessions').select('sealed_name').where('id', '=', id).executeTakeFirst();
        return row?.sealed_name ?? undefined;
      }),
    reserveTry: (id, claim, limits, now) => run((db) => reserveTry(db, id, claim, limits, now)),
    finishTry: (id, claim, outcome) =>
      once(async (db) => {
        const own = db.updateTable('typed_sessions').where('id', '=', id).where('claim', '=', claim);
        if (outcome === 'failed') return void (await own.set({ claim: null, claimed_at: null }).execute());
        await own.set((eb) => ({ passed: 1, failures: eb('failures', '-', 1) })).execute();
      }),
    resend: (id, limits, now) => run((db) => resend(db, id, limits, now)),
    end: (id, now) =>
      once(async (db) => {
        const open = db.updateTable('typed_sessions').set({ ended_at: now }).where('id', '=', id);
        await open.where('ended_at', 'is', null).execute();
      }),
    takeCode: (id, perHour, now) => run((db) => takeCode(db, id, perHour, now)),
    takeText: (country, perDay, now) => run((db) => takeText(db, country, perDay, now)),
    giveTextBack: (country, takenAt) => run((db) => giveTextBack(db, country, takenAt)),
  };
}

/**
 * No browser can go on with this session, although its code may have been accepted: it was ended, or the answer to the code is overdue
 * and was lost with its process.
 */
export async function isForsaken(db: Database, actor: ActorId, now: Instant): Promise<boolean> {
  const row = await db
    .selectFrom('typed_sessions')
    .select(['claimed_at', 'ended_at'])
    .where('id', '=', actorParts(actor).user)
    .where('passed', '=', 0)
    .executeTakeFirst();
  if (row === undefined) return false;
  return row.ended_at !== null || row.claimed_at === null || now >= later(instant(row.claimed_at), checkSeconds);
}

/** A row of its own beside those of accounts: no account has such an id. */
const lockName = (db: Database, nameHash: string) => lockAccount(db, accountId(`typed ${nameHash}`));
const lockAll = (db: Database) => lockAccount(db, accountId('typed'));

/** Locks the name, then the row. */
async function lockRow(db: Database, id: string): Promise<TypedSessionRow | undefined> {
  const seen = await db.selectFrom('typed_sessions').select('name_hash').where('id', '=', id).executeTakeFirst();
  if (seen === undefined) return undefined;
  await lockName(db, seen.name_hash);
  return db.selectFrom('typed_sessions').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

async function reserveTry(
  db: Database,
  id: string,
  claim: string,
  limits: TypedLimits,
  now: Instant,
): Promise<ReservedTry> {
  const row = await lockRow(db, id);
  if (row === undefined || row.ended_at !== null || row.passed > 0) return { is: 'ended' };
  if (row.code_tries >= limits.codeAttempts) return { is: 'ended' };
  const held = heldBy(row, now);
  if (held === 'just-now') return { is: 'busy' };
  if (now >= later(instant(row.code_at), codeSeconds)) return { is: 'expired' };
  const isReal =
    held === 'nobody' && row.codes > 0 && (await failuresOf(db, row.name_hash, now)) < limits.codeFailuresPerDay;
  const tries = row.code_tries + 1;
  await db
    .updateTable('typed_sessions')
    .set({
      ...{ tries: row.tries + 1, code_tries: tries, failures: row.failures + (isReal ? 1 : 0) },
      ...(held === 'nobody' ? { claim, claimed_at: now } : {}),
    })
    .where('id', '=', id)
    .execute();
  return { is: 'reserved', left: limits.codeAttempts - tries, isReal };
}

/**
 * Whose try is looked at. A code that is accepted later than `checkSeconds` counts as not looked at, so its claim cannot be the right one
 * any more. `long`: a name without an account is never looked at for so long, so this one is answered like that.
 */
function heldBy({ claimed_at }: TypedSessionRow, now: Instant): 'nobody' | 'just-now' | 'long' {
  if (claimed_at === null || now >= later(instant(claimed_at), checkSeconds)) return 'nobody';
  return now < later(instant(claimed_at), justNowSeconds) ? 'just-now' : 'long';
}

/** As long as the answer to a try may take. */
const justNowSeconds = 10;

async function resend(db: Database, id: string, limits: TypedLimits, now: Instant): Promise<ResentCode> {
  const row = await lockRow(db, id);
  if (row === undefined || row.ended_at !== null || row.passed > 0) return { is: 'ended' };
  const cooled = later(instant(row.code_at), limits.resendSeconds);
  if (cooled > now) return { is: 'too-soon', again: cooled };
  const isReal = (await codesOf(db, row.name_hash, now)) < limits.codesPerHour;
  const next = { codes: row.codes + (isReal ? 1 : 0), code_at: now, code_tries: 0 };
  await db.updateTable('typed_sessions').set(next).where('id', '=', id).execute();
  return { is: 'ordered', isReal };
}

/**
 * The codes of this hour for one name. Those that only seem to have been sent are not counted: so there are few rows, however often a name
 * is typed, and whoever types it for ever does not block it for ever.
 */
async function codesOf(db: Database, nameHash: string, now: Instant): Promise<number> {
  const { codes } = await db
    .selectFrom('typed_sessions')
    .select((eb) => eb.fn.sum<number | string | null>('codes').as('codes'))
    .where('name_hash', '=', nameHash)
    .where('started_at', '>', later(now, -hourSeconds))
    .where('codes', '>', 0)
    .executeTakeFirstOrThrow();
  return Number(codes ?? 0);
}

/** The same of wrong tries: those alone of which somebody was asked. */
async function failuresOf(db: Database, nameHash: string, now: Instant): Promise<number> {
  const { failures } = await db
    .selectFrom('typed_sessions')
    .select((eb) => eb.fn.sum<number | string | null>('failures').as('failures'))
    .where('name_hash', '=', nameHash)
    .where('started_at', '>', later(now, -daySeconds))
    .where('failures', '>', 0)
    .executeTakeFirstOrThrow();
  return Number(failures ?? 0);
}

async function takeCode(db: Database, id: string, perHour: number, now: Instant): Promise<boolean> {
  await lockAll(db);
  const { sent } = await db
    .selectFrom('typed_sessions')
    .select((eb) => eb.fn.sum<number | string | null>('sent').as('sent'))
    .where('sent_at', '>', later(now, -hourSeconds))
    .executeTakeFirstOrThrow();
  if (Number(sent ?? 0) >= perHour) return false;
  await db
    .updateTable('typed_sessions')
    .set((eb) => ({ sent: eb('sent', '+', 1), sent_at: now }))
    .where('id', '=', id)
    .execute();
  return true;
}

async function takeText(db: Database, country: string, perDay: number, now: Instant) {
  await lockAll(db);
  const rows = await db
    .selectFrom('typed_texts')
    .select(['at', 'n'])
    .where('country', '=', country)
    .where('at', '>', later(now, -daySeconds))
    .orderBy('at')
    .execute();
  const sent = rows.reduce((sum, { n }) => sum + n, 0);
  if (sent >= perDay) {
    const [first] = rows;
    return { is: 'not-yet', again: later(instant(first?.at ?? now), daySeconds) } as const;
  }
  await db
    .insertInto('typed_texts')
    .values({ country, at: now, n: 1 })
    .onConflict((conflict) =>
      conflict.columns(['country', 'at']).doUpdateSet((eb) => ({ n: eb('typed_texts.n', '+', 1) })),
    )
    .execute();
  return { is: 'yes' } as const;
}

async function giveTextBack(db: Database, country: string, takenAt: Instant): Promise<void> {
  await lockAll(db);
  const counted = db.updateTable('typed_texts').set((eb) => ({ n: eb('n', '-', 1) }));
  await counted.where('country', '=', country).where('at', '=', takenAt).execute();
  await db
    .deleteFrom('typed_texts')
    .where('country', '=', country)
    .where('at', '=', takenAt)
    .where('n', '<=', 0)
    .execute();
}

const sessionOf = (row: TypedSessionRow): TypedSession => ({
  ...{ id: row.id, actor: knownActor(row.actor), kind: gatedKindSchema.parse(row.kind), tries: row.tries },
  ...{ startedAt: instant(row.started_at), codeAt: instant(row.code_at) },
  ...(row.claim === null ? {} : { claim: row.claim }),
  ...(row.claimed_at === null ? {} : { claimedAt: instant(row.claimed_at) }),
  ...(row.passed === 0 ? {} : { isPassed: true }),
  ...(row.ended_at === null ? {} : { endedAt: instant(row.ended_at) }),
});
