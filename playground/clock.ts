// The one clock of the playground: real time plus the time that was skipped. Product and emulators all read it.
export type WorldClock = {
  /** In epoch milliseconds. */
  now(): number;
  /** How far this clock is ahead of real time. */
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
