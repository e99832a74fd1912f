// "Forgot password?" of the sign-in page, as a visitor sees it: the mail, the new password, and what the owner reads in chat.
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { browserMissing, closeBrowser } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { looks, picture, violations } from './page-violations.ts';
import { visit } from './page-visit.ts';

const pictures = new URL('../../test-results/playground/', import.meta.url).pathname;
const theirs = 'Somebody-Else-77';

describe.skipIf(browserMissing !== undefined)(titled('A password that is changed elsewhere', browserMissing), () => {
  afterAll(closeBrowser);

  it.each(looks.flatMap(([name, look]) => (['Slack', 'Teams'] as const).map((platform) => ({ name, look, platform }))))(
    'is told in $platform, where *It wasn’t me* stops it: $name',
    { timeout: 120_000 },
    async ({ name, look, platform }) => {
      // The page shows one pane at a time on a phone: only what is looked at is made small.
      const here = await visit('isMobile' in look ? {} : look);
      onTestFinished(() => here.close());
      const { page, slack, helpdesk, around } = here;
      if (platform === 'Teams') await here.goesTo('employee', platform);
      await here.says(platform === 'Slack' ? '/enroll' : 'enroll');
      const link = slack.getByRole('link', { name: 'Add email' }).last();
      const [tab] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
      await tab.getByRole('button', { name: 'Sign in' }).click();
      await tab
        .getByLabel(/email|user/i)
        .first()
        .fill('jane.doe@acme.test');
      const signIn = tab.url();
      await tab.getByLabel('Password').fill('Winter-Garden-24');
      await tab.getByLabel('Password').press('Enter');
      await tab.getByRole('button', { name: 'I’m done' }).click();
      await tab.getByRole('heading', { name: 'You’re done' }).waitFor();
      if (platform === 'Slack') await here.window.getByRole('button', { name: 'Close', exact: true }).click();
      await tab.goto(new URL('/u/reset-password/request', signIn).href);
      expect(await violations(tab)).toEqual([]);
      await tab.getByLabel('Email address').fill('jane.doe@acme.test');
      await tab.getByRole('button', { name: 'Continue' }).click();
      await tab.getByText('Please check the email address').waitFor();
      const [mailed] = await Promise.all([
        page.context().waitForEvent('page'),
        around
          .getByRole('link', { name: /reset-verify/ })
          .first()
          .click(),
      ]);
      await mailed.getByLabel('New password', { exact: true }).fill(theirs);
      await mailed.getByLabel('Re-enter new password').fill(theirs);
      await mailed.getByRole('button', { name: 'Reset password' }).click();
      await mailed.getByText('Password changed!').waitFor();
      await mailed.close();
      await slack.getByText('Your password was changed at').first().waitFor();
      await slack.getByText("You're being signed out everywhere").first().waitFor();
      if ('isMobile' in look) await page.setViewportSize(look.viewport);
      await slack.getByText('Your password was changed at').first().scrollIntoViewIfNeeded();
      await picture(page, `${pictures}forgotten-${platform}-${name}.png`);
      await page.setViewportSize({ width: 1440, height: 900 });
      await slack.getByRole('button', { name: "It wasn't me" }).last().click();
      await slack.getByRole('button', { name: 'Stop it and sign me out' }).last().click();
      await slack.getByText("that this wasn't you").first().waitFor();
      await helpdesk.getByText("didn't change their password").first().waitFor();
      await picture(page, `${pictures}forgotten-stopped-${platform}-${name}.png`);
    },
  );
});
