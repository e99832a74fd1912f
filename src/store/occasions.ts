// What happened to accounts without a request here, until their people are told; and the notices that tell it. Ids, times and masks only.
import { sql } from 'kysely';
import { z } from 'zod';
import type { ContactChangeMade } from '../flows/enrolment-state.ts';
import { type AccountId, accountId, type Instant, instant, later } from '../flows/ids.ts';
import { lateNewsSeconds, sameChangeSeconds } from '../flows/limits.ts';
import { beginNotice, changeBy, type Occasion } from '../flows/notice.ts';
import { gatedKinds } from '../flows/policy.ts';
import type { Flow, FlowState } from '../flows/state.ts';
import type { KeptOccasion, Occasions, TellOccasion, ToldOccasion } from '../flows/store.ts';
import { lockAccount } from './account-limits.ts';
import { decodeEach, decodeFlow } from './codec.ts';
import { insertFlow } from './flow-rows.ts';
import { isOpenRow } from './open-rows.ts';
import { at as atSchema, made as madeSchema } from './schema-parts.ts';
import type { Database, OccasionRow } from './tables.ts';
import type { Transactions } from './transactions.ts';

export function createOccasions({ read, run, once }: Transactions): Occasions {
  const setReady = (key: string, at: Instant | null) =>
    once(async (db) => {
      await db
        .updateTable('occasions')
        .set({ ready_at: at })
        .where('key', '=', key)
        .where('ready_at', 'is not', null)
        .execute();
    });
  return {
    keep: (account, occasion, now) => run((db) => keep(db, account, occasion, now)),
    async claim(what, { now, leaseMs, limit }) {
      // Once a second: only where something is due it is worth a transaction.
      if ((await read((db) => dueKeys(db, what, now, 1).execute())).length === 0) return [];
      return decodeEach(await run((db) => claim(db, what, { now, leaseMs, limit })), decodeOccasion);
    },
    tell: (occasion, telling) => run((db) => tell(db, occasion, telling)),
    close: (key) => setReady(key, null),
    postpone: (key, at) => setReady(key, at),
  };
}

/** In the column `what`: of what was asked for, the kind stands there as well. */
const storedWhats: Readonly<Record<Occasion['what'], readonly string[]>> = {
  'requested-elsewhere': ['requested-elsewhere reset', 'requested-elsewhere unlock'],
  'password-changed': ['password-changed'],
  'contact-imported': ['contact-imported'],
};
const storedWhat = (occasion: Occasion): string =>
  occasion.what === 'requested-elsewhere' ? `${occasion.what} ${occasion.kind}` : occasion.what;

const keyOf = (account: AccountId, occasion: Occasion): string =>
  `${storedWhat(occasion)} ${account} ${occasion.what === 'contact-imported' ? occasion.made.contact.ref : timesOf(occasion)}`;

const timesOf = (occasion: Exclude<Occasion, { what: 'contact-imported' }>): string =>
  'changedAt' in occasion ? `${occasion.at} changed ${occasion.changedAt}` : `${occasion.at}`;

/** In the column `made`. */
function storedMade(occasion: Occasion): string | null {
  if (occasion.what === 'contact-imported') return JSON.stringify(madeSchema.parse(occasion.made));
  return 'changedAt' in occasion ? JSON.stringify({ changedAt: occasion.changedAt }) : null;
}

const changedSchema = z.strictObject({ changedAt: atSchema });

/** Under the account's lock: two instances may get reports of one change at the same moment, with different times. */
async function keep(db: Database, account: AccountId, occasion: Occasion, now: Instant): Promise<'kept' | 'known'> {
  if (occasion.what === 'password-changed') {
    await lockAccount(db, account);
    const known = await db
      .selectFrom('occasions')
      .select('key')
      .where('account', '=', account)
      .where('what', '=', occasion.what)
      .where('at', '>', later(occasion.at, -sameChangeSeconds))
      .where('at', '<', later(occasion.at, sameChangeSeconds))
      .limit(1)
      .executeTakeFirst();
    if (known !== undefined) return 'known';
  }
  const row: OccasionRow = {
    ...{ key: keyOf(account, occasion), account, what: storedWhat(occasion) },
    ...{ at: occasion.what === 'contact-imported' ? occasion.made.at : occasion.at, made: storedMade(occasion) },
    ...{ reported_at: now, ready_at: now, tries: 0 },
  };
  const written = await db
    .insertInto('occasions')
    .values(row)
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('key')
    .executeTakeFirst();
  return written === undefined ? 'known' : 'kept';
}

