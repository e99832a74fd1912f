// Enrolment: from the chat through the browser to a contact that recovers the account, and what protects it.
import { describe, expect } from 'vitest';
import { eventually, inOrder } from './chat.ts';
import {
  addsEmail,
  addsPhone,
  asksForLink,
  janesSecond,
  linked,
  ninasAccount,
  ninasMail,
  ninasPhone,
  password,
  signsIn,
} from './enrolling.ts';
import { createEnrolmentBrowser } from './enrolment-browser.ts';
import { accountOf, janesAccount, janesEmail, people } from './people.ts';
import { platforms } from './platform.ts';
import { story, wrong } from './story.ts';

describe.concurrent.each(platforms)('On $name, a person', (platform) => {
  story(platform, 'who has nothing enrols in the browser, and resets the password with it at once', async (scene) => {
    const { auth0, opensTicket } = scene;
    const nina = scene.chat('nina');
    const browser = await signsIn(scene, 'nina', nina);
    await addsEmail(scene, browser, ninasMail);
    await browser.sees('n•••@m•••.org');
    await nina.reads(inOrder('Added', 'n•••@m•••.org'));
    await browser.sends('/done');
    await scene.proves('reset-password', nina, ninasMail);
    await nina.reads('Choose a new password');
    await opensTicket(nina.linkOf('Choose a new password'));
    expect(auth0.user(ninasAccount).appMetadata).toMatchObject({ latchkey: { actors: [expect.any(String)] } });
  });

  story(
    platform,
    'adds a phone in the browser, and unlocks with a code that is texted to it',
    async (scene) => {
      const { auth0, world } = scene;
      const nina = scene.chat('nina');
      await nina.writes('enroll');
      await nina.reads('sign in with your work account');
      const browser = createEnrolmentBrowser(world);
      // The link of the button opens the page at the field for a number.
      await browser.signsIn(nina.linkOf('Add phone') ?? 'no link', people.nina.email, password);
      expect(browser.url()).toMatch(/#phone$/);
      await addsPhone(scene, browser, ninasPhone, '01511 234 56-78');
      await browser.sees('•••78 was added.');
      await nina.reads(inOrder('Added: phone', '•••78', 'It can be used now'));
      expect(auth0.user(ninasAccount).contacts).toMatchObject([{ provider: 'sms', address: ninasPhone }]);
      await browser.sends('/done');
      auth0.lock(ninasAccount);
      await nina.asks('unlock');
      await nina.sees("We'll send a code to");
      await nina.submits();
      await nina.sees(inOrder('Enter the code we texted to', '•••78'));
      await nina.types(scene.code(ninasPhone));
      await nina.submits();
      await nina.reads('The helpdesk');
    },
    { policy: 'contacts: { phoneCountries: [DE, AT] }\n' },
  );

  story(
    platform,
    'reads why a number is not taken, and gets a code only for one that is',
    async (scene) => {
      const browser = await signsIn(scene, 'nina');
      const country = 'Your company doesn’t allow numbers of this country. Use another one, or an email address.';
      const notTexted = 'We can’t send a text message to this number. Use a mobile number, without an extension.';
      for (const [typed, says] of [
        ['+41 79 123 45 67', country],
        ['030 1234567', notTexted],
        ['0151 12345678 ext. 9', notTexted],
        ['my phone', 'This doesn’t look like a phone number. Begin with + and the country code.'],
        ['', 'Type a phone number.'],
      ] as const) {
        await browser.sends('/phone', { address: typed });
        expect(browser.page(), typed).toContain(says);
        // It stays in the field, to be mended.
        expect(browser.html(), typed).toMatch(new RegExp(`id="phone"[^>]* value="${typed.replaceAll('+', '\\+')}"`));
      }
      expect(scene.auth0.outbox).toEqual([]);
      await addsPhone(scene, browser, ninasPhone);
      await browser.sees('•••78 was added.');
    },
    { policy: 'contacts: { phoneCountries: [DE, AT] }\n' },
  );

  story(
    platform,
    'reads that the company does not allow a provider, and gets a code only at another one',
    async (scene) => {
      const browser = await signsIn(scene, 'nina');
      for (const typed of ['nina@throwaway.example.net', 'Nina@in.Throwaway.example.net']) {
        await browser.sends('/email', { address: typed });
        expect(browser.page(), typed).toContain(
          'Your company doesn’t allow addresses at this provider. Use another one.',
        );
      }
      expect(scene.auth0.outbox).toEqual([]);
      await addsEmail(scene, browser, ninasMail);
      await browser.sees('was added');
    },
    { policy: 'contacts: { blockedDomains: [throwaway.example.net] }\n' },
  );

  story(platform, 'cannot use a second contact before a day has passed', async (scene) => {
    const { jane, world } = scene;
    const browser = await signsIn(scene, 'jane');
    await addsEmail(scene, browser, janesSecond);
    await browser.sees('j•••@m•••.org');
    await jane.reads(inOrder('Added', 'can be used from'));
    await browser.sends('/done');
    await jane.writes('enroll');
    await jane.reads(inOrder('j•••@m•••.org', 'since', 'can be used from'));
    await jane.writes('cancel');
    await jane.asks('reset-password');
    await jane.sees("We'll send a code to");
    expect(jane.choices().join()).not.toContain('j•••@m•••.org');
    await jane.presses('Cancel this request');
    world.pass(24 * 3600 + 60);
    await jane.asks('reset-password');
    await jane.sees("We'll send a code to");
    expect(jane.choices().join()).toContain('j•••@m•••.org');
  });

  story(platform, 'who signs in with another account than their own changes nothing', async (scene) => {
    const browser = createEnrolmentBrowser(scene.world);
    await browser.signsIn(await asksForLink(scene.jane), people.sam.email, password);
    await browser.sees('another account');
    await browser.opens(`${scene.world.url}/enrol/contacts`);
    expect(browser.page()).not.toContain('j•••@h•••.net');
    expect(linked(scene, janesAccount)).toHaveLength(2);
    expect(scene.auth0.user(janesAccount).appMetadata).toEqual({});
    expect(scene.auth0.user(accountOf('sam')).appMetadata).toEqual({});
  });

  story(platform, 'presses It wasn’t me, and the new contact is taken out again', async (scene) => {
    const { jane, sam } = scene;
    const browser = await signsIn(scene, 'jane');
    await addsEmail(scene, browser, janesSecond);
    await jane.reads(inOrder('Added', 'j•••@m•••.org'));
    expect(linked(scene, janesAccount)).toHaveLength(3);
    await jane.pressesInMessage("It wasn't me");
    await eventually(
      () => (linked(scene, janesAccount).length === 2 ? true : undefined),
      () => linked(scene, janesAccount).join(),
    );
    await sam.seesCard("It wasn't me");
    await jane.asks('reset-password');
    await jane.sees('paused until');
  });

  story(platform, 'types a wrong code, then the right one', async (scene) => {
    const nina = scene.chat('nina');
    const browser = await signsIn(scene, 'nina', nina);
    scene.world.planted.add(ninasMail);
    await browser.sends('/email', { address: ninasMail });
    await browser.sees('code');
    await browser.sends('/code', { code: wrong(scene.code(ninasMail)) });
    await browser.sees('2 tries left');
    await browser.sends('/code', { code: scene.code(ninasMail) });
    await nina.reads(inOrder('Added', 'n•••@m•••.org'));
  });

  story(
    platform,
    'confirms a contact from a file by adding it again, where it cannot be used before',
    async (scene) => {
      const nina = scene.chat('nina');
      const userId = 'f11e'.repeat(6);
      const { email, realName: name } = people.nina;
      const note = { since: '2026-01-05T12:00:00.000Z', unconfirmed: true };
      scene.auth0.removeUser(ninasAccount);
      scene.auth0.addUser({
        ...{ ...people.nina.accounts[0], email, name, password },
        appMetadata: { latchkey: { contacts: { [`email|${userId}`]: note } } },
        contacts: [{ provider: 'email', address: ninasMail, userId }],
      });
      await nina.asks('reset-password');
      await nina.sees("isn't confirmed yet");
      const browser = await signsIn(scene, 'nina', nina);
      await browser.sees('Not confirmed yet');
      await addsEmail(scene, browser, ninasMail);
      await browser.sees('n•••@m•••.org is confirmed now.');
      expect(browser.page()).not.toMatch(/Not confirmed yet|You have this contact already/);
      await nina.reads(inOrder('Email', 'n•••@m•••.org', 'confirmed now'));
      expect(nina.message()).not.toContain('not yet confirmed');
      await browser.sends('/done');
      await nina.reads(inOrder('Email', 'n•••@m•••.org', 'confirmed now'));
      await scene.proves('reset-password', nina, ninasMail);
      await nina.reads('Choose a new password');
    },
    { policy: 'contacts: { unconfirmed: not-usable }' },
  );

  story(
    platform,
    'removes the last contact after a sign-in, and reads before and afterwards what it means',
    async (scene) => {
      const petra = scene.chat('petra');
      const account = accountOf('petra');
      const browser = await signsIn(scene, 'petra', petra);
      const [mail = ''] = linked(scene, account);
      await browser.sends('/remove', { contact: mail });
      await browser.sees('Remove p•••@h•••.net');
      await browser.sees(
        'It’s your only contact. Without one, you can’t reset your password or unlock your account by yourself. Only the helpdesk can help you then.',
      );
      expect(linked(scene, account)).toEqual([mail]);
      await browser.sends('/remove', { contact: mail, confirmed: '1' });
      await browser.sees('p•••@h•••.net was removed.');
      await browser.sees('You have none yet.');
      await petra.reads(
        inOrder(
          'Removed',
          'p•••@h•••.net',
          'That was your last one.',
          'now, only the helpdesk can help.',
          "It wasn't me",
        ),
      );
      expect(linked(scene, account)).toEqual([]);
      expect(scene.auth0.users().some(({ userId }) => userId === mail)).toBe(false);
      await petra.asks('reset-password');
      await petra.sees('You have no recovery contact');
    },
  );

  story(platform, 'removes a contact, which is deleted at Auth0 too', async (scene) => {
    const { jane } = scene;
    const browser = await signsIn(scene, 'jane');
    await browser.sees('j•••@h•••.net');
    const [mail = ''] = linked(scene, janesAccount);
    await browser.sends('/remove', { contact: mail });
    expect(browser.page(), mail).toContain('Remove j•••@h•••.net');
    await browser.sends('/remove', { contact: mail, confirmed: '1' });
    await jane.reads(inOrder('Removed', 'j•••@h•••.net'));
    expect(linked(scene, janesAccount)).not.toContain(mail);
    expect(scene.auth0.users().some(({ userId }) => userId === mail)).toBe(false);
    expect(scene.auth0.lastCodeTo(janesEmail)).toBeUndefined();
  });
});
