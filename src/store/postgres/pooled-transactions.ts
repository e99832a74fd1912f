// PostgreSQL: each unit is one transaction on a pooled connection. Decisions about one account wait for each other on its row.
import { storeUnavailable } from '../store-unavailable.ts';
import type { Database } from '../tables.ts';
import { runAgainAfterConflict, type Transactions, type Unit } from '../transactions.ts';

export function createPooledTransactions(db: Database): Transactions {
  const underWay = new Set<Promise<unknown>>();
  let isClosed = false;

  async function tracked<T>(work: () => Promise<T>): Promise<T> {
    if (isClosed) throw storeUnavailable('unreachable', 'closed');
    const running = work();
    underWay.add(running);
    try {
      return await running;
    } finally {
      underWay.delete(running);
    }
  }

  const single = <T>(unit: Unit<T>) => tracked(() => runAgainAfterConflict(() => unit(db)));
  return {
    run: (unit) => tracked(() => runAgainAfterConflict(() => db.transaction().execute(unit))),
    // PostgreSQL runs every single statement in a transaction of its own anyway.
    once: single,
    read: single,
    close: async () => {
      isClosed = true;
      await Promise.allSettled(underWay);
      await db.destroy();
    },
  };
}
