import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import type { RequestEntry } from '../../playground/auth0/request-log.ts';
import { sample } from '../sampling.ts';
import { eventually } from '../stories/chat.ts';
import { broken, comesToRest } from './invariants.ts';
import { goesOn } from './person.ts';
import { type ProcessHarness, startProcessHarness } from './process-harness.ts';

let harness: ProcessHarness | undefined;
afterEach(() => harness?.end());

/**
 * What is under way when the process is told to stop, one after the other in one story: look-up, sending, checking,
 * opening.
 */
const moments: readonly ((request: RequestEntry) => boolean)[] = [
  ({ path }) => path.startsWith('/api/v2/users-by-email'),
  ({ path }) => path === '/passwordless/start',
  ({ path, body }) => path === '/oauth/token' && JSON.stringify(body ?? '').includes('"otp"'),
  ({ path }) => path === '/api/v2/tickets/password-change',
];

describe('a process that is asked to stop', () => {
  it('finishes what it has begun and leaves no doubt behind, again and again', { timeout: 240_000 }, async () => {
    harness = await startProcessHarness();
    await harness.up();
    const { auth0, databaseFile } = harness;
    const person = harness.newcomer();
    auth0.control.faults.set({ latencyMs: 200 });
    const story = goesOn(harness, person, 'reset-password');
    for (const isMeant of sample(moments, 2)) {
      const from = auth0.control.requests.length;
      await eventually(
        () => auth0.control.requests.slice(from).find((one) => isMeant(one) && one.status === 0),
        () => JSON.stringify(auth0.control.requests.slice(from).map(({ path }) => path)),
        20_000,
      );
      const { code, ms } = await harness.signal('SIGTERM');
      expect(code).toBe(0);
      expect(ms).toBeLessThan(8_000);
      expect(leased(databaseFile)).toEqual([]);
      await harness.startAgain();
    }
    auth0.control.faults.set({ latencyMs: 0 });
    const course = await story;
    await comesToRest(harness, person);
    // No process was killed, so nothing may have happened twice.
    expect(broken(harness, person, 'reset-password', course, 0)).toEqual([]);
    expect(course.codesTyped).toHaveLength(1);
  });
});

function leased(databaseFile: string): readonly unknown[] {
  const db = new DatabaseSync(databaseFile, { readOnly: true });
  try {
    return db.prepare('select key, effect from outbox where lease_token is not null').all();
  } finally {
    db.close();
  }
}
