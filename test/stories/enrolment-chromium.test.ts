// Enrolment in a real Chromium, from the link in the chat through the tenant's own sign-in page to the linked contact.
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, describe, expect } from 'vitest';
import { browserMissing, closeBrowser, openContext } from '../browser.ts';
import { violations } from '../playground/page-violations.ts';
import { eventually, inOrder } from './chat.ts';
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

const codeOf = (scene: Scene): Promise<string> =>
  eventually(
    () => scene.auth0.lastCodeTo(address),
    () => 'no code came',
  );

async function isAccessible(page: Page): Promise<void> {
  expect(await violations(page)).toEqual([]);
}

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

describe.skipIf(browserMissing !== undefined).each(looks)('Enrolment %s', (_look, how) => {
  story(platforms[0] ?? never(), 'leads from the chat to a contact, and every page is accessible', async (scene) => {
    const context = await openContext(how);
    const page = await context.newPage();
    const canCheck = how.javaScriptEnabled !== false;
    const check = async (): Promise<void> => {
      if (canCheck) await isAccessible(page);
      const width = page.viewportSize()?.width ?? 0;
      if (canCheck) expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    };
    await page.goto(await link(scene));
    await check();
    await page.getByRole('button').first().click();
    await page
      .getByLabel(/email|user/i)
      .first()
      .fill(people.nina.email);
    await page.getByLabel(/password/i).fill(password);
    await page.getByLabel(/password/i).press('Enter');
    await page.waitForURL(/enrol\/contacts/);
    await check();
    await page.locator('#email').fill(address);
    await page.locator('#email').press('Enter');
    await page.waitForURL(/enrol\/code/);
    scene.world.planted.add(address);
    await check();
    await page.locator('input[name=code]').fill(await codeOf(scene));
    await page.locator('input[name=code]').press('Enter');
    await page.getByText('was added').waitFor();
    await check();
    // Going back and sending once more leads on, and links nothing twice.
    await page.goBack();
    await page.goto(`${scene.world.url}/enrol/contacts`);
    await page.getByText('n•••@m•••.org').first().waitFor();
    await context.close();
  });
});

function never(): never {
  throw new Error('there is no platform');
}
