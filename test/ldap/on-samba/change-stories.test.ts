// The whole way of somebody who knows the password of an account in Active Directory and changes it, from the command to the sign-in
// with the new one, on a real controller and on both platforms. Also where it has expired.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { titled } from '../../skipped-reporter.ts';
import { createEnrolmentBrowser, type EnrolmentBrowser } from '../../stories/enrolment-browser.ts';
import { platforms } from '../../stories/platform.ts';
import { runStory, type Scene, type StoryOptions } from '../../stories/story.ts';
import { type Domain, missing, startDomain, type TestPerson } from '../domain.ts';
import { baseDn } from '../samba.ts';
import { firstPassword } from '../seed.ts';
import { connectsOlga, type DirectoryStory, directoryOptions } from './olga.ts';

const good = 'Kraken-under-9-bridges';
const wrong = 'Never-was-her-Passw0rd';

describe.skipIf(missing !== undefined)(titled('on a real domain controller', missing), () => {
  let domain: Domain;
  beforeAll(async () => {
    domain = await startDomain(14, 'its-address');
  }, 180_000);
  afterAll(() => domain?.stop());

  const options = (more: DirectoryStory = {}): StoryOptions => directoryOptions(domain, more);

  /** From the command until the page with the three fields is open. */
  async function opensForm(scene: Scene, person: TestPerson): Promise<EnrolmentBrowser> {
    connectsOlga(scene, person, [good, wrong, firstPassword]);
    const olga = scene.chat('olga');
    await olga.writes('change-password');
    await olga.reads('You need your current password for this');
    const browser = createEnrolmentBrowser(scene.world);
    await browser.opens(olga.linkOf('Change password') ?? 'no link');
    await browser.sends('');
    expect(browser.html()).toContain('name="current"');
    return browser;
  }
  const types = (browser: EnrolmentBrowser, current: string, password = good) =>
    browser.sends('/password', { current, password, confirm: password });
  const signsIn = (person: TestPerson, password: string) => domain.admin.signIn(person.dn, password);

  describe.each(platforms)('On $name', (platform) => {
    const tells = (title: string, tell: (scene: Scene) => Promise<void>, with_: () => StoryOptions = options) =>
      it(title, { timeout: 120_000 }, () => runStory(platform, title, tell, with_()));

    tells('a known password is changed in the directory: a wrong one is told, the right one counts', async (scene) => {
      const person = await domain.person();
      const browser = await opensForm(scene, person);
      expect(browser.page()).toContain('At least 10 characters');
      await types(browser, wrong);
      expect(browser.page()).toContain('This isn’t your current password. You have 2 tries left.');
      await types(browser, firstPassword);
      expect(browser.page()).toContain('Your new password is saved');
      const read = await scene.chat('olga').reads(/Password changed at .*You're being signed out everywhere else/s);
      expect(read).toContain('The old password may still work in some places for a few minutes.');
      expect(await signsIn(person, good)).toBe('ok');
      expect(scene.auth0.outbox).toHaveLength(0);
      expect(scene.auth0.requests.filter(({ body }) => JSON.stringify(body ?? '').includes('"password"'))).toEqual([]);
    });

    tells('whoever has to change their password at the next sign-in does it here', async (scene) => {
      const person = await domain.person({ pwdLastSet: '0' });
      const browser = await opensForm(scene, person);
      await types(browser, firstPassword);
      expect(browser.page()).toContain('Your new password is saved');
      expect(await signsIn(person, good)).toBe('ok');
    });

    tells('three wrong old passwords end the request, and lock nobody', async (scene) => {
      const person = await domain.person();
      const browser = await opensForm(scene, person);
      for (let tries = 0; tries < 3; tries += 1) {
        if (browser.html().includes('name="current"')) await types(browser, wrong);
      }
      await scene.chat('olga').reads(/wasn't your current password|can't be changed right now/);
      expect(await signsIn(person, firstPassword)).toBe('ok');
    });

    tells('of a locked account nothing shows before the proof, and no password is tried', async (scene) => {
      const person = await domain.person();
      await domain.lockOut(person);
      const browser = await opensForm(scene, person);
      await types(browser, firstPassword);
      expect([browser.status(), browser.page()]).toEqual([409, expect.stringContaining('can’t be changed right now')]);
      await scene.chat('olga').reads("can't be changed right now");
      expect(scene.sam.cards()).toEqual([]);
      expect(await signsIn(person, good)).not.toBe('ok');
    });

    const untouched: Readonly<Record<string, (person: TestPerson) => Promise<unknown>>> = {
      'an administrator’s': ({ dn }) => domain.admin.addTo(`CN=Domain Admins,CN=Users,${baseDn}`, 'member', dn),
      'a disabled': ({ dn }) => domain.admin.set(dn, { userAccountControl: '514' }),
    };
    for (const [whose, prepare] of Object.entries(untouched)) {
      tells(
        `${whose} account is asked to sign in, and only after that it shows that it is not touched`,
        async (scene) => {
          const person = await domain.person();
          await prepare(person);
          connectsOlga(scene, person, [firstPassword]);
          const olga = scene.chat('olga');
          await olga.writes('change-password');
          await olga.reads('You need your current password for this');
          const browser = createEnrolmentBrowser(scene.world);
          const link = olga.linkOf('Change password') ?? 'no link';
          const back = await browser.signsInUntilSentBack(link, 'olga', firstPassword);
          expect(scene.sam.cards()).toEqual([]);
          await browser.opens(back);
          await olga.reads('Only the helpdesk can help with this one. They have been told.');
          expect(await signsIn(person, good)).not.toBe('ok');
        },
      );
    }

    tells(
      'where the policy says so, no known password is changed there, and nobody is asked for the old one',
      async (scene) => {
        const person = await domain.person();
        connectsOlga(scene, person, [firstPassword]);
        const olga = scene.chat('olga');
        await olga.writes('change-password');
        await olga.reads('You need your current password for this');
        const browser = createEnrolmentBrowser(scene.world);
        const back = await browser.signsInUntilSentBack(
          olga.linkOf('Change password') ?? 'no link',
          'olga',
          firstPassword,
        );
        await browser.opens(back);
        await olga.reads("Your password can't be changed from here");
        expect(await signsIn(person, firstPassword)).toBe('ok');
      },
      () => options({ of: '    change: false\n    reset: false\n' }),
    );
  });
});
