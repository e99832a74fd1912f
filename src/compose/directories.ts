// The directories of the policy, connected. Their client is loaded only where there is one: it costs memory.
import type { DirectorySettings } from '../config/directories.ts';
import { accountId } from '../flows/ids.ts';
import type { ConnectedDirectory } from '../ldap/connected-directory.ts';
import type { Observe } from '../outbound/observe.ts';

export async function connectDirectories(
  settings: readonly DirectorySettings[],
  observe?: Observe,
): Promise<readonly ConnectedDirectory[]> {
  if (settings.length === 0) return [];
  const { createActiveDirectory } = await import('../ldap/active-directory.ts');
  return settings.map(({ reset, change, unlock, replicationMinutes, probe, ...reached }) => ({
    ...{ connection: reached.connection, reset, change, unlock, replicationMinutes },
    ...(probe === undefined ? {} : { probe: accountId(probe) }),
    activeDirectory: createActiveDirectory({ ...reached, ...(observe === undefined ? {} : { observe }) }),
  }));
}
