// Which object of the directory an account is: by its immutable id only, never by an address or a name.
import type { AccountId } from '../flows/ids.ts';

/** `3b3bfcd0-036b-4413-aee9-204412b943ce`, lower case: as Auth0's connector writes an `objectGUID`, and as `<GUID=…>` reads it. */
const dashed = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const prefix = 'ad|';

/**
 * The GUID in `ad|<connection>|<GUID>`; undefined for every other account. A tenant may let its connector give other ids, and
 * nothing else of such an account is certain enough. The name of a connection may contain `|`.
 */
export function directoryGuid(account: AccountId, connection: string): string | undefined {
  const start = `${prefix}${connection}|`;
  const guid = account.startsWith(start) ? account.slice(start.length) : '';
  return guid.length === 36 && dashed.test(guid) ? guid : undefined;
}

/** The text of the sixteen bytes of an `objectGUID`. The first three groups are stored with their lowest byte first. */
export function guidText(bytes: Uint8Array): string | undefined {
  if (bytes.length !== 16) return undefined;
  const order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
  const digits = order.map((place) => (bytes[place] ?? 0).toString(16).padStart(2, '0')).join('');
  const cuts = [0, 8, 12, 16, 20, 32];
  return cuts
    .slice(1)
    .map((end, group) => digits.slice(cuts[group], end))
    .join('-');
}

/** Names the object wherever a DN is expected, whatever its name is and wherever it is moved. */
export const guidName = (guid: string): string => `<GUID=${guid}>`;
