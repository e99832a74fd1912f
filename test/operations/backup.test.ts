// `latchkey backup` and `latchkey restore` as real processes, beside a store that is open and written to as a running server does.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AccountId, instant, later } from '../../src/flows/ids.ts';
import type { FlowStore } from '../../src/flows/store.ts';
import { lastBackupOf } from '../../src/store/copies.ts';
import { copyMark } from '../../src/store/migrations/copy-mark.ts';
import { openStore } from '../../src/store/store.ts';
import { runLatchkey } from '../cli/run-latchkey.ts';
import { queuedMs } from '../cpu-time.ts';
import {
  beginFlow,
  challengedFlow,
  drain,
  lockedAccount,
  movedBy,
  provenFlow,
  someAccount,
} from '../store/contract-moment.ts';

let folder = '';
let store: FlowStore | undefined;
const now = () => instant(Date.now());
const at = (name: string): string => join(folder, name);
const url = () => `sqlite:${at('latchkey.db')}`;
const latchkey = (...args: readonly string[]) =>
  runLatchkey(args, { DATABASE_URL: url(), PATH: process.env['PATH'] ?? '' });
const opened = async (): Promise<FlowStore> => {
  store ??= await openStore({ url: url() });
  return store;
};
const closed = async (): Promise<void> => {
  await store?.close();
  store = undefined;
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-backup-'));
  await opened();
});
afterEach(async () => {
  await closed();
  await rm(folder, { recursive: true, force: true });
});

const rows = (file: string, query: string): readonly Record<string, unknown>[] => {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare(query).all();
  } finally {
    database.close();
  }
};
const restore = (file = at('copy.db')) => latchkey('restore', file, '--yes', '--by', 'Mo');
const backedUp = async (): Promise<void> => expect(await latchkey('backup', at('copy.db'))).toMatchObject({ code: 0 });

