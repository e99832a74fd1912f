// Work that several callers want at the same time is done once for all of them. Nothing is remembered when it is done.

/** Whoever asks while work with the same key is under way gets the answer, or the error, of that work. */
export function createSingleFlight<K, T>(): (key: K, work: () => Promise<T>) => Promise<T> {
  const underWay = new Map<K, Promise<T>>();
  return (key, work) => {
    const present = underWay.get(key);
    if (present !== undefined) return present;
    const mine = work().finally(() => underWay.delete(key));
    underWay.set(key, mine);
    return mine;
  };
}
