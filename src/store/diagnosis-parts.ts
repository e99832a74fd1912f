// What the checks of both databases have in common: their findings, the steps of the migration, the age of the last copy.
import type { CheckState, Finding } from '../doctor/check.ts';
import type { Instant } from '../flows/ids.ts';
import { copyMark } from './migrations/copy-mark.ts';

export const found = (check: string, state: CheckState, what: string, remedy?: string): Finding => ({
  ...{ check: `database.${check}`, state, what },
  ...(remedy === undefined ? {} : { remedy }),
});

/** `applied`: undefined where the database is empty. */
export function stepsFinding(applied: readonly string[] | undefined, known: readonly string[]): Finding {
  if (applied === undefined)
    return found('migrations', 'skipped', 'The database is empty: `latchkey migrate` or the first start fills it.');
  if (applied.includes(copyMark))
    return found(
      'migrations',
      'failed',
      'This database is a copy that `latchkey backup` made, and it was put here by hand.',
      'Move it to another name, then run `latchkey restore FILE` with that name.',
    );
  const newer = applied.find((name) => !known.includes(name));
  if (newer !== undefined)
    return found(
      'migrations',
      'failed',
      `A newer Latchkey has changed this database (step ${newer}).`,
      'Start the newer release, or go back to a copy of the database from before.',
    );
  const missing = known.filter((name) => !applied.includes(name));
  if (missing.length === 0) return found('migrations', 'ok', 'The database is up to date.');
  return found(
    'migrations',
    'warning',
    `The database is behind this release: ${missing.join(', ')} is still to be done.`,
    'Make a copy of the database, then start this release or run `latchkey migrate`.',
  );
}

const hourMs = 3_600_000;
const oldHours = 48;

export function backupFinding(last: Instant | undefined, now: Instant): Finding {
  const remedy = 'Run `latchkey backup FILE` every day, and keep the copies on another machine.';
  if (last === undefined) return found('backup', 'warning', 'No copy of the database was ever made.', remedy);
  const { isOld, text } = copyAge(last, now);
  const what = `The last copy of the database is ${text} old.`;
  return isOld ? found('backup', 'warning', what, remedy) : found('backup', 'ok', what);
}

/** `text`: like `3 days`. */
export function copyAge(last: Instant, now: Instant): { readonly isOld: boolean; readonly text: string } {
  const hours = Math.floor((now - last) / hourMs);
  const isOld = hours >= oldHours;
  return { isOld, text: isOld ? `${Math.floor(hours / 24)} days` : `${hours} hours` };
}
