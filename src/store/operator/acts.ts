// What operators did on the command line: who, what, about what, and why. Written before it is done, so that nothing is done without.
import { type Instant, instant } from '../../flows/ids.ts';
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

export interface OperatorActs {
  /** Returns what `end` is to be called with. */
  begin(act: Omit<OperatorAct, 'result'>): Promise<number>;
  end(id: number, result: string): Promise<void>;
  /** The newest first; `about`: only what was about this. */
  list(limit: number, about?: string): Promise<readonly OperatorAct[]>;
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
    list: (limit, about) =>
      read(async (db) => {
        const rows = await db
          .selectFrom('operator_acts')
          .selectAll()
          .$if(about !== undefined, (query) => query.where('about', '=', about ?? ''))
          .orderBy('id', 'desc')
          .limit(limit)
          .execute();
        return rows.map(({ at, who, did, about: what, because, result }) => ({
          ...{ at: instant(at), who, did, about: what },
          ...(because === null ? {} : { because }),
          ...(result === null ? {} : { result }),
        }));
      }),
  };
}
