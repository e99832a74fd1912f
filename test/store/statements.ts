// The statements that database drivers execute while a test watches, and their query plans.
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Every statement that is prepared (SQLite) or sent (PostgreSQL) while `work` runs, without those for `explain`. */
export async function statementsOf(work: () => Promise<unknown>): Promise<readonly Statement[]> {
  const seen = new Map<string, Statement>();
  const note = (sql: string, parameters: readonly unknown[]): void => {
    if (/^\s*(select|update|delete|insert|with)\b/i.test(sql)) seen.set(sql, { sql, parameters });
  };
  const realPrepare = DatabaseSync.prototype.prepare;
  const realQuery = pg.Client.prototype.query;
  DatabaseSync.prototype.prepare = function (this: DatabaseSync, sql, options) {
    note(sql, []);
    return realPrepare.call(this, sql, options);
  };
  Object.assign(pg.Client.prototype, {
    query(this: pg.Client, ...args: Parameters<typeof realQuery>) {
      const [sql, parameters] = args as unknown[];
      if (typeof sql === 'string') note(sql, Array.isArray(parameters) ? parameters : []);
      return Reflect.apply(realQuery, this, args);
    },
  });
  try {
    await work();
  } finally {
    DatabaseSync.prototype.prepare = realPrepare;
    Object.assign(pg.Client.prototype, { query: realQuery });
  }
  return [...seen.values()];
}

/** The lines of the query plan, one for each step. */
export async function planOf(url: string, statements: readonly Statement[]): Promise<readonly (readonly string[])[]> {
  if (url.startsWith('sqlite:')) {
    const db = new DatabaseSync(url.slice('sqlite:'.length), { readOnly: true });
    const plans = statements.map(({ sql }) =>
      db
        .prepare(`explain query plan ${sql}`)
        .all()
        .map((row) => String(row['detail'])),
    );
    db.close();
    return plans;
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  // A good planner reads a small table completely; what counts is whether an index leads to the rows of a large one.
  await client.query('set enable_seqscan = off');
  const plans: string[][] = [];
  for (const { sql, parameters } of statements) {
    const { rows } = await client.query(`explain ${sql}`, [...parameters]);
    // The condition that limits a scan is in the line below it.
    plans.push(
      rows
        .map((row) => String(row['QUERY PLAN']).trim())
        .join('\n')
        .replaceAll('\nIndex Cond', ' by')
        .split('\n'),
    );
  }
  await client.end();
  return plans;
}
