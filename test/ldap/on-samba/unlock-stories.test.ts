// The whole way of somebody whose account lives in Active Directory, from the command to the sign-in, on a real controller and on
// both platforms.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { titled } from '../../skipped-reporter.ts';
import { inOrder } from '../../stories/chat.ts';
import { platforms } from '../../stories/platform.ts';
import { runStory, type Scene, type StoryOptions } from '../../stories/story.ts';
import { type Domain, missing, startDomain, type TestPerson } from '../domain.ts';
import { baseDn } from '../samba.ts';
import { firstPassword } from '../seed.ts';
import { connectsOlga, type DirectoryStory, directoryOptions, olgas } from './olga.ts';

const nobodyApproves = 'rules: [{ unlock: { approvals: 0 } }]\n';

describe.skipIf(missing !== undefined)(titled('on a real domain controller', missing), () => {
  let domain: Domain;
  beforeAll(async () => {
    domain = await startDomain(6, 'its-address');
  }, 120_000);
  afterAll(() => domain?.stop());

  const options = (more: DirectoryStory = {}): StoryOptions => directoryOptions(domain, more);
  const connects = (scene: Scene, person: TestPerson): void => connectsOlga(scene, person);

  const locked = async (): Promise<TestPerson> => {
    const person = await domain.person();
    await domain.lockOut(person);
    return person;
  };
  const proves = (scene: Scene, what: 'unlock' | 'reset-password' = 'unlock') =>
    scene.proves(what, scene.chat('olga'), olgas);
  const asked = async ({ world }: Scene): Promise<boolean> =>
    (await (await fetch(`${world.url}/metrics`)).text()).includes('system="directory"');

  describe.each(platforms)('On $name', (platform) => {
    const tells = (title: string, tell: (scene: Scene) => Promise<void>, with_: () => StoryOptions = options) =>
      it(title, { timeout: 120_000 }, () => runStory(platform, title, tell, with_()));

    tells(
      'a locked account is unlocked after the proof and the approval, and signs in with its password',
      async (scene) => {
        const person = await locked();
        connects(scene, person);
        const olga = scene.chat('olga');
        await scene.getsCode('unlock', olga);
        expect(await asked(scene)).toBe(false);
        await olga.types(scene.code(olgas));
        await olga.submits();
        const card = await scene.sam.seesCard(inOrder('Unlock', 'verified by email code', 'first unlock'));
        expect(card).toMatch(/ · locked since .+ in the directory, 3 failed sign-ins · first unlock/);
        expect(await domain.admin.signIn(person.dn, firstPassword)).toBe('775');
        await scene.sam.presses('Approve');
        const read = await olga.reads("You're unlocked. Sign in with your current password");
        expect(read).toMatch(/Your company's directory had locked it at .+ after 3 failed sign-ins\./);
        expect(read).toContain('At another office it can take up to 15 minutes until you can sign in.');
        expect(read).not.toContain('still uses an old password');
        expect(await domain.admin.signIn(person.dn, firstPassword)).toBe('ok');
        expect(await asked(scene)).toBe(true);
      },
    );

    tells('both locks are lifted, and both are named', async (scene) => {
      const person = await locked();
      connects(scene, person);
      scene.auth0.lock(person.account);
      await proves(scene);
      await scene.sam.seesCard(
        inOrder(
          'locked since',
          'in the directory and at the sign-in service, 3 failed sign-ins',
          'At the sign-in service: 10 failed sign-ins since',
          ', all from Outlook on a phone in Germany.',
        ),
      );
      await scene.sam.presses('Approve');
      await scene.chat('olga').reads(/It was locked twice, .+ The directory had locked it at .+ after 3 failed/);
      expect(await domain.admin.signIn(person.dn, firstPassword)).toBe('ok');
      expect(scene.auth0.user(person.account).locked).toBe(false);
    });

    tells('a lock at the sign-in service alone is named as that', async (scene) => {
      const person = await domain.person();
      connects(scene, person);
      scene.auth0.lock(person.account);
      await proves(scene);
      await scene.sam.seesCard(
        inOrder('locked since', 'at the sign-in service · first unlock', '10 failed sign-ins since'),
      );
      await scene.sam.presses('Approve');
      const read = await scene.chat('olga').reads('The sign-in service had locked it at');
      expect(read).toMatch(/10 failed sign-ins since .+, all from Outlook on a phone in Germany\./);
      expect(read).not.toContain('At another office');
      expect(scene.auth0.user(person.account).locked).toBe(false);
    });

    tells('an account that is locked nowhere is said to be', async (scene) => {
      connects(scene, await domain.person());
      await proves(scene);
      await scene.chat('olga').reads("Your account isn't locked. Forgotten the password?");
    });

    const states: readonly (readonly [string, () => Promise<TestPerson>, string, string])[] = [
      [
        'disabled',
        () => domain.person({ userAccountControl: '514' }),
        'Only the helpdesk can help with this one. They have been told.',
        'The account is disabled in the directory.',
      ],
      [
        'that has expired',
        () => domain.person({ accountExpires: '116444736010000000' }),
        'Your account has expired in your company',
        'The account has expired in the directory.',
      ],
      [
        'that signs in with a smart card only',
        () => domain.person({ userAccountControl: '262656' }),
        'Your account signs in with a smart card.',
        'signs in with a smart card only',
      ],
      [
        'of an administrator',
        async () => {
          const person = await domain.person();
          await domain.admin.addTo(`CN=Domain Admins,CN=Users,${baseDn}`, 'member', person.dn);
          return person;
        },
        'Only the helpdesk can help with this one. They have been told.',
        'or in a protected group. This app never changes such an account.',
      ],
    ];
    it.each(states)(
      'an account %s is not touched: the helpdesk is told why',
      { timeout: 120_000 },
      async (state, make, person, helpdesk) => {
        const one = await make();
        await runStory(
          platform,
          state,
          async (scene) => {
            connects(scene, one);
            scene.auth0.lock(one.account);
            await proves(scene);
            await scene.chat('olga').reads(person);
            await scene.sam.seesCard(helpdesk);
            expect(scene.auth0.user(one.account).locked).toBe(true);
          },
          options({ policy: nobodyApproves }),
        );
      },
    );

    tells(
      'an account that the service account cannot read is never called unlocked, and nothing is done',
      async (scene) => {
        const person = await locked();
        connects(scene, person);
        await proves(scene);
        await scene.chat('olga').reads('Only the helpdesk can help with this one. They have been told.');
        await scene.sam.seesCard('The directory did not show everything that this app must know');
        await scene.logs('directory.not-readable');
        expect(await domain.admin.signIn(person.dn, firstPassword)).toBe('775');
      },
      () => options({ policy: nobodyApproves, as: 'writeOnly' }),
    );

    tells(
      'a lock that the policy leaves to the helpdesk stays, and they read since when it stands',
      async (scene) => {
        const person = await locked();
        connects(scene, person);
        await proves(scene);
        const read = await scene.chat('olga').reads('only the helpdesk can unlock it there. They have been told.');
        expect(read).toMatch(/The lock ends by itself: try to sign in from .+\./);
        const card = await scene.sam.seesCard('this app may not lift that lock. Please unlock it there.');
        expect(card).toMatch(/It is locked since .+ in the directory, 3 failed sign-ins\./);
        expect(await domain.admin.signIn(person.dn, firstPassword)).toBe('775');
      },
      () => options({ policy: nobodyApproves, of: '    unlock: false\n' }),
    );

    tells(
      'locked again within the hour: the usual causes, and the helpdesk is asked with these facts',
      async (scene) => {
        const person = await locked();
        connects(scene, person);
        const olga = scene.chat('olga');
        await proves(scene);
        await olga.reads("You're unlocked");
        // Our clock goes on, that of the directory does not.
        scene.world.pass(30 * 60);
        await domain.lockOut(person);
        await proves(scene);
        const read = await olga.reads(inOrder('It locked again soon after the last unlock.', 'Usually something'));
        for (const cause of ['phone or tablet', 'mapped drive', 'browser or an app has saved', 'scheduled task'])
          expect(read).toContain(cause);
        await olga.pressesInMessage('Ask the helpdesk');
        const card = await scene.sam.seesCard('They verified their identity in a request for an unlock');
        expect(card).toContain('It was unlocked twice within an hour');
        expect(card).toMatch(/It had been locked in the directory at .+ after 3 failed sign-ins\./);
        expect(await domain.admin.signIn(person.dn, firstPassword)).toBe('ok');
      },
      () => options({ policy: nobodyApproves }),
    );

    tells(
      'while no controller answers nothing is said about the lock, and it goes on when one does',
      async (scene) => {
        const person = await locked();
        connects(scene, person);
        await domain.samba.kill();
        try {
          await proves(scene);
          await scene.triesAgain('inspect-account', 1);
          await scene.chat('olga').sees("We can't reach the sign-in service right now");
        } finally {
          await domain.samba.restart();
        }
        const isDone = () => scene.chat('olga').message().includes("You're unlocked");
        await scene.triesAgain('inspect-account', undefined, isDone);
        await scene.chat('olga').reads("You're unlocked");
        expect(await domain.admin.signIn(person.dn, firstPassword)).toBe('ok');
      },
      () => options({ policy: nobodyApproves }),
    );
  });
});
