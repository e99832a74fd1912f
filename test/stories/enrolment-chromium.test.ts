// Enrolment in a real Chromium, from the link in the chat through the tenant's own sign-in page to the linked contact.
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, describe, expect } from 'vitest';
import { browserMissing, closeBrowser, openContext } from '../browser.ts';
import { violations } from '../playground/page-violations.ts';
import { eventually, inOrder } from './chat.ts';
import { linked, ninasAccount } from './enrolling.ts';
import { people } from './people.ts';
import { platforms } from './platform.ts';
import { type Scene, story } from './story.ts';

const address = 'nina.at.home@mail.example.org';
const password = 'Old-Passw0rd-of-theirs';

const looks: readonly (readonly [string, BrowserContextOptions])[] = [
  ['at 390 px, without JavaScript', { viewport: { width: 390, height: 844 }, javaScriptEnabled: false }],
  ['at 390 px, in the dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
];

afterAll(closeBrowser);

async function link(scene: Scene): Promise<string> {
  const nina = scene.chat('nina');
  await nina.writes('enroll');
  await nina.reads('sign in with your work account');
  return nina.linkOf('Add email') ?? 'no link';
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
    const context = await openContext();
    const page = await context.newPage();
    await page.goto(await link(scene));
    await tabsTo(page, /sign in/i);
    await page.keyboard.press('Enter');
    await page.waitForURL(/authorize|login/);
    await page
      .getByLabel(/email|user/i)
      .first()
      .fill(people.nina.email);
    await page.getByLabel(/password/i).fill(password);
    await page.keyboard.press('Enter');
    await page.waitForURL(/enrol\/contacts/);
    await tabsTo(page, /your email address|^\s*email/i);
    await page.keyboard.type(address);
    await page.keyboard.press('Enter');
    await page.waitForURL(/enrol\/code/);
    scene.world.planted.add(address);
    await page.keyboard.type(await codeOf(scene));
    await page.keyboard.press('Enter');
    await page.getByText('was added').waitFor();
    await scene.chat('nina').reads(inOrder('Added', 'n•••@m•••.org'));
    await context.close();
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
      await page
        .getByLabel(/email|user/i)
        .first()
        .fill(people.nina.email);
      await page.getByLabel(/password/i).fill(password);
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
