// When memory is returned to the system, and when not. The bench measures how much.
import { describe, expect, it } from 'vitest';
import { createLook } from '../src/idle-memory.ts';

const megabytes = (count: number): number => count * 1024 * 1024;

function machine() {
  const held = { now: megabytes(180), busy: 0, collected: 0 };
  const look = createLook({
    heldBytes: () => held.now,
    busyShare: () => held.busy,
    collect() {
      held.collected += 1;
      held.now = megabytes(140);
    },
  });
  const looks = (times: number): void => {
    for (let nth = 0; nth < times; nth += 1) look();
  };
  return { held, looks };
}

describe('idle memory', () => {
  it('of the start is given back at once, and not again while nothing happens', () => {
    const { held, looks } = machine();
    looks(20);
    expect(held.collected).toBe(1);
  });

  it('of a rush is kept while the rush lasts, and given back once when it has been over for a while', () => {
    const { held, looks } = machine();
    Object.assign(held, { now: megabytes(400), busy: 0.4 });
    looks(20);
    held.busy = 0.01;
    looks(4);
    expect(held.collected).toBe(1);
    looks(20);
    expect(held.collected).toBe(2);
    expect(held.now).toBe(megabytes(140));
  });

  it('is kept where a rush only pauses', () => {
    const { held, looks } = machine();
    held.now = megabytes(400);
    for (let pauses = 0; pauses < 5; pauses += 1) {
      held.busy = 0.01;
      looks(4);
      held.busy = 0.4;
      looks(1);
    }
    expect(held.collected).toBe(1);
  });

  it('of a single request is too little to stop for', () => {
    const { held, looks } = machine();
    held.now = megabytes(150);
    looks(20);
    expect(held.collected).toBe(1);
  });
});
