// Waiting with an end: Slack shows an error of its own after three seconds.

/** Of the three seconds, what is left for the network and for renderQueue. */
export const ackPatienceMs = 2_300;
/** When even the one who promised to answer within `ackPatienceMs` did not. */
export const ackLimitMs = 2_600;

export type InTime<T> = { readonly inTime: true; readonly value: T } | { readonly inTime: false };

/** Rejects as `work` rejects. What is late is not stopped: whoever calls keeps `work` where its result still matters. */
export async function within<T>(limitMs: number, work: Promise<T>): Promise<InTime<T>> {
  const limit = Promise.withResolvers<InTime<T>>();
  const timer = setTimeout(() => limit.resolve({ inTime: false }), limitMs);
  try {
    return await Promise.race([work.then((value): InTime<T> => ({ inTime: true, value })), limit.promise]);
  } finally {
    clearTimeout(timer);
  }
}
