// Gives back the memory that V8 keeps for itself: before the first request, and after a rush when it has become quiet.
// Must not act while there is work: a collection stops everything for about a tenth of a second.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Machine {
  /** Of the process, in bytes. */
  readonly heldBytes: () => number;
  /** From 0 to 1: how much of the time since the last look there was work. */
  readonly busyShare: () => number;
  readonly collect: (what: 'all' | 'all-but-code') => void;
}

const lookEveryMs = 2_000;
/** People pause; a rush is over when nobody came for so many looks. */
const quietLooks = 5;
/** What an idle process does, its own looks included, takes about a hundredth. */
const quietShare = 0.05;
/** Less than one semi-space of V8 is not worth a collection. */
const worthwhileBytes = 16 * 1024 * 1024;

/** At once, which is before anybody waits, and then again and again. */
export function startGivingBack(): void {
  setInterval(createLook(thisProcess()), lookEveryMs).unref();
}

/** Collects. Then answers a look, which collects again if it has been quiet and more is held than after the last time. */
export function createLook({ heldBytes, busyShare, collect }: Machine): () => void {
  // What was compiled to start is not run again; what was compiled in a rush is needed in the next.
  collect('all');
  let heldThen = heldBytes();
  let quiet = 0;
  return () => {
    quiet = busyShare() > quietShare ? 0 : quiet + 1;
    if (quiet < quietLooks || heldBytes() < heldThen + worthwhileBytes) return;
    collect('all-but-code');
    heldThen = heldBytes();
  };
}

function thisProcess(): Machine {
  let before = performance.eventLoopUtilization();
  return {
    heldBytes: () => process.memoryUsage.rss(),
    busyShare() {
      const { utilization } = performance.eventLoopUtilization(before);
      before = performance.eventLoopUtilization();
      return utilization;
    },
    collect: collector(),
  };
}

/**
 * V8 gives its spare pages back only in a collection of the last resort. Asked for through a context of its own, so that nothing
 * else in this process sees `gc`. An inspector session offers the same, but was seen to hang when it ends.
 */
function collector(): Machine['collect'] {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return (what) => {
    if (typeof gc !== 'function') return;
    if (what === 'all-but-code') setFlagsFromString('--no-flush-bytecode');
    gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    setFlagsFromString('--flush-bytecode');
  };
}
