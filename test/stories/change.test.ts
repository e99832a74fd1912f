// Somebody who knows their password changes it: by a fresh sign-in at the tenant, or with the old one on the product's own page. Told on
// both platforms.
import { describe, expect } from 'vitest';
import { pressesContinue, savesPassword, typesPassword } from './browser.ts';
import { type Chat, eventually } from './chat.ts';
import { janesPassword, ninasAccount, password as others } from './enrolling.ts';
import { createEnrolmentBrowser, type EnrolmentBrowser } from './enrolment-browser.ts';
import { janesAccount, people } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';

const byForm = { policy: 'rules:\n  - change: { via: form }' };
const button = 'Change password';
const good = 'Kraken-under-9-bridges';
const wrong = 'Never-was-their-Passw0rd';

/** The link in the chat. Everything that is typed behind it counts as a secret. */
async function asksForLink({ world }: Scene, person: Chat): Promise<string> {
  for (const secret of [good, wrong, janesPassword]) world.planted.add(secret);
  await person.writes('change-password');
  await person.reads('You need your current password for this');
  return person.linkOf(button) ?? 'no link';
}

/** From the link to where the product leads after the sign-in. */
async function signsIn(scene: Scene, link: string, name: string = people.jane.email, password = janesPassword) {
  const browser = createEnrolmentBrowser(scene.world);
  const back = await browser.signsInUntilSentBack(link, name, password);
  return { browser, back };
}

const writes = ({ auth0 }: Scene) =>
  auth0.requests.filter(({ method, body }) => method === 'PATCH' && JSON.stringify(body).includes('"password"'));
const tickets = ({ auth0 }: Scene) => auth0.requests.filter(({ path }) => path.includes('/tickets/'));
const opensIt = ({ auth0 }: Scene, password: string, account = janesAccount): boolean =>
  auth0.signIn(account, password).ok === true;
const revoked = ({ auth0 }: Scene): number =>
  auth0.requests.filter(({ path }) => path.includes('revoke-access')).length;

/** Opens the page of the product and sends the three fields. */
async function opensForm(link: string, scene: Scene): Promise<EnrolmentBrowser> {
  const browser = createEnrolmentBrowser(scene.world);
  await browser.opens(link);
  await browser.sends('');
  expect(browser.html()).toContain('name="current"');
  expect(browser.html()).toContain('autocomplete="current-password"');
  return browser;
}
const types = (browser: EnrolmentBrowser, current: string, password = good, confirm = password) =>
  browser.sends('/password', { current, password, confirm });

