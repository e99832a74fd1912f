// Who waits for an acknowledgement goes first: a platform waits a few seconds for it, and shows an error afterwards. What follows
// behind a request begins when nobody waits, or after a moment all the same, and never all at once.

export interface PriorityQueue {
  /** Around everything that the platform waits for. */
  answering<T>(work: () => Promise<T>): Promise<T>;
  /** In its turn. Not for work that itself waits for somebody. */
  behind<T>(work: () => Promise<T>): Promise<T>;
}

/** So many windows opening at once fill the time that the platform takes; more would only take turns. */
const atOnce = 24;
/** While a crowd comes in: windows go on opening, and take little from it. */
const atOnceInCrowd = 2;
/** A crowd has passed when nobody came for so long. One person's window does not notice. */
const quietMs = 10;
/** Then the first of a crowd get their windows, however many still come. */
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
  let due = Number.POSITIVE_INFINITY;

  const isQuiet = (): boolean => answering === 0 && now() - lastAnswerAt >= quietMs;
  /** How long until the first in the queue may begin, for all that is known now. */
  const left = (first: Waiting): number => {
    const untilLate = waitAtMostMs - (now() - first.since);
    return answering > 0 ? untilLate : Math.min(untilLate, quietMs - (now() - lastAnswerAt));
  };

  function pump(): void {
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      const isCrowd = !isQuiet();
      if (running >= (isCrowd ? atOnceInCrowd : atOnce)) return;
      if (isCrowd && now() - first.since < waitAtMostMs) {
        lookAgain(Math.max(1, left(first)));
        return;
      }
      queue.shift();
      running += 1;
      first.begin();
    }
  }

  /** Sooner than was said before, if anything. */
  function lookAgain(ms: number): void {
    if (due <= now() + ms) return;
    clearTimeout(timer);
    due = now() + ms;
    timer = setTimeout(() => {
      due = Number.POSITIVE_INFINITY;
      // Requests that lie in the sockets count as well: they are read first.
      setImmediate(pump);
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
        if (answering === 0 && queue.length > 0) lookAgain(quietMs);
      }
    },
    async behind(work) {
      await new Promise<void>((begin) => {
        queue.push({ since: now(), begin });
        lookAgain(quietMs);
      });
      try {
        return await work();
      } finally {
        running -= 1;
        setImmediate(pump);
      }
    },
  };
}
