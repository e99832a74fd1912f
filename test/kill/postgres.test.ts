import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { sample } from '../sampling.ts';
import { type PostgresServer, postgresMissing, startPostgres } from '../store/postgres-server.ts';
import { goesOn, nextScreenMs } from './person.ts';
import { type ProcessHarness, startProcessHarness } from './process-harness.ts';

/** One point in the middle of each thing that a process stores: a request, an order, a code, a press on the link. */
const points = [
  'POST /api/views.open',
  'POST /passwordless/start',
  'POST /oauth/token',
  'POST /api/v2/tickets/password-change',
] as const;

const missing = postgresMissing();

if (missing !== undefined) {
  test('a process on PostgreSQL that is killed', ({ skip }) => skip(missing));
} else {
  let server: PostgresServer | undefined;
  let harness: ProcessHarness | undefined;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterEach(() => harness?.end());
  afterAll(() => server?.stop());

  describe('a reset on PostgreSQL whose process is killed', () => {
    it.each(sample(points, 2))('after %s goes on within three seconds', { timeout: 120_000 }, async (name) => {
      const databaseUrl = await server?.database();
      if (databaseUrl === undefined) throw new Error('the server did not start');
      harness = await startProcessHarness({ databaseUrl });
      await harness.up();
      // The first story also fetches what the process caches, so that in the next one this name belongs to one act
      // only.
      await goesOn(harness, harness.newcomer(), 'reset-password');
      harness.aim({ name, nth: 1, when: 'after' });
      const { waits } = await goesOn(harness, harness.newcomer(), 'reset-password');
      expect(harness.deaths).toEqual([`after ${name} 1`]);
      for (const { ms, before } of waits) expect(ms, before).toBeLessThan(nextScreenMs);
    });
  });
}
