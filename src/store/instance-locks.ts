// A lock that the operating system or the database server lets go of when a process ends, however it ends.

export interface InstanceLocks {
  /** Takes this key's lock, in place of an earlier one of this process, and keeps it until the process ends or `release`. */
  hold(key: number): Promise<void>;
  /** False as soon as it is known that the lock was lost while the process lives. Asks nobody. */
  isHeld(): boolean;
  /** Which of these keys nobody holds. Fails, and counts the own lock as lost, where that cannot be found out. */
  free(keys: readonly number[]): Promise<ReadonlySet<number>>;
  release(): Promise<void>;
  /** For so long a lock must have been found free before its instance counts as dead: a connection may be made anew. */
  readonly graceMs: number;
}

/** For a database in memory: nobody else can reach it. */
export const noLocks: InstanceLocks = {
  hold: async () => undefined,
  isHeld: () => true,
  free: async () => new Set(),
  release: async () => undefined,
  graceMs: 0,
};