describe.concurrent.each(platforms)('On $name, a known password that is changed by a fresh sign-in', (platform) => {
  story(
    platform,
    'leads from the chat through the sign-in to the tenant’s form, without a code, and is told; sessions end',
    async (scene) => {
      const { jane, auth0, world } = scene;
      const link = await asksForLink(scene, jane);
      const { browser, back } = await signsIn(scene, link);
      expect(tickets(scene)).toHaveLength(0);
      const ticket = await browser.leadsAway(back);
      // What the sign-in is worth is that browser's alone: whoever only has the chat gets no link.
      for (const label of [button, 'Choose a new password', 'Open the page again']) {
        expect([label, jane.linkOf(label)]).toEqual([label, undefined]);
      }
      expect(new URL(ticket).origin).toBe(new URL(world.auth0.url).origin);
      await jane.reads('The password page is open');
      expect(jane.linkOf('Open the page again')).toBeUndefined();
      expect(await savesPassword(ticket, good)).toBe(303);
      await jane.reads(/Password changed at .*You're being signed out everywhere else/s);
      expect(opensIt(scene, good)).toBe(true);
      expect(auth0.outbox).toHaveLength(0);
      expect(revoked(scene)).toBe(1);
    },
  );

  story(platform, 'asks the tenant for a fresh sign-in of the asker, by name and with the password', async (scene) => {
    const pressed = await pressesContinue(await asksForLink(scene, scene.jane));
    const asked = Object.fromEntries(new URL(pressed.location ?? 'none:').searchParams);
    for (const secret of [asked['state'], asked['nonce']]) scene.world.planted.add(secret ?? '');
    expect(pressed.status).toBe(303);
    expect(asked).toMatchObject({
      prompt: 'login',
      max_age: '0',
      login_hint: people.jane.email,
      response_type: 'code',
    });
    expect(asked['redirect_uri']).toBe(`${scene.world.url}/change/callback`);
    expect(asked).toHaveProperty('code_challenge');
  });

  story(platform, 'needs no recovery contact', async (scene) => {
    const nina = scene.chat('nina');
    const link = await asksForLink(scene, nina);
    const { browser, back } = await signsIn(scene, link, people.nina.email, others);
    expect(await savesPassword(await browser.leadsAway(back), good)).toBe(303);
    await nina.reads('Password changed at');
    expect(opensIt(scene, good, ninasAccount)).toBe(true);
  });

  story(platform, 'changes nothing where somebody signs in with another account', async (scene) => {
    const link = await asksForLink(scene, scene.jane);
    const { browser, back } = await signsIn(scene, link, people.nina.email, others);
    await browser.opens(back);
    await browser.sees('You signed in to another account');
    expect(tickets(scene)).toHaveLength(0);
    expect(opensIt(scene, others, ninasAccount)).toBe(true);
    // The link is still good for the right one.
    const again = await browser.signsInBy(new URL(link).pathname, people.jane.email, janesPassword);
    await browser.leadsAway(again ?? 'no sign-in');
    await scene.jane.reads('The password page is open');
  });

  story(platform, 'is no use to whoever gets only the link, or only the way back', async (scene) => {
    const link = await asksForLink(scene, scene.jane);
    const { back } = await signsIn(scene, link);
    const stranger = createEnrolmentBrowser(scene.world);
    await stranger.opens(back);
    expect(stranger.status()).toBe(401);
    expect(stranger.page()).toContain('not signed in here any more');
    await stranger.opens(link);
    expect(stranger.page()).not.toContain('Jane');
    expect(tickets(scene)).toHaveLength(0);
  });

  story(
    platform,
    'where passwords are set here goes on to the product’s own page after the sign-in, without the old one',
    async (scene) => {
      const link = await asksForLink(scene, scene.jane);
      const { browser, back } = await signsIn(scene, link);
      await browser.opens(back);
      await browser.sees('choose a new password');
      expect(browser.html()).not.toContain('name="current"');
      await browser.sends('/password', { password: good, confirm: good });
      expect(browser.page()).toContain('Your new password is saved');
      await scene.jane.reads('Password changed at');
      expect(opensIt(scene, good)).toBe(true);
    },
    { policy: 'setPasswordHere: [CorpUsers]' },
  );

  story(platform, 'offers a reset to whoever has forgotten it after all', async (scene) => {
    const { jane } = scene;
    await asksForLink(scene, jane);
    await jane.presses('Forgot password');
    await jane.sees("We'll send a code");
  });
});

describe.concurrent.each(platforms)('On $name, a known password that is changed with the old one', (platform) => {
  story(
    platform,
    'is verified by the tenant, set, and told; its owner signs in with it, and sessions end',
    async (scene) => {
      const { jane, auth0 } = scene;
      const browser = await opensForm(await asksForLink(scene, jane), scene);
      await types(browser, janesPassword);
      expect([browser.status(), browser.page().includes('Your new password is saved')]).toEqual([200, true]);
      await jane.reads(/Password changed at .*You're being signed out everywhere else/s);
      expect(opensIt(scene, good)).toBe(true);
      expect(opensIt(scene, janesPassword)).toBe(false);
      expect(writes(scene)).toHaveLength(1);
      expect(revoked(scene)).toBe(1);
      expect(auth0.outbox).toHaveLength(0);
    },
    byForm,
  );

  story(
    platform,
    'is asked for on a page that names nobody, also when its link is opened once more, and leads on whoever has forgotten it',
    async (scene) => {
      const { jane } = scene;
      const link = await asksForLink(scene, jane);
      await opensForm(link, scene);
      const stranger = createEnrolmentBrowser(scene.world);
      await stranger.opens(link);
      expect(stranger.page()).toContain('Continue to change your password');
      expect(stranger.page()).not.toContain('Jane');
      await jane.reads('The page for your new password is open');
      await jane.presses('Forgot password');
      await jane.sees("We'll send a code");
    },
    byForm,
  );

  story(
    platform,
    'is told where the old one is wrong, and the third wrong one ends the request',
    async (scene) => {
      const { jane } = scene;
      const link = await asksForLink(scene, jane);
      const browser = await opensForm(link, scene);
      await types(browser, wrong);
      expect([browser.status(), browser.page()]).toEqual([
        422,
        expect.stringContaining('This isn’t your current password. You have 2 tries left.'),
      ]);
      await types(browser, wrong);
      expect(browser.page()).toContain('You have 1 try left');
      await types(browser, wrong);
      expect(browser.page()).toContain('That wasn’t your current password');
      await jane.reads("wasn't your current password, and there are no tries left");
      expect((await typesPassword(link, good)).status).toBe(404);
      expect(writes(scene)).toHaveLength(0);
      expect(opensIt(scene, janesPassword)).toBe(true);
    },
    byForm,
  );

  story(
    platform,
    'is checked here first: what needs nobody costs no try, of either password',
    async (scene) => {
      const browser = await opensForm(await asksForLink(scene, scene.jane), scene);
      const faults = [
        ['', good, good, 'Type your current password'],
        [wrong, '', '', 'Type a new password'],
        [wrong, good, `${good}!`, 'not the same'],
        [good, good, good, 'This is your current password'],
      ] as const;
      for (const [current, password, confirm, said] of faults) {
        await types(browser, current, password, confirm);
        expect([browser.status(), browser.page()]).toEqual([422, expect.stringContaining(said)]);
      }
      await types(browser, wrong);
      expect(browser.page()).toContain('You have 2 tries left');
    },
    byForm,
  );

  story(
    platform,
    'leads to the sign-in where the tenant asks for more than the password, and never around it',
    async (scene) => {
      const { jane, auth0 } = scene;
      const link = await asksForLink(scene, jane);
      const browser = await opensForm(link, scene);
      auth0.faults.next(
        { method: 'POST', path: /oauth\/token/ },
        { status: 403, body: { error: 'mfa_required', error_description: 'Multifactor authentication required' } },
      );
      await types(browser, janesPassword);
      expect(browser.page()).toContain('Your account needs more than the password');
      expect(writes(scene)).toHaveLength(0);
      await jane.reads('Your account needs more than the password');
      const back = await browser.signsInBy(new URL(link).pathname, people.jane.email, janesPassword);
      expect(await savesPassword(await browser.leadsAway(back ?? 'no sign-in'), good)).toBe(303);
      await jane.reads('Password changed at');
    },
    { ...byForm, isTroubled: true },
  );

  story(
    platform,
    'is refused alike for an account that an administrator has blocked: nothing shows before the proof',
    async (scene) => {
      const { jane, auth0 } = scene;
      const link = await asksForLink(scene, jane);
      const browser = await opensForm(link, scene);
      auth0.adminBlock(janesAccount, true);
      await types(browser, janesPassword);
      expect([browser.status(), browser.page()]).toEqual([409, expect.stringContaining('can’t be changed right now')]);
      await jane.reads("can't be changed right now");
      expect(writes(scene)).toHaveLength(0);
      await eventually(
        () => (auth0.signIn(janesAccount, janesPassword).ok ? undefined : true),
        () => 'the block was lifted',
      );
    },
    byForm,
  );
});
