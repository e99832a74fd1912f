// What the operator's doctor says about the database: one planted fault a case, and the remedy that it names.
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../playground/free-port.ts';
import type { Finding } from '../../src/doctor/check.ts';
import { instant } from '../../src/flows/ids.ts';
import { lastBackup, noteBackup } from '../../src/store/backups.ts';
import { connect } from '../../src/store/connection.ts';
import { createDatabaseChecks, type DatabaseDiagnosis } from '../../src/store/diagnosis.ts';
import { latestPlace } from '../../src/store/latest-place.ts';
import { migrate } from '../../src/store/migrations/migrations.ts';
import { stopwatch } from '../cpu-time.ts';
import { titled } from '../skipped-reporter.ts';
import {
  type PostgresServer,
  postgresMissing,
  privatePostgresMissing,
  startPostgres,
  startPrivatePostgres,
} from './postgres-server.ts';

const now = Date.parse('2026-03-02T10:43:00Z');
const hourMs = 3_600_000;

async function findingsOf(url: string, more: Partial<DatabaseDiagnosis> = {}): Promise<ReadonlyMap<string, Finding>> {
  const checks = createDatabaseChecks({ url, clock: { now: () => instant(now) }, ...more });
  const all = (await Promise.all(checks.map((check) => check.run()))).flat();
  for (const one of all)
    if (one.state === 'failed' || one.state === 'warning') expect(one.remedy?.length).toBeGreaterThan(6);
  return new Map(all.map((one) => [one.check, one]));
}

const states = (found: ReadonlyMap<string, Finding>) =>
  Object.fromEntries([...found].map(([check, { state }]) => [check, state]));

async function backUp(url: string, at: number, file = '/backups/one.db'): Promise<void> {
  const { db } = connect(url);
  await noteBackup(db, instant(at), file);
  await db.destroy();
}

