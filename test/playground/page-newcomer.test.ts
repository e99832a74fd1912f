// The page's stories of enrolment, done as a visitor does them: from nothing to a new password, and two proofs with a recovery code.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { browserMissing, closeBrowser } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { picture } from './page-violations.ts';
import { type Visit, visit } from './page-visit.ts';

const pictures = new URL('../../test-results/playground/', import.meta.url).pathname;
const password = 'Blue-Kettle-42!';

describe.skipIf(browserMissing !== undefined)(titled('The guide’s stories of enrolment', browserMissing), () => {
  afterAll(closeBrowser);
  let here: Visit;
  beforeEach(async () => {
    here = await visit();
  });
  afterEach(() => here.close());

  const next = (words: string) => here.page.locator('#guide .current').getByText(words).waitFor();
  const opens = async (name: string): Promise<Page> => {
    const link = here.slack.getByRole('link', { name }).last();
    const [tab] = await Promise.all([here.page.context().waitForEvent('page'), link.click()]);
    return tab;
  };
  const signsIn = async (tab: Page, email: string, word: string): Promise<void> => {
    await tab.getByRole('button', { name: 'Sign in' }).click();
    const name = tab.getByLabel(/email|user/i).first();
    await name.fill(email);
    await tab.getByLabel(/password/i).fill(word);
    await tab.getByLabel(/password/i).press('Enter');
    await tab.waitForURL(/enrol\/contacts/);
  };
  const choosesPassword = async (tab: Page): Promise<void> => {
    await tab.getByRole('button', { name: 'Continue' }).click();
    await tab.getByLabel('New password', { exact: true }).fill(password);
    await tab.getByLabel('Re-enter new password').fill(password);
    await tab.getByRole('button', { name: 'Reset password' }).click();
    await tab.getByText('Password changed!').waitFor();
  };
  /** The newest of so many: an older one is still in the mailbox. */
  const code = async (nth = 1): Promise<string> => {
    await here.page
      .locator('[data-code]')
      .nth(nth - 1)
      .waitFor();
    return here.code();
  };
  const begins = async (story: string, platform: 'Slack' | 'Teams'): Promise<void> => {
    await here.page.locator('#guide').getByRole('button', { name: story }).click();
    if (platform === 'Teams') await here.goesTo('employee', platform);
  };
  const asks = (word: string, platform: 'Slack' | 'Teams') => here.says(platform === 'Slack' ? `/${word}` : word);
  const paneIn = (platform: 'Slack' | 'Teams') => (platform === 'Slack' ? here.window : here.card);
  /** Asks for a new password, and types the code that came, which is the `nth` in the mailbox. */
  const proves = async (platform: 'Slack' | 'Teams', nth = 1): Promise<void> => {
    const pane = paneIn(platform);
    await asks('reset-password', platform);
    await pane.getByRole('button', { name: 'Send code' }).click();
    await pane.getByRole('textbox').fill(await code(nth));
    await pane.getByRole('button', { name: 'Verify' }).click();
  };
  const closes = async (platform: 'Slack' | 'Teams'): Promise<void> => {
    if (platform === 'Slack') await here.window.getByRole('button', { name: 'Close', exact: true }).click();
  };

  it.each(['Slack', 'Teams'] as const)(
    'lead somebody who starts with nothing to a contact and a new password (%s)',
    { timeout: 120_000 },
    async (platform) => {
      const { page, slack } = here;
      await begins('Nothing set up yet', platform);
      await next('as Nina');
      await asks('enroll', platform);
      await next('Press Add email');
      const tab = await opens('Add email');
      await signsIn(tab, 'nina.park@acme.test', 'Paper-Lantern-7');
      await next('type any address');
      await tab.getByLabel('Email address').fill('nina@home.test');
      await tab.getByRole('button', { name: 'Send a code' }).first().click();
      await tab.getByLabel('Code', { exact: true }).fill(await code());
      await tab.getByRole('button', { name: 'Confirm' }).click();
      await tab.getByText('was added').waitFor();
      await tab.getByRole('button', { name: 'I’m done' }).click();
      await tab.getByText('You’re done').waitFor();
      await tab.close();
      await next('reset-password');
      await closes(platform);
      await proves(platform, 2);
      await next('Open the link');
      await choosesPassword(await opens('Choose a new password'));
      await page.locator('#guide').getByText('Nina started with nothing').waitFor();
      await picture(page, `${pictures}newcomer-${platform}.png`);
      await slack
        .getByText(/Password changed at/)
        .first()
        .waitFor();
      expect(here.diagnose).toEqual([]);
    },
  );

  it.each(['Slack', 'Teams'] as const)(
    'lead through two proofs, the second a recovery code that was made a day before (%s)',
    { timeout: 120_000 },
    async (platform) => {
      const { page, slack } = here;
      const pane = paneIn(platform);
      await begins('Two proofs', platform);
      await next('as Petra');
      await asks('enroll', platform);
      const tab = await opens('Add phone');
      await signsIn(tab, 'petra.novak@acme.test', 'Velvet-Compass-19');
      await tab.getByRole('link', { name: 'Make recovery codes' }).click();
      await tab.getByRole('button', { name: 'Make ten codes' }).click();
      const recoveryCode = (await tab.locator('.codes code').first().textContent()) ?? '';
      await tab.getByRole('button', { name: 'I’ve saved them' }).click();
      await tab.getByRole('button', { name: 'I’m done' }).click();
      await next('Let a day pass');
      await closes(platform);
      await here.around.getByRole('button', { name: 'a day' }).click();
      await next('reset-password');
      await proves(platform);
      await next('Use a recovery code');
      await pane.getByLabel('Recovery code').fill(recoveryCode);
      await picture(page, `${pictures}two-proofs-${platform}.png`);
      await pane.getByRole('button', { name: 'Verify' }).click();
      await next('Open the link');
      await choosesPassword(await opens('Choose a new password'));
      await page.locator('#guide').getByText('Petra has proven it twice').waitFor();
      await slack
        .getByText(/Password changed at/)
        .first()
        .waitFor();
      expect(here.diagnose).toEqual([]);
    },
  );
});
