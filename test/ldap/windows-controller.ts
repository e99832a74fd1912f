// A controller that answers as Windows does, for what Samba does differently: recorded answers, over a real TLS connection.
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { BerReader, BerWriter } from 'ldapts';
import { type ActiveDirectoryOptions, createActiveDirectory } from '../../src/ldap/active-directory.ts';
import { createFraming, operations } from './ber.ts';
import { makeCertificate } from './certificates.ts';
import { lookupOf } from './domain.ts';

export const windowsGuid = '3b3bfcd0-036b-4413-aee9-204412b943ce';
const windowsDomain = 'DC=corp,DC=example';

type Value = string | Buffer;
type Values = Readonly<Record<string, Value | readonly Value[]>>;
/** For an answer that never comes. */
export const noAnswer = -1;
interface Result {
  readonly code: number;
  readonly message?: string;
}

export interface Modification {
  readonly operation: 'add' | 'delete' | 'replace';
  readonly attribute: string;
  readonly value: Buffer;
  /** Object identifiers of the controls that came with it, the critical ones with a `!`. */
  readonly controls: readonly string[];
}

export interface WindowsBehaviour {
  /** What the root DSE says beyond the usual. */
  readonly root?: Values;
  readonly domain?: Values;
  /** The account, as it is now. Changes to it are made by `modify`. */
  readonly account?: Record<string, Value | readonly Value[]>;
  /** By default everything is carried out. */
  readonly modify?: (modifications: readonly Modification[]) => Result;
  readonly bind?: () => Result;
}

export interface WindowsController {
  readonly folder: string;
  readonly url: string;
  readonly modifications: readonly (readonly Modification[])[];
  readonly account: Record<string, Value | readonly Value[]>;
  options(change?: Partial<ActiveDirectoryOptions>): ActiveDirectoryOptions;
  directory(change?: Partial<ActiveDirectoryOptions>): ReturnType<typeof createActiveDirectory>;
  binds(): number;
  [Symbol.asyncDispose](): Promise<void>;
}

const host = 'win1.corp.example';
export const ordinaryAccount = (): Record<string, Value | readonly Value[]> => ({
  objectGUID: Buffer.from('d0fc3b3b6b031344aee9204412b943ce', 'hex'),
  objectClass: ['top', 'person', 'organizationalPerson', 'user'],
  objectSid: Buffer.from('0105000000000005150000005704000ae08000d050000051040000'.padEnd(56, '0'), 'hex'),
  tokenGroups: Buffer.from('01050000000000051500000001000000020000000300000001020000', 'hex'),
  sAMAccountName: 'jane',
  displayName: 'Jane Doe',
  userAccountControl: '512',
  'msDS-User-Account-Control-Computed': '0',
  pwdLastSet: '134054400000000000',
  accountExpires: '9223372036854775807',
  badPwdCount: '0',
  badPasswordTime: '0',
});

const rules: Values = {
  ...{ minPwdLength: '10', pwdProperties: '1', pwdHistoryLength: '24', minPwdAge: '0', lockoutThreshold: '5' },
  ...{ lockoutDuration: '-6000000000', lockOutObservationWindow: '-6000000000' },
  fSMORoleOwner: 'CN=NTDS Settings,CN=WIN1,CN=Servers',
};

const usualRoot: Values = {
  ...{ defaultNamingContext: windowsDomain, currentTime: '20261130120000.0Z' },
  ...{ dsServiceName: 'CN=NTDS Settings,CN=WIN1,CN=Servers' },
  supportedControl: ['1.2.840.113556.1.4.319', '1.2.840.113556.1.4.2239'],
  supportedCapabilities: ['1.2.840.113556.1.4.800'],
};

