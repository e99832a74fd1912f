// What the operator's doctor looks at in PostgreSQL: that it can be reached, encrypted and written, and has room for our connections.
// Nothing is changed: the one write is taken back.
import pg from 'pg';
import type { Finding } from '../../doctor/check.ts';
import { type Instant, instant } from '../../flows/ids.ts';
import { backupFinding, copyAge, found, stepsFinding } from '../diagnosis-parts.ts';
import { knownSteps } from '../migrations/migrations.ts';
import { maxConnections, openPostgres } from './dialect.ts';

export async function postgresFindings(url: string, now: Instant): Promise<readonly Finding[]> {
  const pool = openPostgres(url);
  try {
    const client = await pool.connect();
    try {
      return [
        found('connection', 'ok', 'PostgreSQL answers.'),
        ...(await serverFindings(client, url)),
        await writeFinding(client),
        stepsFinding(await appliedSteps(client), knownSteps('postgres')),
        await copyFinding(client, now),
      ];
    } finally {
      client.release(true);
    }
  } catch (error) {
    return [notConnected(error)];
  } finally {
    await pool.end();
  }
}

/** SQLSTATE, and the codes of the network. */
const remedies: ReadonlyMap<string, string> = new Map([
  ['28P01', 'The user or password in DATABASE_URL is wrong.'],
  ['28000', 'The server does not let this user in from this machine: look at pg_hba.conf.'],
  ['3D000', 'Create the database that DATABASE_URL names.'],
  ['53300', 'All connections of the server are taken: raise max_connections, or end what holds them.'],
  ['57P03', 'The server is starting or stopping: try again.'],
  ['ECONNREFUSED', 'Nobody listens there: start PostgreSQL, or correct host and port in DATABASE_URL.'],
  ['ENOTFOUND', 'Correct the host in DATABASE_URL.'],
  ['ENOENT', 'There is no socket in this folder: start PostgreSQL, or correct DATABASE_URL.'],
]);

function notConnected(error: unknown): Finding {
  const { code } = Object(error);
  const cause = typeof code === 'string' && /^[A-Z0-9_]{2,50}$/.test(code) ? code : 'no answer in time';
  const certificate = 'Give sslrootcert=FILE in DATABASE_URL, and name the host as the certificate does.';
  const isCertificate = /CERT|SIGNED|SIGNATURE/.test(cause);
  const remedy =
    remedies.get(cause) ?? (isCertificate ? certificate : 'Look at the log of PostgreSQL, and at the network.');
  return found('connection', 'failed', `PostgreSQL cannot be used (${cause}).`, remedy);
}

interface Server {
  readonly version: number;
  readonly is_encrypted: boolean | null;
  /** The server's bound, that of the user and that of the database; null: there is none. Whoever is superuser has the first alone. */
  readonly most: number;
  readonly used: number;
  readonly user_most: number | null;
  readonly user_used: number;
  readonly database_most: number | null;
  readonly database_used: number;
}

/** Of other users a plain user sees neither the kind nor the state, so whoever has a name counts. */
const readServer = `with clients as (select usename, datname from pg_stat_activity
    where usename is not null and datname is not null and coalesce(backend_type, 'client backend') = 'client backend'),
  bounds as (select rolsuper as is_free, rolconnlimit, datconnlimit from pg_roles, pg_database
    where rolname = current_user and datname = current_database())
select current_setting('server_version_num')::int as version,
  (select ssl from pg_stat_ssl where pid = pg_backend_pid()) as is_encrypted,
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int as most,
  (select count(*)::int from clients) as used,
  (select case when is_free or rolconnlimit < 0 then null else rolconnlimit end from bounds) as user_most,
  (select count(*)::int from clients where usename = current_user) as user_used,
  (select case when is_free or datconnlimit < 0 then null else datconnlimit end from bounds) as database_most,
  (select count(*)::int from clients where datname = current_database()) as database_used`;

/** 13 had its last release in November 2025. */
const oldestMaintained = 14;

async function serverFindings(client: pg.PoolClient, url: string): Promise<readonly Finding[]> {
  const { rows } = await client.query<Server>(readServer);
  const [server] = rows;
  if (server === undefined) return [];
  return [versionFinding(server), tlsFinding(server, url), roomFinding(server)];
}

function versionFinding({ version }: Server): Finding {
  const major = Math.floor(version / 10_000);
  if (major >= oldestMaintained) return found('version', 'ok', `PostgreSQL ${major}.`);
  return found('version', 'warning', `PostgreSQL ${major} gets no more security fixes.`, 'Upgrade it.');
}

