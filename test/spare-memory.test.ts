// When memory is given back, and when not. How much that is, the bench measures.
import { describe, expect, it } from 'vitest';
import { createLook } from '../src/spare-memory.ts';

const megabytes = (count: number): number => count * 1024 * 1024;

function machine() {
  const held = { now: megabytes(180), busy: 0, collections: 0 };
  const look = createLook({
    heldBytes: () => held.now,
    busyShare: () => held.busy,
    collect() {
      held.collections += 1;
      held.now = megabytes(140);
    },
  });
  return { held, look };
}

describe('spare memory', () => {
  it('of the start is given back at once, and not again while nothing happens', () => {
    const { held, look } = machine();
    for (let looks = 0; looks < 10; looks += 1) look();
    expect(held).toMatchObject({ collections: 1, now: megabytes(140) });
  });

  it('of a rush is kept while the rush lasts, and given back once when it is over', () => {
    const { held, look } = machine();
    Object.assign(held, { now: megabytes(400), busy: 0.4 });
    look();
    expect(held.collections).toBe(1);
    held.busy = 0.01;
    look();
    look();
    expect(held).toMatchObject({ collections: 2, now: megabytes(140) });
  });

  it('of a single request is too little to stop for', () => {
    const { held, look } = machine();
    held.now = megabytes(150);
    look();
    expect(held.collections).toBe(1);
  });
});
