// The one clock of the playground: real time plus what was let pass. Product and emulators all read it.
export type WorldClock = {
  /** Epoch ms. */
  now(): number;
  /** How far this world is ahead of the real one. */
  offsetMs(): number;
  pass(ms: number): void;
};

export function createWorldClock(): WorldClock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    offsetMs: () => offset,
    pass(ms) {
      offset += ms;
    },
  };
}
