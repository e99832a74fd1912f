// A change of the contacts is told by mail to whoever has an older one, and their word takes it back.
import { describe, expect, it } from 'vitest';
import { login, type MailServer, startMailServer } from '../notices/mail-server.ts';
import { eventually, inOrder } from './chat.ts';
import { addsEmail, janesSecond, linked, signsIn } from './enrolling.ts';
import { createEnrolmentBrowser } from './enrolment-browser.ts';
import { janesAccount, janesEmail, people } from './people.ts';
import { platforms } from './platform.ts';
import { runStory, type Scene } from './story.ts';

/** The newest notice to this address, decoded. */
const noticeTo = (server: MailServer, address: string): string | undefined => {
  const raw = server.delivered.findLast(({ to }) => to.includes(address))?.raw;
  return raw?.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '=');
};

const linkIn = (notice: string): string => /https?:\/\/[^\s"<]+\/enrol\/not-me\/[\w.-]+/.exec(notice)?.[0] ?? 'no link';

type Tell = (scene: Scene, mails: MailServer) => Promise<void>;

/** A company that has a mail server. */
function mailStory(title: string, tell: Tell): void {
  describe.each(platforms)('On $name', (platform) => {
    it(title, { timeout: 120_000 }, async () => {
      await using server = await startMailServer({ disabledCommands: ['STARTTLS'], allowInsecureAuth: true });
      const password = encodeURIComponent(login.password);
      const smtpUrl = `smtp://${login.user}:${password}@127.0.0.1:${server.port}?from=Latchkey <no-reply@acme.test>`;
      await runStory(platform, title, (scene) => tell(scene, server), { smtpUrl });
    });
  });
}

const notice = (mails: MailServer, address: string): Promise<string> =>
  eventually(
    () => noticeTo(mails, address),
    () => `nothing came to ${address}`,
  );

mailStory(
  'a new contact is told to the older one and to the work address, and taken out by the link in it',
  async (scene, mails) => {
    const { jane, sam } = scene;
    await addsEmail(scene, await signsIn(scene, 'jane'), janesSecond);
    await jane.reads(inOrder('Added', 'j•••@m•••.org'));
    const told = await notice(mails, janesEmail);
    await notice(mails, people.jane.email);
    expect(noticeTo(mails, janesSecond)).toBeUndefined();
    const browser = createEnrolmentBrowser(scene.world);
    scene.world.planted.add(linkIn(told).split('/').at(-1) ?? 'no token');
    await browser.opens(linkIn(told));
    expect(linked(scene, janesAccount)).toHaveLength(3);
    await browser.sends('');
    await eventually(
      () => (linked(scene, janesAccount).length === 2 ? true : undefined),
      () => browser.page(),
    );
    await sam.seesCard("It wasn't me");
    await jane.asks('reset-password');
    await jane.sees('paused until');
    // Pressed once more, it changes nothing.
    await browser.opens(linkIn(told));
    expect(browser.status()).not.toBe(500);
  },
);

mailStory(
  'a chat that was connected is told to the older contact, and disconnected by the link in it',
  async (scene, mails) => {
    const { jane, sam, auth0 } = scene;
    await signsIn(scene, 'jane');
    await jane.reads(inOrder('This chat is now connected to your work account, too', "It wasn't me"));
    const told = await notice(mails, janesEmail);
    expect(told).toContain('Another chat was connected to your account');
    await notice(mails, people.jane.email);
    scene.world.planted.add(linkIn(told).split('/').at(-1) ?? 'no token');
    const browser = createEnrolmentBrowser(scene.world);
    await browser.opens(linkIn(told));
    await browser.sends('');
    await jane.reads('This chat was disconnected from your work account.');
    await sam.seesCard('was disconnected again');
    expect(auth0.user(janesAccount).appMetadata).toMatchObject({ latchkey: { actors: [] } });
  },
);

mailStory('a contact that is removed is told itself, and the others are too', async (scene, mails) => {
  const { jane } = scene;
  const browser = await signsIn(scene, 'jane');
  const [contact = ''] = linked(scene, janesAccount);
  await browser.sends('/remove', { contact });
  await browser.sends('/remove', { contact, confirmed: '1' });
  await jane.reads(inOrder('Removed', 'j•••@h•••.net'));
  await notice(mails, janesEmail);
  await notice(mails, people.jane.email);
});
