// What the doctor looks at in a directory. Reads only; a wrong password of the service account is tried once, and then no more.
import type { Check, Finding } from '../doctor/check.ts';
import type { AccountId } from '../flows/ids.ts';
import type { Clock } from '../flows/ports.ts';
import type { DirectoryConnection } from './connection.ts';
import type { Controllers, ControllersOptions } from './controllers.ts';
import { certificateFindings, controllerFindings } from './diagnosis-controllers.ts';
import { probeFindings, serviceAccountFindings } from './diagnosis-rights.ts';
import type { DirectoryScope } from './preparation.ts';
import { policyHints } from './reset.ts';

export interface DirectoryChecksOptions {
  readonly clock: Clock;
  /** An account below the base that nobody uses: on it the rights are read. */
  readonly probe?: AccountId;
  /** Whether passwords are set here: that takes more rights. */
  readonly resets: boolean;
}

type Parts = ControllersOptions & DirectoryScope & DirectoryChecksOptions & { readonly connection: string };

export function createDirectoryChecks(controllers: Controllers, parts: Parts): readonly Check[] {
  /** At the first controller that answers. */
  const looking =
    (name: string, look: (connection: DirectoryConnection) => Promise<readonly Finding[]>) =>
    async (): Promise<readonly Finding[]> => {
      const found = await controllers.use(async (connection) => ({ ok: true, value: await look(connection) }));
      if (found.ok) return found.value;
      return [{ check: name, state: 'skipped', what: `not seen. No controller lets us in (${found.failure.cause}).` }];
    };
  const check = (name: string, look: (connection: DirectoryConnection) => Promise<readonly Finding[]>): Check => ({
    name,
    run: looking(name, look),
  });
  return [
    { name: 'directory.controllers', run: () => controllerFindings(controllers, parts.urls) },
    { name: 'directory.certificates', run: () => certificateFindings(parts, parts.clock) },
    ...(parts.resets
      ? [check('directory.history', async ({ root }) => [historyFinding(root.controls.has(policyHints))])]
      : []),
    check('directory.service-account', (open) => serviceAccountFindings(open, parts)),
    check('directory.rights', (open) => probeFindings(open, parts)),
  ];
}

const historyFinding = (isChecked: boolean): Finding =>
  isChecked
    ? { check: 'directory.history', state: 'ok', what: 'A reset asks the directory to refuse earlier passwords.' }
    : {
        ...{ check: 'directory.history', state: 'warning' },
        what: 'This directory does not look at earlier passwords in a reset: somebody can set their old one again.',
        remedy: 'Windows Server 2012 and later look at them; Samba does not.',
      };
