// How long a process was waiting for a processor. Timing tests subtract it: the process is not slow, the machine is
// busy.
import { readFileSync } from 'node:fs';

/** Starts now; says how many milliseconds have passed, without those in which this process waited for a processor. */
export function stopwatch(): () => number {
  const [since, queued] = [performance.now(), queuedMs()];
  return () => performance.now() - since - (queuedMs() - queued);
}

/**
 * Milliseconds for which the process (its main thread, which does all the work measured here) was runnable but had no
 * processor, since it started. From Linux's `/proc/<pid>/schedstat` (second number, in ns); 0 on other systems.
 */
export function queuedMs(pid: number | 'self' = 'self'): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}
