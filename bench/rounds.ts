// The product and the baseline are measured in turns, so that other load on the machine affects both. The median of all
// rounds counts.

export interface Middle {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

export interface Rounds<T> {
  readonly ours: readonly T[];
  readonly theirs: readonly T[];
}

/** The order alternates from round to round. */
export async function takeTurns<T>(
  count: number,
  { ours, theirs }: { readonly ours: () => Promise<T>; readonly theirs: () => Promise<T> },
): Promise<Rounds<T>> {
  const measured: { readonly ours: T[]; readonly theirs: T[] } = { ours: [], theirs: [] };
  for (let round = 0; round < count; round += 1) {
    if (round % 2 === 0) measured.theirs.push(await theirs());
    measured.ours.push(await ours());
    if (round % 2 === 1) measured.theirs.push(await theirs());
  }
  return measured;
}

export function middle(values: readonly number[]): Middle {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? 0, least: sorted[0] ?? 0, most: sorted.at(-1) ?? 0 };
}

/** The median of the ratios of single rounds: load that slowed a whole round slowed both of its sides. */
export function ratioOf<T>({ ours, theirs }: Rounds<T>, pick: (one: T) => number): Middle {
  return middle(ours.map((one, round) => pick(one) / pick(theirs[round] ?? one)));
}