export async function startWindows(
  behaviour: WindowsBehaviour = {},
  beside?: WindowsController,
): Promise<WindowsController> {
  const folder = await mkdtemp(join(tmpdir(), 'win-'));
  // Two controllers of one company have certificates of one authority.
  if (beside !== undefined)
    for (const name of ['ca.pem', 'ca-key.pem']) await cp(join(beside.folder, name), join(folder, name));
  await makeCertificate(folder, { host });
  const file = (name: string) => readFile(join(folder, name));
  const [key, cert] = await Promise.all([file('key.pem'), file('cert.pem')]);
  const account = behaviour.account ?? ordinaryAccount();
  const modifications: (readonly Modification[])[] = [];
  let binds = 0;

  function answersTo(bytes: Buffer): readonly Buffer[] {
    const reader = new BerReader(bytes);
    reader.readSequence();
    const id = reader.readInt() ?? 0;
    switch (reader.peek()) {
      case operations.bindRequest:
        binds += 1;
        return [result(id, operations.bindResponse, behaviour.bind?.() ?? { code: 0 })];
      case operations.searchRequest:
        return found(id, reader);
      case operations.modifyRequest: {
        const wanted = readModifications(reader);
        modifications.push(wanted);
        const answer = behaviour.modify?.(wanted) ?? { code: 0 };
        return answer.code === noAnswer ? [] : [result(id, operations.modifyResponse, answer)];
      }
      default:
        return [];
    }
  }

  function found(id: number, reader: BerReader): readonly Buffer[] {
    reader.readSequence(operations.searchRequest);
    const base = reader.readString() ?? '';
    const [dn, values] =
      base === ''
        ? ['', { ...usualRoot, ...behaviour.root }]
        : base === windowsDomain
          ? [base, { ...rules, ...behaviour.domain }]
          : ['CN=Jane,OU=People,DC=corp,DC=example', account];
    return [entry(id, dn, values), result(id, operations.searchDone, { code: 0 })];
  }

  const server = createServer({ key, cert }, (socket) => {
    socket.on('error', () => undefined);
    socket.on(
      'data',
      createFraming(({ bytes }) => {
        for (const answer of answersTo(bytes)) socket.write(answer);
      }),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const url = `ldaps://${host}:${port}`;
  const options = (change: Partial<ActiveDirectoryOptions> = {}): ActiveDirectoryOptions => ({
    ...{ connection: 'CorpAD', urls: [url], baseDn: `OU=People,${windowsDomain}` },
    ...{ bindDn: 'CN=svc,DC=corp,DC=example', password: 'Service-of-the-Tests-1', caFile: join(folder, 'ca.pem') },
    lookup: lookupOf({ [host]: '127.0.0.1' }),
    ...change,
  });
  return {
    ...{ folder, url, modifications, account, options, binds: () => binds },
    directory: (change) => createActiveDirectory(options(change)),
    [Symbol.asyncDispose]: async () => {
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function message(id: number, tag: number, write: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  writer.startSequence(tag);
  write(writer);
  writer.endSequence();
  writer.endSequence();
  return Buffer.from(writer.buffer);
}

const result = (id: number, tag: number, { code, message: text = '' }: Result): Buffer =>
  message(id, tag, (writer) => {
    writer.writeEnumeration(code);
    writer.writeString('');
    writer.writeString(text);
  });

const entry = (id: number, dn: string, values: Values): Buffer =>
  message(id, operations.searchEntry, (writer) => {
    writer.writeString(dn);
    writer.startSequence();
    for (const [name, value] of Object.entries(values)) {
      writer.startSequence();
      writer.writeString(name);
      writer.startSequence(0x31);
      for (const one of typeof value === 'string' || Buffer.isBuffer(value) ? [value] : value)
        writer.writeBuffer(typeof one === 'string' ? Buffer.from(one) : one, 4);
      writer.endSequence();
      writer.endSequence();
    }
    writer.endSequence();
  });

const kinds = ['add', 'delete', 'replace'] as const;

function readModifications(reader: BerReader): readonly Modification[] {
  reader.readSequence(operations.modifyRequest);
  reader.readString();
  reader.readSequence();
  const end = reader.offset + reader.length;
  const read: Omit<Modification, 'controls'>[] = [];
  while (reader.offset < end) {
    reader.readSequence();
    const operation = kinds[reader.readEnumeration() ?? 0] ?? 'add';
    reader.readSequence();
    const attribute = reader.readString() ?? '';
    reader.readSequence(0x31);
    read.push({ operation, attribute, value: reader.readString(4, true) ?? Buffer.alloc(0) });
  }
  const controls = readControls(reader);
  return read.map((one) => ({ ...one, controls }));
}

function readControls(reader: BerReader): readonly string[] {
  if (reader.peek() !== 0xa0) return [];
  reader.readSequence(0xa0);
  const end = reader.offset + reader.length;
  const names: string[] = [];
  while (reader.offset < end) {
    reader.readSequence();
    const name = reader.readString() ?? '';
    const isCritical = reader.readBoolean() === true;
    names.push(`${isCritical ? '!' : ''}${name} ${reader.readString(4, true)?.toString('hex')}`);
  }
  return names;
}
