// Gives back the memory that V8 keeps for itself: before the first request, and after a rush when it has become quiet.
// Must not act while there is work: a collection stops everything for about a tenth of a second.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Machine {
  /** Of the process, in bytes. */
  readonly heldBytes: () => number;
  /** From 0 to 1: how much of the time since the last look there was work. */
  readonly busyShare: () => number;
  readonly collect: () => void;
}

const lookEveryMs = 2_000;
/** What an idle process does, its own looks included, takes about a hundredth. */
const quietShare = 0.05;
/** Less than one semi-space of V8 is not worth a collection. */
const worthwhileBytes = 16 * 1024 * 1024;

/** At once, which is before anybody waits, and then again and again. */
export function startGivingBack(): void {
  setInterval(createLook(thisProcess()), lookEveryMs).unref();
}

/** Collects. Then answers a look, which collects again if it is quiet and more is held than after the last time. */
export function createLook({ heldBytes, busyShare, collect }: Machine): () => void {
  collect();
  let heldThen = heldBytes();
  return () => {
    if (busyShare() > quietShare || heldBytes() < heldThen + worthwhileBytes) return;
    collect();
    heldThen = heldBytes();
  };
}

function thisProcess(): Machine {
  const collect = collector();
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

/**
 * V8 gives its spare pages back only in a collection of the last resort. Asked for through a context of its own, so that nothing
 * else in this process sees `gc`. An inspector session offers the same, but was seen to hang when it ends.
 */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return () => {
    if (typeof gc === 'function') gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
  };
}
