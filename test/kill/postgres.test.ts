import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { inTurn } from '../sampling.ts';
import { type PostgresServer, postgresLacks, startPostgres } from '../store/postgres-server.ts';
import { goesOn, nextScreenMs } from './person.ts';
import { type House, openHouse } from './process-harness.ts';

/** One point in the middle of each thing that a process stores: a request, an order, a code, a press on the link. */
const points = [
  'POST /api/views.open',
  'POST /passwordless/start',
  'POST /oauth/token',
  'POST /api/v2/tickets/password-change',
] as const;

const lacks = postgresLacks();

if (lacks !== undefined) {
  test('a process on PostgreSQL that is killed', ({ skip }) => skip(lacks));
} else {
  let server: PostgresServer | undefined;
  let house: House | undefined;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterEach(() => house?.end());
  afterAll(() => server?.stop());

  describe('a reset on PostgreSQL whose process is killed', () => {
    it.each(inTurn(points, 2))('after %s goes on within three seconds', { timeout: 120_000 }, async (name) => {
      const databaseUrl = await server?.database();
      if (databaseUrl === undefined) throw new Error('the server did not start');
      house = await openHouse({ databaseUrl });
      await house.up();
      // The first story also fetches what the process caches, so that in the next one this name belongs to one act
      // only.
      await goesOn(house, house.newcomer(), 'reset-password');
      house.aim({ name, nth: 1, when: 'after' });
      const { waits } = await goesOn(house, house.newcomer(), 'reset-password');
      expect(house.deaths).toEqual([`after ${name} 1`]);
      for (const { ms, before } of waits) expect(ms, before).toBeLessThan(nextScreenMs);
    });
  });
}