describe('latchkey backup', { timeout: 120_000 }, () => {
  it('copies one moment while people are being served, whole and checked, and holds nobody up', async () => {
    const live = await opened();
    const served: string[] = [];
    let longestMs = 0;
    let isOver = false;
    const serve = async (): Promise<void> => {
      while (!isOver) {
        const [begun, queued] = [performance.now(), queuedMs()];
        served.push((await challengedFlow(live, { now: now() })).id);
        longestMs = Math.max(longestMs, performance.now() - begun - (queuedMs() - queued));
      }
    };
    const people = [serve(), serve(), serve(), serve()];
    while (served.length < 40) await new Promise((done) => setImmediate(done));
    const before = [...served];
    const { code, out, err } = await latchkey('backup', at('copy.db'));
    const during = served.length - before.length;
    isOver = true;
    await Promise.all(people);
    expect([code, out, err]).toEqual([
      0,
      expect.stringMatching(/^Wrote .*copy\.db: (?:\d+ kB|\d+\.\d MB), checked, in \d/),
      '',
    ]);
    expect(during).toBeGreaterThan(20);
    expect(longestMs).toBeLessThan(2_000);
    expect(rows(at('copy.db'), 'pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    const copied = new Set(rows(at('copy.db'), 'select id from flows').map(({ id }) => id));
    expect(before.filter((id) => !copied.has(id))).toEqual([]);
    // What one transaction wrote is there together: a code that was asked for is counted.
    const torn = `select id from flows where place = 'challenged' and not exists (select 1 from counts where flow = flows.id)`;
    expect(rows(at('copy.db'), torn)).toEqual([]);
  });

  it('waits for a writer who takes longer than usual', async () => {
    const writer = new DatabaseSync(at('latchkey.db'));
    writer.exec('begin immediate');
    const copied = latchkey('backup', at('copy.db'));
    // The command can read, so its file is written; to note that it has to wait.
    await expect.poll(() => existsSync(at('copy.db')), { timeout: 60_000 }).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    writer.exec('commit');
    writer.close();
    expect(await copied).toMatchObject({ code: 0, err: '' });
  });

  it('writes a file for this user only, with nothing beside it, and notes when', async () => {
    const begun = now();
    await backedUp();
    expect(statSync(at('copy.db')).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).filter((name) => name.includes('copy.db'))).toEqual(['copy.db']);
    expect(await lastBackupOf(url())).toBeGreaterThanOrEqual(begun);
  });

  it('leaves a file that is there alone, unless told to replace it', async () => {
    writeFileSync(at('copy.db'), 'mine');
    expect(await latchkey('backup', at('copy.db'))).toMatchObject({ code: 1, err: expect.stringContaining('--force') });
    expect(statSync(at('copy.db')).size).toBe(4);
    chmodSync(at('copy.db'), 0o644);
    expect(await latchkey('backup', at('copy.db'), '--force')).toMatchObject({ code: 0 });
    expect(statSync(at('copy.db')).mode & 0o777).toBe(0o600);
  });

  it.each(['latchkey.db', 'latchkey.db-wal', 'latchkey.db-shm', 'latchkey.db-instance-1', 'symbolic', 'hard'])(
    'refuses to write over the database: %s',
    async (name) => {
      symlinkSync(at('latchkey.db'), at('symbolic'));
      linkSync(at('latchkey.db'), at('hard'));
      const { id } = await beginFlow(await opened());
      expect(await latchkey('backup', at(name), '--force')).toMatchObject({
        code: 1,
        err: expect.stringContaining('is the database itself'),
      });
      expect(await (await opened()).read(id)).toBeDefined();
    },
  );

  it('says so where there is no database, no folder, or no file is named', async () => {
    const elsewhere = { DATABASE_URL: `sqlite:${at('none.db')}` };
    expect(await runLatchkey(['backup', at('c.db')], elsewhere)).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no database at'),
    });
    expect(existsSync(at('none.db'))).toBe(false);
    expect(await latchkey('backup', at('no/c.db'))).toMatchObject({
      err: expect.stringContaining('there is no folder'),
    });
    expect(await latchkey('backup')).toMatchObject({ code: 2, err: expect.stringContaining('latchkey backup FILE') });
  });

  it('a server refuses a copy that was put in place by hand, and says what to do', async () => {
    await backedUp();
    await closed();
    copyFileSync(at('copy.db'), at('latchkey.db'));
    await expect(openStore({ url: url() })).rejects.toThrow('latchkey restore FILE');
    expect(await latchkey('migrate')).toMatchObject({ code: 1, err: expect.stringContaining('latchkey restore FILE') });
  });
});

