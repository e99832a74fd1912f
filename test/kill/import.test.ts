// The import of contacts from a file, as a real process that is killed and run again.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Auth0Server, startAuth0 } from '../../playground/auth0/server.ts';
import { application } from '../auth0/tenant.ts';
import type { Aim } from './stopwatch.ts';

const script = fileURLToPath(new URL('../../src/cli/cli.ts', import.meta.url));
const stopwatch = fileURLToPath(new URL('./stopwatch.ts', import.meta.url));
const mike = 'auth0|65a000000000000000000002';
const ada = 'auth0|65a000000000000000000003';
const addresses = { mike: 'mike@home.example.net', phone: '+4915123456789', ada: 'ada@home.example.net' };
/** More than the operations of one undisturbed run. */
const runsAtMost = 40;

let folder = '';
let tenant: Auth0Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-import-kill-'));
  await writeFile(join(folder, 'policy.yaml'), 'connections: [CorpUsers]\n');
  await writeFile(
    join(folder, 'people.csv'),
    `account,email,phone\nmike@acme.test,${addresses.mike},${addresses.phone}\nada@acme.test,${addresses.ada},\n`,
  );
  tenant = await startAuth0(application);
  tenant.control.addUser({ userId: mike, connection: 'CorpUsers', email: 'mike@acme.test', emailVerified: true });
  tenant.control.addUser({ userId: ada, connection: 'CorpUsers', email: 'ada@acme.test', emailVerified: true });
});
afterAll(async () => {
  await tenant.close();
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  readonly code: number | null;
  /** Where it was killed. */
  readonly death: string | undefined;
  readonly written: string;
}

async function imports(aim: Aim): Promise<Run> {
  const child = spawn(process.execPath, [script, 'contacts', 'import', 'people.csv', '--apply'], {
    cwd: folder,
    env: {
      AUTH0_DOMAIN: application.domain,
      AUTH0_CLIENT_ID: application.clientId,
      AUTH0_CLIENT_SECRET: application.clientSecret,
      AUTH0_BASE_URL: tenant.url,
      NODE_ENV: 'development',
      NODE_OPTIONS: `--import=${stopwatch}`,
      KILL_TEST_AIM: JSON.stringify(aim),
      KILL_TEST_HASTE: '10',
    },
  });
  let written = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      written += chunk;
    });
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, death: /^killed (.*)$/m.exec(written)?.[1], written };
}

/** Notes of contacts that are linked, and what is linked without a note. */
function linkedTo(account: string) {
  const { contacts, appMetadata } = tenant.control.user(account);
  const record = JSON.stringify(appMetadata);
  const refs = contacts.map(({ provider, userId }) => `${provider}|${userId}`);
  return {
    addresses: contacts.map(({ address }) => address).toSorted(),
    unrecorded: refs.filter((ref) => !record.includes(`"${ref}":{"since":`)),
  };
}

describe('an import of contacts that is killed after each of its operations', () => {
  it('and run again has linked every contact once, with a record of since when', { timeout: 240_000 }, async () => {
    const deaths: string[] = [];
    let last: Run | undefined;
    for (let nth = 1; nth <= runsAtMost; nth += 1) {
      last = await imports({ nth, when: 'after' });
      for (const account of [mike, ada]) expect(linkedTo(account).unrecorded, last.death).toEqual([]);
      if (last.death === undefined) break;
      deaths.push(last.death);
    }
    expect(last?.code, last?.written).toBe(0);
    for (const act of ['POST /api/v2/users', 'PATCH', 'identities']) expect(deaths.join('\n')).toContain(act);
    expect(linkedTo(mike).addresses).toEqual([addresses.phone, addresses.mike].toSorted());
    expect(linkedTo(ada).addresses).toEqual([addresses.ada]);
    const loose = tenant.control.users().filter(({ userId }) => /^(?:email|sms)\|/.test(userId));
    expect(loose).toEqual([]);
    for (const address of Object.values(addresses)) expect(last?.written).not.toContain(address);
  });
});
