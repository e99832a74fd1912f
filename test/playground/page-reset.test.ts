// A password reset by hand on the playground's page, from the command to the changed password.
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { browserMissing, closeBrowser } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { type Visit, visit } from './page-visit.ts';

describe.skipIf(browserMissing !== undefined)(titled('A visitor resets a password on the page', browserMissing), () => {
  afterAll(closeBrowser);
  let here: Visit;
  afterEach(() => here.close());

  it('from the command to the message that says when it was changed', async () => {
    here = await visit();
    const { page, slack, window, around } = here;
    await here.says('/reset-password');
    await window.getByRole('radio', { name: 'Email j•••@g•••.test' }).isChecked();
    await window.getByRole('button', { name: 'Send code' }).click();
    await window.getByLabel('Code', { exact: true }).fill(await here.code());
    await window.getByRole('button', { name: 'Verify' }).click();

    const link = window.getByRole('link', { name: 'Choose a new password' });
    const [browserTab] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    await browserTab.getByRole('heading', { name: 'Jane, continue to choose a new password' }).waitFor();
    await browserTab.getByRole('button', { name: 'Continue' }).click();
    await browserTab.getByLabel('New password', { exact: true }).fill('Blue-Kettle-42!');
    await browserTab.getByLabel('Re-enter new password').fill('Blue-Kettle-42!');
    await browserTab.getByRole('button', { name: 'Reset password' }).click();
    await browserTab.getByText('Password changed!').waitFor();

    await slack
      .locator('article')
      .getByText(/Password changed at \d\d:\d\d/)
      .waitFor();
    await page.getByText('Done. The message says when').waitFor();
    await around
      .getByText('Open sessions')
      .locator('xpath=following-sibling::dd[1]')
      .filter({ hasText: '0' })
      .waitFor();
    await expect.poll(() => slack.getByRole('link').count()).toBe(0);

    await around.getByLabel('Sign in as Jane').fill('Blue-Kettle-42!');
    await around.getByRole('button', { name: 'Try' }).click();
    await around.getByText('Signed in.').waitFor();
    expect(here.diagnose).toEqual([]);
  });

  it('on the page that the tenant has put in the place of Auth0’s, with its rules while they type', async () => {
    here = await visit();
    const { page, slack, window, around } = here;
    await around
      .getByRole('group', { name: 'Page for a new password' })
      .getByText('Latchkey’s, in the tenant', { exact: true })
      .click();
    await here.says('/reset-password');
    await window.getByRole('button', { name: 'Send code' }).click();
    await window.getByLabel('Code', { exact: true }).fill(await here.code());
    await window.getByRole('button', { name: 'Verify' }).click();

    const link = window.getByRole('link', { name: 'Choose a new password' });
    const [browserTab] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    await browserTab.getByRole('button', { name: 'Continue' }).click();
    await browserTab.getByLabel('New password', { exact: true }).fill('kettle');
    await browserTab.getByText('Missing: At least 8 characters.').waitFor();
    await browserTab.getByText('call 555 0100 or visit room 101').waitFor();
    await browserTab.getByLabel('New password', { exact: true }).fill('Blue-Kettle-42!');
    await browserTab.getByLabel('New password again').fill('Blue-Kettle-42!');
    await browserTab.getByRole('button', { name: 'Save new password' }).click();
    await browserTab.getByRole('heading', { name: 'Your new password is saved' }).waitFor();
    await slack
      .locator('article')
      .getByText(/Password changed at \d\d:\d\d/)
      .waitFor();
    expect(here.diagnose).toEqual([]);
  });

  it('of somebody whose password is chosen on the product’s own page, with its rules said before', async () => {
    here = await visit();
    const { page, slack, window, around } = here;
    await slack.getByRole('button', { name: 'Lena' }).click();
    await here.says('/reset-password');
    await window.getByRole('button', { name: 'Send code' }).click();
    await window.getByLabel('Code', { exact: true }).fill(await here.code());
    await window.getByRole('button', { name: 'Verify' }).click();

    const link = window.getByRole('link', { name: 'Choose a new password' });
    const [browserTab] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    await browserTab.getByRole('button', { name: 'Continue' }).click();
    await browserTab.getByText('None of your last 5 passwords').waitFor();
    const type = async (password: string): Promise<void> => {
      await browserTab.getByLabel('New password', { exact: true }).fill(password);
      await browserTab.getByLabel('New password again').fill(password);
      await browserTab.getByRole('button', { name: 'Save new password' }).click();
    };
    await type('Marble-Staircase-42');
    await browserTab
      .getByRole('alert')
      .filter({ hasText: 'used this password before. You have 4 tries left' })
      .waitFor();
    await type('Blue-Kettle-42!');
    await browserTab.getByRole('heading', { name: 'Your new password is saved' }).waitFor();
    await slack
      .locator('article')
      .getByText(/Password changed at \d\d:\d\d/)
      .waitFor();
    await around.getByLabel('Sign in as Lena').fill('Blue-Kettle-42!');
    await around.getByRole('button', { name: 'Try' }).click();
    await around.getByText('Signed in.').waitFor();
  });

  it('a wrong code is told beside the input, and the right one still works', async () => {
    here = await visit();
    const { window } = here;
    await here.says('/reset-password');
    await window.getByRole('button', { name: 'Send code' }).click();
    const code = await here.code();
    await window.getByLabel('Code', { exact: true }).fill(code === '000000' ? '111111' : '000000');
    await window.getByRole('button', { name: 'Verify' }).click();
    await window.getByRole('alert').filter({ hasText: '2 tries left' }).waitFor();
    expect(await window.getByLabel('Code', { exact: true }).getAttribute('aria-invalid')).toBe('true');
    await window.getByLabel('Code', { exact: true }).fill(code);
    await window.getByRole('button', { name: 'Verify' }).click();
    await window.getByText("You're verified.").waitFor();
  });

  it('time can be let pass: a code dies, and the window says so', async () => {
    here = await visit();
    const { window, around } = here;
    await here.says('/reset-password');
    await window.getByRole('button', { name: 'Send code' }).click();
    await window.getByLabel('Code', { exact: true }).waitFor();
    await around.getByRole('button', { name: '3 minutes' }).click();
    await window.getByText('has expired').waitFor();
  });

  it('typed as a message, the contact is chosen in the answer itself', async () => {
    here = await visit();
    const { slack, window } = here;
    await here.says('unlock');
    await slack.getByRole('radio', { name: 'Text' }).check();
    await slack.getByRole('button', { name: 'Send code' }).click();
    await window.getByText('Enter the code we texted to').waitFor();
    await window.getByLabel('Code', { exact: true }).fill(await here.code());
    await window.getByRole('button', { name: 'Verify' }).click();
    await window.getByText("Your account isn't locked").waitFor();
  });

  it('somebody without a contact and a guest are told so', async () => {
    here = await visit();
    const { page, slack } = here;
    for (const [name, answer] of [
      ['Nina', 'no recovery contact'],
      ['Gus', 'This is for employees'],
    ] as const) {
      await slack.getByRole('button', { name }).click();
      await here.says('/reset-password');
      await page.getByText(answer).first().waitFor();
    }
  });
});
