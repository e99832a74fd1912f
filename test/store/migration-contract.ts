// Migrations: from an empty database, again, from many processes at once, and never backwards.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { connect } from '../../src/store/connection.ts';
import { migrate } from '../../src/store/migrations/migrations.ts';
import { openStore } from '../../src/store/store.ts';
import { beginFlow } from './contract-moment.ts';
import type { Harness } from './store-contract.ts';

const run = promisify(execFile);

export function migrationContract({ url, store, restart }: Harness): void {
  test('a database that is up to date is left as it is', async () => {
    const flow = await beginFlow(store());
    expect(await migrate(url())).toEqual([]);
    expect(await (await restart()).read(flow.id)).toEqual(flow);
  });

  test('an empty database gets every step once, however many begin at once', async () => {
    await store().close();
    const { db } = connect(url());
    const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
    for (const name of [
      'typed_texts',
      'typed_sessions',
      'occasions',
      'uncounted_endings',
      'backups',
      'operator_acts',
      'given_up',
      'recovery_codes',
      'nudges',
      'bindings',
      'whereabouts',
      'surfaces',
      'outbox',
      'intakes',
      'inbox',
      'counts',
      'accounts',
      'heartbeat',
      'instances',
      'flows',
    ]) {
      expect(tables.map((table) => table.name)).toContain(name);
      await db.schema.dropTable(name).execute();
    }
    for (const name of ['kysely_migration', 'kysely_migration_lock']) await db.schema.dropTable(name).execute();
    await db.destroy();
    const script = fileURLToPath(new URL('migrating-process.ts', import.meta.url));
    const runs = await Promise.all([1, 2, 3].map(() => run(process.execPath, [script, url()])));
    expect(runs.map(({ stdout }) => stdout).toSorted()).toEqual([
      '["0001-first","0002-whereabouts","0003-counted-contact","0004-page-closed","0005-surface-place","0006-instances","0007-bounded-work","0008-stored-versions","0009-news","0010-bindings","0011-nudges","0012-recovery-codes","0013-operator","0014-backups","0015-uncounted-endings","0016-occasions","0017-typed-sessions","0018-strangers"]',
      '[]',
      '[]',
    ]);
    await beginFlow(await restart());
  });

  test('a database that a newer release has changed is refused, saying so', async () => {
    const { db } = connect(url());
    const newer = { name: '0999-from-the-future', timestamp: '2099-01-01T00:00:00.000Z' };
    await db.withTables<{ kysely_migration: typeof newer }>().insertInto('kysely_migration').values(newer).execute();
    await db.destroy();
    await expect(openStore({ url: url() })).rejects.toThrow(/newer Latchkey .*0999-from-the-future/);
    await expect(migrate(url())).rejects.toThrow('Start the newer release');
  });
}
