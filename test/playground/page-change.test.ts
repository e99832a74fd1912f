// A known password that is changed, as a visitor of the playground sees it: the card, the sign-in, the tenant's form, and what the chat
// says; and what a stranger gets who has only the link.
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { browserMissing, closeBrowser } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { looks, picture, violations } from './page-violations.ts';
import { visit } from './page-visit.ts';

const pictures = new URL('../../test-results/playground/', import.meta.url).pathname;
const chosen = 'Kraken-under-9-bridges';

describe.skipIf(browserMissing !== undefined)(titled('A password that somebody knows', browserMissing), () => {
  afterAll(closeBrowser);

  it.each(looks.flatMap(([name, look]) => (['Slack', 'Teams'] as const).map((platform) => ({ name, look, platform }))))(
    'is changed from $platform through a fresh sign-in, and the chat has no link to what that is worth: $name',
    { timeout: 120_000 },
    async ({ name, look, platform }) => {
      // The page shows one pane at a time on a phone: only what is looked at is made small.
      const here = await visit('isMobile' in look ? {} : look);
      onTestFinished(() => here.close());
      const { page, slack, helpdesk } = here;
      // A message that is still fading in is hard to read.
      await page.emulateMedia({ reducedMotion: 'reduce' });
      const pictured = async (what: string, words: string): Promise<void> => {
        if ('isMobile' in look) await page.setViewportSize(look.viewport);
        await slack.getByText(words).last().scrollIntoViewIfNeeded();
        await picture(page, `${pictures}change-${what}-${platform}-${name}.png`);
        expect(await violations(page)).toEqual([]);
        await page.setViewportSize({ width: 1440, height: 900 });
      };
      if (platform === 'Teams') await here.goesTo('employee', platform);
      await here.says('change-password');
      const link = slack.getByRole('link', { name: 'Change password' }).last();
      await link.waitFor();
      await pictured('card', 'Then press Forgot password');
      const [tab] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
      await tab.getByRole('heading', { name: 'Continue to change your password' }).waitFor();
      const address = tab.url();
      expect(await tab.locator('body').textContent()).not.toContain('Jane');
      expect(await violations(tab)).toEqual([]);
      await picture(tab, `${pictures}change-page-${platform}-${name}.png`);
      await tab.getByRole('button', { name: 'Continue' }).click();
      await tab
        .getByLabel(/email|user/i)
        .first()
        .fill('jane.doe@acme.test');
      await tab.getByLabel('Password').fill('Winter-Garden-24');
      await tab.getByLabel('Password').press('Enter');
      await tab.getByLabel('New password', { exact: true }).fill(chosen);
      await tab.getByLabel('Re-enter new password').fill(chosen);
      await slack.getByText('The password page is open').first().waitFor();
      expect(await slack.getByRole('link', { name: /Change password|Choose a new|Open the page/ }).count()).toBe(0);
      await pictured('open', 'Closed that page?');
      await tab.getByRole('button', { name: 'Reset password' }).click();
      await tab.getByText('Password changed!').waitFor();
      await slack.getByText("You're being signed out everywhere").first().waitFor();
      await pictured('done', 'send me "unlock" as well');
      expect(await helpdesk.getByText('Password change').count()).toBe(0);
      await tab.goto(address);
      await tab.getByRole('heading', { name: 'This link doesn’t work any more' }).waitFor();
    },
  );
});
