// Which accounts are never touched, whatever the policy says: those of administrators. The directory itself would let a delegated
// account reset a Domain Admin, until an hourly process has marked it.
import type { AccountRecord } from './account-record.ts';
import type { DirectoryConnection } from './connection.ts';
import { answered, type LdapAnswer } from './errors.ts';

/** `not-readable`: what would show it could not be read. Refused as well, and the doctor says which right is missing. */
export type Protection = 'none' | 'protected' | 'not-readable';

/** Administrators, and those who manage accounts, servers, printers, backups and replication. */
const builtInGroups = new Set([544, 548, 549, 550, 551, 552].map((id) => `S-1-5-32-${id}`));
/** The groups of a domain's administrators, of its controllers, of its schema, certificates and keys. */
const domainGroups: ReadonlySet<number> = new Set([512, 516, 517, 518, 519, 520, 521, 526, 527]);
/** Administrator and krbtgt. */
const ownIds: ReadonlySet<number> = new Set([500, 502]);

/** `groups`: SIDs of the company's own choice; undefined where one of them could not be found. */
export function protectionOf(record: AccountRecord, groups: readonly string[] | undefined): Protection {
  const { attributes } = record;
  const adminCount = attributes.whole('adminCount');
  // It may be left over from an earlier time. The directory still protects the account then.
  if (adminCount !== 'not-known' && adminCount !== 0n) return 'protected';
  const own = attributes.bytes('objectSid');
  const ownSid = own === 'not-known' ? undefined : sidText(own);
  const memberOf = groupSids(attributes.allBytes('tokenGroups'));
  if (ownSid !== undefined && ownIds.has(domainIdOf(ownSid) ?? 0)) return 'protected';
  if (memberOf?.some((sid) => isPowerful(sid) || groups?.includes(sid) === true) === true) return 'protected';
  // Most accounts have no `adminCount`, and nothing tells that from one we cannot read. Whoever is an administrator now shows by the
  // groups; whether an old mark could be read, the doctor sees on the account for trials.
  return ownSid !== undefined && memberOf !== undefined && groups !== undefined ? 'none' : 'not-readable';
}

/** Everybody is in some group, at least in the primary one: none at all means that we could not read them. */
export function groupSids(values: readonly Uint8Array[]): readonly string[] | undefined {
  const sids = values.map(sidText);
  return sids.length === 0 || sids.includes(undefined) ? undefined : sids.filter((sid) => sid !== undefined);
}

export const isPowerful = (sid: string): boolean => builtInGroups.has(sid) || domainGroups.has(domainIdOf(sid) ?? 0);

/** The last number of `S-1-5-21-<domain: three numbers>-<id>`. */
function domainIdOf(sid: string): number | undefined {
  const id = /^S-1-5-21-\d{1,10}-\d{1,10}-\d{1,10}-(\d{1,10})$/.exec(sid)?.[1];
  return id === undefined ? undefined : Number(id);
}

/** MS-DTYP 2.4.2.2: a version, the count of parts, six bytes of authority, then the parts, each with its lowest byte first. */
export function sidText(bytes: Uint8Array): string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = bytes[1] ?? 0;
  if (bytes.length < 8 || count > 15 || bytes.length !== 8 + 4 * count) return undefined;
  const authority = view.getUint16(2) * 2 ** 32 + view.getUint32(4);
  const parts = Array.from({ length: count }, (_, place) => view.getUint32(8 + 4 * place, true));
  return ['S', bytes[0], authority, ...parts].join('-');
}

/** The SIDs of groups that are named by DN or SID; undefined if one is not found: then nobody is known to be outside it. */
export async function sidsOf(
  connection: DirectoryConnection,
  names: readonly string[],
): Promise<LdapAnswer<readonly string[] | undefined>> {
  const sids: string[] = [];
  for (const name of names) {
    if (/^S-1-[\d-]{1,180}$/.test(name)) {
      sids.push(name);
      continue;
    }
    const group = await connection.read(name, ['objectSid']);
    if (!group.ok) return group;
    const bytes = group.value?.bytes('objectSid') ?? 'not-known';
    const sid = bytes === 'not-known' ? undefined : sidText(bytes);
    if (sid === undefined) return answered(undefined);
    sids.push(sid);
  }
  return answered(sids);
}
