// How long something takes by itself: a process that stands in line for a processor is not slow, its machine is busy.
import { readFileSync } from 'node:fs';

/**
 * Milliseconds for which the process (its main thread, of which everything here is asked) could have run and had no
 * processor, since it began. By Linux's own count (`/proc/<pid>/schedstat`, second number, in ns); 0 elsewhere.
 */
export function queuedMs(pid: number | 'self' = 'self'): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}
