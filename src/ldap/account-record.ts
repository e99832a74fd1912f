// Finds the one object that an account is, and reads everything about it that an act depends on.
import { EqualityFilter } from 'ldapts';
import { guidName, guidText } from './account-id.ts';
import type { Attributes } from './attributes.ts';
import type { DirectoryConnection } from './connection.ts';
import { answered, type LdapAnswer } from './errors.ts';

export interface AccountRecord {
  /** For requests about it: `<GUID=…>`. */
  readonly name: string;
  readonly attributes: Attributes;
}

/** Constructed ones are given only where they are named. */
const accountAttributes: readonly string[] = [
  ...['objectGUID', 'objectClass', 'objectSid', 'sAMAccountName', 'displayName', 'userAccountControl'],
  ...['msDS-User-Account-Control-Computed', 'msDS-UserPasswordExpiryTimeComputed', 'msDS-ResultantPSO'],
  ...['lockoutTime', 'pwdLastSet', 'accountExpires', 'badPwdCount', 'badPasswordTime', 'adminCount', 'tokenGroups'],
];

/**
 * Undefined where there is no such user below `baseDn`. The server decides what lies below: a DN is never compared here, because
 * a name can look like the end of another one.
 */
export async function readAccountRecord(
  connection: DirectoryConnection,
  baseDn: string,
  guid: string,
): Promise<LdapAnswer<AccountRecord | undefined>> {
  const below = await connection.find(baseDn, guidFilter(guid), ['objectGUID']);
  if (!below.ok) return below;
  if (below.value.length !== 1) return answered(undefined);
  const name = guidName(guid);
  const read = await connection.read(name, accountAttributes);
  if (!read.ok || read.value === undefined) return read.ok ? answered(undefined) : read;
  if (!isUser(read.value, guid)) return answered(undefined);
  return answered({ name, attributes: read.value });
}

/** Binary values go into a filter as bytes; as text the client would write other ones. */
const guidFilter = (guid: string): EqualityFilter =>
  new EqualityFilter({ attribute: 'objectGUID', value: guidBytes(guid) });

function guidBytes(guid: string): Buffer {
  const plain = Buffer.from(guid.split('-').join(''), 'hex');
  return Buffer.concat([
    Buffer.from(plain.subarray(0, 4)).reverse(),
    Buffer.from(plain.subarray(4, 6)).reverse(),
    Buffer.from(plain.subarray(6, 8)).reverse(),
    plain.subarray(8),
  ]);
}

function isUser(attributes: Attributes, guid: string): boolean {
  const classes = attributes.texts('objectClass');
  const own = attributes.bytes('objectGUID');
  return own !== 'not-known' && guidText(own) === guid && classes.includes('user') && !classes.includes('computer');
}
