// How far an import has come, in one line that is written over and over, where somebody watches.
import type { Clock } from '../flows/ports.ts';
import type { ContactRow } from './contacts-file.ts';

/** What is written to: a terminal, or something else, which gets nothing. */
interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

const showEveryMs = 250;
const barChars = 30;
const clearLine = '\r\u001b[K';

export function createProgress(output: Output, sizeBytes: number, clock: Clock) {
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    /** `row`: the last one that is done. What was read of the file before its turn does not count. */
    show({ line, endByte }: ContactRow): void {
      const now = clock.now();
      if (output.isTTY !== true || now - shownAt < showEveryMs) return;
      shownAt = now;
      output.write(`${clearLine}${progressBar(endByte / Math.max(1, sizeBytes))}, line ${line}`);
    },
    clear(): void {
      if (output.isTTY === true) output.write(clearLine);
    },
  };
}

/** `share`: of the file, from 0 to 1. A terminal of 80 columns has room for it and for the line. */
function progressBar(share: number): string {
  const done = Math.floor(Math.min(1, Math.max(0, share)) * barChars);
  return `[${'#'.repeat(done)}${'.'.repeat(barChars - done)}] ${Math.floor(Math.min(1, share) * 100)} % of the file is done`;
}