describe('the doctor at a SQLite file', () => {
  let folder = '';
  let path = '';
  const local = async () => ({ type: 0xef53, bavail: 1_000_000, bsize: 4_096 });
  const look = (more: Partial<DatabaseDiagnosis> = {}) => findingsOf(`sqlite:${path}`, { statfs: local, ...more });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-doctor-'));
    path = join(folder, 'latchkey.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('finds nothing wrong with one that is up to date and was copied yesterday', async () => {
    await migrate(`sqlite:${path}`);
    await backUp(`sqlite:${path}`, now - 24 * hourMs);
    expect(states(await look())).toEqual({
      'database.disk': 'ok',
      'database.space': 'ok',
      'database.file-mode': 'ok',
      'database.journal': 'ok',
      'database.write': 'ok',
      'database.migrations': 'ok',
      'database.backup': 'ok',
    });
  });

  it('leaves nothing beside it when it is asked where people were met', async () => {
    await migrate(`sqlite:${path}`);
    const database = new DatabaseSync(path);
    database.exec("insert into whereabouts (actor, platform, place, at) values ('a', 'teams', 'there', 1)");
    database.close();
    const before = readdirSync(folder);
    expect(await latestPlace(`sqlite:${path}`, 'teams')).toBe('there');
    expect(readdirSync(folder)).toEqual(before);
    expect(await latestPlace(`sqlite:${path}.none`, 'teams')).toBeUndefined();
    expect(readdirSync(folder)).toEqual(before);
  });

  it('takes its one write back, and makes no file that is not there', async () => {
    expect((await look()).get('database.write')?.state).toBe('skipped');
    expect(existsSync(path)).toBe(false);
    await migrate(`sqlite:${path}`);
    await look();
    const database = new DatabaseSync(path);
    expect(database.prepare("select name from sqlite_master where name = 'latchkey_doctor'").all()).toEqual([]);
    database.close();
  });

  it('looks at the disk of a folder that is still to be made', async () => {
    const seen: string[] = [];
    const statfs = async (where: string) => {
      seen.push(where);
      return local();
    };
    await findingsOf(`sqlite:${folder}/data/of/latchkey.db`, { statfs });
    expect(seen).toEqual([folder]);
  });

  it.skipIf(process.platform !== 'linux').each([
    ['NFS', 0x6969, 'failed', 'local disk'],
    ['SMB', 0x517b, 'failed', 'local disk'],
    ['CIFS', -11_317_950, 'failed', 'local disk'],
    ['CIFS', 0xff534d42, 'failed', 'local disk'],
    ['SMB', 0xfe534d42, 'failed', 'local disk'],
    ['9P', 0x01021997, 'failed', 'local disk'],
    ['Ceph', 0x00c36400, 'failed', 'PostgreSQL'],
    ['FUSE', 0x65735546, 'warning', 'no network share'],
    ['tmpfs', 0x01021994, 'warning', 'disk'],
    ['overlay', 0x794c7630, 'warning', 'Mount a volume'],
  ])('knows %s (%i)', async (name, type, state, remedy) => {
    const found = (await look({ statfs: async () => ({ ...(await local()), type }) })).get('database.disk');
    expect(found).toMatchObject({ state, remedy: expect.stringContaining(remedy) });
    expect(found?.what).toContain(`(${name})`);
  });

  it('warns of a disk that is filling up, and fails a full one', async () => {
    const free = (bavail: number) => ({ statfs: async () => ({ ...(await local()), bavail }) });
    expect((await look(free(100_000))).get('database.space')).toMatchObject({ state: 'warning' });
    expect((await look(free(1_000))).get('database.space')).toMatchObject({
      state: 'failed',
      remedy: expect.stringContaining('Make room'),
    });
  });

  it('warns of a file that others can read', async () => {
    await migrate(`sqlite:${path}`);
    chmodSync(path, 0o644);
    expect((await look()).get('database.file-mode')).toMatchObject({
      state: 'warning',
      remedy: expect.stringContaining(`chmod 600 ${path}`),
    });
  });

  it('warns of a file without a write-ahead log', async () => {
    await migrate(`sqlite:${path}`);
    const database = new DatabaseSync(path);
    database.exec('pragma journal_mode = delete');
    database.close();
    expect((await look()).get('database.journal')).toMatchObject({ state: 'warning' });
  });

  it('fails a file that cannot be written', async () => {
    await migrate(`sqlite:${path}`);
    const open = (file: string) => new DatabaseSync(file, { readOnly: true });
    expect((await look({ open })).get('database.write')).toMatchObject({
      state: 'failed',
      what: expect.stringContaining('read-only'),
      remedy: expect.stringContaining('own the file'),
    });
  });

  it('fails a file that another process holds', async () => {
    await migrate(`sqlite:${path}`);
    const holder = new DatabaseSync(path);
    holder.exec('begin immediate');
    const open = (file: string) => new DatabaseSync(file, { timeout: 1 });
    expect((await look({ open })).get('database.write')).toMatchObject({
      state: 'failed',
      what: expect.stringContaining('locked'),
    });
    holder.close();
  });

  it('does not wait within the server for a transaction of its own, which could not end meanwhile', async () => {
    await migrate(`sqlite:${path}`);
    const writing = new DatabaseSync(path);
    writing.exec('begin immediate');
    const passedMs = stopwatch();
    expect((await look({ isBesideServer: false })).get('database.write')?.state).toBe('skipped');
    expect(passedMs()).toBeLessThan(1_500);
    writing.close();
    expect((await look({ isBesideServer: false })).get('database.write')?.state).toBe('ok');
  });

  it('fails a file that is no database', async () => {
    writeFileSync(path, 'no database at all, but long enough to be read as the header of a file of SQLite '.repeat(20));
    expect((await look()).get('database.write')).toMatchObject({
      state: 'failed',
      what: expect.stringContaining('is no database'),
      remedy: expect.stringContaining('DATABASE_URL'),
    });
  });

  it('warns of a database that is behind, and fails one that is ahead', async () => {
    await migrate(`sqlite:${path}`);
    const database = new DatabaseSync(path);
    database.exec("delete from kysely_migration where name = '0014-backups'");
    expect((await look()).get('database.migrations')).toMatchObject({
      state: 'warning',
      what: expect.stringContaining('behind this release: 0014-backups'),
      remedy: expect.stringContaining('latchkey migrate'),
    });
    database.exec("insert into kysely_migration (name, timestamp) values ('0999-later', '2030')");
    database.close();
    expect((await look()).get('database.migrations')).toMatchObject({
      state: 'failed',
      what: expect.stringContaining('0999-later'),
      remedy: expect.stringContaining('newer release'),
    });
  });

  it('warns where there is no copy, or only one of two days ago', async () => {
    await migrate(`sqlite:${path}`);
    const remedy = expect.stringContaining('latchkey backup');
    expect((await look()).get('database.backup')).toMatchObject({ state: 'warning', remedy });
    await backUp(`sqlite:${path}`, now - 48 * hourMs);
    expect((await look()).get('database.backup')).toMatchObject({
      state: 'warning',
      what: expect.stringContaining('2 days'),
    });
    await backUp(`sqlite:${path}`, now - 47 * hourMs);
    expect((await look()).get('database.backup')).toMatchObject({
      state: 'ok',
      what: expect.stringContaining('47 hours'),
    });
  });

  it('remembers the latest copies, whatever their order, and the same moment once', async () => {
    await migrate(`sqlite:${path}`);
    const { db } = connect(`sqlite:${path}`);
    expect(await lastBackup(db)).toBeUndefined();
    for (let nth = 30; nth > 0; nth -= 1) await noteBackup(db, instant(now + nth), `/backups/${nth}.db`);
    await noteBackup(db, instant(now + 30), '/backups/again.db');
    expect(await lastBackup(db)).toBe(now + 30);
    const kept = await db.selectFrom('backups').selectAll().orderBy('at', 'desc').execute();
    expect(kept.length).toBeLessThanOrEqual(20);
    expect(kept[0]).toEqual({ at: now + 30, file: '/backups/again.db' });
    await db.destroy();
  });

  it('does not take a database in memory for one on a disk', async () => {
    expect(states(await findingsOf('sqlite::memory:'))).toEqual({ 'database.disk': 'skipped' });
  });
});

