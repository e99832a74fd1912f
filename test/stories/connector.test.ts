// A new password in a directory that only Auth0's connector reaches, for connections that the policy names. Told on both platforms.
import { describe, expect } from 'vitest';
import { pressesContinue, typesPassword } from './browser.ts';
import { type Chat, eventually } from './chat.ts';
import { adamsAccount, people } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';

const named = { policy: 'connectorWriteBack: [CorpAD]' };
const troubled = { ...named, isTroubled: true };
const button = 'Choose a new password';
const mailbox = 'adam@home.example.net';
const old = people.adam.accounts[0].password;
const good = 'Kraken-under-9-bridges';
const damaged = 'Krakeñ-under-9-bridges';

/** From the command until the link is there. Everything that is typed on its page counts as a secret. */
async function getsLink({ chat, proves, world, auth0 }: Scene): Promise<{ adam: Chat; link: string }> {
  for (const secret of [good, damaged]) world.planted.add(secret);
  auth0.setConnection('CorpAD', { writeBack: true });
  const adam = chat('adam');
  await proves('reset-password', adam, mailbox);
  await adam.sees("You're verified");
  await adam.reads(button);
  return { adam, link: adam.linkOf(button) ?? 'no link' };
}

const writes = ({ auth0 }: Scene) =>
  auth0.requests.filter(({ method, body }) => method === 'PATCH' && JSON.stringify(body).includes('"password"'));
const signsIn = ({ auth0 }: Scene, password: string): boolean => auth0.signIn(adamsAccount, password).ok === true;

describe.concurrent.each(platforms)('On $name, a password through Auth0’s connector', (platform) => {
  story(
    platform,
    'is chosen by the rules that are known, set once, told, and its owner signs in with it; sessions end',
    async (scene) => {
      expect(signsIn(scene, old)).toBe(true);
      const { adam, link } = await getsLink(scene);
      const form = await pressesContinue(link);
      expect(form.text).toContain('Only letters without accents, digits, spaces and signs');
      expect(form.text).toContain('There may be further rules');
      const saved = await typesPassword(link, good);
      expect([saved.status, saved.text.includes('Your new password is saved')]).toEqual([200, true]);
      await adam.reads(/Password changed at/);
      await adam.reads('The old password may still work in some places');
      expect([signsIn(scene, good), signsIn(scene, old)]).toEqual([true, false]);
      expect(writes(scene)).toHaveLength(1);
      await eventually(
        () => (scene.auth0.requests.some(({ path }) => path.includes('revoke-access')) ? true : undefined),
        () => 'no session was ended',
      );
    },
    named,
  );

  story(
    platform,
    'holds ASCII only: anything else is explained before it is sent, and costs no try',
    async (scene) => {
      const { link } = await getsLink(scene);
      await pressesContinue(link);
      const answer = await typesPassword(link, damaged);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain('a letter or sign that your account can’t take');
      expect(answer.text).not.toContain(damaged);
      expect(writes(scene)).toHaveLength(0);
      const plain = await typesPassword(link, 'plainly-plain-plain');
      expect(plain.text).toContain('too weak for your account');
      expect(plain.text).toContain('4 tries left');
      expect((await typesPassword(link, good)).status).toBe(200);
      expect(signsIn(scene, good)).toBe(true);
    },
    named,
  );

  story(
    platform,
    'waits while no connector is connected: nothing is sent, no try is counted, and the link works afterwards',
    async (scene) => {
      const { adam, link } = await getsLink(scene);
      await pressesContinue(link);
      scene.auth0.setConnection('CorpAD', { online: false });
      const away = await typesPassword(link, good);
      expect([away.status, away.text.includes('Nothing has changed, and your link still works')]).toEqual([503, true]);
      expect((await pressesContinue(link)).status).toBe(503);
      expect(writes(scene)).toHaveLength(0);
      await scene.logs('auth0.connector.offline');
      scene.auth0.setConnection('CorpAD', { online: true });
      expect((await pressesContinue(link)).status).toBe(200);
      expect((await typesPassword(link, good)).status).toBe(200);
      await adam.reads('Password changed at');
      expect(signsIn(scene, good)).toBe(true);
    },
    troubled,
  );

  story(
    platform,
    'of which nobody knows whether it was set is told as that to the person and the helpdesk, and is sent once',
    async (scene) => {
      const { adam, link } = await getsLink(scene);
      await pressesContinue(link);
      scene.auth0.faults.next({ method: 'PATCH', path: /users/ }, { lose: true });
      const answer = await typesPassword(link, good);
      expect([answer.status, answer.text.includes('don’t know yet')]).toEqual([202, true]);
      await adam.reads("We couldn't confirm whether your new password was saved");
      scene.world.pass(120);
      await adam.reads("We couldn't find out whether your new password was saved");
      await scene.sam.seesCard('Nobody knows whether their new password was saved');
      expect(writes(scene)).toHaveLength(1);
    },
    troubled,
  );

  story(
    platform,
    'that Auth0 does not take goes to the helpdesk, and the operator reads what to do',
    async (scene) => {
      const { adam, link } = await getsLink(scene);
      await pressesContinue(link);
      scene.auth0.setConnection('CorpAD', { writeBack: false });
      expect((await typesPassword(link, good)).status).toBe(409);
      await adam.reads('The sign-in service refused this');
      await scene.sam.seesCard(scene.calls('adam'));
      await scene.logs('Switch write-back on in the connector');
      expect(signsIn(scene, old)).toBe(true);
    },
    troubled,
  );

  story(platform, 'is offered to nobody whose connection the policy does not name', async (scene) => {
    scene.auth0.setConnection('CorpAD', { writeBack: true });
    const adam = scene.chat('adam');
    await scene.proves('reset-password', adam, mailbox);
    await adam.reads("Your password can't be changed from here");
    expect(writes(scene)).toHaveLength(0);
  });
});
