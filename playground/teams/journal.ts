// Logs of requests with a maximum length: a test that sends a hundred thousand requests looks at the last ones only.

const KEPT_ENTRIES = 20_000;

export function note<T>(journal: T[], entry: T): void {
  if (journal.length >= KEPT_ENTRIES) journal.splice(0, KEPT_ENTRIES / 2);
  journal.push(entry);
}
