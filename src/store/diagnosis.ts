// The checks of the database, whichever it is. They open a connection of their own: the doctor also runs before the first start.
import type { Check } from '../doctor/check.ts';
import type { Clock } from '../flows/ports.ts';
import { postgresFindings } from './postgres/diagnosis.ts';
import { type SqliteDiagnosis, sqliteFindings } from './sqlite/diagnosis.ts';

export interface DatabaseDiagnosis extends Pick<SqliteDiagnosis, 'isBesideServer' | 'statfs' | 'open'> {
  /** As `openStore` takes it. */
  readonly url: string;
  readonly clock: Clock;
}

const ofContent = ['write', 'migrations', 'backup'];
const ofFile = ['disk', 'space', 'file-mode', 'journal', ...ofContent];
const ofServer = ['connection', 'version', 'tls', 'connections', ...ofContent];

export function createDatabaseChecks({ url, clock, ...injected }: DatabaseDiagnosis): readonly Check[] {
  const path = url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : undefined;
  const run = () =>
    path === undefined ? postgresFindings(url, clock.now()) : sqliteFindings({ path, now: clock.now(), ...injected });
  const parts = path === undefined ? ofServer : path === ':memory:' ? ['disk'] : ofFile;
  return [{ name: 'database', finds: parts.map((part) => `database.${part}`), run }];
}