async function query(url: string, ...texts: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (const text of texts) await client.query(text);
  await client.end();
}
const as = (url: string, user: string): string => url.replace('//latchkey@', `//${user}@`);
const nameIn = (url: string): string => new URL(url).pathname.slice(1);

const missing = postgresMissing();
describe.skipIf(missing !== undefined)(titled('the doctor at PostgreSQL', missing), () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, 120_000);
  afterAll(() => server.stop());

  it('finds nothing wrong with one that is up to date, and says what it cannot see', async () => {
    const url = await server.database();
    expect((await findingsOf(url)).get('database.migrations')?.state).toBe('skipped');
    await migrate(url);
    expect(states(await findingsOf(url))).toEqual({
      'database.connection': 'ok',
      'database.version': 'ok',
      'database.tls': 'ok',
      'database.connections': 'ok',
      'database.write': 'ok',
      'database.migrations': 'ok',
      'database.backup': 'skipped',
    });
    await query(url, "insert into kysely_migration (name, timestamp) values ('0999-later', '2030')");
    expect((await findingsOf(url)).get('database.migrations')?.state).toBe('failed');
  });

  it('says where people were met last, and nothing of a database that is empty or away', async () => {
    const url = await server.database();
    expect(await latestPlace(url, 'teams')).toBeUndefined();
    expect(await latestPlace('postgres://latchkey@127.0.0.1:9/latchkey', 'teams')).toBeUndefined();
    await migrate(url);
    expect(await latestPlace(url, 'teams')).toBeUndefined();
    const add = (actor: string, platform: string, place: string, at: number) =>
      `insert into whereabouts (actor, platform, place, at) values ('${actor}', '${platform}', '${place}', ${at})`;
    await query(url, add('a', 'teams', 'older', 1), add('b', 'teams', 'newer', 2), add('c', 'slack', 'other', 3));
    expect(await latestPlace(url, 'teams')).toBe('newer');
  });

  it('knows the age of the last copy that was made with our own command', async () => {
    const url = await server.database();
    expect((await findingsOf(url)).get('database.backup')?.state).toBe('skipped');
    await migrate(url);
    expect((await findingsOf(url)).get('database.backup')).toMatchObject({
      state: 'skipped',
      what: expect.stringContaining('other tools'),
    });
    await backUp(url, now - 48 * hourMs);
    expect((await findingsOf(url)).get('database.backup')).toMatchObject({
      state: 'skipped',
      what: 'The last copy by `latchkey backup` is 2 days old. Whether copies are made by other tools cannot be seen.',
    });
    await backUp(url, now - 47 * hourMs);
    expect((await findingsOf(url)).get('database.backup')?.state).toBe('ok');
  });

  it.each([
    ['a database that does not exist', (url: string) => url.replace(/latchkey_test\w+/, 'nowhere'), '3D000', 'Create'],
    ['a host without a server', () => 'postgres://latchkey@127.0.0.1:9/latchkey', 'ECONNREFUSED', 'start PostgreSQL'],
  ])('fails %s', async (_what, change, code, remedy) => {
    const found = await findingsOf(change(await server.database()));
    expect(states(found)).toEqual({ 'database.connection': 'failed' });
    expect(found.get('database.connection')).toMatchObject({
      what: expect.stringContaining(code),
      remedy: expect.stringContaining(remedy),
    });
  });

  it('fails a database that may only be read, and a user who may make no tables', async () => {
    const url = await server.database();
    await query(url, `alter database ${nameIn(url)} set default_transaction_read_only = on`);
    expect((await findingsOf(url)).get('database.write')).toMatchObject({
      state: 'failed',
      what: expect.stringContaining('read-only'),
      remedy: expect.stringContaining('primary'),
    });
    const other = await server.database();
    const user = `reader_${process.pid}`;
    await query(other, 'revoke create on schema public from public', `create role ${user} login`);
    expect((await findingsOf(as(other, user))).get('database.write')).toMatchObject({
      state: 'failed',
      remedy: expect.stringContaining('grant create'),
    });
  });

  it('warns of a release that gets no more security fixes', async () => {
    const url = await server.database();
    const old =
      "select case $1 when 'server_version_num' then '130022' else pg_catalog.current_setting($1) end as setting";
    await query(
      url,
      'create schema planted',
      `create function planted.current_setting(text) returns text language sql as '${old.replaceAll("'", "''")}'`,
      `alter database ${nameIn(url)} set search_path = planted, pg_catalog, public`,
    );
    expect((await findingsOf(url)).get('database.version')).toMatchObject({
      state: 'warning',
      what: 'PostgreSQL 13 gets no more security fixes.',
      remedy: 'Upgrade it.',
    });
  });

  it.each([
    ['user', 'this user', (_url: string, user: string) => `alter role ${user} connection limit 11`],
    ['database', 'this database', (url: string) => `alter database ${nameIn(url)} connection limit 11`],
  ])('warns of a bound of the %s that leaves no room for an instance', async (what, whose, bound) => {
    const url = await server.database();
    const user = `bound_${what}_${process.pid}`;
    await query(url, `create role ${user} login`, 'grant create on schema public to public');
    expect((await findingsOf(as(url, user))).get('database.connections')?.state).toBe('ok');
    await query(url, bound(url, user));
    expect((await findingsOf(as(url, user))).get('database.connections')).toMatchObject({
      state: 'warning',
      what: `10 of 11 connections of ${whose} are free; an instance of Latchkey takes up to 11.`,
      remedy: expect.stringContaining('CONNECTION LIMIT'),
    });
  });
});

