// Returns to the operating system what V8 holds and does not use: before the first request, and after a rush when it has become quiet.
// Must not act while there is work: a collection stops everything for about a tenth of a second. V8 offers it only where the
// process was started with `node --expose-gc`; by itself it returns nothing for as long as an idle process lives.

export interface Machine {
  /** Of the process, in bytes. */
  readonly heldBytes: () => number;
  /** From 0 to 1: how much of the time since the last look there was work. */
  readonly busyShare: () => number;
  readonly collect: () => void;
}

const lookEveryMs = 2_000;
/** People pause; a rush is over when nobody came for so many looks. */
const quietLooks = 5;
/** What an idle process does, its own looks included, takes about a hundredth. */
const quietShare = 0.05;
/** Less than one semi-space of V8 is not worth a collection. */
const worthwhileBytes = 16 * 1024 * 1024;

/** At once, which is before anybody waits, and then again and again. False, and nothing is done, without `--expose-gc`. */
export function freeIdleMemory(): boolean {
  const { gc } = globalThis;
  if (gc === undefined) return false;
  // Only a collection of the last resort returns the pages.
  const collect = (): void => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  setInterval(createLook(thisProcess(collect)), lookEveryMs).unref();
  return true;
}

/** Collects. Then answers a look, which collects again if it has been quiet and more is held than after the last time. */
export function createLook({ heldBytes, busyShare, collect }: Machine): () => void {
  collect();
  let heldThen = heldBytes();
  let quiet = 0;
  return () => {
    quiet = busyShare() > quietShare ? 0 : quiet + 1;
    if (quiet < quietLooks || heldBytes() < heldThen + worthwhileBytes) return;
    collect();
    heldThen = heldBytes();
  };
}

function thisProcess(collect: Machine['collect']): Machine {
  let before = performance.eventLoopUtilization();
  return {
    heldBytes: () => process.memoryUsage.rss(),
    busyShare() {
      const { utilization } = performance.eventLoopUtilization(before);
      before = performance.eventLoopUtilization();
      return utilization;
    },
    collect,
  };
}
