// `reset: { via: email }`: after the proof Auth0 mails a link of its own. Told on both platforms, from the command to the sign-in with the
// new password through the mailed link.
import { describe, expect } from 'vitest';
import { opens, savesPassword, ticketDies } from './browser.ts';
import { type Chat, eventually, inOrder } from './chat.ts';
import { janesAccount, people } from './people.ts';
import { platforms, slack } from './platform.ts';
import { type Scene, story } from './story.ts';

const byMail = { policy: 'rules: [{ reset: { approvals: 0, via: email } }]' };
const approved = { policy: 'rules: [{ reset: { approvals: 1, via: email } }]' };
const troubled = { ...byMail, isTroubled: true };
const route = { method: 'POST', path: /^\/dbconnections\/change_password$/ };
const good = 'Kraken-under-9-bridges';
const mailed = 'An email with a link is on its way to your work address';
const notMe = "It wasn't me";
const { email } = people.jane;

const asked = ({ auth0 }: Scene) => auth0.requests.filter(({ path }) => path === '/dbconnections/change_password');
const mailsOf = ({ auth0 }: Scene) => auth0.outbox.filter(({ to }) => to === email);

/** Waits for so many mails; the link of the newest. It counts as a secret. */
async function linkInMail(scene: Scene, count = 1): Promise<string> {
  const mails = await eventually(
    () => (mailsOf(scene).length === count ? mailsOf(scene) : undefined),
    () => `${mailsOf(scene).length} mails`,
  );
  const link = /https?:\S+/.exec(mails.at(-1)?.text ?? '')?.[0] ?? 'no link';
  scene.world.planted.add(new URL(link).searchParams.get('ticket') ?? 'no ticket');
  return link;
}

/** Proves, and reads that a mail is on its way. */
async function hasItMailed(scene: Scene): Promise<string> {
  await scene.proves('reset-password');
  await scene.jane.reads(mailed);
  return linkInMail(scene);
}

const signsIn = ({ auth0 }: Scene): boolean => auth0.signIn(janesAccount, good).ok === true;
const disowns = (chat: Chat): Promise<void> => chat.pressesInMessage(notMe);

