// Whose account it is: exactly one, with a contact, of an employee. Everybody else is refused politely and told
// nothing.
import { describe, expect } from 'vitest';
import { inOrder } from './chat.ts';
import { adamsAccount, janesAccount, people, type Who } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';

const noContact = 'You have no recovery contact yet';

/** Nothing was sent or changed, and no card is in the helpdesk's channel. */
function expectNothingDone({ auth0, sam }: Scene): void {
  expect(auth0.outbox).toEqual([]);
  expect(auth0.requests.filter(({ changed }) => changed)).toEqual([]);
  expect(sam.cards()).toEqual([]);
}

const refusedByPlatform =
  /"person.unmatched".*"reason":"(?:guest|external|bot|deactivated|invited|unconfirmed-email|unknown-on-platform)"/;

/** The log names the request and the reason, and the counter counts each request; neither has an address. */
async function expectReason(scene: Scene, reason: string, requests: number): Promise<void> {
  await scene.logs(
    new RegExp(`^(?=.*"flow":"[^"]+").*"event":"person.unmatched".*"actor":"[^"]+","reason":"${reason}"`, 'm'),
  );
  const counter = `latchkey_people_unmatched_total{reason="${reason}"} ${requests}\n`;
  const metrics = await fetch(`${scene.world.url}/metrics`);
  expect(await metrics.text()).toContain(counter);
}

describe.concurrent.each(platforms)('On $name', (platform) => {
  describe('somebody whose account cannot be told is answered alike', () => {
    const cases: readonly (readonly [Who, string, string])[] = [
      ['nina', 'with an account but no contact', 'no-contact'],
      ['olga', 'without any account', 'absent'],
      ['twyla', 'with two accounts of one email', 'ambiguous'],
      ['una', 'with an email that was never verified', 'unverified'],
    ];
    for (const [who, how, reason] of cases) {
      story(platform, `${who}, ${how}; the operator learns the reason`, async (scene) => {
        const person = scene.chat(who);
        for (const what of ['reset-password', 'unlock'] as const) {
          await person.asks(what);
          await person.sees(noContact);
          await person.closesWindow();
        }
        await person.writes('unlock');
        await person.reads(noContact);
        expectNothingDone(scene);
        await expectReason(scene, reason, 3);
      });
    }

    story(
      platform,
      'adam, whose account is not in the connections of the policy; the operator learns the reason',
      async (scene) => {
        const adam = scene.chat('adam');
        await adam.asks('unlock');
        await adam.sees(noContact);
        expectNothingDone(scene);
        await expectReason(scene, 'other-connection', 1);
      },
      { policy: 'connections: [CorpUsers]' },
    );

    story(platform, 'olga, whose account says in an odd form whether it is blocked', async (scene) => {
      scene.auth0.addUser({
        ...{ userId: 'auth0|odd', connection: 'CorpUsers', email: people.olga.email, record: { blocked: 'perhaps' } },
        contacts: [{ provider: 'email', address: 'olga@home.example.net' }],
      });
      const olga = scene.chat('olga');
      await olga.asks('reset-password');
      await olga.sees(noContact);
      expectNothingDone(scene);
      await expectReason(scene, 'unreadable', 1);
      await scene.logs(/"event":"auth0.user.unreadable","fields":\["blocked"\]/);
    });

    for (const [how, policy, domain] of [
      ['at a mail server of the company', '', 'mail.acme.example.com'],
      ['at the company’s second domain', 'contacts: { blockedDomains: [acme.example.org] }', 'acme.example.org'],
    ] as const) {
      story(
        platform,
        `olga, whose only contact is ${how}; the operator learns the reason`,
        async (scene) => {
          scene.auth0.addUser({
            ...{ userId: 'auth0|olga', connection: 'CorpUsers', email: people.olga.email },
            contacts: [{ provider: 'email', address: `olga@${domain}` }],
          });
          const olga = scene.chat('olga');
          await olga.asks('reset-password');
          await olga.sees(noContact);
          expectNothingDone(scene);
          await expectReason(scene, 'own-domain-contact', 1);
        },
        { policy },
      );
    }
  });

  describe('somebody whose record is unusual is helped all the same', () => {
    const contacts = [{ provider: 'email' as const, address: 'olga@home.example.net' }];

    /** Olga is the one of the cast without an account. */
    async function expectHelped(scene: Scene): Promise<void> {
      const olga = scene.chat('olga');
      await scene.proves('reset-password', olga, 'olga@home.example.net');
      await olga.reads('Choose a new password');
    }

    for (const email of [
      'r&d@acme.example.com',
      'olga~o@acme.example.com',
      'jörg@acme.example.com',
      'olga@münchen.example',
    ]) {
      story(platform, `with the address ${email}`, async (scene) => {
        scene.auth0.addUser({ userId: 'auth0|olga', connection: 'CorpUsers', email, contacts });
        platform.respells(scene.world, 'olga', { email });
        await expectHelped(scene);
      });
    }

    story(platform, 'where fields that decide nothing have odd forms, also of a stray account', async (scene) => {
      const { email } = people.olga;
      const record = { given_name: ['Olga'], phone_number: 491701234512, last_password_reset: { at: 1 } };
      scene.auth0.addUser({ userId: 'auth0|olga', connection: 'CorpUsers', email, contacts, record });
      scene.auth0.addUser({ userId: 'saml|olga', connection: 'Partner', email, record });
      await expectHelped(scene);
    });

    story(platform, 'where the platform does not say whether they are a guest', async (scene) => {
      const { email } = people.olga;
      scene.auth0.addUser({ userId: 'auth0|olga', connection: 'CorpUsers', email, contacts });
      platform.saysNothingOfGuests(scene.world, 'olga');
      await expectHelped(scene);
    });

    story(platform, 'where platform and directory write the address with capitals', async (scene) => {
      const email = 'Olga.Outside@Acme.example.com';
      scene.auth0.addUser({ userId: 'ad|CorpAD|olga', connection: 'CorpAD', email, contacts });
      platform.respells(scene.world, 'olga', { email });
      await scene.getsCode('unlock', scene.chat('olga'));
    });
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
        // Nobody can tell who an anonymous person is, so that there is no request.
        if (who !== 'anton') await scene.logs(refusedByPlatform);
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

    story(
      platform,
      'is nobody’s where the policy demands that Auth0 calls its address verified',
      async (scene) => {
        const adam = scene.chat('adam');
        await adam.asks('unlock');
        await adam.sees(noContact);
        expectNothingDone(scene);
        await expectReason(scene, 'unverified', 1);
      },
      { policy: 'directoryAddresses: verified' },
    );

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
      await twyla.seesInWindow("We'll send a code to your contact");
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
