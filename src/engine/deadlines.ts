// Turns due deadlines into events, so that screens change on time. Security does not depend on it: every event checks the time itself.
import type { Logger } from 'pino';
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import type { FlowId } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import { type Flows, isStoreUnavailable } from '../flows/store.ts';
import type { Deliver } from './deliver.ts';

/** How many flows that could not be moved are remembered, so that each is logged once. A forgotten one is logged again. */
const remembered = 1_000;

/**
 * Each call delivers some of the overdue deadlines; true: there may be more. A flow that cannot be moved is skipped, so that
 * it does not hold up the flows after it.
 */
export function createDeadlines(store: Flows, clock: Clock, deliver: Deliver, log: Logger): () => Promise<boolean> {
  let batches: AsyncIterator<readonly FlowId[]> | undefined;
  const stuck = createExpiringMap<FlowId, true>({ atMost: remembered });

  const deliverDeadline = async (flow: FlowId): Promise<void> => {
    try {
      await deliver(flow, { type: 'deadline' });
    } catch (error) {
      if (isStoreUnavailable(error)) throw error;
      if (stuck.get(flow) === undefined)
        log.error({ flow, err: error }, 'a request whose time has come cannot be moved');
      stuck.set(flow, true);
    }
  };

  return async () => {
    batches ??= store.overdue(clock.now())[Symbol.asyncIterator]();
    try {
      const batch = await batches.next();
      if (batch.done === true) {
        batches = undefined;
        return false;
      }
      for (const flow of batch.value) await deliverDeadline(flow);
      return true;
    } catch (error) {
      batches = undefined;
      throw error;
    }
  };
}
