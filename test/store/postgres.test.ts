import { afterAll, beforeAll, test } from 'vitest';
import { type PostgresServer, postgresLacks, startPostgres } from './postgres-server.ts';
import { storeContract } from './store-contract.ts';

const lacks = postgresLacks();

if (lacks !== undefined) {
  test('the store on PostgreSQL', ({ skip }) => skip(lacks));
} else {
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server?.stop());

  storeContract('PostgreSQL', async () => {
    if (server === undefined) throw new Error('the server did not start');
    return server.database();
  });
}
