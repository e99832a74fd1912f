// PostgreSQL: one transaction a unit on a connection of the pool; who decides about one account waits on its row.
import { storeUnavailable } from '../store-unavailable.ts';
import type { Database } from '../tables.ts';
import { runAgainAfterConflict, type Transactions, type Unit } from '../transactions.ts';

export function createPooledTransactions(db: Database): Transactions {
  const underWay = new Set<Promise<unknown>>();
  let isClosed = false;

  async function watched<T>(work: () => Promise<T>): Promise<T> {
    if (isClosed) throw storeUnavailable('unreachable', 'closed');
    const running = work();
    underWay.add(running);
    try {
      return await running;
    } finally {
      underWay.delete(running);
    }
  }

  const single = <T>(unit: Unit<T>) => watched(() => runAgainAfterConflict(() => unit(db)));
  return {
    run: (unit) => watched(() => runAgainAfterConflict(() => db.transaction().execute(unit))),
    // PostgreSQL makes a transaction of every single statement by itself.
    once: single,
    read: single,
    close: async () => {
      isClosed = true;
      await Promise.allSettled(underWay);
      await db.destroy();
    },
  };
}
