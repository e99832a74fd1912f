// One connection to one domain controller, for one act: connected and signed in before anybody gets it, and closed after it. A
// client is never shared: of two first requests at once the second would never be answered (ldapts issue 256).
import { readFile } from 'node:fs/promises';
import type { LookupFunction } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { Attribute, Change, Client, type Control, type Filter, type SearchOptions } from 'ldapts';
import type { Instant } from '../flows/ids.ts';
import { type Failure, failed, type Outcome, success } from '../flows/outcome.ts';
import { type Attributes, binaryAttributes, decoded, generalizedTime, type Read } from './attributes.ts';
import { answered, type LdapAnswer, resultCodes, type Trouble, troubled, troubleOf } from './errors.ts';
import { wouldPrintPasswords } from './password-value.ts';

export interface ConnectionSettings {
  /** The DN of the service account, or `name@domain`. */
  readonly bindDn: string;
  readonly password: string;
  /** Certificates of the company's own authorities in PEM form; without it those of the system. */
  readonly caFile?: string;
  readonly connectTimeoutMs?: number;
  readonly operationTimeoutMs?: number;
  /** How names become addresses; by default as everywhere on the machine. */
  readonly lookup?: LookupFunction;
}

export interface DirectoryConnection {
  readonly url: string;
  readonly root: RootFacts;
  /** The one object itself; undefined where it does not exist, or not for us. */
  read(name: string, attributes: readonly string[]): Promise<LdapAnswer<Attributes | undefined>>;
  /** All objects below `base` that fit. */
  find(base: string, filter: Filter, attributes: readonly string[]): Promise<LdapAnswer<readonly Attributes[]>>;
  modify(name: string, changes: readonly AttributeChange[], control?: Control): Promise<LdapAnswer<void>>;
  /** After a drop every request is answered as lost. */
  isOpen(): boolean;
  close(): Promise<void>;
}

export interface AttributeChange {
  readonly operation: 'replace' | 'delete' | 'add';
  readonly attribute: string;
  readonly value: string | Buffer;
}

/** What a controller says of itself. */
export interface RootFacts {
  /** The DN of the domain. */
  readonly domain: Read<string>;
  /** The directory's own clock, by which it compares times. */
  readonly now: Read<Instant>;
  readonly controls: ReadonlySet<string>;
  /** A read-only controller cannot set a password. */
  readonly isReadOnly: boolean;
  /** The DN by which the domain's roles name this controller. */
  readonly controller: Read<string>;
}

export const defaultConnectMs = 4_000;
const defaultOperationMs = 8_000;
/** LDAP_CAP_ACTIVE_DIRECTORY_PARTIAL_SECRETS_OID, MS-ADTS 3.1.1.3.4.3. */
const partialSecrets = '1.2.840.113556.1.4.1920';

export type OpenedConnection =
  | { readonly ok: true; readonly connection: DirectoryConnection }
  | { readonly ok: false; readonly trouble: Trouble };

/** `caFile` is read for each connection, so that a renewed one counts at once. Checks chain and name, whatever the environment says. */
export async function tlsOptions({ caFile, lookup }: ConnectionSettings): Promise<Outcome<ConnectionOptions>> {
  const strict = {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2' as const,
    ...(lookup === undefined ? {} : { lookup }),
  };
  if (caFile === undefined) return success(strict);
  try {
    return success({ ...strict, ca: await readFile(caFile) });
  } catch {
    const remedy = 'Let `caFile` name a readable file with the certificate of the authority.';
    return failed({ kind: 'misconfigured', retry: 'later', cause: 'ldap: no authority', remedy });
  }
}

/** Why no connection may be opened with these settings; undefined where one may. */
export function unfit({ bindDn, password }: ConnectionSettings): Failure | undefined {
  const never = { kind: 'misconfigured', retry: 'never' } as const;
  // Windows takes a sign-in without a password for that of nobody, and says that it succeeded (RFC 4513, 5.1.2).
  if (bindDn.trim() === '' || password === '')
    return { ...never, cause: 'ldap: no login', remedy: 'Name the service account and its password.' };
  if (wouldPrintPasswords())
    return { ...never, cause: 'ldap: NODE_DEBUG', remedy: 'Start without NODE_DEBUG: it would print new passwords.' };
  return undefined;
}

export async function openConnection(
  url: string,
  settings: ConnectionSettings,
  tls: ConnectionOptions,
): Promise<OpenedConnection> {
  const client = new Client({
    url,
    timeout: settings.operationTimeoutMs ?? defaultOperationMs,
    connectTimeout: settings.connectTimeoutMs ?? defaultConnectMs,
    tlsOptions: tls,
  });
  try {
    await client.bind(settings.bindDn, settings.password);
  } catch (error) {
    await close(client);
    return troubled(troubleOf(error, false));
  }
  const requests = createRequests(client);
  const root = await requests.read('', rootAttributes);
  if (!root.ok || root.value === undefined) {
    await close(client);
    return root.ok ? troubled({ is: 'lost', isSent: false, cause: 'no root DSE' }) : root;
  }
  const own = { isOpen: () => client.isBound, close: () => close(client) };
  return { ok: true, connection: { url, root: rootFacts(root.value), ...requests, ...own } };
}

const rootAttributes = [
  'defaultNamingContext',
  'currentTime',
  'supportedControl',
  'supportedCapabilities',
  'dsServiceName',
];

const rootFacts = (root: Attributes): RootFacts => ({
  domain: root.text('defaultNamingContext'),
  now: generalizedTime(root.text('currentTime')),
  controls: new Set(root.texts('supportedControl')),
  isReadOnly: root.texts('supportedCapabilities').includes(partialSecrets),
  controller: root.text('dsServiceName'),
});

/** The client is thrown away, so nothing that goes wrong here matters. */
async function close(client: Client): Promise<void> {
  await client.unbind().catch(() => undefined);
}

function createRequests(client: Client): Pick<DirectoryConnection, 'read' | 'find' | 'modify'> {
  async function ask<T>(isWrite: boolean, work: () => Promise<T>): Promise<LdapAnswer<T>> {
    // After a drop the client would connect again and go on as nobody.
    if (!client.isBound) return troubled({ is: 'lost', isSent: false, cause: 'no-connection' });
    try {
      return answered(await work());
    } catch (error) {
      return troubled(troubleOf(error, isWrite));
    }
  }

  /** References to other parts of the directory are not followed. */
  const search = (base: string, options: SearchOptions, attributes: readonly string[]) =>
    ask(false, async () => {
      const explicitBufferAttributes = attributes.filter((name) => binaryAttributes.includes(name));
      const found = await client.search(base, { ...options, attributes: [...attributes], explicitBufferAttributes });
      return found.searchEntries.map(decoded);
    });

  return {
    read: async (name, attributes) => {
      const found = await search(name, { scope: 'base' }, attributes);
      if (found.ok) return answered(found.value[0]);
      const isAbsent = found.trouble.is === 'answered' && found.trouble.code === resultCodes.absent;
      return isAbsent ? answered(undefined) : found;
    },
    find: (base, filter, attributes) => search(base, { scope: 'sub', filter }, attributes),
    modify: (name, changes, control) => ask(true, () => client.modify(name, changes.map(asChange), control)),
  };
}

function asChange({ operation, attribute, value }: AttributeChange): Change {
  const values = typeof value === 'string' ? [value] : [value];
  return new Change({ operation, modification: new Attribute({ type: attribute, values }) });
}
