// Whose account it is: exactly one, with a contact, of an employee. Everybody else is refused politely and told
// nothing.
import { describe, expect } from 'vitest';
import { inOrder } from './chat.ts';
import { adamsAccount, janesAccount, type Who } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';

const noContact = 'You have no recovery contact yet';

/** Nothing was sent or changed, and no card is in the helpdesk's channel. */
function expectNothingDone({ auth0, sam }: Scene): void {
  expect(auth0.outbox).toEqual([]);
  expect(auth0.requests.filter(({ changed }) => changed)).toEqual([]);
  expect(sam.cards()).toEqual([]);
}

describe.concurrent.each(platforms)('On $name', (platform) => {
  describe('somebody whose account cannot be told is answered alike', () => {
    const cases: readonly (readonly [Who, string])[] = [
      ['nina', 'with an account but no contact'],
      ['olga', 'without any account'],
      ['twyla', 'with two accounts of one email'],
      ['una', 'with an email that was never verified'],
    ];
    for (const [who, how] of cases) {
      story(platform, `${who}, ${how}`, async (scene) => {
        const person = scene.chat(who);
        for (const what of ['reset-password', 'unlock'] as const) {
          await person.asks(what);
          await person.sees(noContact);
          await person.closesWindow();
        }
        await person.writes('unlock');
        await person.reads(noContact);
        expectNothingDone(scene);
      });
    }
  });

  describe('somebody whose address only looks like a colleague’s', () => {
    const mikes = 'mike@acme.example.com';
    const spellings: readonly (readonly [string, string])[] = [
      ['the Kelvin sign', 'mi\u212ae@acme.example.com'],
      ['an i without a dot', 'm\u0131ke@acme.example.com'],
      ['a full-width letter', '\uff4dike@acme.example.com'],
    ];
    for (const [how, email] of spellings) {
      story(platform, `is not taken for them, sees no contact and gets no code: ${how}`, async (scene) => {
        const { auth0, world } = scene;
        auth0.addUser({
          ...{ userId: 'auth0|mike', connection: 'CorpUsers', email: mikes, emailVerified: true },
          contacts: [{ provider: 'email', address: 'mike.miller@home.example.net' }],
        });
        platform.respells(world, 'olga', { email });
        const olga = scene.chat('olga');
        for (const what of ['reset-password', 'unlock'] as const) {
          await olga.asks(what);
          await olga.sees('Your work email address is not confirmed');
          expect(olga.screen()).not.toContain('•••');
          await olga.closesWindow();
        }
        expectNothingDone(scene);
      });
    }
  });

  describe('somebody who does not belong here is refused with the reason', () => {
    for (const [who, reason] of platform.strangers) {
      story(platform, `${who}: ${reason}`, async (scene) => {
        const person = scene.chat(who);
        await person.asks('reset-password');
        await person.sees(reason);
        expectNothingDone(scene);
        // Auth0 is not even asked about them.
        expect(scene.auth0.requests.filter(({ path }) => path.includes('users'))).toEqual([]);
      });
    }
  });

  describe('an account that an administrator blocked', () => {
    for (const what of ['reset-password', 'unlock'] as const) {
      story(platform, `gets no ${what}, and its card stands in the channel`, async (scene) => {
        const { jane, sam, auth0, proves, calls } = scene;
        auth0.lock(janesAccount);
        auth0.adminBlock(janesAccount, true);
        await proves(what);
        await jane.sees('Only the helpdesk can help with this one. They have been told.');
        await sam.seesCard(inOrder('help needed', `for ${calls('jane')}`));
        expect(jane.screen()).not.toContain('blocked');
        expect(auth0.user(janesAccount)).toMatchObject({ blocked: true, locked: true });
      });
    }

    story(platform, 'between proof and link gets no ticket', async (scene) => {
      const { jane, sam, auth0, proves, presses } = { ...scene, presses: pressesLink };
      await proves('reset-password');
      await jane.reads('Choose a new password');
      auth0.adminBlock(janesAccount, true);
      expect(await presses(scene)).toBe(409);
      await jane.reads('Only the helpdesk can help with this one');
      await sam.seesCard(/help needed.*blocked by an administrator/s);
      expect(auth0.requests.filter(({ path }) => path.includes('tickets'))).toEqual([]);
    });

    story(platform, 'between approval and act is not unlocked', async (scene) => {
      const { jane, sam, auth0, proves } = scene;
      auth0.lock(janesAccount);
      await proves('unlock');
      await sam.seesCard(/Unlock.*for/s);
      auth0.adminBlock(janesAccount, true);
      await sam.presses('Approve');
      await jane.reads('Only the helpdesk can help with this one');
      await sam.seesCard(/help needed.*blocked by an administrator/s);
      expect(auth0.user(janesAccount)).toMatchObject({ blocked: true, locked: true });
    });
  });

  describe('an account of the company directory', () => {
    const adams = 'adam@home.example.net';

    story(platform, 'gets no reset; the helpdesk is asked', async (scene) => {
      const { sam, proves } = scene;
      const adam = scene.chat('adam');
      await proves('reset-password', adam, adams);
      await adam.sees("Your password can't be changed from here. The helpdesk has been asked to help you.");
      await sam.seesCard(/help needed.*can't be reset with a link/s);
    });

    story(platform, 'gets its unlock', async (scene) => {
      const { sam, auth0, proves, calls } = scene;
      const adam = scene.chat('adam');
      auth0.lock(adamsAccount);
      await proves('unlock', adam, adams);
      await sam.seesCard(inOrder('Unlock', `for ${calls('adam')}`));
      await sam.presses('Approve');
      await adam.reads("You're unlocked");
      expect(auth0.user(adamsAccount).locked).toBe(false);
    });
  });

  story(
    platform,
    'only accounts of the connections that the policy names are anybody’s',
    async (scene) => {
      const twyla = scene.chat('twyla');
      await twyla.asks('reset-password');
      await twyla.seesInWindow('Send the code to');
      const adam = scene.chat('adam');
      await adam.asks('unlock');
      await adam.sees(noContact);
    },
    { policy: 'connections: [CorpUsers]' },
  );

  story(platform, 'a proof that names another account ends the request, and the helpdesk is told', async (scene) => {
    const { jane, sam, auth0, proves } = scene;
    auth0.misbehave.wrongSub = true;
    await proves('reset-password');
    await jane.sees("That code didn't prove that this account is yours");
    await sam.seesCard(/stopped.*confirmed for a different account/s);
    await scene.logs('proof mismatched');
  });
});

async function pressesLink({ jane }: Scene): Promise<number> {
  const response = await fetch(jane.linkOf('Choose a new password') ?? '', { method: 'POST', redirect: 'manual' });
  return response.status;
}