describe.concurrent.each(platforms)('On $name, a link that Auth0 mails', (platform) => {
  story(
    platform,
    'leads to the new password, with which its owner signs in; the chat has no link, and tells when it is done',
    async (scene) => {
      const { jane, auth0 } = scene;
      const link = await hasItMailed(scene);
      await jane.reads(inOrder(mailed, 'Only the newest link works, until'));
      expect(jane.linkOf('Choose a new password')).toBeUndefined();
      expect(asked(scene).map(({ body }) => body)).toEqual([
        { client_id: 'latchkey-client', connection: 'CorpUsers', email },
      ]);
      expect(await savesPassword(link, good)).toBe(303);
      await jane.reads(/Password changed at .*You're being signed out everywhere else/s);
      expect(signsIn(scene)).toBe(true);
      // A mail whose order was not answered could still be newer.
      await eventually(
        () => (auth0.requests.some(({ path }) => path.includes('/tickets/')) ? true : undefined),
        () => 'no other link was voided',
      );
    },
    byMail,
  );

  story(
    platform,
    'is mailed again from a minute later on, three times at most; only the newest works',
    async (scene) => {
      const { jane, world } = scene;
      const first = await hasItMailed(scene);
      await jane.reads('You can have it sent again at');
      await jane.isOffered('Ask the helpdesk', 'Cancel this request', notMe);
      let newest = first;
      for (const nth of [2, 3, 4]) {
        world.pass(61);
        await jane.isOffered('Send again', 'Ask the helpdesk', 'Cancel this request', notMe);
        await jane.presses('Send again');
        newest = await linkInMail(scene, nth);
        await jane.reads(nth === 4 ? 'Look in your spam folder' : 'You can have it sent again at');
      }
      world.pass(61);
      await jane.isOffered('Ask the helpdesk', 'Cancel this request', notMe);
      expect((await opens(first)).status).toBe(404);
      expect(await savesPassword(newest, good)).toBe(303);
      await jane.reads('Password changed at');
      expect(signsIn(scene)).toBe(true);
      expect(asked(scene)).toHaveLength(4);
    },
    byMail,
  );

  story(
    platform,
    'is not mailed twice by two presses on one button',
    async (scene) => {
      const { jane, world } = scene;
      await hasItMailed(scene);
      world.pass(61);
      await jane.isOffered('Send again', 'Ask the helpdesk', 'Cancel this request', notMe);
      const press = jane.remembers('Send again');
      await press(jane);
      await linkInMail(scene, 2);
      await jane.reads('You can have it sent again at');
      await press(jane);
      // In Teams the answer to a press on an older card is shown in its place, and nowhere else.
      if (platform === slack) await jane.reads('The email was just sent. You can have it sent again');
      world.pass(61);
      await jane.isOffered('Send again', 'Ask the helpdesk', 'Cancel this request', notMe);
      await jane.presses('Send again');
      await linkInMail(scene, 3);
      expect(asked(scene)).toHaveLength(3);
    },
    byMail,
  );

  story(
    platform,
    'is void when the request is cancelled',
    async (scene) => {
      const { jane } = scene;
      const link = await hasItMailed(scene);
      expect((await opens(link)).status).toBe(200);
      await jane.presses('Cancel this request');
      await jane.reads('The link in the email no longer works.');
      await ticketDies(link);
      expect(signsIn(scene)).toBe(false);
    },
    byMail,
  );

  story(
    platform,
    'is void when its owner says that it was not them, and the helpdesk is told',
    async (scene) => {
      const { jane, sam } = scene;
      const link = await hasItMailed(scene);
      await disowns(jane);
      await jane.reads('paused for 24 hours');
      await sam.seesCard(notMe);
      await ticketDies(link);
    },
    byMail,
  );

  story(
    platform,
    'is void after an hour, although Auth0 lets it live for days, and the chat says so',
    async (scene) => {
      const { jane, world } = scene;
      const link = await hasItMailed(scene);
      world.pass(3_599);
      expect((await opens(link)).status).toBe(200);
      expect(jane.message()).toContain(mailed);
      world.pass(32);
      await jane.reads(inOrder("didn't see a new password in time", 'The link in the email no longer works'));
      await ticketDies(link);
      await jane.isOffered('Start again', 'Ask the helpdesk', notMe);
    },
    byMail,
  );

  story(
    platform,
    'is mailed only after the approvals that the rule asks for, and that is news',
    async (scene) => {
      const { jane, sam } = scene;
      await scene.proves('reset-password');
      await jane.reads('The helpdesk has been asked');
      await sam.seesCard('Approve');
      expect(asked(scene)).toEqual([]);
      await sam.presses('Approve');
      await jane.reads(mailed);
      expect(jane.notifications().at(-1)).toContain('Approved: open the link in your work email');
      expect(await savesPassword(await linkInMail(scene), good)).toBe(303);
      await jane.reads('Password changed at');
    },
    approved,
  );

  story(
    platform,
    'is not mailed for an account that an administrator has blocked meanwhile',
    async (scene) => {
      const { jane, sam, auth0 } = scene;
      await scene.proves('reset-password');
      await sam.seesCard('Approve');
      auth0.adminBlock(janesAccount, true);
      await sam.presses('Approve');
      await jane.reads('Only the helpdesk can help with this one');
      expect(asked(scene)).toEqual([]);
    },
    approved,
  );

  story(
    platform,
    'is not mailed for somebody who has left the company meanwhile',
    async (scene) => {
      const { sam, world } = scene;
      await scene.proves('reset-password');
      await sam.seesCard('Approve');
      platform.leaves(world, 'jane');
      await sam.presses('Approve');
      await sam.seesCard('no longer an active employee here');
      expect(asked(scene)).toEqual([]);
    },
    { ...approved, isTroubled: true },
  );

  story(
    platform,
    'waits where Auth0 asks for a pause, and says until when',
    async (scene) => {
      const { jane, auth0, world } = scene;
      auth0.faults.next(route, { status: 429, headers: { 'retry-after': '60' }, body: { error: 'too_many_requests' } });
      await scene.proves('reset-password');
      await jane.reads("The sign-in service is very busy right now. Nothing has changed. We'll continue at");
      expect(mailsOf(scene)).toEqual([]);
      world.pass(66);
      await jane.reads(mailed);
      await linkInMail(scene);
    },
    troubled,
  );

  story(
    platform,
    'whose order was not answered is mailed once more, and the newer link works',
    async (scene) => {
      const { jane, auth0 } = scene;
      auth0.faults.next(route, { lose: true });
      await scene.proves('reset-password');
      await scene.triesAgain('mail-link', 1);
      await jane.reads(mailed);
      expect(await savesPassword(await linkInMail(scene, 2), good)).toBe(303);
      await jane.reads('Password changed at');
      expect(signsIn(scene)).toBe(true);
    },
    troubled,
  );

  story(
    platform,
    'that Auth0 refuses ends the request, the helpdesk is told, and what may have been mailed is void',
    async (scene) => {
      const { jane, sam, auth0 } = scene;
      auth0.faults.next(route, { lose: true });
      auth0.faults.next(route, { status: 400, body: { error: 'invalid_request' } });
      await scene.proves('reset-password');
      await scene.triesAgain('mail-link', 1);
      await jane.reads('refused this');
      await sam.seesCard('verified');
      await ticketDies(await linkInMail(scene));
    },
    troubled,
  );
});
