// `latchkey backup` and `latchkey restore` with PostgreSQL and its own programs.
import { execFile } from 'node:child_process';
import { statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { instant } from '../../src/flows/ids.ts';
import { lastBackupOf } from '../../src/store/copies.ts';
import { copyMark } from '../../src/store/migrations/copy-mark.ts';
import { openStore } from '../../src/store/store.ts';
import { runLatchkey } from '../cli/run-latchkey.ts';
import { challengedFlow, movedBy, provenFlow, someAccount } from '../store/contract-moment.ts';
import { type PostgresServer, postgresMissing, startPostgres } from '../store/postgres-server.ts';

const run = promisify(execFile);
const now = () => instant(Date.now());

async function whyMissing(): Promise<string | undefined> {
  const missing = postgresMissing();
  if (missing !== undefined) return missing;
  try {
    for (const program of ['pg_dump', 'pg_restore', 'psql']) await run(program, ['--version']);
    return undefined;
  } catch {
    return 'PostgreSQL’s client programs are not installed';
  }
}
const missing = await whyMissing();

if (missing !== undefined) test('copies of PostgreSQL', ({ skip }) => skip(missing));
else
  describe('with PostgreSQL', { timeout: 120_000 }, () => {
    let server: PostgresServer | undefined;
    let folder = '';
    let url = '';
    beforeAll(async () => {
      server = await startPostgres();
      return () => server?.stop();
    });
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'latchkey-backup-'));
      if (server === undefined) throw new Error('the server did not start');
      url = await server.database();
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    const copy = () => join(folder, 'copy.dump');
    const latchkey = (args: readonly string[], path = process.env['PATH'] ?? '') =>
      runLatchkey(args, { DATABASE_URL: url, PATH: path });
    const query = async (text: string): Promise<readonly unknown[]> => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      try {
        return (await client.query(text)).rows;
      } finally {
        await client.end();
      }
    };

    it('a copy that is made beside a running server is put back, and what protects accounts stays', async () => {
      const store = await openStore({ url });
      const account = someAccount();
      const codesOf = someAccount();
      await store.recoveryCodes.make(codesOf, ['one', 'two'], now());
      const open = await challengedFlow(store, { now: now() });
      await query('create table of_somebody_else (x integer)');
      expect(await latchkey(['backup', copy()])).toMatchObject({ code: 0, out: expect.stringContaining('checked') });
      expect(statSync(copy()).mode & 0o777).toBe(0o600);
      expect(await lastBackupOf(url)).toBeDefined();
      const since = await provenFlow(store, { account, now: now() });
      await movedBy(store, since.id, { type: 'disowned', by: since.actor }, now());
      await store.recoveryCodes.use(codesOf, ['one'], now(), now());

      expect(await latchkey(['restore', copy(), '--yes'])).toMatchObject({
        code: 1,
        err: expect.stringContaining('a server works on this database'),
      });
      expect(await store.read(since.id)).toBeDefined();
      await store.close();
      expect(await latchkey(['restore', copy(), '--yes'])).toMatchObject({ code: 0 });

      const restored = await openStore({ url });
      expect((await restored.read(open.id))?.state).toMatchObject({ at: 'closed', ending: { because: 'operator' } });
      expect(await restored.read(since.id)).toBeUndefined();
      expect(await restored.recoveryCodes.use(codesOf, ['one'], now(), now())).toEqual({ is: 'unknown' });
      expect(await restored.recoveryCodes.use(codesOf, ['two'], now(), now())).toMatchObject({ is: 'used' });
      await challengedFlow(restored, { now: now() });
      await restored.close();
      expect(await query('select account from accounts where frozen_until is not null')).toEqual([{ account }]);
      expect(await query('select * from of_somebody_else')).toEqual([]);
    });

    it('a restore that ended in the middle keeps servers off, and the same command does it again', async () => {
      const store = await openStore({ url });
      const account = someAccount();
      await store.recoveryCodes.make(account, ['one'], now());
      await store.close();
      expect(await latchkey(['backup', copy()])).toMatchObject({ code: 0 });
      await query(`insert into kysely_migration (name, timestamp) values ('${copyMark}', '')`);
      await expect(openStore({ url })).rejects.toThrow('latchkey restore FILE');
      expect(await latchkey(['restore', copy(), '--yes'])).toMatchObject({ code: 0 });
      const restored = await openStore({ url });
      // Nobody knows any more what the database before it protected.
      expect(await restored.recoveryCodes.find(account)).toBeUndefined();
      await restored.close();
    });

    it('says which program is missing, and refuses what is no copy', async () => {
      await (await openStore({ url })).close();
      expect(await latchkey(['backup', copy()], folder)).toMatchObject({
        code: 1,
        err: expect.stringContaining('pg_dump is not on the PATH'),
      });
      writeFileSync(copy(), 'a text');
      expect(await latchkey(['restore', copy(), '--yes'])).toMatchObject({
        code: 1,
        err: expect.stringContaining('pg_restore failed'),
      });
    });

    it('an upgrade reminds of a copy where the last one is old or not known', async () => {
      expect(await latchkey(['migrate', '--dry-run'])).toMatchObject({
        code: 0,
        out: expect.stringContaining('0001-first'),
        err: expect.stringContaining('latchkey backup FILE'),
      });
      expect(await query("select 1 from pg_tables where tablename = 'flows'")).toEqual([]);
    });
  });
