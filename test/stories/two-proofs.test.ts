// Accounts whose rule asks for two proofs: two contacts, or a contact and a recovery code that was made in the browser.
import { describe, expect } from 'vitest';
import { type Chat, eventually, inOrder } from './chat.ts';
import { createEnrolmentBrowser, type EnrolmentBrowser } from './enrolment-browser.ts';
import { accountOf, janesAccount, janesEmail, janesPhone, people, type Who } from './people.ts';
import { platforms, slack, teams } from './platform.ts';
import { type Scene, story, wrong } from './story.ts';

/** For Jane, who has two contacts, and for Petra, who has one. */
const policy = `rules:
  - when: { app_metadata: { privileged: true } }
    reset: { approvals: 0, proofs: 2 }
    unlock: { approvals: 1, proofs: 2 }
  - when: { multifactor: true }
    reset: { approvals: 0, proofs: 2 }
    unlock: { approvals: 0, proofs: 2 }
  - reset: { approvals: 0 }
    unlock: { approvals: 0 }
`;
/** The same for everybody. */
const forAll = 'rules: [{ reset: { approvals: 0, proofs: 2 }, unlock: { approvals: 0, proofs: 2 } }]';

const petrasMail = 'petra@home.example.net';
const oneMore = 'The code from your email was correct. Your account needs one more proof';

/** In the browser, by the link in this chat. */
async function signsIn(
  scene: Scene,
  who: Who,
  person = scene.chat(who),
  password = 'Old-Passw0rd-of-theirs',
): Promise<EnrolmentBrowser> {
  await person.writes('enroll');
  await person.reads('sign in with your work account');
  const browser = createEnrolmentBrowser(scene.world);
  await browser.signsIn((person.linkOf('Add email') ?? 'no link').replace(/\/email$/, ''), people[who].email, password);
  await browser.sees(/recovery codes/i);
  return browser;
}

/** The ten codes, made in the browser after a sign-in. */
async function makesCodes(scene: Scene, who: Who, password?: string): Promise<readonly string[]> {
  const person = scene.chat(who);
  const browser = await signsIn(scene, who, person, password);
  const codes = await newSet(scene, browser);
  await person.reads(inOrder('New recovery codes were created', 'can be used from', "It wasn't me"));
  await browser.sends('/recovery-codes', { saved: '1' });
  await browser.sees('Recovery codes: 10 left');
  await browser.sends('/done');
  await person.reads('Done.');
  return codes;
}

/** The same, a day ago. */
async function hasCodes(scene: Scene, who: Who, password?: string): Promise<readonly string[]> {
  const codes = await makesCodes(scene, who, password);
  scene.world.pass(24 * 3600 + 60);
  return codes;
}

async function newSet({ world }: Scene, browser: EnrolmentBrowser): Promise<readonly string[]> {
  await browser.opens(`${world.url}/enrol/recovery-codes`);
  await browser.sends('/recovery-codes');
  const codes = [...browser.html().matchAll(/<li><code>([^<]+)<\/code>/g)].map(([, code = '']) => code);
  expect(codes).toHaveLength(10);
  for (const code of codes)
    for (const spelling of [code, code.replaceAll('-', ''), code.replaceAll('-', '').toLowerCase()])
      world.planted.add(spelling);
  return codes;
}

/** The first proof, until the second is asked for. */
async function provesOnce(scene: Scene, person: Chat, address: string): Promise<void> {
  await scene.proves('reset-password', person, address);
  await person.sees(oneMore);
}

async function types(person: Chat, code: string): Promise<void> {
  await person.types(code);
  await person.submits();
}

const privileged = (scene: Scene): void => {
  scene.auth0.removeUser(janesAccount);
  const [{ ...jane }] = people.jane.accounts;
  scene.auth0.addUser({ ...jane, email: people.jane.email, name: 'Jane Doe', appMetadata: { privileged: true } });
};

