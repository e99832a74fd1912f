// A domain of its own for one test file, with people that are made for each test.
import type { LookupFunction } from 'node:net';
import { inject } from 'vitest';
import type { AccountId } from '../../src/flows/ids.ts';
import {
  type ActiveDirectory,
  type ActiveDirectoryOptions,
  createActiveDirectory,
} from '../../src/ldap/active-directory.ts';
import { type Administrator, administrator, connection } from './administrator.ts';
import { host, type Samba, sambaMissing, startSamba } from './samba.ts';
import { firstPassword, people, type Service, serviceDn, servicePassword, userValues } from './seed.ts';

export const missing = sambaMissing();

export interface TestPerson {
  readonly dn: string;
  readonly account: AccountId;
  readonly sam: string;
}

export interface Domain {
  readonly samba: Samba;
  readonly admin: Administrator;
  /** What the product is given: one controller by its name, and the service account with exactly the documented rights. */
  options(change?: Partial<ActiveDirectoryOptions> & { readonly as?: Service }): ActiveDirectoryOptions;
  directory(change?: Partial<ActiveDirectoryOptions> & { readonly as?: Service }): ActiveDirectory;
  /** A new person; `name` is written into the DN as it is. */
  person(
    values?: Readonly<Record<string, string>>,
    place?: { readonly name?: string; readonly ou?: string },
  ): Promise<TestPerson>;
  /** Fails to sign in until the directory locks the account. */
  lockOut(person: TestPerson): Promise<void>;
  stop(): Promise<void>;
}

/** Leads each name to an address of this machine. */
export const lookupOf =
  (addresses: Readonly<Record<string, string>>): LookupFunction =>
  (name, _options, done) => {
    const address = addresses[name];
    if (address === undefined) done(Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }), []);
    else done(null, [{ address, family: 4 }]);
  };

let made = 0;

/** `number`: of the test file, so that two of them at once do not take the same address. */
export async function startDomain(number: number, name: 'its-name' | 'its-address' = 'its-name'): Promise<Domain> {
  const samba = await startSamba(inject('domainTemplate'), number, name === 'its-name' ? host : name);
  const admin = await administrator(samba);
  const options: Domain['options'] = ({ as = 'exact', ...change } = {}) => ({
    ...{ connection, urls: [`ldaps://${samba.host}`], baseDn: people, caFile: samba.caFile },
    ...{ bindDn: serviceDn(as), password: servicePassword, lookup: lookupOf({ [host]: samba.address }) },
    // The machine may be busy.
    ...{ connectTimeoutMs: 15_000, operationTimeoutMs: 15_000 },
    ...change,
  });
  return {
    ...{ samba, admin, options },
    directory: (change) => createActiveDirectory(options(change)),
    person: async (values = {}, { name, ou = people } = {}) => {
      made += 1;
      const sam = `p${made}`;
      await admin.add(`CN=${name ?? `Person ${made}`},${ou}`, { ...userValues(sam), ...values });
      const dn = await admin.dnOf(values['sAMAccountName'] ?? sam);
      return { dn, sam, account: await admin.account(dn) };
    },
    lockOut: async ({ dn }) => {
      for (let tries = 0; tries < 3; tries += 1) await admin.signIn(dn, 'Wrong-Password-1');
      if ((await admin.signIn(dn, firstPassword)) !== '775') throw new Error('the account is not locked');
    },
    stop: async () => {
      await admin.close();
      await samba.stop();
    },
  };
}
