// Enrolment in a real Chromium, from the link in the chat through the tenant's own sign-in page to the linked contact.
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, describe, expect } from 'vitest';
import { browserMissing, closeBrowser, hasFocus, openContext } from '../browser.ts';
import { violations } from '../playground/page-violations.ts';
import { eventually, inOrder } from './chat.ts';
import { linked, ninasAccount } from './enrolling.ts';
import { people } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';

const address = 'nina.at.home@mail.example.org';
const password = 'Old-Passw0rd-of-theirs';
const olgasOld = 'olga@old.example.net';
const olgasNew = 'olga@home.example.net';

const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ['at 390 px, without JavaScript', { viewport: { width: 390, height: 844 }, javaScriptEnabled: false }],
  ['at 390 px, in the dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
];

afterAll(closeBrowser);

async function link(scene: Scene, who: 'nina' | 'olga' = 'nina'): Promise<string> {
  const person = scene.chat(who);
  await person.writes('enroll');
  await person.reads('sign in with your work account');
  return person.linkOf('Add email') ?? 'no link';
}

/** In a browser of its own. */
async function openPage(url: string): Promise<Page> {
  const page = await (await openContext()).newPage();
  await page.goto(url);
  return page;
}

/** On the tenant's sign-in page. */
async function typesAccount(page: Page, name: string): Promise<void> {
  await page
    .getByLabel(/email|user/i)
    .first()
    .fill(name);
  await page.getByLabel(/password/i).fill(password);
}

/** What the control that has the focus is called. */
const focused = `[document.activeElement.textContent, ...[...(document.activeElement.labels ?? [])].map((label) => label.textContent)].join(' ')`;

/** Goes on with the keyboard alone: to the first control that is called so. */
async function tabsTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press('Tab');
    if (name.test(String(await page.evaluate(focused)))) return;
  }
  throw new Error(`nothing is called ${name} on ${await page.title()}`);
}

const codeOf = (scene: Scene, to = address): Promise<string> =>
  eventually(
    () => scene.auth0.lastCodeTo(to),
    () => 'no code came',
  );

describe.skipIf(browserMissing !== undefined).each(platforms)('On $name, in a real browser, a person', (platform) => {
  story(platform, 'enrols with the keyboard alone', async (scene) => {
    const page = await openPage(await link(scene));
    await tabsTo(page, /sign in/i);
    await page.keyboard.press('Enter');
    await page.waitForURL(/authorize|login/);
    await typesAccount(page, people.nina.email);
    await page.keyboard.press('Enter');
    await page.waitForURL(/enrol\/contacts/);
    await tabsTo(page, /your email address|^\s*email/i);
    await page.keyboard.type(address);
    await page.keyboard.press('Enter');
    await page.waitForURL(/enrol\/code/);
    scene.world.planted.add(address);
    await hasFocus(page, 'input[name=code]');
    await page.keyboard.type(await codeOf(scene));
    await page.keyboard.press('Enter');
    await page.getByText('was added').waitFor();
    await scene.chat('nina').reads(inOrder('Added', 'n•••@m•••.org'));
    await page.context().close();
  });

  story(
    platform,
    'with two accounts whose addresses differ in capitals only enrols for the one that they sign in to',
    async (scene) => {
      const { auth0, world, sam, proves } = scene;
      const { email, realName: name } = people.olga;
      const first = auth0.addUser({
        ...{ userId: 'auth0|olga', connection: 'CorpUsers', email, name, password: 'Another-Passw0rd' },
        contacts: [{ provider: 'email', address: olgasOld }],
      }).userId;
      const second = auth0.addUser({
        ...{ userId: 'ad|CorpAD|olga', connection: 'CorpAD', email: 'Olga@ACME.example.com', name, password },
      }).userId;
      for (const planted of [olgasOld, olgasNew]) world.planted.add(planted);
      const olga = scene.chat('olga');
      // Auth0 compares letter by letter, so that the address leads to the first one.
      await olga.asks('reset-password');
      await olga.sees('o•••@o•••.net');
      await olga.closesWindow();
      await olga.writes('cancel');
      await olga.reads('Cancelled');
      const page = await openPage(await link(scene, 'olga'));
      await page.getByRole('button').first().click();
      await typesAccount(page, email);
      await page.getByLabel('Directory').selectOption('CorpAD');
      await page.getByLabel(/password/i).press('Enter');
      await page.waitForURL(/enrol\/contacts/);
      await page.getByText('You have none yet').waitFor();
      expect(await page.content()).not.toContain('•••');
      await page.locator('#email').fill(olgasNew);
      await page.locator('#email').press('Enter');
      await page.waitForURL(/enrol\/code/);
      await page.locator('input[name=code]').fill(await codeOf(scene, olgasNew));
      await page.locator('input[name=code]').press('Enter');
      await page.getByText('was added').waitFor();
      await olga.reads(inOrder('Added', 'o•••@h•••.net'));
      expect(olga.message()).not.toContain('o•••@o•••.net');
      await page.getByRole('button', { name: 'I’m done' }).click();
      await page.getByRole('heading', { name: /You’re done/ }).waitFor();
      await page.context().close();
      expect([linked(scene, first), linked(scene, second)].map(({ length }) => length)).toEqual([1, 1]);
      expect(auth0.user(first).appMetadata['latchkey']).toBeUndefined();
      // From now on it is the second one that is recovered.
      auth0.lock(first);
      auth0.lock(second);
      await proves('unlock', olga, olgasNew);
      await sam.seesCard('Unlock');
      await sam.presses('Approve');
      await olga.reads("You're unlocked");
      expect([auth0.user(first).locked, auth0.user(second).locked]).toEqual([true, false]);
      await proves('reset-password', olga, olgasNew);
      await olga.reads("Your password can't be changed from here");
      expect(auth0.outbox.filter(({ to }) => to === olgasOld)).toEqual([]);
    },
  );

  story(platform, 'cannot enrol for an account whose address differs in more than capitals', async (scene) => {
    const { auth0 } = scene;
    const { email, realName: name } = people.olga;
    const own = auth0.addUser({ userId: 'auth0|olga', connection: 'CorpUsers', email, name, password }).userId;
    const foreign = auth0.addUser({
      ...{ userId: 'ad|CorpAD|olga', connection: 'CorpAD', email: 'O.lga@ACME.example.com', name, password },
    }).userId;
    const page = await openPage(await link(scene, 'olga'));
    await page.getByRole('button').first().click();
    await typesAccount(page, 'O.lga@ACME.example.com');
    await page.getByLabel(/password/i).press('Enter');
    await page.getByRole('heading', { name: /signed in to another account/ }).waitFor();
    await scene.logs('"event":"enrolment.foreign-account"');
    await page.context().close();
    for (const account of [own, foreign]) expect(auth0.user(account).appMetadata['latchkey']).toBeUndefined();
  });
});

