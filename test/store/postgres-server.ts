// A private PostgreSQL for tests: TEST_DATABASE_URL, or a temporary server on a unix socket where the binaries are
// installed.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

export interface PostgresServer {
  /** Creates an empty database; returns its URL. */
  database(): Promise<string>;
  stop(): Promise<void>;
}

/** The installation folders of Debian and its relatives, Homebrew and the official images. */
const places = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt'];

function binaries(): string | undefined {
  const candidates = places.filter(existsSync).flatMap((place) =>
    readdirSync(place)
      .toSorted()
      .toReversed()
      .map((name) => join(place, name, 'bin')),
  );
  return [...candidates, '/usr/local/bin', '/usr/bin'].find((folder) => existsSync(join(folder, 'initdb')));
}

/** What is missing to run the tests on PostgreSQL; undefined where nothing is. */
export function postgresMissing(): string | undefined {
  return process.env['TEST_DATABASE_URL'] === undefined ? privatePostgresMissing() : undefined;
}

/** The same for tests that need a server with settings of their own. */
export function privatePostgresMissing(): string | undefined {
  if (binaries() === undefined) return 'PostgreSQL is not installed';
  const isRunnable = process.getuid?.() !== 0 || readFileSync('/etc/passwd', 'utf8').includes('\npostgres:');
  return isRunnable ? undefined : 'PostgreSQL does not run as root, and there is no user postgres';
}

export async function startPostgres(): Promise<PostgresServer> {
  const given = process.env['TEST_DATABASE_URL'];
  return given === undefined
    ? startPrivatePostgres()
    : { database: () => createDatabase(given), stop: async () => undefined };
}

/** `settings`: as they stand behind `-c`, over the usual ones. */
export async function startPrivatePostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const bin = binaries();
  if (bin === undefined) throw new Error('PostgreSQL is not installed');
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-pg-'));
  const owner = await ownerOf(folder);
  const data = join(folder, 'data');
  const control = (command: string) => run('sh', ['-c', owner(`${bin}/${command}`)]);
  await control(`initdb -D ${data} -U latchkey --auth=trust --no-sync --encoding=UTF8 --locale=C`);
  // No data has to survive, so no write waits for the disk. The server can be reached only through this folder.
  const usual = ['fsync=off', 'listen_addresses=', `unix_socket_directories=${folder}`, 'max_connections=200'];
  const options = [...usual, ...settings].map((each) => `-c ${each}`).join(' ');
  await control(`pg_ctl -D ${data} -w -l ${folder}/server.txt -o "${options}" start`);
  const url = `postgres://latchkey@localhost/postgres?host=${encodeURIComponent(folder)}`;
  return {
    database: () => createDatabase(url),
    stop: async () => {
      await control(`pg_ctl -D ${data} -w -m immediate stop`);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The server refuses to run as root; then it runs as the user that its package created. */
async function ownerOf(folder: string): Promise<(command: string) => string> {
  if (process.getuid?.() !== 0) return (command) => command;
  const { stdout } = await run('id', ['-u', 'postgres']);
  await chown(folder, Number(stdout), -1);
  return (command) => `cd ${folder} && su postgres -c '${command}'`;
}

async function createDatabase(url: string): Promise<string> {
  const name = `latchkey_test_${process.pid}_${Math.random().toString(36).slice(2)}`;
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`create database ${name}`);
  } finally {
    await client.end();
  }
  const made = new URL(url);
  made.pathname = `/${name}`;
  return made.href;
}
