// Remembers which addresses a file has had, and where, in twelve bytes each: a file may have a million. Keeps no address.
import { createHash, randomBytes } from 'node:crypto';

export interface SeenAddresses {
  /** The line that had this address first, or undefined. */
  lineOf(address: string): number | undefined;
  add(address: string, line: number): void;
}

const firstSlots = 1_024;

/**
 * An open-addressing table of 64-bit digests, never more than half full. Two of a million addresses share a digest once in thirty
 * million files; the random key keeps anybody from choosing such addresses.
 */
export function createSeenAddresses(): SeenAddresses {
  const key = randomBytes(16);
  let table = emptyTable(firstSlots);
  let count = 0;

  function grow(): void {
    const old = table;
    table = emptyTable(old.lines.length * 2);
    for (const [slot, line] of old.lines.entries()) {
      if (line !== 0) put(table, old.high[slot] ?? 0, old.low[slot] ?? 0, line);
    }
  }

  function digestOf(address: string): readonly [number, number] {
    const digest = createHash('sha256').update(key).update(address).digest();
    return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
  }

  return {
    lineOf(address) {
      const line = table.lines[slotOf(table, ...digestOf(address))] ?? 0;
      return line === 0 ? undefined : line;
    },
    add(address, line) {
      count += 1;
      if (count * 2 > table.lines.length) grow();
      put(table, ...digestOf(address), line);
    },
  };
}

interface Table {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
  /** 0: the slot is free. */
  readonly lines: Uint32Array;
}

const emptyTable = (slots: number): Table => ({
  high: new Uint32Array(slots),
  low: new Uint32Array(slots),
  lines: new Uint32Array(slots),
});

/** Where this digest stands, or the free slot for it. `slots` is a power of two. */
function slotOf({ high, low, lines }: Table, wantedHigh: number, wantedLow: number): number {
  const mask = lines.length - 1;
  let slot = wantedLow & mask;
  while (lines[slot] !== 0 && !(high[slot] === wantedHigh && low[slot] === wantedLow)) slot = (slot + 1) & mask;
  return slot;
}

function put(table: Table, high: number, low: number, line: number): void {
  const slot = slotOf(table, high, low);
  table.high[slot] = high;
  table.low[slot] = low;
  table.lines[slot] = line;
}