const dueKeys = (db: Database, what: Occasion['what'], now: Instant, limit: number) =>
  db
    .selectFrom('occasions')
    .select('key')
    .where('what', 'in', storedWhats[what])
    .where('ready_at', '<=', now)
    .orderBy('ready_at')
    .limit(limit);

interface Claiming {
  readonly now: Instant;
  readonly leaseMs: number;
  readonly limit: number;
}

async function claim(db: Database, what: Occasion['what'], { now, leaseMs, limit }: Claiming) {
  const due = await dueKeys(db, what, now, limit).forUpdate().skipLocked().execute();
  if (due.length === 0) return [];
  return db
    .updateTable('occasions')
    .set({ ready_at: now + leaseMs, tries: sql`tries + 1` })
    .where(
      'key',
      'in',
      due.map(({ key }) => key),
    )
    .returningAll()
    .execute();
}

function decodeOccasion({ key, account, what, at, made, reported_at, tries }: OccasionRow): KeptOccasion {
  const shared = { key, account: accountId(account), reportedAt: instant(reported_at), tries };
  if (what === 'password-changed') return { ...shared, occasion: { what, at: instant(at) } };
  const kind = gatedKinds.find((each) => what === `requested-elsewhere ${each}`);
  if (kind !== undefined) {
    const changed = made === null ? {} : changedSchema.parse(JSON.parse(made));
    return { ...shared, occasion: { what: 'requested-elsewhere', kind, at: instant(at), ...changed } };
  }
  if (what !== 'contact-imported') throw new Error(`an occasion in the database is of a kind that is not known here`);
  return { ...shared, occasion: { what, made: decodeMade(made) } };
}

function decodeMade(text: string | null): ContactChangeMade {
  const made = madeSchema.parse(JSON.parse(text ?? 'null'));
  if (!('contact' in made)) throw new Error('an occasion in the database names no contact');
  return made;
}

/** All or nothing, and once: whoever comes second finds it closed. */
async function tell(db: Database, kept: KeptOccasion, telling: TellOccasion): Promise<ToldOccasion> {
  const { key, account, occasion } = kept;
  const { people, now, rules, newId } = telling;
  await lockAccount(db, account);
  const isOpen = db.selectFrom('occasions').select('key').where('key', '=', key).where('ready_at', 'is not', null);
  if ((await isOpen.executeTakeFirst()) === undefined) return { is: 'known' };
  if (occasion.what === 'password-changed') {
    const by = changeBy(occasion.at, await statesWithPage(db, account, now));
    if (by === 'perhaps-request') return { is: 'unclear' };
    if (by !== 'nobody-here') {
      await close(db, key);
      return { is: 'known' };
    }
  }
  const flows: Flow[] = [];
  for (const actor of people) {
    const { kind, state, effects } = beginNotice(account, occasion, { now, rules, isFirst: flows.length === 0 });
    const flow = await insertFlow(db, { id: newId(), kind, actor, startedAt: now }, state, effects, null);
    if (flow !== undefined) flows.push(flow);
  }
  await close(db, key);
  return { is: 'told', flows };
}

const close = (db: Database, key: string) =>
  db.updateTable('occasions').set({ ready_at: null }).where('key', '=', key).execute();

/** Those whose page may have made a change of late. */
async function statesWithPage(db: Database, account: AccountId, now: Instant): Promise<readonly FlowState[]> {
  const open = await db.selectFrom('flows').selectAll().where('account', '=', account).where(isOpenRow).execute();
  const closed = await db
    .selectFrom('flows')
    .selectAll()
    .where('account', '=', account)
    .where('page_closed_at', '>', later(now, -lateNewsSeconds))
    .execute();
  return decodeEach([...open, ...closed], decodeFlow).map(({ state }) => state);
}
