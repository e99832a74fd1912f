// Long results a piece at a time: SQLite answers while nothing else runs, so between two pieces everybody else has a turn.

/** Some milliseconds of reading and decoding. */
export const pageSize = 100;

export async function* inPages<Row>(
  read: (after: Row | undefined) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  for (let after: Row | undefined; ; ) {
    const rows = await read(after);
    if (rows.length > 0) yield rows;
    after = rows.at(-1);
    if (after === undefined || rows.length < pageSize) return;
    await nextTurn();
  }
}

/** What came in meanwhile is answered first. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
