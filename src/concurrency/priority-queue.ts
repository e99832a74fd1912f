// Acknowledgements go first: a platform waits a few seconds for one, and shows an error afterwards. Work that follows a request
// starts when no acknowledgement is due, or after a short wait in any case, and only a few at a time.

export interface PriorityQueue {
  /** Wraps everything that the platform waits for. */
  answering<T>(work: () => Promise<T>): Promise<T>;
  /** Queues work that follows an acknowledgement. Not for work that itself waits for a person. */
  behind<T>(work: () => Promise<T>): Promise<T>;
}

/** This many windows that open at the same time fill the time that the platform takes; more would only wait for each other. */
const atOnce = 24;
/** During a rush: windows still open, but take little capacity from the acknowledgements. */
const atOnceInRush = 2;
/** A rush is over when no request came for this long. A single person does not notice the wait. */
const quietMs = 10;
/** After this wait the first in the queue starts even if more requests come in. */
const waitAtMostMs = 250;

interface Waiting {
  readonly since: number;
  readonly begin: () => void;
}

export function createPriorityQueue(now: () => number = () => performance.now()): PriorityQueue {
  const queue: Waiting[] = [];
  let answering = 0;
  let running = 0;
  let lastAnswerAt = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  let checkAt = Number.POSITIVE_INFINITY;

  const isQuiet = (): boolean => answering === 0 && now() - lastAnswerAt >= quietMs;
  /** Milliseconds until the first in the queue may start, as far as is known now. */
  const waitLeftMs = (first: Waiting): number => {
    const untilLate = waitAtMostMs - (now() - first.since);
    return answering > 0 ? untilLate : Math.min(untilLate, quietMs - (now() - lastAnswerAt));
  };

  function startNext(): void {
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      const isRush = !isQuiet();
      if (running >= (isRush ? atOnceInRush : atOnce)) return;
      if (isRush && now() - first.since < waitAtMostMs) {
        scheduleCheck(Math.max(1, waitLeftMs(first)));
        return;
      }
      queue.shift();
      running += 1;
      first.begin();
    }
  }

  /** Schedules the next check, unless an earlier one is scheduled already. */
  function scheduleCheck(ms: number): void {
    if (checkAt <= now() + ms) return;
    clearTimeout(timer);
    checkAt = now() + ms;
    timer = setTimeout(() => {
      checkAt = Number.POSITIVE_INFINITY;
      // Requests that wait in the sockets count as well, so they are read first.
      setImmediate(startNext);
    }, ms);
  }

  return {
    async answering(work) {
      answering += 1;
      try {
        return await work();
      } finally {
        answering -= 1;
        lastAnswerAt = now();
        if (answering === 0 && queue.length > 0) scheduleCheck(quietMs);
      }
    },
    async behind(work) {
      await new Promise<void>((begin) => {
        queue.push({ since: now(), begin });
        scheduleCheck(quietMs);
      });
      try {
        return await work();
      } finally {
        running -= 1;
        setImmediate(startNext);
      }
    },
  };
}
