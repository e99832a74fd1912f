import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { sample } from '../sampling.ts';
import { type PostgresServer, postgresMissing, startPostgres } from '../store/postgres-server.ts';
import { eventually } from '../stories/chat.ts';
import { createEnrolmentStory } from './enrolling-person.ts';
import { goesOn, lives, nextScreenMs, textOf } from './person.ts';
import { type ProcessHarness, startProcessHarness, workspace } from './process-harness.ts';

/** One point in the middle of each thing that a process stores: a request, an order, a code, a press on the link. */
const points = [
  'POST /api/views.open',
  'POST /passwordless/start',
  'POST /oauth/token',
  'POST /api/v2/tickets/password-change',
] as const;

/** In the middle of the sign-in, of the code to the new address, of its check, and of the link. */
const enrolmentPoints = [
  'PATCH /api/v2/users/:id',
  'POST /passwordless/start',
  'POST /api/v2/users/:id/identities',
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

  describe('an enrolment on PostgreSQL whose process is killed', () => {
    it.each(sample(enrolmentPoints, 3))(
      'after %s ends linked once, bound, and told to the work address',
      { timeout: 120_000 },
      async (name) => {
        const databaseUrl = await server?.database();
        if (databaseUrl === undefined) throw new Error('the server did not start');
        harness = await startProcessHarness({ databaseUrl });
        const { auth0, mail, slack } = harness;
        await harness.up();
        const person = harness.newcomer(() => []);
        const story = createEnrolmentStory(harness, person, 'enroll', () =>
          harness?.aim({ name, nth: 1, when: 'after' }),
        );
        const { waits, unrecorded } = await lives(harness, story);
        expect(harness.deaths).toEqual([`after ${name} 1`]);
        for (const { ms, before } of waits) expect(ms, before).toBeLessThan(nextScreenMs);
        const { contacts, appMetadata } = auth0.control.user(person.account);
        expect(contacts.map(({ address }) => address)).toEqual([person.mailbox]);
        expect(unrecorded).toEqual([]);
        expect(JSON.stringify(appMetadata)).toContain(`"actors":["slack:${workspace.teamId}:${person.slackId}"]`);
        // No passwordless user is left that nobody has.
        const loose = auth0.control
          .users()
          .filter(({ userId, email }) => email === person.mailbox && /^email\|/.test(userId));
        expect(loose).toEqual([]);
        await eventually(
          () => mail.received.find(({ to }) => to === person.workEmail),
          () => 'no notice came to the work address',
        );
        const said = slack.control.messages(person.slackId).filter((one) => textOf(one).includes('Added: email'));
        expect([1, 2]).toContain(said.length);
      },
    );
  });
}