describe('latchkey restore', { timeout: 120_000 }, () => {
  it('brings back what was there, and keeps the database that it replaced', async () => {
    const old = await beginFlow(await opened(), { now: now() });
    await movedBy(await opened(), old.id, { type: 'person.unknown' }, now());
    await backedUp();
    const since = await beginFlow(await opened(), { now: now() });
    await closed();
    const { code, out } = await restore();
    expect([code, out]).toEqual([0, expect.stringContaining('Restored')]);
    expect(await (await opened()).read(old.id)).toMatchObject({ state: { at: 'closed' } });
    expect(await (await opened()).read(since.id)).toBeUndefined();
    const [kept = ''] = readdirSync(folder).filter((name) => name.includes('before-restore'));
    expect(rows(at(kept), 'select id from flows').map(({ id }) => id)).toContain(since.id);
    expect(statSync(at('latchkey.db')).mode & 0o777).toBe(0o600);
    expect(rows(at('latchkey.db'), `select name from kysely_migration where name = '${copyMark}'`)).toEqual([]);
  });

  it('refuses while a server runs, and changes nothing', async () => {
    await backedUp();
    const { id } = await beginFlow(await opened());
    expect(await restore()).toMatchObject({ code: 1, err: expect.stringContaining('a server works on this database') });
    expect(await (await opened()).read(id)).toBeDefined();
    await beginFlow(await opened());
  });

  it('refuses while any other program has the database open', async () => {
    await backedUp();
    await closed();
    const other = new DatabaseSync(at('latchkey.db'));
    other.prepare('select count(*) from flows').get();
    expect(await restore()).toMatchObject({ code: 1, err: expect.stringContaining('a server works on this database') });
    other.close();
    expect(await restore()).toMatchObject({ code: 0 });
  });

  it('ends what is open in the copy, and carries out nothing that was ordered then: it may be done since', async () => {
    const asked = await challengedFlow(await opened(), { now: now() });
    const { id: unlock } = await provenFlow(await opened(), { kind: 'unlock', now: now() });
    const { id: reset } = await provenFlow(await opened(), { now: now() });
    await movedBy(await opened(), reset, lockedAccount, now());
    await movedBy(await opened(), unlock, lockedAccount, now());
    const begun = await beginFlow(await opened(), { now: now() });
    await backedUp();
    await closed();
    expect((await restore()).out).toContain('ended: 4');
    const restored = await opened();
    for (const id of [asked.id, unlock, reset, begun.id])
      expect((await restored.read(id))?.state).toMatchObject({ at: 'closed', ending: { outcome: 'cancelled' } });
    expect(await restored.claim(later(now(), 3600), 60_000, 100)).toEqual([]);
    expect((await latchkey('work', 'list', '--json')).out).toContain('"failure": "restored"');
  });

  it('says of an unlock that was under way that nobody knows what came of it', async () => {
    const { id } = await provenFlow(await opened(), { kind: 'unlock', now: now() });
    await movedBy(await opened(), id, lockedAccount, now());
    const by = (await beginFlow(await opened(), { now: now() })).actor;
    const { actor } = (await (await opened()).read(id)) ?? { actor: by };
    await movedBy(await opened(), id, { type: 'approval.given', by, entitled: true, distinctFrom: [actor] }, now());
    expect((await (await opened()).read(id))?.state.at).toBe('fulfilling');
    await backedUp();
    await closed();
    await restore();
    expect((await (await opened()).read(id))?.state).toMatchObject({ ending: { because: 'unconfirmed' } });
  });

  it('an open request that cannot be read is removed, and holds up nothing', async () => {
    const { id } = await challengedFlow(await opened(), { now: now() });
    const other = await beginFlow(await opened(), { now: now() });
    await backedUp();
    await closed();
    const copy = new DatabaseSync(at('copy.db'));
    copy.prepare("update flows set state = 'x' where id = ?").run(id);
    copy.close();
    expect(await restore()).toMatchObject({ code: 0 });
    expect(await (await opened()).read(id)).toBeUndefined();
    expect((await (await opened()).read(other.id))?.state.at).toBe('closed');
  });

  it('a page for a new password that was open then is closed', async () => {
    const { id } = await provenFlow(await opened(), { now: now() });
    const ready = await movedBy(await opened(), id, lockedAccount, now());
    if (ready.state.at !== 'link-ready') throw new Error(ready.state.at);
    await movedBy(await opened(), id, { type: 'link.opened', link: ready.state.link }, now());
    await drain(await opened(), later(now(), 1));
    await backedUp();
    await closed();
    await restore();
    const claimed = await (await opened()).claim(now(), 60_000, 100);
    expect(claimed.map(({ effect }) => effect.do)).toEqual(['void-tickets']);
  });

  it('a pause that began since the copy stays in force', async () => {
    const account = someAccount();
    await backedUp();
    const { id, actor } = await provenFlow(await opened(), { account, now: now() });
    await movedBy(await opened(), id, { type: 'disowned', by: actor }, now());
    await closed();
    await restore();
    const frozen = rows(at('latchkey.db'), 'select account from accounts where frozen_until is not null');
    expect(frozen).toEqual([{ account }]);
  });

  it('codes that were counted since the copy stay counted, and none twice', async () => {
    const account = someAccount();
    await challengedFlow(await opened(), { account, now: now() });
    await backedUp();
    await challengedFlow(await opened(), { account, kind: 'unlock', now: now() });
    await closed();
    const counts = rows(at('latchkey.db'), 'select account, what, flow, at from counts order by id');
    await restore();
    expect(rows(at('latchkey.db'), 'select account, what, flow, at from counts order by id')).toEqual(counts);
  });

  const usedSince = async (account: AccountId): Promise<void> => {
    const { recoveryCodes } = await opened();
    await recoveryCodes.make(account, ['one', 'two'], now());
    await backedUp();
    await recoveryCodes.use(account, ['one'], now(), now());
    await closed();
  };

  it('a recovery code that was used since the copy stays used', async () => {
    const account = someAccount();
    await usedSince(account);
    expect((await restore()).out).toContain('recovery codes');
    const { recoveryCodes } = await opened();
    expect(await recoveryCodes.use(account, ['one'], now(), now())).toEqual({ is: 'unknown' });
    expect(await recoveryCodes.use(account, ['two'], now(), now())).toMatchObject({ is: 'used' });
  });

  it.each(['damaged', 'gone'])(
    'where the database is %s, every recovery code is void, and it says what is lost',
    async (how) => {
      const account = someAccount();
      await usedSince(account);
      if (how === 'gone') await rm(at('latchkey.db'));
      else writeFileSync(at('latchkey.db'), 'x'.repeat(8192));
      const { code, out } = await restore();
      expect([code, out]).toEqual([0, expect.stringContaining('It wasn’t me')]);
      expect(await (await opened()).recoveryCodes.find(account)).toBeUndefined();
    },
  );

  it('keeps who did what since the copy, and that somebody restored it', async () => {
    const { id } = await challengedFlow(await opened(), { now: now() });
    await backedUp();
    const env = { DATABASE_URL: url(), POLICY_FILE: 'built-in', NODE_ENV: 'development' };
    expect(await runLatchkey(['requests', 'end', id, '--yes'], env)).toMatchObject({ code: 0 });
    await closed();
    const { err } = await restore();
    expect(err).toContain('operator.act');
    const acts = rows(at('latchkey.db'), 'select did, about, who from operator_acts order by id');
    expect(acts).toEqual([
      { did: 'requests end', about: id, who: expect.any(String) },
      { did: 'restore', about: at('copy.db'), who: expect.stringMatching(/^Mo \(/) },
    ]);
  });

  it.each([
    ['no such file', (): string => at('none.db'), 'there is no file'],
    [
      'a text',
      (): string => {
        writeFileSync(at('text'), 'text'.repeat(500));
        return at('text');
      },
      'damaged, or no database',
    ],
    ['the database itself', (): string => at('latchkey.db'), 'is the database itself'],
    [
      'another database',
      (): string => {
        new DatabaseSync(at('other.db')).exec('create table t (x integer)');
        return at('other.db');
      },
      'is no copy of a database of Latchkey',
    ],
  ])('refuses %s, and changes nothing', async (_what, file, says) => {
    const { id } = await beginFlow(await opened());
    await closed();
    expect(await restore(file())).toMatchObject({ code: 1, err: expect.stringContaining(says) });
    expect((await (await opened()).read(id))?.state.at).not.toBe('closed');
    expect(readdirSync(folder).filter((name) => name.includes('restor'))).toEqual([]);
  });

  it('refuses a copy of a newer release', async () => {
    await backedUp();
    const copy = new DatabaseSync(at('copy.db'));
    copy.exec(`insert into kysely_migration (name, timestamp) values ('0999-to-come', '')`);
    copy.close();
    await closed();
    expect(await restore()).toMatchObject({ code: 1, err: expect.stringContaining('A newer Latchkey') });
  });

  it('asks first: without a terminal and without --yes nothing happens', async () => {
    await backedUp();
    await closed();
    expect(await latchkey('restore', at('copy.db'))).toMatchObject({ code: 2, err: expect.stringContaining('--yes') });
    expect(readdirSync(folder).filter((name) => name.includes('restor'))).toEqual([]);
  });
});
