// Who waits for an acknowledgement goes first: Slack waits three seconds for it, and shows an error afterwards. What follows
// behind a request begins when nobody waits, or after a moment all the same, and never all at once.

export interface Turnstile {
  /** Around everything that Slack waits for. */
  answering<T>(work: () => Promise<T>): Promise<T>;
  /** In its turn. Not for work that itself waits for somebody. */
  behind<T>(work: () => Promise<T>): Promise<T>;
}

/** So many windows opening at once fill the time that Slack takes; more would only take turns. */
const atOnce = 24;
/** While a crowd still waits: windows go on opening, and take little from it. */
const atOnceInCrowd = 2;
/** Between two requests of one crowd. One person's window does not notice. */
const quietMs = 3;
/** Then the first of a crowd get their windows, however many still wait to be acknowledged. */
const waitAtMostMs = 250;

/** Requests that lie in the sockets count as well: they are read first. */
const afterReading = setImmediate;

interface Waiting {
  readonly since: number;
  readonly begin: () => void;
}

export function createTurnstile(now: () => number = () => performance.now()): Turnstile {
  const queue: Waiting[] = [];
  let answering = 0;
  let running = 0;
  let timer: NodeJS.Timeout | undefined;
  let due = Number.POSITIVE_INFINITY;

  /** Never later than was said before: a crowd that comes and goes must not put it off for ever. */
  const lookAgain = (ms: number): void => {
    if (due <= now() + ms) return;
    clearTimeout(timer);
    due = now() + ms;
    timer = setTimeout(() => {
      due = Number.POSITIVE_INFINITY;
      afterReading(pump);
    }, ms);
  };
  function pump(): void {
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      if (running >= (answering > 0 ? atOnceInCrowd : atOnce)) return;
      const left = answering > 0 ? waitAtMostMs - (now() - first.since) : 0;
      if (left > 0) {
        lookAgain(left);
        return;
      }
      queue.shift();
      running += 1;
      first.begin();
    }
  }

  return {
    async answering(work) {
      answering += 1;
      try {
        return await work();
      } finally {
        answering -= 1;
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
        afterReading(pump);
      }
    },
  };
}
