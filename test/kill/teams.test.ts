// An enrolment in Teams whose process is killed. What happens at each point is swept in Slack, see `enrolment.test.ts`; here are those at
// which a chat in Teams must be found again.
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { sample } from '../sampling.ts';
import { type ProcessWorld, startProcessWorld } from '../stopping/process-world.ts';
import { eventually, inOrder } from '../stories/chat.ts';
import { asksForLink, ninasAccount, ninasMail, password } from '../stories/enrolling.ts';
import { createEnrolmentBrowser } from '../stories/enrolment-browser.ts';
import { people } from '../stories/people.ts';
import { teams } from '../stories/platform.ts';
import { sceneIn } from '../stories/story.ts';

/** When the person is bound; when it is written down since when the contact is linked; and when it is linked. */
const points = [
  { name: 'PATCH /api/v2/users/:id', nth: 1 },
  { name: 'PATCH /api/v2/users/:id', nth: 2 },
  { name: 'POST /api/v2/users/:id/identities', nth: 1 },
] as const;

let world: ProcessWorld | undefined;
afterEach(() => world?.end());

function rows(file: string, query: string): readonly Record<string, unknown>[] {
  const db = new DatabaseSync(file, { readOnly: true, timeout: 2_000 });
  try {
    return db.prepare(query).all();
  } finally {
    db.close();
  }
}

describe('an enrolment in Teams whose process is killed', () => {
  it.each(sample(points, 3))(
    'after $name $nth ends linked once, bound, and told in the chat',
    { timeout: 120_000 },
    async ({ name, nth }) => {
      const here = await startProcessWorld({ name, nth, when: 'after' });
      world = here;
      const scene = sceneIn(here, teams);
      const nina = scene.chat('nina');
      const browser = createEnrolmentBrowser(here);
      let deaths = 0;
      void here.ended().then(async () => {
        deaths += 1;
        await here.startAgain();
      });
      /** Whoever finds nobody tries again. */
      const does = (act: () => Promise<unknown>): Promise<unknown> =>
        eventually(
          async () => {
            try {
              await act();
              return true;
            } catch (error) {
              if (error instanceof TypeError) return undefined;
              throw error;
            }
          },
          () => here.logged().slice(-2_000),
        );
      const back = await browser.signsInUntilSentBack(await asksForLink(nina), people.nina.email, password);
      await does(() => browser.opens(back));
      await does(() => browser.sees('Add an email address'));
      await does(() => browser.sends('/email', { address: ninasMail }));
      await does(() => browser.sees('Enter the code'));
      const code = await eventually(
        () => scene.auth0.lastCodeTo(ninasMail),
        () => 'no code came',
      );
      await does(() => browser.sends('/code', { code }));
      await does(() => browser.sees('was added'));
      await nina.reads(inOrder('Added', 'n•••@m•••.org'));
      await does(() => browser.sends('/done'));
      await nina.reads('These are your recovery contacts now');
      expect(deaths).toBe(1);
      expect(here.logged()).toContain(`killed after ${name} ${nth}`);
      const { contacts, appMetadata } = scene.auth0.user(ninasAccount);
      expect(contacts.map(({ address }) => address)).toEqual([ninasMail]);
      const [contact] = contacts;
      const record = JSON.stringify(appMetadata);
      expect(record).toContain(`"${contact?.provider}|${contact?.userId}":{"since":`);
      expect(record.match(/"teams:[^"]+"/g)).not.toBeNull();
      const bound = rows(here.databaseFile, 'select actor, account from bindings');
      expect(bound).toEqual([{ actor: expect.stringMatching(/^teams:/), account: ninasAccount }]);
      const loose = scene.auth0
        .users()
        .filter(({ userId, email }) => email === ninasMail && userId.startsWith('email|'));
      expect(loose).toEqual([]);
      const told = nina.messages().filter((text) => text.includes('Added'));
      expect([1, 2]).toContain(told.length);
      await eventually(
        () => (rows(here.databaseFile, 'select key from outbox').length === 0 ? true : undefined),
        () => 'orders are left',
      );
    },
  );
});
