// A limit on how long something is waited for. The work itself goes on; only its answer is not awaited any longer.

/** The answer, or undefined where it takes longer than `ms`. A failure is thrown on. */
export async function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
