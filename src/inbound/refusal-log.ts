// Logs refused requests: the first of each reason at once, those that follow within a minute as one number.
// Nothing of a request is logged, so an attacker can neither flood the log nor write into it.

/** `because` is one of a few fixed words, never text from a request. */
export interface RefusalLog<Because extends string> {
  note(because: Because): void;
  /** Logs what was counted and not logged yet. */
  stop(): void;
}

interface Log {
  warn(line: object, said?: string): void;
}

const everySeconds = 60;

/** `event` is the name of the log line. */
export function createRefusalLog<Because extends string>(log: Log, event: `${string}.refused`): RefusalLog<Because> {
  const counted = new Map<Because, { times: number; readonly timer: NodeJS.Timeout }>();
  const logCount = (because: Because): void => {
    const { times = 0 } = counted.get(because) ?? {};
    counted.delete(because);
    if (times > 0)
      log.warn({ event, because, times, seconds: everySeconds }, 'more requests were refused for the same reason');
  };
  return {
    note(because) {
      const known = counted.get(because);
      if (known !== undefined) {
        known.times += 1;
        return;
      }
      log.warn({ event, because });
      counted.set(because, { times: 0, timer: setTimeout(logCount, everySeconds * 1000, because).unref() });
    },
    stop() {
      for (const [because, { timer }] of counted) {
        clearTimeout(timer);
        logCount(because);
      }
    },
  };
}
