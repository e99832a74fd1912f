// A person who leaves the company while a request of theirs is open gets nothing from it, however far it had come.
import { DatabaseSync } from 'node:sqlite';
import { describe, expect } from 'vitest';
import { pressesContinue } from './browser.ts';
import { eventually } from './chat.ts';
import { janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';
import type { World } from './world.ts';

const gone = 'no longer an active employee here';
const isTroubled = { isTroubled: true };

function expectNothingDone({ auth0 }: Scene): void {
  expect(auth0.requests.filter(({ path }) => path.includes('/tickets/'))).toEqual([]);
  expect(auth0.requests.filter(({ method, path }) => method === 'DELETE' && path.includes('/user-blocks'))).toEqual([]);
}

describe.concurrent.each(platforms)('On $name, somebody who was removed from the chat', (platform) => {
  story(
    platform,
    'while waiting for the helpdesk is not unlocked by its approval, and the card says why',
    async (scene) => {
      const { world, auth0, proves, sam } = scene;
      auth0.lock(janesAccount);
      await proves('unlock');
      await sam.seesCard('Unlock');
      platform.leaves(world, 'jane');
      await sam.presses('Approve');
      await sam.seesCard(gone);
      expectNothingDone(scene);
      expect(auth0.user(janesAccount).locked).toBe(true);
    },
    isTroubled,
  );

  story(
    platform,
    'with the link in hand gets no ticket for it, and the link is dead',
    async (scene) => {
      const { world, proves, jane } = scene;
      await proves('reset-password');
      await jane.reads('Choose a new password');
      const link = jane.linkOf('Choose a new password') ?? 'no link';
      platform.leaves(world, 'jane');
      const pressed = await pressesContinue(link);
      expect(pressed).toMatchObject({ status: 409, location: undefined });
      expect((await pressesContinue(link)).status).toBe(404);
      expectNothingDone(scene);
    },
    isTroubled,
  );
});

describe.concurrent.each(platforms)('While $name does not say who works here', (platform) => {
  story(
    platform,
    'a link gives no ticket, and can be pressed again',
    async (scene) => {
      const { world, proves, jane, opensTicket } = scene;
      await proves('reset-password');
      await jane.reads('Choose a new password');
      const link = jane.linkOf('Choose a new password') ?? 'no link';
      const isWell = platform.saysNothingOfPeople(world);
      expect((await pressesContinue(link)).status).toBe(503);
      expectNothingDone(scene);
      isWell();
      await opensTicket(link);
    },
    isTroubled,
  );

  story(
    platform,
    'no lock is lifted, and it is when it says so',
    async (scene) => {
      const { world, auth0, getsCode, code, jane, fails } = scene;
      auth0.lock(janesAccount);
      await getsCode('unlock');
      const isWell = platform.saysNothingOfPeople(world);
      await jane.types(code());
      await jane.submits();
      await fails('lift-lock');
      expectNothingDone(scene);
      isWell();
      world.pass(15);
      await jane.reads("You're unlocked");
    },
    { ...isTroubled, policy: 'rules:\n  - unlock: { approvals: 0 }' },
  );
});

/** The state of every request. */
function placesOf({ databaseFile }: World): readonly string[] {
  const database = new DatabaseSync(databaseFile, { readOnly: true });
  const rows = database.prepare('select place from flows').all();
  database.close();
  return rows.map(({ place }) => String(place));
}

describe.concurrent.each(platforms)('On $name, a request of somebody who has left since', (platform) => {
  story(
    platform,
    'is taken in and comes to nothing: no code, no lookup of an account, no word with a way in',
    async (scene) => {
      const { world, auth0, jane } = scene;
      await jane.writes('hello');
      await jane.reads('reset your password, unlock your account');
      // A confirmation is valid for a minute; a new process has none.
      await world.restart();
      platform.leaves(world, 'jane');
      const before = auth0.requests.length;
      await jane.fires('unlock');
      await eventually(
        () => (placesOf(world).join() === 'closed' ? true : undefined),
        () => placesOf(world).join(),
      );
      expect(jane.screen()).not.toContain('Send code');
      expect(auth0.outbox).toEqual([]);
      expect(auth0.requests.slice(before).filter(({ path }) => path.includes('users'))).toEqual([]);
    },
    isTroubled,
  );
});
