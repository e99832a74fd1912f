// What operators did on the command line: who, what, about what, and why. Written before it is done, so that nothing is done without.
import { type Selectable, sql } from 'kysely';
import { type Instant, instant } from '../../flows/ids.ts';
import type { Tables } from '../tables.ts';
import type { Transactions } from '../transactions.ts';

export interface OperatorAct {
  readonly at: Instant;
  readonly who: string;
  /** The command, e.g. `requests end`. */
  readonly did: string;
  /** The id of a request, an order or an account. */
  readonly about: string;
  readonly because?: string;
  /** Absent: it was begun, and nobody knows whether it was done. */
  readonly result?: string;
}

/** `id` rises with the time. */
export type KeptAct = OperatorAct & { readonly id: number };

export interface ActFilter {
  /** An id, or its beginning. */
  readonly about?: string;
  /** The last act of the page before. */
  readonly after?: number;
}

export interface OperatorActs {
  /** Returns what `end` is to be called with. */
  begin(act: Omit<OperatorAct, 'result'>): Promise<number>;
  end(id: number, result: string): Promise<void>;
  /** The newest first. */
  list(limit: number, filter?: ActFilter): Promise<readonly KeptAct[]>;
}

export function createOperatorActs({ once, read }: Transactions): OperatorActs {
  return {
    begin: ({ at, who, did, about, because = null }) =>
      once(async (db) => {
        const { id } = await db
          .insertInto('operator_acts')
          .values({ at, who, did, about, because, result: null })
          .returning('id')
          .executeTakeFirstOrThrow();
        return id;
      }),
    end: (id, result) =>
      once(async (db) => void (await db.updateTable('operator_acts').set({ result }).where('id', '=', id).execute())),
    list: (limit, { about = '', after } = {}) =>
      read(async (db) => {
        const rows = await db
          .selectFrom('operator_acts')
          .selectAll()
          .$if(about !== '', (query) => query.where(begins(about)))
          .$if(after !== undefined, (query) => query.where('id', '<', after ?? 0))
          .orderBy('id', 'desc')
          .limit(limit)
          .execute();
        return rows.map(act);
      }),
  };
}

const begins = (about: string) => sql<boolean>`substr(about, 1, ${sql.lit(about.length)}) = ${about}`;

type Kept = Selectable<Tables['operator_acts']>;

const act = ({ id, at, who, did, about, because, result }: Kept): KeptAct => ({
  ...{ id, at: instant(at), who, did, about },
  ...(because === null ? {} : { because }),
  ...(result === null ? {} : { result }),
});
