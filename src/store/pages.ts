// Reads long results page by page. A query on SQLite blocks the process, so other work gets a turn between two pages.

/** A page takes some milliseconds to read and decode. */
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

/** Lets everything that came in meanwhile run first. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
