// Logs of what went to and fro, which end somewhere: whoever sends a hundred thousand requests looks at the last ones.

const KEPT_ENTRIES = 20_000;

export function note<T>(journal: T[], entry: T): void {
  if (journal.length >= KEPT_ENTRIES) journal.splice(0, KEPT_ENTRIES / 2);
  journal.push(entry);
}