/**
 * axe waits by timers, and a page without JavaScript has none. So it looks at the same page in a browser that has them, where the
 * page's own scripts are not permitted.
 */
async function violationsOfCopy(page: Page, copy: Page): Promise<readonly string[]> {
  const headers = { 'content-security-policy': "script-src 'none'" };
  const body = await page.content();
  await copy.route(page.url(), (route) => route.fulfill({ body, contentType: 'text/html; charset=utf-8', headers }));
  await copy.goto(page.url());
  return violations(copy);
}

const onEachPlatform = platforms.flatMap((platform) =>
  looks.map(([look, how]) => ({ platform, name: platform.name, look, how })),
);

describe.skipIf(browserMissing !== undefined).each(onEachPlatform)('Enrolment on $name $look', ({ platform, how }) => {
  story(
    platform,
    'leads from the chat to a contact and a second one, and every page is accessible and fits',
    async (scene) => {
      const context = await openContext(how);
      const page = await context.newPage();
      const copy = await (await openContext({ viewport: page.viewportSize() })).newPage();
      const nina = scene.chat('nina');
      const check = async (heading: RegExp): Promise<void> => {
        await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
        expect(how.javaScriptEnabled === false ? await violationsOfCopy(page, copy) : await violations(page)).toEqual(
          [],
        );
      };
      const add = async (field: string, typed: string, codeTo: string): Promise<void> => {
        scene.world.planted.add(typed);
        await page.locator(field).fill(typed);
        await page.locator(field).press('Enter');
        await page.waitForURL(/enrol\/code/);
        await check(/Enter the code/);
        await page.locator('input[name=code]').fill(await codeOf(scene, codeTo));
        await page.locator('input[name=code]').press('Enter');
        await page.getByText('was added').waitFor();
        await check(/Your recovery contacts/);
      };
      await page.goto(await link(scene));
      await check(/sign in/i);
      await page.getByRole('button').first().click();
      await typesAccount(page, people.nina.email);
      await page.getByLabel(/password/i).press('Enter');
      await page.waitForURL(/enrol\/contacts/);
      await check(/Your recovery contacts/);
      await add('#email', address, address);
      await nina.reads(inOrder('Added', 'n•••@m•••.org'));
      const one = linked(scene, ninasAccount);
      expect(one).toHaveLength(1);
      // Back to the form of the code, and once more to the list: nothing is linked or sent a second time.
      const sent = scene.auth0.outbox.length;
      await page.goBack();
      await page.reload();
      await page.goto(`${scene.world.url}/enrol/contacts`);
      await page.getByText('n•••@m•••.org').first().waitFor();
      expect([linked(scene, ninasAccount), scene.auth0.outbox.length]).toEqual([one, sent]);
      await add('#phone', '+49 1512 3456789', '+4915123456789');
      await nina.reads(inOrder('Added', '•••89'));
      expect(linked(scene, ninasAccount)).toHaveLength(2);
      await page
        .getByRole('button', { name: /^Remove/ })
        .first()
        .click();
      await check(/^Remove/);
      await page.goto(`${scene.world.url}/enrol/contacts`);
      await page.getByRole('button', { name: 'I’m done' }).click();
      await check(/You’re done/);
      await copy.context().close();
      await context.close();
    },
  );
});
