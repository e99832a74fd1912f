// A new password that is chosen on the product's own page, for connections that the policy names. Told on both platforms.
import { describe, expect } from 'vitest';
import { opens, pressesContinue, typesPassword } from './browser.ts';
import { eventually } from './chat.ts';
import { janesAccount } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';

const here = { policy: 'setPasswordHere: [CorpUsers]' };
const troubled = { ...here, isTroubled: true };
const button = 'Choose a new password';
const good = 'Kraken-under-9-bridges';
const better = 'Nine-bridges-under-a-Kraken-4';

/** From the command until the page with the form is open. Everything that is typed there counts as a secret. */
async function opensPage({ jane, proves, world }: Scene): Promise<string> {
  for (const secret of [good, better]) world.planted.add(secret);
  await proves('reset-password');
  await jane.sees("You're verified");
  await jane.reads(button);
  const link = jane.linkOf(button) ?? 'no link';
  const form = await pressesContinue(link);
  expect(form.status).toBe(200);
  expect(form.text).toContain('autocomplete="new-password"');
  return link;
}

const writes = ({ auth0 }: Scene) =>
  auth0.requests.filter(({ method, body }) => method === 'PATCH' && JSON.stringify(body).includes('"password"'));
const signsIn = ({ auth0 }: Scene, password: string): boolean => auth0.signIn(janesAccount, password).ok === true;
const revoked = ({ auth0 }: Scene): number =>
  auth0.requests.filter(({ path }) => path.includes('revoke-access')).length;

