// How long what is kept, and its removal. Nothing is kept longer than a decision, a repeat or a drawing may need it.
import { type Instant, later } from '../flows/ids.ts';
import { daySeconds } from '../flows/limits.ts';
import { countsKeptSeconds } from './account-ledger.ts';
import type { Transactions, Unit } from './transactions.ts';

/** Platforms repeat a delivery for an hour at most. */
const deliveriesKeptSeconds = daySeconds;
/** A day longer than the person may still say "it wasn't me". */
const surfacesKeptSeconds = 2 * daySeconds;
const flowsKeptSeconds = 30 * daySeconds;

/** Each step for itself: a lock is held only briefly, and what a step has removed stays removed. Settled effects go at once. */
export async function sweep({ once }: Transactions, now: Instant): Promise<void> {
  const before = (seconds: number) => later(now, -seconds);
  const steps: readonly Unit<unknown>[] = [
    (db) => db.deleteFrom('inbox').where('at', '<=', before(deliveriesKeptSeconds)).execute(),
    (db) =>
      db.deleteFrom('intakes').where('at', '<=', before(deliveriesKeptSeconds)).where('flow', 'is not', null).execute(),
    (db) => db.deleteFrom('counts').where('at', '<=', before(countsKeptSeconds)).execute(),
    (db) =>
      db
        .deleteFrom('surfaces')
        .where('flow', 'in', (eb) =>
          eb.selectFrom('flows').select('id').where('closed_at', '<=', before(surfacesKeptSeconds)),
        )
        .execute(),
    (db) =>
      db
        .deleteFrom('flows')
        .where('closed_at', '<=', before(flowsKeptSeconds))
        // An order that was never carried out keeps its flow.
        .where('id', 'not in', (eb) => eb.selectFrom('outbox').select('flow'))
        .execute(),
    // The row of an account that does not rest is only there to be locked, and comes back by itself.
    (db) =>
      db
        .deleteFrom('accounts')
        .where((eb) => eb.or([eb('frozen_until', 'is', null), eb('frozen_until', '<=', now)]))
        .execute(),
  ];
  for (const step of steps) await once(step);
}
