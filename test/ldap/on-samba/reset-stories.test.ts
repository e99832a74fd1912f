// The whole way of somebody who has forgotten the password of an account in Active Directory, from the command to the sign-in with
// the new one, on a real controller and on both platforms.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { titled } from '../../skipped-reporter.ts';
import { pressesContinue, typesPassword } from '../../stories/browser.ts';
import { inOrder } from '../../stories/chat.ts';
import { platforms } from '../../stories/platform.ts';
import { runStory, type Scene, type StoryOptions } from '../../stories/story.ts';
import { type Domain, missing, startDomain, type TestPerson } from '../domain.ts';
import { baseDn } from '../samba.ts';
import { firstPassword } from '../seed.ts';
import { connectsOlga, type DirectoryStory, directoryOptions, olgas } from './olga.ts';

const button = 'Choose a new password';
const good = 'Kraken-under-9-bridges';
const better = 'Nine-bridges-under-a-Kraken-4';

describe.skipIf(missing !== undefined)(titled('on a real domain controller', missing), () => {
  let domain: Domain;
  beforeAll(async () => {
    domain = await startDomain(9, 'its-address');
  }, 120_000);
  afterAll(() => domain?.stop());

  const options = (more: DirectoryStory = {}): StoryOptions => directoryOptions(domain, more);
  const connects = (scene: Scene, person: TestPerson): void => connectsOlga(scene, person, [good, better]);

  /** From the command until the page with the form is open. */
  async function opensPage(scene: Scene): Promise<{ readonly link: string; readonly form: string }> {
    const olga = scene.chat('olga');
    await scene.proves('reset-password', olga, olgas);
    await olga.sees("You're verified");
    await olga.reads(button);
    const link = olga.linkOf(button) ?? 'no link';
    const { status, text } = await pressesContinue(link);
    expect(status).toBe(200);
    return { link, form: text };
  }

  describe.each(platforms)('On $name', (platform) => {
    const tells = (title: string, tell: (scene: Scene) => Promise<void>, with_: () => StoryOptions = options) =>
      it(title, { timeout: 120_000 }, () => runStory(platform, title, tell, with_()));

    tells(
      'a forgotten password is replaced: the rules first, then the page, then the chat says what to do',
      async (scene) => {
        const person = await domain.person();
        connects(scene, person);
        const { link, form } = await opensPage(scene);
        expect(form).toContain('At least 10 characters');
        expect(form).toContain('At least 3 of these 5');
        const short = await typesPassword(link, 'Kr4ken!!');
        expect([short.status, short.text.includes('too short')]).toEqual([422, true]);
        const saved = await typesPassword(link, good);
        expect([saved.status, saved.text.includes('Your new password is saved')]).toEqual([200, true]);
        const read = await scene.chat('olga').reads(/Password changed at .*You're being signed out everywhere else/s);
        expect(read).toContain('The old password may still work in some places for a few minutes.');
        expect(read).toContain('connect to the office or the VPN, lock the screen');
        expect(await domain.admin.signIn(person.dn, good)).toBe('ok');
        expect((await typesPassword(link, better)).status).toBe(404);
        expect(scene.auth0.requests.filter(({ body }) => JSON.stringify(body ?? '').includes('"password"'))).toEqual(
          [],
        );
      },
    );

    tells('a locked account gets a new password and is unlocked with it', async (scene) => {
      const person = await domain.person();
      await domain.lockOut(person);
      connects(scene, person);
      const { link } = await opensPage(scene);
      expect((await typesPassword(link, good)).status).toBe(200);
      await scene.chat('olga').reads('Password changed at');
      expect(await domain.admin.signIn(person.dn, good)).toBe('ok');
    });

    tells('whoever has to change their password at the next sign-in can do it here', async (scene) => {
      const person = await domain.person({ pwdLastSet: '0' });
      connects(scene, person);
      const { link } = await opensPage(scene);
      expect((await typesPassword(link, good)).status).toBe(200);
      await scene.chat('olga').reads('Password changed at');
      expect(await domain.admin.signIn(person.dn, good)).toBe('ok');
    });

    tells(
      'a password with a name in it is refused here, with the rule, and the next one is taken without a new code',
      async (scene) => {
        const person = await domain.person();
        connects(scene, person);
        const { link } = await opensPage(scene);
        const named = await typesPassword(link, 'Olga-forever-and-1-day');
        expect(named.status).toBe(422);
        expect(named.text).toContain('contains your name');
        expect((await typesPassword(link, good)).status).toBe(200);
        expect(scene.auth0.outbox).toHaveLength(1);
      },
    );

    tells('an administrator’s account is not touched: the helpdesk is told why', async (scene) => {
      const person = await domain.person();
      await domain.admin.addTo(`CN=Domain Admins,CN=Users,${baseDn}`, 'member', person.dn);
      connects(scene, person);
      await scene.proves('reset-password', scene.chat('olga'), olgas);
      await scene.chat('olga').reads('Only the helpdesk can help with this one. They have been told.');
      await scene.sam.seesCard('or in a protected group. This app never changes such an account.');
      expect(await domain.admin.signIn(person.dn, firstPassword)).toBe('ok');
    });

    tells(
      'a lock that the policy leaves to the helpdesk stands in the way of a new password, too',
      async (scene) => {
        const person = await domain.person();
        await domain.lockOut(person);
        connects(scene, person);
        await scene.proves('reset-password', scene.chat('olga'), olgas);
        await scene.chat('olga').reads('only the helpdesk can unlock it there. They have been told.');
        await scene.sam.seesCard('this app may not lift that lock. Please unlock it there.');
      },
      () => options({ of: '    unlock: false\n' }),
    );

    tells('an account that becomes an administrator’s while the page is open is not touched', async (scene) => {
      const person = await domain.person();
      connects(scene, person);
      const { link } = await opensPage(scene);
      await domain.admin.addTo(`CN=Domain Admins,CN=Users,${baseDn}`, 'member', person.dn);
      expect((await typesPassword(link, good)).status).toBe(409);
      await scene.chat('olga').reads('Only the helpdesk can help with this one. They have been told.');
      expect(await domain.admin.signIn(person.dn, firstPassword)).toBe('ok');
    });

    tells(
      'while no controller answers the page says so, nothing is lost, and the same link works later',
      async (scene) => {
        const person = await domain.person();
        connects(scene, person);
        const { link } = await opensPage(scene);
        await domain.samba.kill();
        try {
          expect((await typesPassword(link, good)).status).toBe(503);
        } finally {
          await domain.samba.restart();
        }
        await pressesContinue(link);
        expect((await typesPassword(link, good)).status).toBe(200);
        await scene.chat('olga').reads(inOrder('Password changed at', 'unlock'));
        expect(await domain.admin.signIn(person.dn, good)).toBe('ok');
      },
    );
  });
});
