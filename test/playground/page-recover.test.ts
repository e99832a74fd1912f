// A visitor of the playground whose person cannot reach the chat: the third way in, in the browser.
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { browserMissing, closeBrowser } from '../browser.ts';
import { titled } from '../skipped-reporter.ts';
import { violations } from './page-violations.ts';
import { visit } from './page-visit.ts';

describe.skipIf(browserMissing !== undefined)(titled('Whoever cannot reach the chat', browserMissing), () => {
  afterAll(closeBrowser);

  it('gets in through the browser, with the code of the inbox', { timeout: 120_000 }, async () => {
    const here = await visit({});
    onTestFinished(() => here.close());
    const { page } = here;
    const link = page.getByRole('link', { name: 'No chat? Recover in the browser' });
    await link.waitFor();
    expect(await violations(page)).toEqual([]);
    const [tab] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
    expect(await tab.getByLabel('Your work address').inputValue()).toBe('jane.doe@acme.test');
    await tab.getByRole('button', { name: 'Send a code' }).click();
    await tab.getByRole('heading', { name: 'Enter the code' }).waitFor();
    await tab.getByLabel('Code').fill(await here.code());
    await tab.getByRole('button', { name: 'Continue' }).click();
    await tab.getByRole('button', { name: 'Choose a new password' }).click();
    await tab.waitForURL(/reset|ticket/);
  });
});