function tlsFinding({ is_encrypted }: Server, url: string): Finding {
  if (is_encrypted === true) return found('tls', 'ok', 'The connection is encrypted.');
  if (isOfThisMachine(url)) return found('tls', 'ok', 'The connection does not leave this machine.');
  return found(
    'tls',
    'failed',
    'The connection to the database is not encrypted.',
    'Write ?sslmode=verify-full behind DATABASE_URL, and turn TLS on in PostgreSQL.',
  );
}

/** Settings that lead elsewhere without TLS are refused before; this only words the finding. */
function isOfThisMachine(url: string): boolean {
  const { hostname, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? decodeURIComponent(hostname);
  return host.startsWith('/') || /^(?:localhost|127\.|\[?::1)/.test(host);
}

/** Ours, and one that holds the lock of the instance. */
const neededConnections = maxConnections + 1;

/** Of the three bounds, the one with the least room. */
function roomFinding(server: Server): Finding {
  const bounds = [
    { whose: 'the server', most: server.most, used: server.used, remedy: 'Raise max_connections' },
    { whose: 'this user', most: server.user_most, used: server.user_used, remedy: 'Raise its CONNECTION LIMIT' },
    {
      whose: 'this database',
      most: server.database_most,
      used: server.database_used,
      remedy: 'Raise its CONNECTION LIMIT',
    },
  ].flatMap(({ most, ...bound }) => (most === null ? [] : [{ ...bound, most, left: Math.max(0, most - bound.used) }]));
  const [least] = bounds.toSorted((one, other) => one.left - other.left);
  if (least === undefined)
    return found('connections', 'skipped', 'PostgreSQL does not say how many connections it has.');
  const what = `${least.left} of ${least.most} connections of ${least.whose} are free; an instance of Latchkey takes up to ${neededConnections}.`;
  if (least.left >= neededConnections) return found('connections', 'ok', what);
  return found('connections', 'warning', what, `${least.remedy}, or end what holds them.`);
}

async function writeFinding(client: pg.PoolClient): Promise<Finding> {
  try {
    await client.query('begin');
    await client.query('create table latchkey_doctor (was integer)');
    return found('write', 'ok', 'The database can be written, and tables can be made.');
  } catch (error) {
    const code = error instanceof pg.DatabaseError ? error.code : undefined;
    const [what, remedy] = notWritten[code ?? ''] ?? ['cannot be written', 'Look at the log of PostgreSQL.'];
    return found('write', 'failed', `The database ${what} (${code ?? 'no code'}).`, remedy);
  } finally {
    await client.query('rollback').catch(() => undefined);
  }
}

const notWritten: Readonly<Record<string, readonly [string, string]>> = {
  '42501': [
    'lets this user make no tables',
    'Grant it: `grant create, usage on schema public to USER`, or let the user own the database.',
  ],
  '25006': ['is read-only', 'Name the primary server in DATABASE_URL, not a replica.'],
  '3F000': ['has no schema for this user', 'Create it, or set the search_path of the user.'],
  '53100': ['is on a full disk', 'Make room.'],
};

async function appliedSteps(client: pg.PoolClient): Promise<readonly string[] | undefined> {
  const { rows: known } = await client.query<{ there: boolean }>(
    "select to_regclass('kysely_migration') is not null as there",
  );
  if (known[0]?.there !== true) return undefined;
  const { rows } = await client.query<{ name: string }>('select name from kysely_migration');
  return rows.map(({ name }) => name);
}

/** `latchkey backup` notes its copies. Those of other tools, like a provider's snapshots, are noted nowhere. */
async function copyFinding(client: pg.PoolClient, now: Instant): Promise<Finding> {
  const { rows: known } = await client.query<{ there: boolean }>("select to_regclass('backups') is not null as there");
  const { rows } =
    known[0]?.there === true
      ? await client.query<{ at: string | null }>('select max(at)::text as at from backups')
      : { rows: [] };
  const at = rows[0]?.at ?? undefined;
  const others = 'Whether copies are made by other tools cannot be seen.';
  if (at === undefined) return found('backup', 'skipped', `No copy by \`latchkey backup\` is known. ${others}`);
  const last = instant(Number(at));
  const { isOld, text } = copyAge(last, now);
  // One copy by our command, e.g. before an upgrade, does not say that the others are made by it.
  if (isOld) return found('backup', 'skipped', `The last copy by \`latchkey backup\` is ${text} old. ${others}`);
  return backupFinding(last, now);
}
