// Periodic work costs only as much as there is to do, however many finished requests there are; and it gets through all
// of it.
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { actorId, later } from '../../src/flows/ids.ts';
import type { Flow } from '../../src/flows/state.ts';
import { connect } from '../../src/store/connection.ts';
import {
  after,
  all,
  beginFlow,
  challengedFlow,
  lockedAccount,
  movedBy,
  provenFlow,
  report,
  someAccount,
  start,
} from './contract-moment.ts';
import { type FinishedRows, fillFinished } from './finished-rows.ts';
import { planOf, statementsOf } from './statements.ts';
import type { Harness } from './store-contract.ts';

const day = 86_400;

export function maintenanceContract({ url, store, another }: Harness): void {
  const fill = (rows: FinishedRows) => fillFinished(url(), start, rows);

  const atPage = async (now = start): Promise<Flow> => {
    const { id } = await provenFlow(store(), { now });
    const ready = await movedBy(store(), id, lockedAccount, now);
    if (ready.state.at !== 'link-ready') throw new Error(ready.state.at);
    await movedBy(store(), id, { type: 'link.opened', link: ready.state.link }, now);
    return movedBy(store(), id, { type: 'ticket.minted' }, now);
  };

  test('nothing that is asked again and again reads the requests that are over', async () => {
    await fill({ days: 40, flows: 150, surfaces: 1 });
    await fill({ days: 0.5, flows: 3_000, surfaces: 1 });
    const fresh = await another();
    const open = await challengedFlow(store());
    const page = await atPage();
    const account = page.state.at === 'changing' ? page.state.account : someAccount();
    const statements = await statementsOf(async () => {
      await fresh.alive();
      await fresh.takeOver(start);
      await fresh.nextWake();
      await fresh.tally();
      await fresh.check();
      await fresh.claim(start, 60_000, 32);
      await all(fresh.overdue(start));
      await all(fresh.unbegun(start));
      await all(fresh.flowsAt('changing'));
      await all(fresh.pagesUnseen(after(-900)));
      await all(fresh.pagesOf([account], after(-900)));
      await fresh.openFlowsOf(open.actor);
      await fresh.latestFlowOf(open.actor);
      await fresh.surfaces(open.id, 'person');
      await fresh.surfacesAt('slack', '{}');
      await fresh.conversationReferences.latest('teams');
      await fresh.conversationReferences.find(actorId({ platform: 'teams', tenant: 't', user: 'one' }));
      await report(fresh, open.id, { type: 'code.submitted', by: open.actor });
      await report(fresh, open.id, { type: 'code.accepted' });
      await report(fresh, open.id, lockedAccount);
      await beginFlow(fresh, { actor: open.actor });
      await fresh.sweep(start);
    });
    expect(statements.length).toBeGreaterThan(40);
    const plans = await planOf(url(), statements);
    const readWhole = plans.flatMap((plan, nth) =>
      plan.filter(isWholeTable).map((line) => `${line}: ${statements[nth]?.sql}`),
    );
    expect(readWhole).toEqual([]);
  });

  test('a sweep gets through everything that is due, a batch at a time, and leaves what is not', async () => {
    await fill({ days: 40, flows: 450, surfaces: 1, outbox: true });
    await fill({ days: 3, flows: 450, surfaces: 2 });
    await fill({ days: 0.5, flows: 150, surfaces: 1 });
    const counted = async () => {
      const { db } = connect(url());
      const tables = ['flows', 'surfaces', 'inbox', 'intakes', 'counts', 'outbox'] as const;
      const rows = await Promise.all(
        tables.map(async (table) => {
          const { times } = await db
            .selectFrom(table)
            .select((eb) => eb.fn.countAll<number>().as('times'))
            .executeTakeFirstOrThrow();
          return [table, times] as const;
        }),
      );
      await db.destroy();
      return Object.fromEntries(rows);
    };
    const before = await counted();
    expect(before).toMatchObject({ flows: 1050, surfaces: 1500, inbox: 1050, counts: 1050, outbox: 225 });
    await store().sweep(start);
    // Every other of the oldest requests has an order that was never carried out, and is kept: those behind it are
    // removed nevertheless.
    expect(await counted()).toMatchObject({ flows: 825, surfaces: 150, inbox: 150, intakes: 150, counts: 600 });
    const statements = await statementsOf(async () => (await another()).sweep(later(start, 600)));
    expect(statements.length).toBeGreaterThan(5);
  });

  test('requests of strangers are forgotten without a look at the others', async () => {
    await fill({ days: 20, flows: 3_000, alone: true });
    await fill({ days: 3, flows: 450, alone: true, strangers: true });
    await fill({ days: 1, flows: 450, alone: true, strangers: true });
    const fresh = await another();
    const statements = await statementsOf(() => fresh.sweep(start));
    const looks = statements.filter(({ sql: text }) => /^select .*from "flows".*substr\(actor/.test(text));
    expect(looks).toHaveLength(2);
    for (const plan of await planOf(url(), looks)) expect(plan.join('\n')).toContain('flows_strangers');
    const { db } = connect(url());
    const left = await db.selectFrom('flows').select('closed_at').orderBy('closed_at').execute();
    await db.destroy();
    expect(left).toHaveLength(3_450);
  });

  test('a sweep that is not wanted any more ends with the batch', async () => {
    await fill({ days: 40, flows: 450 });
    await store().sweep(start, () => false);
    let wanted = 2;
    await store().sweep(start, () => {
      wanted -= 1;
      return wanted >= 0;
    });
    const { db } = connect(url());
    const left = await db.selectFrom('inbox').select('delivery').execute();
    await db.destroy();
    expect(left).toHaveLength(250);
  });

  test('of more than one page of requests everyone has its turn, and one that cannot be read keeps nobody from it', async () => {
    const pages: Flow[] = [];
    for (let nth = 0; nth < 3; nth += 1) pages.push(await atPage(after(nth)));
    const [first, second, third] = pages;
    const { db } = connect(url());
    // A hundred and fifty more like it, in the same millisecond.
    const copies = Array.from({ length: 150 }, (_, nth) => nth);
    const row = await db
      .selectFrom('flows')
      .selectAll()
      .where('id', '=', second?.id ?? '')
      .executeTakeFirstOrThrow();
    const rows = copies.map((nth) => ({ ...row, id: `copy${nth}`, actor: `slack:T1:${nth}`, account: `auth0|${nth}` }));
    await db.insertInto('flows').values(rows).execute();
    await db
      .updateTable('flows')
      .set({ state: 'unreadable' })
      .where('id', '=', first?.id ?? '')
      .execute();
    await db.destroy();
    const found = (await all(store().flowsAt('changing'))).map(({ id }) => id);
    expect(new Set(found).size).toBe(152);
    expect(found.at(-1)).toBe(third?.id);
    const due = await all(store().overdue(after(day)));
    expect(new Set(due).size).toBe(153);
  });

  test('a migration over many finished requests takes seconds, not minutes', { timeout: 120_000 }, async () => {
    await fill({ days: 10, flows: 50_000, alone: true });
    const { db } = connect(url());
    await undoBoundedWork(db);
    await db.destroy();
    const since = performance.now();
    await (await another()).tally();
    expect(performance.now() - since).toBeLessThan(5_000);
  });
}

/** Reverts the last migrations, as if they had never been carried out. */
async function undoBoundedWork(db: ReturnType<typeof connect>['db']): Promise<void> {
  for (const index of ['flows_strangers', 'given_up_flow']) await sql.raw(`drop index ${index}`).execute(db);
  await sql`alter table flows drop column is_notice`.execute(db);
  for (const table of [
    'typed_texts',
    'typed_sessions',
    'occasions',
    'uncounted_endings',
    'backups',
    'operator_acts',
    'given_up',
    'recovery_codes',
    'nudges',
    'bindings',
  ])
    await sql.raw(`drop table ${table}`).execute(db);
  await sql`alter table accounts drop column lifted_at`.execute(db);
  for (const index of ['flows_page_unmarked', 'outbox_unowned']) await sql.raw(`drop index ${index}`).execute(db);
  for (const column of ['person_news', 'helpdesk_news', 'state_version'])
    await sql.raw(`alter table flows drop column ${column}`).execute(db);
  await sql`alter table surfaces drop column posted_version`.execute(db);
  await sql`alter table outbox drop column effect_version`.execute(db);
  for (const index of ['flows_open_place', 'flows_shown', 'flows_page_account', 'flows_page_unseen'])
    await sql.raw(`drop index ${index}`).execute(db);
  for (const index of ['accounts_idle', 'accounts_frozen']) await sql.raw(`drop index ${index}`).execute(db);
  for (const column of ['shown_closed_at', 'page_unseen_at'])
    await sql.raw(`alter table flows drop column ${column}`).execute(db);
  await sql`create index flows_place on flows (place, started_at)`.execute(db);
  await sql`create index flows_page_closed on flows (page_closed_at) where page_closed_at is not null`.execute(db);
  await sql`delete from kysely_migration where name >= '0007'`.execute(db);
}

/** Full scans of tables or indexes that have a row for every finished request. */
const whole: readonly RegExp[] = [
  /^SCAN (?:flows|surfaces|counts|inbox|intakes)\b/,
  /Seq Scan on (?:flows|surfaces|counts|inbox|intakes)\b/,
  /Index (?:Only )?Scan using \w+ on (?:flows|surfaces|counts|inbox|intakes)\b(?!.* by:)/,
];
/** Partial indexes without rows for finished requests. */
const small = /(?:INDEX|using) (?:flows_open_\w+|flows_held|flows_due|intakes_unbegun)\b/;

const isWholeTable = (line: string): boolean => whole.some((one) => one.test(line)) && !small.test(line);
