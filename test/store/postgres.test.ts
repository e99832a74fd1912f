import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Flow } from '../../src/flows/state.ts';
import { openStore } from '../../src/store/store.ts';
import { beginFlow, contacts, movedBy, someAccount } from './contract-moment.ts';
import { type PostgresServer, postgresMissing, startPostgres } from './postgres-server.ts';
import { rollingDeployContract } from './rolling-deploy-contract.ts';
import { storeContract } from './store-contract.ts';

const missing = postgresMissing();

if (missing !== undefined) {
  test('the store on PostgreSQL', ({ skip }) => skip(missing));
} else {
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  const emptyDatabase = async () => {
    if (server === undefined) throw new Error('the server did not start');
    return server.database();
  };
  storeContract('PostgreSQL', emptyDatabase);
  describe('a rolling deploy on PostgreSQL', () => rollingDeployContract(emptyDatabase));

  test('connections that break in the middle are said to be unreachable, and nothing is half-written', async () => {
    const url = await emptyDatabase();
    const store = await openStore({ url });
    const outside = new pg.Client({ connectionString: url });
    await outside.connect();
    const flows = await Promise.all(Array.from({ length: 20 }, () => beginFlow(store)));
    const cut = () =>
      outside.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'latchkey' and datname = current_database()",
      );
    const report = (flow: Flow) =>
      movedBy(store, flow.id, { type: 'person.identified', account: someAccount(), contacts });
    const [answers] = await Promise.all([Promise.allSettled(flows.map(report)), cut()]);
    for (const answer of answers) {
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ cause: 'unreachable' });
    }
    await cut();
    await expect
      .poll(() =>
        store.check().then(
          () => 'well',
          () => 'broken',
        ),
      )
      .toBe('well');
    const versions = await Promise.all(flows.map(async ({ id }) => (await store.read(id))?.version ?? 0));
    const waiting = versions.reduce((orders, version) => orders + version, 0);
    expect((await store.tally()).waitingEffects).toBe(waiting);
    expect(versions.filter((version) => version === 2).length).toBeGreaterThanOrEqual(
      answers.filter((answer) => answer.status === 'fulfilled').length,
    );
    await store.close();
    await outside.end();
  });
}
