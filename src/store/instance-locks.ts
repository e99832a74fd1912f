// A lock that the operating system or the database server releases when a process ends, even if it crashes.

export interface InstanceLocks {
  /**
   * Takes the lock of this key, in place of an earlier lock of this process, and keeps it until `release` or the end of the
   * process.
   */
  hold(key: number): Promise<void>;
  /** False once it is known that this process has lost its lock. Makes no request. */
  isHeld(): boolean;
  /** Those of the keys that nobody holds. If that cannot be found out it rejects, and our own lock counts as lost. */
  free(keys: readonly number[]): Promise<ReadonlySet<number>>;
  release(): Promise<void>;
  /** How long a lock must be free before its instance counts as dead: the instance may be reconnecting. */
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
