// Returns memory that V8 holds and does not use to the operating system: right after the start, and when it is quiet after a
// rush.
// Must not run while there is work: a collection stops the process for about a tenth of a second. It needs
// `node --expose-gc`; by itself V8 returns nothing while a process is idle.

export interface Machine {
  /** Memory of the process, in bytes. */
  readonly heldBytes: () => number;
  /** Share of the time since the last check in which there was work, from 0 to 1. */
  readonly busyShare: () => number;
  readonly collect: () => void;
}

const checkEveryMs = 2_000;
/** People pause. A rush is over after this many quiet checks in a row. */
const quietChecksNeeded = 5;
/**
 * An idle process, with these checks, is busy for up to a twentieth of the time on a slow machine. Nobody notices a tenth of a
 * second in a process that works less than this.
 */
const quietShare = 0.1;
/** Less than one semi-space of V8 is not worth a collection. */
const worthwhileBytes = 16 * 1024 * 1024;

/**
 * To be called when the server listens, so that nobody waits for it. Collects at once, and later when it is worthwhile. Returns
 * false and does nothing without `--expose-gc`.
 */
export function freeIdleMemory(): boolean {
  const { gc } = globalThis;
  if (gc === undefined) return false;
  // Only a 'last-resort' collection returns the pages.
  const collect = (): void => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  // At once: half a second later it would come into the first rush, and V8 would throw away what it had optimised for it.
  setImmediate(() => setInterval(createLook(thisProcess(collect)), checkEveryMs).unref());
  return true;
}

/**
 * Collects. Returns a check that collects again if it has been quiet and the process holds more than after the last collection.
 */
export function createLook({ heldBytes, busyShare, collect }: Machine): () => void {
  collect();
  let heldAfterLast = heldBytes();
  let quietChecks = 0;
  return () => {
    quietChecks = busyShare() > quietShare ? 0 : quietChecks + 1;
    if (quietChecks < quietChecksNeeded || heldBytes() < heldAfterLast + worthwhileBytes) return;
    collect();
    heldAfterLast = heldBytes();
  };
}

function thisProcess(collect: Machine['collect']): Machine {
  let previous = performance.eventLoopUtilization();
  return {
    heldBytes: () => process.memoryUsage.rss(),
    busyShare() {
      const { utilization } = performance.eventLoopUtilization(previous);
      previous = performance.eventLoopUtilization();
      return utilization;
    },
    collect,
  };
}
