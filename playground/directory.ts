// The world of a company whose people live in Active Directory: a real domain controller on loopback, where Samba is installed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { administrator } from '../test/ldap/administrator.ts';
import { freeAddress, grant, provisionDomain, sambaMissing, startIn } from '../test/ldap/samba.ts';
import { people, seedDomain, serviceDn, servicePassword, serviceRights, userValues } from '../test/ldap/seed.ts';

export interface PlaygroundDirectory {
  /** The part of the policy that names it. */
  readonly policy: string;
  /** Of its service account. */
  readonly password: string;
  /** The id at Auth0 of the one person in it. */
  readonly account: string;
  /** Signs in with a wrong password until the directory locks the account. */
  lockOut(): Promise<void>;
  /** What the directory says to this password: undefined where it lets the person in. */
  refusal(password: string): Promise<'wrong-password' | 'locked' | undefined>;
  stop(): Promise<void>;
}

/** Of the person's account in the directory. */
export const passwordInDirectory = 'Amber-Harbor-63';
const failuresUntilLock = 3;

/** Takes ten seconds or more: the domain is made anew. Throws where Samba is not installed. */
export async function startDirectory(): Promise<PlaygroundDirectory> {
  const missing = sambaMissing();
  if (missing !== undefined) throw new Error(`this world needs Samba (${missing}). The usual one: npm run playground`);
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-domain-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await provisionDomain(folder);
    const address = await freeAddress(9);
    const empty = await startIn(folder, address, async () => undefined, address);
    const first = await administrator(empty);
    const sids = await seedDomain(first).finally(() => first.close());
    await empty.stop();
    for (const { dn, sddl } of serviceRights(sids)) await grant(folder, dn, sddl);
    const controller = await startIn(folder, address, remove, address);
    const admin = await administrator(controller);
    const dn = `CN=Omar Haddad,${people}`;
    await admin.add(dn, userValues('ohaddad', { password: passwordInDirectory }));
    return {
      policy: `directories:
  - connection: CorpAD
    urls: ["ldaps://${address}"]
    baseDn: "${people}"
    bindDn: "${serviceDn('exact')}"
    caFile: "${controller.caFile}"
`,
      password: servicePassword,
      account: await admin.account(dn),
      lockOut: async () => {
        for (let tries = 0; tries < failuresUntilLock; tries += 1) await admin.signIn(dn, 'not their password');
      },
      refusal: async (password) => {
        const said = await admin.signIn(dn, password);
        return said === 'ok' ? undefined : said === '775' ? 'locked' : 'wrong-password';
      },
      stop: async () => {
        await admin.close();
        await controller.stop();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