const privateMissing = privatePostgresMissing();
describe.skipIf(privateMissing !== undefined)(titled('the doctor at a small PostgreSQL', privateMissing), () => {
  let server: PostgresServer;
  let port = 0;
  beforeAll(async () => {
    port = await freePort();
    server = await startPrivatePostgres([
      ...['max_connections=16', 'superuser_reserved_connections=2'],
      ...['listen_addresses=127.0.0.1', `port=${port}`],
    ]);
  }, 120_000);
  afterAll(() => server.stop());

  it('warns where too few connections are left, and counts those of other users', async () => {
    const url = `postgres://latchkey@127.0.0.1:${port}/postgres`;
    await query(url, 'create role plain login', 'create role another login');
    expect((await findingsOf(as(url, 'plain'))).get('database.connections')).toMatchObject({
      state: 'ok',
      what: '13 of 14 connections of the server are free; an instance of Latchkey takes up to 11.',
    });
    const others = [1, 2, 3].map(() => new pg.Client({ connectionString: as(url, 'another') }));
    for (const other of others) await other.connect();
    expect((await findingsOf(as(url, 'plain'))).get('database.connections')).toMatchObject({
      state: 'warning',
      what: '10 of 14 connections of the server are free; an instance of Latchkey takes up to 11.',
      remedy: expect.stringContaining('max_connections'),
    });
    for (const other of others) await other.end();
  });

  // A number is a name of this machine as well, but not one of those that are known to be.
  it.each([
    ['another host', '0x7f000001', 'failed'],
    ['this machine', '127.0.0.1', 'ok'],
  ] as const)('at %s without TLS: %s, %s', async (_what, host, state) => {
    const found = (await findingsOf(`postgres://latchkey@${host}:${port}/postgres`)).get('database.tls');
    expect(found?.state).toBe(state);
    if (state === 'failed') expect(found?.remedy).toContain('sslmode=verify-full');
  });
});
