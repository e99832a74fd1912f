import { chmodSync, mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { connect } from '../../src/store/connection.ts';
import { translatePostgres } from '../../src/store/postgres/dialect.ts';
import { translateSqlite } from '../../src/store/sqlite/dialect.ts';
import { openStore } from '../../src/store/store.ts';
import { all, beginFlow, intakeOf, someone, start } from './contract-moment.ts';

const folder = mkdtempSync(join(tmpdir(), 'latchkey-trouble-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

function thrown(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

describe('SQLite in trouble', () => {
  test('the file and its folder are made for this user alone', async () => {
    const path = join(folder, 'private', 'latchkey.db');
    const store = await openStore({ url: `sqlite:${path}` });
    await beginFlow(store);
    expect(statSync(join(folder, 'private')).mode & 0o777).toBe(0o700);
    for (const suffix of ['', '-wal', '-shm']) expect(statSync(path + suffix).mode & 0o077).toBe(0);
    await store.close();
  });

  test('a file that was there already is taken from others, with those beside it; its folder is left alone', async () => {
    const shared = join(folder, 'shared');
    mkdirSync(shared, { mode: 0o755 });
    const path = join(shared, 'latchkey.db');
    const first = await openStore({ url: `sqlite:${path}` });
    await beginFlow(first);
    const files = ['', '-wal', '-shm'].map((suffix) => path + suffix);
    // Like a backup that was restored under a usual umask, or files that an older release left after a kill.
    for (const file of files) chmodSync(file, 0o664);
    const second = await openStore({ url: `sqlite:${path}` });
    for (const file of files) expect(statSync(file).mode & 0o777, file).toBe(0o600);
    expect(statSync(shared).mode & 0o777).toBe(0o755);
    await Promise.all([first.close(), second.close()]);
  });

  test('every commit waits for the disk, and references are held', async () => {
    const { db } = connect(`sqlite:${join(folder, 'pragmas.db')}`);
    const pragma = async (name: string) => {
      const { rows } = await db.executeQuery<Record<string, unknown>>({
        sql: `pragma ${name}`,
        parameters: [],
        query: { kind: 'RawNode', sqlFragments: [], parameters: [] },
        queryId: { queryId: 'pragma' },
      });
      return Object.values(rows[0] ?? {})[0];
    };
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('synchronous')).toBe(2);
    expect(await pragma('foreign_keys')).toBe(1);
    expect(await pragma('busy_timeout')).toBe(250);
    await db.destroy();
  });

  test('a database that another process holds is locked: nothing is written, and later all is well', async () => {
    const path = join(folder, 'held.db');
    const store = await openStore({ url: `sqlite:${path}` });
    const holder = new DatabaseSync(path);
    holder.exec('begin immediate');
    const intake = intakeOf(someone(), 'reset');
    await expect(store.accept(intake)).rejects.toMatchObject({ name: 'StoreUnavailable', cause: 'locked' });
    await expect(store.check()).rejects.toMatchObject({ cause: 'locked' });
    holder.exec('rollback');
    holder.close();
    expect(await all(store.unbegun(start))).toEqual([]);
    expect(await store.accept(intake)).toBe('accepted');
    await store.close();
  });

  test('a full disk is told apart', () => {
    const database = new DatabaseSync(':memory:');
    database.exec('pragma max_page_count = 2; create table filler (content text)');
    const error = thrown(() => database.exec(`insert into filler values ('${'x'.repeat(50_000)}')`));
    expect(translateSqlite(error)).toMatchObject({ name: 'StoreUnavailable', cause: 'disk-full' });
    expect(translateSqlite(Object.assign(new Error(), { code: 'ENOSPC' }))).toMatchObject({ cause: 'disk-full' });
    database.close();
  });

  test('a file that cannot be opened is unreachable', async () => {
    await expect(openStore({ url: `sqlite:${folder}` })).rejects.toMatchObject({ cause: 'unreachable' });
    await expect(openStore({ url: 'sqlite:/dev/null/latchkey.db' })).rejects.toMatchObject({ cause: 'unreachable' });
  });

  test('a database in memory works for as long as it is open', async () => {
    const store = await openStore({ url: 'sqlite::memory:' });
    const { id } = await beginFlow(store);
    expect((await store.read(id))?.id).toBe(id);
    await store.close();
  });
});

describe('a database URL that is not understood', () => {
  test.each(['', 'mysql://localhost/x', 'sqlite:', './data.db'])('%j is refused', async (url) => {
    await expect(openStore({ url })).rejects.toThrow('the database URL');
  });
});

describe('PostgreSQL in trouble', () => {
  test('a server that is not there is unreachable', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await new Promise((resolve) => server.close(resolve));
    const opened = openStore({ url: `postgres://latchkey@127.0.0.1:${port}/latchkey` });
    await expect(opened).rejects.toMatchObject({
      name: 'StoreUnavailable',
      cause: 'unreachable',
      code: 'ECONNREFUSED',
    });
  });

  test('a connection that ends without a code is unreachable, and says nothing of what was sent', () => {
    const translated = translatePostgres(new Error('Connection terminated: jane@example.com'));
    expect(translated).toMatchObject({ cause: 'unreachable' });
    expect(translated.message).not.toContain('jane');
  });
});
