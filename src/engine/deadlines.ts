// Turns due deadlines into events. Only a courtesy to whoever is watching: every use checks the time itself.
import type { Logger } from 'pino';
import { createExpiringMap } from '../concurrency/expiring-map.ts';
import type { FlowId } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import { type Flows, isStoreUnavailable } from '../flows/store.ts';
import type { Deliver } from './deliver.ts';

/** Flows of which it was said that they cannot be moved; the oldest are said again. */
const remembered = 1_000;

/**
 * Each call delivers some of what is overdue; true: there may be more. A flow that cannot be moved is passed by, so that
 * those behind it have their turn.
 */
export function createDeadlines(store: Flows, clock: Clock, deliver: Deliver, log: Logger): () => Promise<boolean> {
  let pieces: AsyncIterator<readonly FlowId[]> | undefined;
  const stuck = createExpiringMap<FlowId, true>({ atMost: remembered });

  const pass = async (flow: FlowId): Promise<void> => {
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
    pieces ??= store.overdue(clock.now())[Symbol.asyncIterator]();
    try {
      const piece = await pieces.next();
      if (piece.done === true) {
        pieces = undefined;
        return false;
      }
      for (const flow of piece.value) await pass(flow);
      return true;
    } catch (error) {
      pieces = undefined;
      throw error;
    }
  };
}
