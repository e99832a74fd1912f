// Copies a PostgreSQL database with PostgreSQL's own programs, which read one moment and hold up nobody. Only Latchkey's tables: others
// may stand beside them.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { copyMark } from '../migrations/copy-mark.ts';
import { tableNames } from '../tables.ts';

const run = promisify(execFile);

/** The whole schema of a company is far below. */
const maxBuffer = 64 * 1024 * 1024;

/** A process's arguments can be read by everybody on the machine, so the password travels in the environment. */
function reached(url: string): { readonly dbname: string; readonly env: NodeJS.ProcessEnv } {
  const address = new URL(url);
  const { password } = address;
  address.password = '';
  const env = password === '' ? process.env : { ...process.env, PGPASSWORD: decodeURIComponent(password) };
  return { dbname: address.href, env };
}

async function program(name: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  try {
    return (await run(name, [...args], { env, maxBuffer })).stdout;
  } catch (error) {
    const { code, stderr } = Object(error);
    if (code === 'ENOENT')
      throw new Error(
        `${name} is not on the PATH of this machine. Install PostgreSQL's client programs of the server's version, or of a newer one`,
      );
    const says = String(stderr ?? '')
      .trim()
      .split('\n')
      .slice(0, 3)
      .join(' ');
    throw new Error(`${name} failed: ${says === '' ? `code ${String(code)}` : says}`);
  }
}

/** `to`: an empty file. Throws with one sentence. */
export async function copyPostgres(url: string, to: string): Promise<void> {
  const { dbname, env } = reached(url);
  const tables = tableNames.map((name) => `--table=${name}`);
  const whole = ['--format=custom', '--no-owner', '--no-privileges', `--file=${to}`, `--dbname=${dbname}`];
  await program('pg_dump', [...whole, ...tables], env);
  if ((await stepsInDump(to)).length === 0)
    throw new Error('this is no database of Latchkey, or an empty one: there is nothing to copy');
}

/** The steps of the migration that a copy has seen. */
export async function stepsInDump(file: string): Promise<readonly string[]> {
  const text = await program('pg_restore', ['--data-only', '--table=kysely_migration', '--file=-', file], process.env);
  return [...text.matchAll(/^(\d{4}-[a-z0-9-]+)\t/gm)].map(([, name = '']) => name);
}

const guard = `do $$ begin
  if exists (select 1 from pg_stat_activity where datname = current_database() and application_name like 'latchkey%'
    and pid <> pg_backend_pid())
  then raise exception 'a server works on this database'; end if;
end $$;
`;

/**
 * Puts a copy in the place of all tables, in one transaction, with the mark that keeps servers off it. Refuses while one is running.
 */
export async function restorePostgres(url: string, file: string): Promise<void> {
  const { dbname, env } = reached(url);
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-restore-'));
  const script = (name: string) => join(folder, name);
  try {
    const drops = tableNames.map((name) => `drop table if exists public.${name} cascade;`);
    writeFileSync(script('before.sql'), `${guard}${drops.join('\n')}\n`, { mode: 0o600 });
    writeFileSync(script('copy.sql'), '', { mode: 0o600 });
    await program('pg_restore', ['--no-owner', '--no-privileges', `--file=${script('copy.sql')}`, file], process.env);
    const mark = `insert into public.kysely_migration (name, timestamp) values ('${copyMark}', '') on conflict do nothing;\n`;
    writeFileSync(script('after.sql'), mark, { mode: 0o600 });
    const files = ['before.sql', 'copy.sql', 'after.sql'].map((name) => `--file=${script(name)}`);
    const options = ['--no-psqlrc', '--quiet', '--set=ON_ERROR_STOP=1', '--single-transaction', `--dbname=${dbname}`];
    await program('psql', [...options, ...files], env);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
