// Callers that want the same work at the same time share one run of it. The result is not kept afterwards.

/** A call while work with the same key is under way gets the result, or the error, of that work. */
export function createSingleFlight<K, T>(): (key: K, work: () => Promise<T>) => Promise<T> {
  const underWay = new Map<K, Promise<T>>();
  return (key, work) => {
    const running = underWay.get(key);
    if (running !== undefined) return running;
    const started = work().finally(() => underWay.delete(key));
    underWay.set(key, started);
    return started;
  };
}
