// Refused requests in the operator's log: the first for a reason at once, those that follow within a minute as one number.
// Nothing of a request is in it: whoever floods us writes no log.

/** `because` is one of few fixed words, never a stranger's. */
export interface RefusalLog<Because extends string> {
  note(because: Because): void;
  /** What was counted and not yet said is said now. */
  stop(): void;
}

interface Log {
  warn(line: object, said?: string): void;
}

const everySeconds = 60;

/** `event` names the line. */
export function createRefusalLog<Because extends string>(log: Log, event: `${string}.refused`): RefusalLog<Because> {
  const counted = new Map<Because, { times: number; readonly timer: NodeJS.Timeout }>();
  const sum = (because: Because): void => {
    const { times = 0 } = counted.get(because) ?? {};
    counted.delete(because);
    if (times > 0) log.warn({ event, because, times, seconds: everySeconds }, 'more of the same');
  };
  return {
    note(because) {
      const known = counted.get(because);
      if (known !== undefined) {
        known.times += 1;
        return;
      }
      log.warn({ event, because });
      counted.set(because, { times: 0, timer: setTimeout(sum, everySeconds * 1000, because).unref() });
    },
    stop() {
      for (const [because, { timer }] of counted) {
        clearTimeout(timer);
        sum(because);
      }
    },
  };
}
