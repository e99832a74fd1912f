// A real domain controller for tests: Samba, on one loopback address. The directory is made once for a run (see template.ts),
// and each controller starts from a copy of it.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, lstat, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type CertificateWish, makeCertificate } from './certificates.ts';

const run = promisify(execFile);

export const realm = 'corp.example';
export const host = 'dc1.corp.example';
export const baseDn = 'DC=corp,DC=example';
export const adminName = `Administrator@${realm}`;
export const adminPassword = 'Boss-of-the-Tests-1';

const samba = '/usr/sbin/samba';

/** What is missing to run a domain controller here; undefined where nothing is. */
export function sambaMissing(): string | undefined {
  if (process.platform !== 'linux') return 'Samba as a domain controller is tried on Linux only';
  const files = [samba, '/usr/bin/samba-tool', '/usr/bin/openssl', '/usr/share/samba/setup/provision.ldif'];
  const lacking = files.filter((file) => !existsSync(file));
  if (lacking.length > 0) return `no domain controller: ${lacking.join(', ')} missing (Samba)`;
  return process.getuid?.() === 0 ? undefined : 'a domain controller needs root for its ports';
}

export interface Samba {
  /** The loopback address on whose port 636 it listens. */
  readonly address: string;
  /** The name in its certificate. */
  readonly host: string;
  readonly caFile: string;
  /** With `ca.pem`, `cert.pem` and `key.pem`. */
  readonly tlsFolder: string;
  /** Sets the time of the last change of a password; LDAP itself accepts only *never* and *now*. */
  datePassword(dn: string, at: Date): Promise<void>;
  /** Ends it at once, as a crash would. The directory stays. */
  kill(): Promise<void>;
  /** Starts again what was ended, with another certificate where one is wanted. */
  restart(certificate?: CertificateWish): Promise<void>;
  stop(): Promise<void>;
}

/** Makes an empty domain in `folder`. Takes 4 s on an idle machine. */
export async function provisionDomain(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'none.conf'), '[global]\n');
  const wishes = ['--server-role=dc', '--dns-backend=NONE', '--host-name=dc1', '--host-ip=127.0.0.1'];
  const names = [`--realm=${realm.toUpperCase()}`, '--domain=CORP', `--adminpass=${adminPassword}`];
  const where = ['-s', join(folder, 'none.conf'), `--targetdir=${folder}`];
  await run('samba-tool', ['domain', 'provision', ...where, ...names, ...wishes], { timeout: 170_000 });
}

/** Adds rights, in the notation of SDDL, to an object of a domain whose controller does not run. */
export async function grant(folder: string, dn: string, sddl: string): Promise<void> {
  const database = ['-H', join(folder, 'private/sam.ldb'), '-s', join(folder, 'smb.conf')];
  await run('samba-tool', ['dsacl', 'set', `--objectdn=${dn}`, `--sddl=${sddl}`, ...database], { timeout: 60_000 });
}

/**
 * A loopback address on which nobody listens. Samba's ports are fixed, so each controller has an address of its own: by the
 * number of its test file, and by the run, since two runs may share a machine.
 */
export async function freeAddress(number: number): Promise<string> {
  for (let turn = 0; turn < 64; turn += 1) {
    const address = `127.${64 + ((process.ppid + turn) % 64)}.${number}.1`;
    if (!(await listens(address))) return address;
  }
  throw new Error('no free address');
}

/** Starts a controller on a copy of `template`. `its-address`: the certificate is for its address, for whoever cannot resolve names. */
export async function startSamba(
  template: string,
  number: number,
  name: string | 'its-address' = host,
): Promise<Samba> {
  const address = await freeAddress(number);
  const folder = await mkdtemp(join(tmpdir(), 'dc-'));
  // Not its sockets.
  const isKept = async (path: string) => !(await lstat(path)).isSocket();
  await cp(template, folder, { recursive: true, filter: isKept });
  return startIn(
    folder,
    address,
    () => rm(folder, { recursive: true, force: true }),
    name === 'its-address' ? address : name,
  );
}

