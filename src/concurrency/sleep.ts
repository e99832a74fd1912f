// Pauses whose time a test can set. Node's own, in `node:timers/promises`, is for a pause that somebody may break off.

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** The process may end meanwhile. */
export const unreferencedSleep = (ms: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, ms).unref());
