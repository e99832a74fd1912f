// How the process ends: it says that it leaves, goes on for a moment, finishes what is under way, and says what it could not finish.
import type { Logger } from 'pino';
import { sleep } from './concurrency/sleep.ts';
import { leavingMs, stopWithinMs } from './concurrency/stop-times.ts';

/** What was not finished. Only ids and names, for the log. */
export interface UnderWay {
  readonly orders: readonly { readonly flow: string; readonly effect: string }[];
  readonly codeChecks: number;
  /** Answers to requests and other work without a name. */
  readonly tasks: number;
}

export interface Stoppable {
  /** From now on `/readyz` is 503. Everything else goes on. */
  leave(): void;
  /** Takes no more requests, finishes what is under way and can be finished in time, closes the database. */
  stop(): Promise<void>;
  underWay(): UnderWay;
}

/**
 * Returns what to call on every signal; only the first counts. A signal to a process group or through a wrapper arrives twice, and the
 * second must neither kill the process nor give it more time. `started`: a stop during the start waits for its end.
 */
export function createStop(product: Stoppable, started: Promise<unknown>, log: Logger): (signal: string) => void {
  let isStopping = false;
  const stop = async (signal: string): Promise<void> => {
    isStopping = true;
    product.leave();
    log.info({ signal }, 'stopping');
    const cutShort = (underWay: UnderWay): void => {
      const left = { event: 'stop.cut-short', ...underWay };
      log.error(left, 'stopped before everything was finished; what is left open is continued by the next process');
      process.exit(1);
    };
    setTimeout(() => cutShort(product.underWay()), stopWithinMs);
    await Promise.allSettled([started, sleep(leavingMs)]);
    await product.stop();
    const left = product.underWay();
    if (left.orders.length + left.codeChecks + left.tasks > 0) cutShort(left);
    log.info('stopped');
    process.exit(0);
  };
  return (signal) => {
    if (!isStopping) void stop(signal);
  };
}