export async function startIn(
  folder: string,
  address: string,
  cleanUp: () => Promise<void>,
  name = host,
): Promise<Samba> {
  await writeFile(join(folder, 'smb.conf'), settings(folder, address));
  await Promise.all(['tls', 'run', 'log'].map((name) => mkdir(join(folder, name), { recursive: true })));
  let controller = await launch(folder, address, { host: name });
  return {
    address,
    host: name,
    caFile: join(folder, 'tls/ca.pem'),
    tlsFolder: join(folder, 'tls'),
    datePassword: (dn, at) => datePassword(folder, dn, at),
    kill: () => controller.end('SIGKILL'),
    restart: async (certificate) => {
      await controller.end('SIGTERM');
      controller = await launch(
        folder,
        address,
        certificate === undefined ? undefined : { host: name, ...certificate },
      );
    },
    stop: async () => {
      await controller.end('SIGTERM');
      await cleanUp();
    },
  };
}

/**
 * LDAP only, and on this address only. By default Samba takes a replaced password for another hour, which would hide whether
 * the new one counts.
 */
const settings = (folder: string, address: string): string => `[global]
netbios name = DC1
realm = ${realm.toUpperCase()}
workgroup = CORP
server role = active directory domain controller
server services = ldap
interfaces = ${address}/8
bind interfaces only = yes
disable netbios = yes
old password allowed period = 0
private dir = ${folder}/private
state directory = ${folder}/state
cache directory = ${folder}/cache
lock directory = ${folder}
pid directory = ${folder}/run
ncalrpc dir = ${folder}/run/nc
winbindd socket directory = ${folder}/run/wb
ntp signd socket directory = ${folder}/run/ntp
panic action =
tls enabled = yes
tls keyfile = ${folder}/tls/key.pem
tls certfile = ${folder}/tls/cert.pem
tls cafile = ${folder}/tls/ca.pem
`;

interface Launched {
  end(signal: NodeJS.Signals): Promise<void>;
}

async function launch(folder: string, address: string, certificate: CertificateWish | undefined): Promise<Launched> {
  if (certificate !== undefined) await makeCertificate(join(folder, 'tls'), certificate);
  const output = await open(join(folder, 'log/out'), 'a');
  // With `-i` it ends when the pipe of its input closes: also when this process dies.
  const args = ['-i', '--no-process-group', '-M', 'single', '-s', join(folder, 'smb.conf')];
  const child = spawn(samba, args, { stdio: ['pipe', output.fd, output.fd] });
  await output.close();
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      hasEnded = true;
      resolve();
    });
  });
  for (let tries = 0; !(await listens(address)); tries += 1) {
    if (hasEnded || tries > 600)
      throw new Error(`Samba does not answer: ${await readFile(join(folder, 'log/out'), 'utf8')}`);
    await pause(50);
  }
  return {
    end: async (signal) => {
      if (!hasEnded) child.kill(signal);
      await ended;
    },
  };
}

const listens = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: address, port: 636 });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Below the rules of the schema, in the partition's own database: DN, seconds since 1970. */
const dating = `
import ldb, sys
folder, dn, seconds = sys.argv[1:]
store = ldb.Ldb(folder + '/private/sam.ldb.d/DC=CORP,DC=EXAMPLE.ldb')
change = ldb.Message(ldb.Dn(store, dn))
ticks = str((int(seconds) + 11644473600) * 10000000)
change['pwdLastSet'] = ldb.MessageElement(ticks, ldb.FLAG_MOD_REPLACE, 'pwdLastSet')
store.modify(change)
`;

async function datePassword(folder: string, dn: string, at: Date): Promise<void> {
  const seconds = String(Math.floor(at.getTime() / 1000));
  await run('/usr/bin/python3', ['-c', dating, folder, dn, seconds]);
}