describe.concurrent.each(platforms)('On $name, a person whose account needs two proofs', (platform) => {
  story(
    platform,
    'gets a new password after codes from two contacts, and not before',
    async (scene) => {
      privileged(scene);
      const { jane, auth0, code } = scene;
      await provesOnce(scene, jane, janesEmail);
      expect(jane.screen()).toContain('a code from your other contact');
      expect(jane.linkOf('Choose a new password')).toBeUndefined();
      expect(jane.buttons()).not.toContain('Use a recovery code');
      await jane.sees('text message •••12');
      await jane.submits();
      await jane.sees('Enter the code we texted to');
      await types(jane, code(janesPhone));
      await jane.reads('Choose a new password');
      expect(auth0.outbox.map(({ to }) => to)).toEqual([janesEmail, janesPhone]);
      await scene.opensTicket(jane.linkOf('Choose a new password'));
    },
    { policy },
  );

  story(
    platform,
    'who has a second factor at Auth0 is one of them, where the policy says so',
    async (scene) => {
      scene.auth0.removeUser(janesAccount);
      const [{ ...jane }] = people.jane.accounts;
      scene.auth0.addUser({ ...jane, email: people.jane.email, name: 'Jane Doe', multifactor: ['guardian'] });
      await provesOnce(scene, scene.jane, janesEmail);
    },
    { policy },
  );

  story(
    platform,
    'gets a new password with a code from their contact and a recovery code, however they type it',
    async (scene) => {
      const petra = scene.chat('petra');
      const [code = '', another = ''] = await hasCodes(scene, 'petra');
      await provesOnce(scene, petra, petrasMail);
      expect(petra.screen()).toMatch(inOrder('a recovery code', 'Nobody from the helpdesk will ever ask for it'));
      await types(petra, 'no code');
      await petra.seesBesideInput("This didn't count as a try");
      await types(petra, ` ${code.toLowerCase().replaceAll('-', ' ')}`);
      await petra.reads(inOrder('verified', 'You have 9 recovery codes left'));
      // The same code does not work a second time, whatever the request is for.
      await petra.closesWindow();
      scene.auth0.lock(accountOf('petra'));
      await scene.proves('unlock', petra, petrasMail);
      await petra.sees(oneMore);
      await types(petra, code);
      await petra.seesBesideInput("That isn't one of your unused recovery codes");
      await types(petra, another);
      await petra.reads('You have 8 recovery codes left');
    },
    { policy },
  );

  story(
    platform,
    'is verified by both for the helpdesk',
    async (scene) => {
      const { sam, auth0 } = scene;
      const petra = scene.chat('petra');
      const [code = ''] = await hasCodes(scene, 'petra');
      auth0.lock(accountOf('petra'));
      await scene.proves('unlock', petra, petrasMail);
      await petra.sees(oneMore);
      await types(petra, code);
      await petra.reads('The helpdesk');
      await sam.seesCard(/verified by email code .* and recovery code/s);
      await sam.presses('Approve');
      await petra.reads(inOrder("You're unlocked", 'You have 9 recovery codes left'));
    },
    { policy },
  );

  story(
    platform,
    'chooses between another contact and a recovery code, and may change their mind',
    async (scene) => {
      privileged(scene);
      const { jane, code } = scene;
      const codes = await hasCodes(scene, 'jane', 'Old-Passw0rd-of-Jane');
      await provesOnce(scene, jane, janesEmail);
      expect(jane.screen()).toContain('a code from your other contact, or a recovery code');
      await jane.presses('Use a recovery code');
      await jane.sees('Enter one of your recovery codes');
      await jane.presses('Use a contact');
      await jane.sees('text message •••12');
      await jane.submits();
      await jane.sees('Enter the code we texted to');
      await types(jane, wrong(code(janesPhone)));
      await jane.seesBesideInput("That isn't the code");
      await jane.presses('Use a recovery code');
      await jane.sees('Enter one of your recovery codes');
      await types(jane, codes[9] ?? 'none');
      await jane.reads(inOrder('verified', 'You have 9 recovery codes left'));
    },
    { policy },
  );

  story(
    platform,
    'with one contact and no recovery code is told so before a second code is sent, and the helpdesk helps',
    async (scene) => {
      const { auth0, sam } = scene;
      const petra = scene.chat('petra');
      await scene.proves('reset-password', petra, petrasMail);
      await petra.sees('needs two proofs');
      expect(auth0.outbox).toHaveLength(1);
      expect(petra.buttons()).toEqual(expect.arrayContaining(['Add a recovery contact', 'Ask the helpdesk']));
      await sam.seesCard(inOrder('help needed', 'verified by email code', 'Only partly verified'));
    },
    { policy },
  );

  story(
    platform,
    'cannot use new recovery codes before a day has passed',
    async (scene) => {
      const petra = scene.chat('petra');
      await makesCodes(scene, 'petra');
      await scene.proves('reset-password', petra, petrasMail);
      await petra.sees('no recovery code that can be used');
      scene.world.pass(24 * 3600 + 60);
      await petra.closesWindow();
      await provesOnce(scene, petra, petrasMail);
      await petra.sees('Enter one of your recovery codes');
    },
    { policy },
  );

  story(
    platform,
    'with one contact is told so before any code is sent, where the policy asks everybody for two',
    async (scene) => {
      const petra = scene.chat('petra');
      await petra.asks('reset-password');
      await petra.sees('needs two proofs');
      expect(scene.auth0.outbox).toHaveLength(0);
    },
    { policy: forAll },
  );

  story(
    platform,
    'may type wrong recovery codes until the budget of the day is used up, and no more',
    async (scene) => {
      const petra = scene.chat('petra');
      await hasCodes(scene, 'petra');
      await provesOnce(scene, petra, petrasMail);
      for (let tries = 1; tries < 4; tries += 1) {
        await types(petra, `00000-0000-000${tries}`);
        await petra.seesBesideInput("That isn't one of your unused recovery codes");
      }
      await types(petra, '00000-0000-0004');
      await petra.sees('Too many wrong codes');
      await petra.closesWindow();
      scene.world.pass(3600);
      await petra.asks('reset-password');
      await petra.sees("We'll send a code to");
      await petra.submits();
      await petra.sees('Too many wrong codes');
    },
    { policy: `${policy}limits: { codeFailuresPerDay: 4 }\n` },
  );

  story(
    platform,
    'sends a recovery code several times at the same moment, and uses up one',
    async (scene) => {
      const { world, auth0 } = scene;
      const petra = scene.chat('petra');
      const [code = ''] = await hasCodes(scene, 'petra');
      await provesOnce(scene, petra, petrasMail);
      await petra.types(code);
      await Promise.all(
        [petra.submits(), petra.submits(), petra.submits()].map((press) => press.catch(() => undefined)),
      );
      await petra.reads(inOrder('verified', 'You have 9 recovery codes left'));
      expect(auth0.requests.filter(({ path }) => path.includes('/tickets/'))).toHaveLength(0);
      expect(world.logged()).not.toContain('crashed');
    },
    { policy, isTroubled: true },
  );

  story(
    platform,
    'who did not make the recovery codes says so, and all of them are void',
    async (scene) => {
      const petra = scene.chat('petra');
      await makesCodes(scene, 'petra');
      await petra.pressesInMessage("It wasn't me");
      await petra.reads('Your recovery codes no longer work');
      await scene.sam.seesCard('Recovery codes were created, and are void');
      scene.world.pass(24 * 3600 + 60);
      await scene.proves('reset-password', petra, petrasMail);
      await petra.sees('needs two proofs');
    },
    { policy },
  );

  story(
    platform,
    'who writes a recovery code into a message is told not to, and led to the field',
    async (scene) => {
      const petra = scene.chat('petra');
      const [code = ''] = await hasCodes(scene, 'petra');
      await provesOnce(scene, petra, petrasMail);
      await petra.closesWindow();
      scene.world.planted.delete(code);
      await petra.writes(code);
      await petra.reads('Enter codes only in the field');
      await eventually(
        () => (scene.world.logged().includes('something like a code') ? true : undefined),
        () => 'no line in the log',
      );
      expect(scene.world.logged()).not.toContain(code);
    },
    { policy },
  );
});

describe.concurrent('On both platforms at once, a person whose account needs two proofs', () => {
  story(
    slack,
    'opens one of two requests with a recovery code, and not both',
    async (scene) => {
      const inSlack = scene.chat('petra');
      const inTeams = teams.chat(scene.world, 'petra');
      const [code = ''] = await hasCodes(scene, 'petra');
      await (await signsIn(scene, 'petra', inTeams)).sends('/done');
      scene.auth0.lock(accountOf('petra'));
      await provesOnce(scene, inSlack, petrasMail);
      await scene.proves('unlock', inTeams, petrasMail);
      await inTeams.sees(oneMore);
      await inSlack.types(code);
      await inTeams.types(code);
      await Promise.all([inSlack.submits(), inTeams.submits()]);
      const refused = "That isn't one of your unused recovery codes";
      const first = await Promise.race([
        inSlack.seesBesideInput(refused).then(() => 'slack'),
        inTeams.seesBesideInput(refused).then(() => 'teams'),
      ]);
      await (first === 'slack' ? inTeams : inSlack).reads('You have 9 recovery codes left');
    },
    { policy, slack: true, teams: true },
  );
});
