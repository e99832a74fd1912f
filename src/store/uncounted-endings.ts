// Requests that ended by an operator's command. That process has no /metrics: a server counts them, whichever looks first, each once.
import { flowId } from '../flows/ids.ts';
import type { Flow } from '../flows/state.ts';
import type { Maintenance } from '../flows/store.ts';
import { decodeEach, decodeFlow } from './codec.ts';
import type { Database } from './tables.ts';
import type { Transactions } from './transactions.ts';

export async function leaveUncounted(db: Database, { id }: Flow): Promise<void> {
  await db
    .insertInto('uncounted_endings')
    .values({ flow: id })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** A few acts of a person at a time. */
const mostAtOnce = 100;

export const createUncountedEndings = ({ once, read }: Transactions): Pick<Maintenance, 'takeUncounted'> => ({
  async takeUncounted() {
    const waiting = await read((db) => db.selectFrom('uncounted_endings').select('flow').limit(mostAtOnce).execute());
    if (waiting.length === 0) return [];
    const ids = waiting.map(({ flow }) => flowId(flow));
    const rows = await once(async (db) => {
      const taken = await db.deleteFrom('uncounted_endings').where('flow', 'in', ids).returning('flow').execute();
      const mine = taken.map(({ flow }) => flow);
      return mine.length === 0 ? [] : db.selectFrom('flows').selectAll().where('id', 'in', mine).execute();
    });
    return decodeEach(rows, decodeFlow);
  },
});
