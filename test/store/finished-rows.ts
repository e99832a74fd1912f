// Many finished requests, written with SQL: faster than through the store.
import { sql } from 'kysely';
import { type Instant, later } from '../../src/flows/ids.ts';
import { connect } from '../../src/store/connection.ts';

export interface FinishedRows {
  /** The requests ended this many days ago, one millisecond apart. */
  readonly days: number;
  readonly flows: number;
  /** For each request. */
  readonly surfaces?: number;
  /** Every other request has an order that was never carried out. */
  readonly outbox?: boolean;
  /** Their deliveries and counts have already been removed. */
  readonly alone?: boolean;
  /** Each is of somebody who typed a name and came to no account. */
  readonly strangers?: boolean;
}

/** Each request has a delivery, an intake and a count. Updates the statistics that the query planner uses. */
export async function fillFinished(url: string, now: Instant, rows: FinishedRows): Promise<void> {
  const { days, flows, surfaces = 0, outbox = false, alone = false, strangers = false } = rows;
  const { db, dialect } = connect(url);
  const ended = later(now, -days * 86_400);
  const at = sql`${sql.lit(ended)} - nth`;
  const numbers = (upTo: number) =>
    sql`with recursive numbers(nth) as (select 1 union all select nth + 1 from numbers where nth < ${sql.lit(upTo)})`;
  const id = sql`${sql.lit(`${days}-`)} || nth`;
  const actor = sql`${sql.lit(strangers ? 'web:typed:' : 'slack:T1:')} || nth`;
  const account = strangers ? sql`null` : sql`'auth0|' || nth`;
  const state = JSON.stringify({ v: 1, value: { filler: 'x'.repeat(300) } });
  await db.transaction().execute(async (trx) => {
    const insert = (table: string, columns: string, values: ReturnType<typeof sql>) =>
      sql`insert into ${sql.raw(`${table} (${columns})`)} ${numbers(flows)} select ${values} from numbers`.execute(trx);
    await insert(
      'flows',
      'id, kind, actor, started_at, version, place, account, is_open, closed_at, shown_closed_at, state',
      sql`${id}, 'reset', ${actor}, ${at}, 9, 'closed', ${account}, 0, ${at}, ${surfaces === 0 ? sql`null` : at}, ${sql.lit(state)}`,
    );
    if (!alone) {
      await insert('inbox', 'delivery, at', sql`'in' || ${id}, ${at}`);
      await insert('intakes', 'delivery, actor, kind, at, flow', sql`'d' || ${id}, ${actor}, 'reset', ${at}, ${id}`);
      await insert('counts', 'account, what, flow, at', sql`'auth0|' || nth, 'send', ${id}, ${at}`);
    }
    for (let nth = 0; nth < surfaces; nth += 1)
      await insert(
        'surfaces',
        'flow, viewer, target, platform, place, is_window, drawn_version',
        sql`${id}, 'person', ${sql.lit(`message${nth}`)}, 'slack', 'place' || ${id}, 0, 9`,
      );
    if (outbox) {
      await insert(
        'outbox',
        'key, flow, lane, version, n, effect, ordered_at, ready_at, tries, in_doubt',
        sql`'key' || ${id}, ${id}, 'act', 9, 0, '{}', ${at}, ${at}, 0, 0`,
      );
      await sql`delete from outbox where key like ${`key${days}-%`} and cast(substr(key, ${`key${days}-`.length + 1}) as integer) % 2 = 1`.execute(
        trx,
      );
    }
  });
  if (dialect === 'postgres') await sql`analyze`.execute(db);
  await db.destroy();
}