describe.concurrent.each(platforms)('On $name, a password that is chosen here', (platform) => {
  story(
    platform,
    'is set, told in the chat, and its owner signs in with it; older links are void and sessions end',
    async (scene) => {
      const { jane, auth0 } = scene;
      const link = await opensPage(scene);
      await jane.reads('The page for your new password is open');
      const saved = await typesPassword(link, good);
      expect(saved.status).toBe(200);
      expect(saved.text).toContain('Your new password is saved');
      expect(saved.text).not.toContain(good);
      await jane.reads(/Password changed at .*You're being signed out everywhere else/s);
      expect(signsIn(scene, good)).toBe(true);
      expect(revoked(scene)).toBe(1);
      await eventually(
        () => (auth0.requests.some(({ path }) => path.includes('/tickets/')) ? true : undefined),
        () => 'no older ticket was voided',
      );
      expect((await typesPassword(link, better)).status).toBe(404);
      expect(writes(scene)).toHaveLength(1);
    },
    here,
  );

  story(
    platform,
    'is checked here first: what needs nobody costs no try, and says what is wrong',
    async (scene) => {
      const link = await opensPage(scene);
      const wrong = [
        ['', '', 'Type a new password'],
        [good, better, 'not the same'],
        ['Kr4ken!', 'Kr4ken!', 'too short'],
        ['Password2026!', 'Password2026!', 'easy to guess'],
        ['Jane-Doe-forever-1', 'Jane-Doe-forever-1', 'contains your name'],
        [`${good}\n`, `${good}\n`, 'can’t be typed again'],
        ['Kraken-9-bridges'.repeat(5), 'Kraken-9-bridges'.repeat(5), 'too long'],
      ] as const;
      for (const [password, confirm, said] of wrong) {
        const answer = await typesPassword(link, password, confirm);
        expect([answer.status, answer.text.includes(said)], said).toEqual([422, true]);
        if (password !== '') expect(answer.text).not.toContain(`value="${password}"`);
      }
      expect(writes(scene)).toHaveLength(0);
      expect((await typesPassword(link, good)).status).toBe(200);
    },
    here,
  );

  story(
    platform,
    'and refused by a rule is explained, and tried again without a new code; after five the request ends',
    async (scene) => {
      const { jane, auth0 } = scene;
      const link = await opensPage(scene);
      const old = 'Old-Passw0rd-of-theirs-2';
      const refused = async (word: string) => {
        auth0.faults.next(
          { method: 'PATCH', path: /users/ },
          { status: 400, body: { statusCode: 400, error: 'Bad Request', message: `${word}: never repeat this` } },
        );
        const answer = await typesPassword(link, old);
        expect(answer.text).not.toContain('never repeat this');
        return answer;
      };
      expect((await refused('PasswordHistoryError')).text).toContain(
        'used this password before. You have 4 tries left',
      );
      expect((await refused('PasswordDictionaryError')).text).toContain('easy to guess. You have 3 tries left');
      expect((await refused('PasswordNoUserInfoError')).text).toContain('contains your name');
      expect((await refused('PasswordStrengthError')).text).toContain('too weak for your account');
      expect(auth0.outbox).toHaveLength(1);
      const last = await refused('PasswordStrengthError');
      expect([last.status, last.text.includes('None of these passwords was accepted')]).toEqual([409, true]);
      await jane.reads('refused every password you tried');
      expect((await typesPassword(link, good)).status).toBe(404);
    },
    here,
  );

  story(
    platform,
    'of which nobody knows whether it was set is looked at, found, and told; it is sent once',
    async (scene) => {
      const { jane, auth0 } = scene;
      const link = await opensPage(scene);
      auth0.faults.next({ method: 'PATCH', path: /users/ }, { lose: true });
      const answer = await typesPassword(link, good);
      expect([answer.status, answer.text.includes('don’t know yet')]).toEqual([202, true]);
      await jane.reads(/Password changed at/);
      expect(writes(scene)).toHaveLength(1);
      expect(signsIn(scene, good)).toBe(true);
    },
    troubled,
  );

  story(
    platform,
    'of which nobody knows in the end is told as that to the person and the helpdesk, and sessions end',
    async (scene) => {
      const { jane, sam, auth0, world } = scene;
      const link = await opensPage(scene);
      auth0.faults.next({ method: 'PATCH', path: /users/ }, { hang: true });
      const pressed = typesPassword(link, good);
      await eventually(
        () => (writes(scene).length > 0 || world.logged().includes('password-set') ? true : undefined),
        () => 'no password was sent',
      );
      expect((await pressed).status).toBe(202);
      await jane.reads("We couldn't confirm whether your new password was saved");
      world.pass(120);
      await jane.reads("We couldn't find out whether your new password was saved");
      await sam.seesCard('Nobody knows whether their new password was saved');
      await eventually(
        () => (revoked(scene) > 0 ? true : undefined),
        () => 'no session was ended',
      );
    },
    troubled,
  );

  story(
    platform,
    'is sent once, although its form was sent twenty times at once',
    async (scene) => {
      const link = await opensPage(scene);
      const answers = await Promise.all(Array.from({ length: 20 }, () => typesPassword(link, good)));
      expect(answers.filter(({ text }) => text.includes('is saved')).length).toBe(1);
      expect(writes(scene)).toHaveLength(1);
      await scene.jane.reads('Password changed at');
    },
    here,
  );

  story(
    platform,
    'survives a restart and a closed page: the button opens the page again, in every tab, without a new code',
    async (scene) => {
      const { jane, world, auth0 } = scene;
      const link = await opensPage(scene);
      const looked = await opens(`${link}/password`);
      expect([looked.status, looked.headers.get('location')]).toEqual([303, new URL(link).pathname]);
      await world.restart();
      await jane.reads('The page for your new password is open');
      expect(jane.linkOf('Open the page again')).toBe(link);
      expect((await pressesContinue(link)).text).toContain('New password again');
      expect((await typesPassword(link, good)).status).toBe(200);
      expect(auth0.outbox).toHaveLength(1);
      await jane.reads('Password changed at');
    },
    here,
  );

  story(
    platform,
    'is not set for an account that an administrator blocked meanwhile, and the block stays',
    async (scene) => {
      const { jane, sam, auth0 } = scene;
      const link = await opensPage(scene);
      auth0.adminBlock(janesAccount, true);
      const answer = await typesPassword(link, good);
      expect([answer.status, answer.text.includes('Only the helpdesk')]).toEqual([409, true]);
      await jane.reads('Only the helpdesk can help');
      await sam.seesCard('blocked by an administrator');
      expect(auth0.user(janesAccount).blocked).toBe(true);
      expect(writes(scene)).toHaveLength(0);
    },
    here,
  );

  story(
    platform,
    'is not set after "It wasn\'t me", and the page is dead',
    async (scene) => {
      const { jane } = scene;
      const link = await opensPage(scene);
      await jane.reads('The page for your new password is open');
      await jane.pressesInMessage("It wasn't me");
      await jane.reads("this wasn't you");
      expect((await typesPassword(link, good)).status).toBe(404);
      expect(writes(scene)).toHaveLength(0);
    },
    here,
  );

  story(
    platform,
    'waits where Auth0 is busy or down, and costs no try',
    async (scene) => {
      const { auth0 } = scene;
      const link = await opensPage(scene);
      auth0.faults.next({ method: 'GET', path: /users\/auth0/ }, { disconnect: true });
      expect((await typesPassword(link, good)).status).toBe(503);
      auth0.faults.next(
        { method: 'PATCH', path: /users/ },
        { status: 429, headers: { 'retry-after': '120' }, body: { statusCode: 429, error: 'Too Many Requests' } },
      );
      const busy = await typesPassword(link, good);
      expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '120']);
      scene.world.pass(121);
      expect((await typesPassword(link, good)).status).toBe(200);
      await scene.jane.reads('Password changed at');
    },
    troubled,
  );
});
