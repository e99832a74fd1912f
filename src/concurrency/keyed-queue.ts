// Runs work with the same key one after the other, in the order of the calls.

/** A failure reaches only its own caller: the work behind it still starts. */
export function createKeyedQueue(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const lastByKey = new Map<string, Promise<unknown>>();
  return async (key, work) => {
    const previous = lastByKey.get(key) ?? Promise.resolve();
    const current = previous.then(work, work);
    lastByKey.set(key, current);
    try {
      return await current;
    } finally {
      if (lastByKey.get(key) === current) lastByKey.delete(key);
    }
  };
}
