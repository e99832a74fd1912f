// The administrator of the directory in tests: makes people and rules, and looks at what became of them, over LDAPS.
import { readFile } from 'node:fs/promises';
import { Attribute, type BerWriter, Change, Client, Control, EqualityFilter } from 'ldapts';
import { type AccountId, accountId } from '../../src/flows/ids.ts';
import { guidText } from '../../src/ldap/account-id.ts';
import { sidText } from '../../src/ldap/protected-accounts.ts';
import { adminName, adminPassword, baseDn, type Samba } from './samba.ts';

export const connection = 'CorpAD';

type Values = Readonly<Record<string, string | readonly string[] | Buffer>>;

export interface Administrator {
  /** Adds an object; returns its DN as the directory writes it. */
  add(dn: string, values: Values): Promise<void>;
  set(dn: string, values: Values): Promise<void>;
  addTo(dn: string, attribute: string, value: string): Promise<void>;
  removeFrom(dn: string, attribute: string, value: string): Promise<void>;
  remove(dn: string): Promise<void>;
  text(dn: string, attribute: string): Promise<string>;
  sid(dn: string): Promise<string>;
  account(dn: string): Promise<AccountId>;
  /** The DN of the person with this name for signing in. */
  dnOf(sam: string): Promise<string>;
  /** What the hourly process of Windows does with an administrator's account: only administrators may change it. */
  protect(dn: string): Promise<void>;
  /** `ok`, or the number by which the sign-in was refused, e.g. `775`. */
  signIn(dn: string, password: string): Promise<string>;
  close(): Promise<void>;
}

const quoted = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le');
export const passwordValue = quoted;

class SdFlags extends Control {
  constructor() {
    super('1.2.840.113556.1.4.801', { critical: true });
  }

  /** Only the list of rights: SEQUENCE { INTEGER 4 } */
  protected override writeControl(writer: BerWriter): void {
    writer.writeBuffer(Buffer.from([0x30, 3, 2, 1, 4]), 4);
  }
}

export async function administrator(controller: Pick<Samba, 'address' | 'caFile' | 'host'>): Promise<Administrator> {
  const ca = await readFile(controller.caFile);
  const named = controller.host === controller.address ? {} : { servername: controller.host };
  const create = () =>
    new Client({
      url: `ldaps://${controller.address}`,
      timeout: 20_000,
      connectTimeout: 20_000,
      tlsOptions: { ca, ...named },
      // A controller may be started anew in the middle of a test file.
      autoRebind: true,
    });
  const client = create();
  await client.bind(adminName, adminPassword);

  const attribute = (type: string, value: string | readonly string[] | Buffer): Attribute => {
    if (Buffer.isBuffer(value)) return new Attribute({ type, values: [value] });
    return new Attribute({ type, values: typeof value === 'string' ? [value] : [...value] });
  };
  const modify = (
    dn: string,
    operation: 'replace' | 'add' | 'delete',
    type: string,
    value: string | readonly string[] | Buffer,
  ) => client.modify(dn, new Change({ operation, modification: attribute(type, value) }));
  const read = async (dn: string, name: string): Promise<string | Buffer> => {
    const found = await client.search(dn, {
      ...{ scope: 'base', attributes: [name], explicitBufferAttributes: ['objectSid', 'objectGUID'] },
    });
    const value = found.searchEntries[0]?.[name];
    return typeof value === 'string' || Buffer.isBuffer(value) ? value : '';
  };
  const bytes = async (dn: string, name: string): Promise<Buffer> => {
    const value = await read(dn, name);
    if (!Buffer.isBuffer(value)) throw new Error(`${dn} has no ${name}`);
    return value;
  };

  return {
    add: (dn, values) =>
      client.add(
        dn,
        Object.entries(values).map(([type, value]) => attribute(type, value)),
      ),
    set: async (dn, values) => {
      for (const [type, value] of Object.entries(values)) await modify(dn, 'replace', type, value);
    },
    addTo: (dn, type, value) => modify(dn, 'add', type, value),
    removeFrom: (dn, type, value) => modify(dn, 'delete', type, value),
    remove: (dn) => client.del(dn),
    text: async (dn, name) => String(await read(dn, name)),
    sid: async (dn) => sidText(await bytes(dn, 'objectSid')) ?? '',
    account: async (dn) => accountId(`ad|${connection}|${guidText(await bytes(dn, 'objectGUID'))}`),
    dnOf: async (sam) => {
      const filter = new EqualityFilter({ attribute: 'sAMAccountName', value: sam });
      const found = await client.search(baseDn, { filter, attributes: ['cn'] });
      return found.searchEntries[0]?.dn ?? '';
    },
    protect: async (dn) => {
      const options = {
        scope: 'base',
        attributes: ['nTSecurityDescriptor'],
        explicitBufferAttributes: ['nTSecurityDescriptor'],
      } as const;
      const holder = await client.search(
        `CN=AdminSDHolder,CN=System,${baseDn}`,
        {
          ...options,
          attributes: [...options.attributes],
          explicitBufferAttributes: [...options.explicitBufferAttributes],
        },
        new SdFlags(),
      );
      const rights = holder.searchEntries[0]?.['nTSecurityDescriptor'];
      if (!Buffer.isBuffer(rights)) throw new Error('no AdminSDHolder');
      const closed = Buffer.from(rights);
      // SE_DACL_PROTECTED: nothing is inherited.
      closed.writeUInt16LE(closed.readUInt16LE(2) | 0x1000, 2);
      await client.modify(
        dn,
        new Change({ operation: 'replace', modification: attribute('nTSecurityDescriptor', closed) }),
        new SdFlags(),
      );
      await modify(dn, 'replace', 'adminCount', '1');
    },
    signIn: async (dn, password) => {
      const person = create();
      try {
        await person.bind(dn, password);
        return 'ok';
      } catch (error) {
        return /\bdata ([0-9a-f]+)/.exec(String(error))?.[1] ?? String(error);
      } finally {
        await person.unbind().catch(() => undefined);
      }
    },
    close: () => client.unbind().catch(() => undefined),
  };
}
